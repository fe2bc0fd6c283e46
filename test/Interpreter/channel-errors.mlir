// What a schedule must not do.
// RUN: split-file %s %t
// RUN: not mla-interpret %t/deadlock.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=DEADLOCK
// RUN: not mla-interpret %t/early.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=EARLY
// RUN: not mla-interpret %t/parity.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=PARITY
// RUN: not mla-interpret %t/slot.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=SLOT
// RUN: not mla-interpret %t/overwritten.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=OVERWRITTEN
// RUN: not mla-interpret %t/under-way.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=WAY
// RUN: not mla-interpret %t/left.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: not mla-interpret %t/release.mlir --argument "arg0=*fp32:1,2" 2>&1 | FileCheck %s --check-prefix=RELEASE

// DEADLOCK: error: program (0, 0, 0): deadlock: no role can go on
// DEADLOCK: deadlock.mlir:9:14: note: role "left" gets from "b" and waits for tile 0, which nobody has put, in iteration 0 of "rounds"
// DEADLOCK: note: role "right" gets from "a" and waits for tile 0, which nobody has put
//--- deadlock.mlir
func.func @deadlock(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  %y = ws.channel {label = "b"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "left" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %t = arith.constant dense<0.0> : tensor<2xf32>
    scf.for %i = %c0 to %c1 step %c1 : i32 {
      %got = ws.get %y : !ws.channel<1 x tensor<2xf32>>
      ws.release %y : !ws.channel<1 x tensor<2xf32>>
      ws.put_tile %x, %t : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
    } {tile.label = "rounds"}
  }
  ws.role "right" warps(4, 4) {
    %got = ws.get %x : !ws.channel<1 x tensor<2xf32>>
    ws.release %x : !ws.channel<1 x tensor<2xf32>>
    ws.put_tile %y, %got : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
  }
  return
}

// EARLY: error: program (0, 0, 0): reads a tile after its slot of channel "a" was released
//--- early.mlir
func.func @early(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "left" warps(0, 4) {
    %got = ws.get %x : !ws.channel<1 x tensor<2xf32>>
    ws.release %x : !ws.channel<1 x tensor<2xf32>>
    %twice = arith.addf %got, %got : tensor<2xf32>
  }
  ws.role "copy" warps(4, 4) {
    %c0 = arith.constant 0 : i64
    %c2 = arith.constant 2 : i64
    %v = tile.view %a, shape [%c2] strides [] : !tile.view<?xf32>
    ws.put_view %x, %v[%c0] : !ws.channel<1 x tensor<2xf32>>, !tile.view<?xf32>
  }
  return
}

// PARITY: error: program (0, 0, 0): channel "a" of depth 1: names parity 1 for tile 0
//--- parity.mlir
func.func @parity(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "left" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %got = ws.get %x[%c0] parity %c1 : !ws.channel<1 x tensor<2xf32>>
    ws.release %x[%c0] : !ws.channel<1 x tensor<2xf32>>
  }
  ws.role "copy" warps(4, 4) {
    %t = arith.constant dense<0.0> : tensor<2xf32>
    ws.put_tile %x, %t : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
  }
  return
}

// SLOT: error: program (0, 0, 0): channel "a" of depth 1: has no slot 1
//--- slot.mlir
func.func @slot(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "all" warps(0, 4) {
    %c1 = arith.constant 1 : i32
    %p = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    ws.put %x[%c1], %p : !ws.channel<1 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
  }
  return
}

// OVERWRITTEN: error: program (0, 0, 0): reads a tile after its slot of channel "a" was given to the next tile
//--- overwritten.mlir
func.func @overwritten(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %p = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    ws.put %x[%c0], %p : !ws.channel<1 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    %got = ws.get %x[%c0] : !ws.channel<1 x tensor<2xf32>>
    %part = tile.slice %got [0] : tensor<2xf32> -> tensor<1xf32>
    ws.put %x[%c0], %p : !ws.channel<1 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    %twice = arith.addf %part, %part : tensor<1xf32>
  }
  return
}

// WAY: error: program (0, 0, 0): channel "a" of depth 2: takes slot 1 while a copy into it is under way
//--- under-way.mlir
func.func @under_way(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<2 x tensor<2xf32>>
  ws.role "all" warps(0, 4) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %p = tile.splat %a : !tile.ptr<f32> -> tensor<2x!tile.ptr<f32>>
    ws.put %x[%c0], %p : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    ws.put %x[%c1], %p : !ws.channel<2 x tensor<2xf32>>, tensor<2x!tile.ptr<f32>>
    %got = ws.get %x[%c1] {ahead = 2 : i32} : !ws.channel<2 x tensor<2xf32>>
  }
  return
}

// LEFT: error: program (0, 0, 0): at the end role "left" never took tile 1 of channel "a"
//--- left.mlir
func.func @left(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "left" warps(0, 4) {
    %got = ws.get %x : !ws.channel<1 x tensor<2xf32>>
    ws.release %x : !ws.channel<1 x tensor<2xf32>>
  }
  ws.role "copy" warps(4, 4) {
    %t = arith.constant dense<0.0> : tensor<2xf32>
    ws.put_tile %x, %t : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
    ws.put_tile %x, %t : !ws.channel<1 x tensor<2xf32>>, tensor<2xf32>
  }
  return
}

// RELEASE: error: program (0, 0, 0): channel "a" of depth 1: releases a tile that the role has not taken
//--- release.mlir
func.func @release(%a: !tile.ptr<f32>) attributes {tile.kernel} {
  %x = ws.channel {label = "a"} : !ws.channel<1 x tensor<2xf32>>
  ws.role "left" warps(0, 4) {
    ws.release %x : !ws.channel<1 x tensor<2xf32>>
  }
  return
}
