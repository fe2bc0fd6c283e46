// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-insert-channels))' -verify-diagnostics | FileCheck %s

// A load that only feeds a matrix product becomes a channel as deep as the kernel's stages; the tile that the
// copy finds contiguous along dimension 0 is stored that way.
// CHECK-LABEL: func.func @loads_in_a_loop_get_deep_channels
// CHECK:       %[[A:.*]] = ws.channel {label = "a"} : <3 x tensor<16x16xbf16, #shared>>
// CHECK:       %[[B:.*]] = ws.channel {label = "load1"} : <3 x tensor<16x16xbf16, #shared1>>
// CHECK:       ws.role "all" warps(0, 4)
// CHECK:       scf.for
// CHECK:       ws.put %[[A]], %[[PA:.*]], mask %[[M:.*]] {access = #tile.access<dim = 1, elems = 8>}
// CHECK-NEXT:  %[[TA:.*]] = ws.get %[[A]]
// CHECK-NEXT:  ws.put %[[B]], %[[PB:.*]] {access = #tile.access<dim = 0, elems = 8>}
// CHECK-NEXT:  %[[TB:.*]] = ws.get %[[B]]
// CHECK-NEXT:  %[[D:.*]] = tile.dot %[[TA]], %[[TB]]
// CHECK-DAG:   ws.release %[[A]]
// CHECK-DAG:   ws.release %[[B]]
// CHECK:       scf.yield %[[D]]
func.func @loads_in_a_loop_get_deep_channels(%a: tensor<16x16x!tile.ptr<bf16>>, %b: tensor<16x16x!tile.ptr<bf16>>,
    %m: tensor<16x16xi1>, %n: i32, %c: tensor<16x16x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %av = tile.load %a, mask %m {label = "a", access = #tile.access<dim = 1, elems = 8>} : tensor<16x16x!tile.ptr<bf16>>
    %bv = tile.load %b {access = #tile.access<dim = 0, elems = 8>} : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %av, %bv, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  tile.store %c, %r : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

// CHECK-LABEL: func.func @a_load_outside_loops_has_depth_1
// CHECK:       ws.channel {label = "load0"} : <1 x
// CHECK:       scf.for
// CHECK:         tile.dot
// CHECK:       }
// CHECK:       ws.release
func.func @a_load_outside_loops_has_depth_1(%a: tensor<16x16x!tile.ptr<bf16>>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %av = tile.load %a : tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %d = tile.dot %av, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

// Other readers, or another value than zero where masked, keep the load in registers.
// CHECK-LABEL: func.func @other_loads_stay
// CHECK-NOT:   ws.channel
// CHECK-COUNT-2: tile.load
func.func @other_loads_stay(%a: tensor<16x16x!tile.ptr<bf16>>, %m: tensor<16x16xi1>, %acc: tensor<16x16xf32>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %one = arith.constant dense<1.0> : tensor<16x16xbf16>
  %av = tile.load %a, mask %m, other %one : tensor<16x16x!tile.ptr<bf16>>
  %bv = tile.load %a : tensor<16x16x!tile.ptr<bf16>>
  %bn = arith.negf %bv : tensor<16x16xbf16>
  %d = tile.dot %av, %bn, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

// A store that may write what the load reads keeps the load in its iteration.
// CHECK-LABEL: func.func @a_store_to_the_same_argument_blocks_the_prefetch
// CHECK:       ws.channel {label = "load0"} : <1 x
func.func @a_store_to_the_same_argument_blocks_the_prefetch(%a: !tile.ptr<bf16>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %p = tile.splat %a : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    // expected-remark @below {{load is not pipelined: a store in the same loop may write what it reads}}
    %av = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %av, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %h = arith.truncf %d : tensor<16x16xf32> to tensor<16x16xbf16>
    // expected-note @below {{the store}}
    tile.store %p, %h : tensor<16x16x!tile.ptr<bf16>>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

// So does a store that may write an index on the way to the load's address.
// CHECK-LABEL: func.func @a_store_to_the_indices_blocks_the_prefetch
// CHECK:       ws.channel {label = "load0"} : <1 x
func.func @a_store_to_the_indices_blocks_the_prefetch(%a: !tile.ptr<bf16>, %index: !tile.ptr<i32>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %row = tile.load %index : !tile.ptr<i32>
    %rp = tile.addptr %a, %row : !tile.ptr<bf16>, i32
    %p = tile.splat %rp : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
    // expected-remark @below {{load is not pipelined: a store in the same loop may write what it reads}}
    %av = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %av, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    // expected-note @below {{the store}}
    tile.store %index, %i : !tile.ptr<i32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

// An address that an earlier iteration's product decides, handed on through a second carried value.
// CHECK-LABEL: func.func @a_product_behind_two_carried_values_blocks_the_prefetch
// CHECK:       ws.channel {label = "load0"} : <1 x
func.func @a_product_behind_two_carried_values_blocks_the_prefetch(%a: !tile.ptr<bf16>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r:2 = scf.for %i = %lower to %n step %step iter_args(%now = %lower, %next = %lower) -> (i32, i32) : i32 {
    %rp = tile.addptr %a, %now : !tile.ptr<bf16>, i32
    %p = tile.splat %rp : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
    // expected-remark @below {{load is not pipelined: its address depends on a result of the same iteration}}
    %av = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %av, %b, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %row = tile.reduce max %d {axis = 0 : i32} : tensor<16x16xf32> -> tensor<16xf32>
    %max = tile.reduce max %row {axis = 0 : i32} : tensor<16xf32> -> f32
    %later = arith.fptosi %max : f32 to i32
    scf.yield %next, %later : i32, i32
  }
  return
}
