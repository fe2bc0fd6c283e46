// Channels as queues, with slots and parities, and as slots of one role; the order of roles does not matter.
// RUN: split-file %s %t
// RUN: mla-interpret %t/queue.mlir --argument "arg0=*fp32:1,2,3,4,5,6,7,8" --argument "arg1=*fp32:8?" --argument arg2=i32:4 --print arg1 | FileCheck %s
// RUN: mla-interpret %t/queue.mlir --argument "arg0=*fp32:1,2,3,4,5,6,7,8" --argument "arg1=*fp32:8?" --argument arg2=i32:4 --print arg1 --seed 5 | FileCheck %s
// RUN: mla-interpret %t/queue.mlir --argument "arg0=*fp32:1,2,3,4,5,6,7,8" --argument "arg1=*fp32:8?" --argument arg2=i32:0 --print arg1 | FileCheck %s --check-prefix=NONE
// RUN: mla-interpret %t/computed.mlir --argument "arg0=*fp32:2?" --print arg0 --seed 1 | FileCheck %s --check-prefix=COMPUTED
// RUN: mla-interpret %t/one.mlir --argument "arg0=*fp32:1,2,3,4" --argument "arg1=*fp32:2?" --print arg1 | FileCheck %s --check-prefix=ONE
// RUN: mla-interpret %t/slots.mlir --argument "arg0=*fp32:1,2,3,4" --argument "arg1=*fp32:2?" --print arg1 --seed 3 | FileCheck %s --check-prefix=ONE

// CHECK: arg1 = [1, 0, 3, 0, 5, 0, 7, 0]
// NONE: arg1 = [?, ?, ?, ?, ?, ?, ?, ?]
// COMPUTED: arg0 = [7, 7]
// ONE: arg1 = [4, 6]

// A role that copies two slots ahead; the second element of each tile is not valid.
//--- queue.mlir
func.func @queue(%a: !tile.ptr<f32>, %b: !tile.ptr<f32>, %n: i32) attributes {tile.kernel} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<2xf32>>
  ws.role "compute" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %valid = arith.constant 1 : i64
    %r = tile.range 0 to 2 : tensor<2xi32>
    %bs = tile.splat %b : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    scf.for %i = %c0 to %n step %c1 iter_args(%slot = %c0, %parity = %c0) -> (i32, i32) : i32 {
      %t = ws.get %c[%slot] parity %parity valid %valid : !ws.channel<2 x tensor<2xf32>>
      %base = arith.muli %i, %c2 : i32
      %first = tile.splat %base : i32 -> tensor<2xi32>
      %at = arith.addi %first, %r : tensor<2xi32>
      %p = tile.addptr %bs, %at : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
      tile.store %p, %t : tensor<2x!tile.ptr<f32>>
      ws.release %c[%slot] : !ws.channel<2 x tensor<2xf32>>
      %next = arith.xori %slot, %c1 : i32
      %flip = arith.xori %parity, %slot : i32
      scf.yield %next, %flip : i32, i32
    }
  }
  ws.role "copy" warps(4, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %extent = arith.constant 8 : i64
    %v = tile.view %a, shape [%extent] strides [] : !tile.view<?xf32>
    scf.for %i = %c0 to %n step %c1 iter_args(%slot = %c0, %parity = %c0) -> (i32, i32) : i32 {
      %base = arith.muli %i, %c2 : i32
      %at = arith.extsi %base : i32 to i64
      ws.put_view %c[%slot] parity %parity, %v[%at] : !ws.channel<2 x tensor<2xf32>>, !tile.view<?xf32>
      %next = arith.xori %slot, %c1 : i32
      %flip = arith.xori %parity, %slot : i32
      scf.yield %next, %flip : i32, i32
    }
  }
  return
}

// Two roles take turns in putting; a computed tile may be used after its release.
//--- computed.mlir
func.func @computed(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %c = ws.channel {label = "t"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "left" warps(0, 4) {
    %x = arith.constant dense<3.0> : tensor<2xf32>
    ws.put_tile %c, %x : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
    %y = ws.get %c : !ws.channel<1 x tensor<2xf32>>
    ws.release %c : !ws.channel<1 x tensor<2xf32>>
    %r = tile.range 0 to 2 : tensor<2xi32>
    %as = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    %p = tile.addptr %as, %r : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    tile.store %p, %y : tensor<2x!tile.ptr<f32>>
  }
  ws.role "right" warps(4, 4) {
    %four = arith.constant dense<4.0> : tensor<2xf32>
    %x = ws.get %c : !ws.channel<1 x tensor<2xf32>>
    ws.release %c : !ws.channel<1 x tensor<2xf32>>
    %y = arith.addf %x, %four : tensor<2xf32>
    ws.put_tile %c, %y : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
  }
  return
}

// One role, which waits for its own copies.
//--- one.mlir
func.func @one(%a: !tile.ptr<f32>, %b: !tile.ptr<f32>) attributes {tile.kernel} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<2xf32>>
  ws.role "all" warps(0, 4) {
    %r = tile.range 0 to 2 : tensor<2xi32>
    %two = arith.constant dense<2> : tensor<2xi32>
    %as = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    %bs = tile.splat %b : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    %p = tile.addptr %as, %r : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    %q = tile.addptr %p, %two : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    ws.put %c, %p : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    ws.put %c, %q : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    %x = ws.get %c : !ws.channel<2 x tensor<2xf32>>
    %y = ws.get %c : !ws.channel<2 x tensor<2xf32>>
    %sum = arith.addf %x, %y : tensor<2xf32>
    ws.release %c : !ws.channel<2 x tensor<2xf32>>
    ws.release %c : !ws.channel<2 x tensor<2xf32>>
    %out = tile.addptr %bs, %r : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    tile.store %out, %sum : tensor<2x!tile.ptr<f32>>
  }
  return
}

//--- slots.mlir
func.func @slots(%a: !tile.ptr<f32>, %b: !tile.ptr<f32>) attributes {tile.kernel} {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<2xf32>>
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %false = arith.constant false
    %r = tile.range 0 to 2 : tensor<2xi32>
    %two = arith.constant dense<2> : tensor<2xi32>
    %as = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    %bs = tile.splat %b : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    %p = tile.addptr %as, %r : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    %q = tile.addptr %p, %two : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    ws.put %c[%c0], %p : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    ws.put %c[%c1], %q : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    %x = ws.get %c[%c0] {ahead = 2 : i32} : !ws.channel<2 x tensor<2xf32>>
    ws.put %c[%c0], %q if %false : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    %y = ws.get %c[%c1] {ahead = 2 : i32} : !ws.channel<2 x tensor<2xf32>>
    %sum = arith.addf %x, %y : tensor<2xf32>
    %out = tile.addptr %bs, %r : tensor<2x!tile.ptr<f32>>, tensor<2xi32>
    tile.store %out, %sum : tensor<2x!tile.ptr<f32>>
  }
  return
}
