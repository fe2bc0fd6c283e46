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

// -----

// One load that is read transposed and in part is one channel, released after the last reader.
// CHECK-LABEL: func.func @one_tile_with_several_readers
// CHECK:       %[[C:.*]] = ws.channel {label = "kv"} : <2 x tensor<16x48xbf16, #shared>>
// CHECK-NOT:   ws.channel
// CHECK:       scf.for
// CHECK:         %[[T:.*]] = ws.get %[[C]]
// CHECK:         tile.trans %[[T]]
// CHECK:         tile.dot
// CHECK-NOT:     ws.release
// CHECK:         tile.slice %[[T]]
// CHECK:         tile.dot
// CHECK-NEXT:    ws.release %[[C]]
func.func @one_tile_with_several_readers(%k: tensor<16x48x!tile.ptr<bf16>>, %q: tensor<16x48xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %start = arith.constant dense<0.0> : tensor<16x32xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %start) -> (tensor<16x32xf32>) : i32 {
    %kv = tile.load %k {label = "kv", access = #tile.access<dim = 1, elems = 8>} : tensor<16x48x!tile.ptr<bf16>>
    %kt = tile.trans %kv : tensor<16x48xbf16> -> tensor<48x16xbf16>
    %s = tile.dot %q, %kt, %zero : tensor<16x48xbf16>, tensor<48x16xbf16>, tensor<16x16xf32>
    %p = arith.truncf %s : tensor<16x16xf32> to tensor<16x16xbf16>
    %v = tile.slice %kv [0, 0] : tensor<16x48xbf16> -> tensor<16x32xbf16>
    %d = tile.dot %p, %v, %acc : tensor<16x16xbf16>, tensor<16x32xbf16>, tensor<16x32xf32>
    scf.yield %d : tensor<16x32xf32>
  }
  return
}

// -----

// Another reader of the part keeps the whole load in registers.
// CHECK-LABEL: func.func @parts_that_are_not_multiplied
// CHECK-NOT:   ws.channel
func.func @parts_that_are_not_multiplied(%k: tensor<16x48x!tile.ptr<bf16>>, %q: tensor<16x16xbf16>, %c: tensor<16x48xf32>, %o: tensor<16x16x!tile.ptr<bf16>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32} {
  %kv = tile.load %k : tensor<16x48x!tile.ptr<bf16>>
  %d = tile.dot %q, %kv, %c : tensor<16x16xbf16>, tensor<16x48xbf16>, tensor<16x48xf32>
  %v = tile.slice %kv [0, 0] : tensor<16x48xbf16> -> tensor<16x16xbf16>
  tile.store %o, %v : tensor<16x16x!tile.ptr<bf16>>
  return
}

// -----

// Depths by label win over the number of stages, but a load outside a loop has no one to run ahead of.
// CHECK-LABEL: func.func @depths_of_labels
// CHECK:       ws.channel {label = "q"} : <1 x
// CHECK:       ws.channel {label = "k"} : <4 x
// CHECK:       ws.channel {label = "load2"} : <2 x
func.func @depths_of_labels(%p: tensor<16x16x!tile.ptr<bf16>>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32, tile.channel_depths = {k = 4 : i32, q = 3 : i32}} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %q = tile.load %p {label = "q"} : tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %k = tile.load %p {label = "k"} : tensor<16x16x!tile.ptr<bf16>>
    %v = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %c = tile.dot %q, %k, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %d = tile.dot %q, %v, %c : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

// expected-error @below {{`tile.channel_depths` names "kv", but the kernel's channels are: "a", "load1"}}
func.func @unknown_label(%p: tensor<16x16x!tile.ptr<bf16>>, %c: tensor<16x16xf32>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32, tile.channel_depths = {kv = 2 : i32}} {
  %a = tile.load %p {label = "a"} : tensor<16x16x!tile.ptr<bf16>>
  %b = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
  %d = tile.dot %a, %b, %c : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

// expected-error @below {{`tile.channel_depths` expects integers of at least 1, got 0 : i32 for "a"}}
func.func @no_depth(%p: tensor<16x16x!tile.ptr<bf16>>, %c: tensor<16x16xf32>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32, tile.channel_depths = {a = 0 : i32}} {
  %a = tile.load %p {label = "a"} : tensor<16x16x!tile.ptr<bf16>>
  %d = tile.dot %a, %a, %c : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

!pages = !tile.view<?x?x128xbf16>
// A tile of a view is put as a whole; the get says which of its rows exist. It is released after its last reader, also
// where that one reads a part of it.
// CHECK-LABEL: func.func @bulk_load_with_valid_rows
// CHECK-SAME:  %[[V:[^:]*]]: !tile.view<?x?x128xbf16>, %[[PAGE:[^:]*]]: i64, %[[N:[^:]*]]: i64
// CHECK:       %[[C:.*]] = ws.channel {label = "kv"} : <2 x tensor<64x128xbf16, #shared>>
// CHECK:       scf.for
// CHECK-NEXT:    ws.put_view %[[C]], %[[V]][%[[PAGE]], %[[N]], %[[N]]] :
// CHECK-NEXT:    %[[T:.*]] = ws.get %[[C]] valid %[[N]] :
// CHECK-NEXT:    %[[K:.*]] = tile.trans %[[T]]
// CHECK-NEXT:    tile.dot %{{.*}}, %[[K]]
// CHECK:         %[[X:.*]] = tile.slice %[[T]] [0, 64]
// CHECK-NEXT:    %[[D:.*]] = tile.dot %{{.*}}, %[[X]]
// CHECK-NEXT:    ws.release %[[C]]
// CHECK-NEXT:    scf.yield %[[D]]
func.func @bulk_load_with_valid_rows(%v: !pages, %page: i64, %n: i64, %q: tensor<64x128xbf16>, %zero: tensor<64x64xf32>, %count: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32} {
  %lower = arith.constant 0 : i32
  %start = arith.constant dense<0.0> : tensor<64x64xf32>
  %r = scf.for %i = %lower to %count step %count iter_args(%acc = %start) -> (tensor<64x64xf32>) : i32 {
    %kv = tile.load_view %v[%page, %n, %n] dims [1, 2] valid %n {bulk_copy, label = "kv"} : !pages -> tensor<64x128xbf16>
    %k = tile.trans %kv : tensor<64x128xbf16> -> tensor<128x64xbf16>
    %s = tile.dot %q, %k, %zero : tensor<64x128xbf16>, tensor<128x64xbf16>, tensor<64x64xf32>
    %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %x = tile.slice %kv [0, 64] : tensor<64x128xbf16> -> tensor<64x64xbf16>
    %d = tile.dot %p, %x, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  return
}

// -----

!rows = !tile.view<?x64xbf16>
// Copies of one bulk load share a channel, whose label and depth are those of the load they come from; tiles are released in the order in
// which they are taken, also if the first is read last. A tile of another type goes its own way.
// CHECK-LABEL: func.func @copies_share_a_channel
// CHECK-DAG:   %[[C:.*]] = ws.channel {label = "kv"} : <3 x tensor<64x64xbf16, #shared
// CHECK-DAG:   %[[W:.*]] = ws.channel {label = "w.0"} : <2 x tensor<64x64xbf16, #shared
// CHECK-DAG:   %[[W1:.*]] = ws.channel {label = "w.1"} : <2 x tensor<64x32xbf16, #shared
// CHECK-NOT:   ws.channel
// CHECK:       scf.for
// CHECK-NEXT:    ws.put_view %[[C]]
// CHECK-NEXT:    %[[T0:.*]] = ws.get %[[C]]
// CHECK-NEXT:    ws.put_view %[[C]]
// CHECK-NEXT:    %[[T1:.*]] = ws.get %[[C]]
// CHECK-NEXT:    tile.dot %{{.*}}, %[[T1]]
// CHECK-NEXT:    tile.dot %{{.*}}, %[[T0]]
// CHECK-NEXT:    ws.release %[[C]]
// CHECK-NEXT:    ws.release %[[C]]
// CHECK:       scf.for
// CHECK-NEXT:    ws.put_view %[[C]]
// CHECK-NEXT:    ws.get %[[C]]
// CHECK-NEXT:    tile.dot
// CHECK-NEXT:    ws.release %[[C]]
func.func @copies_share_a_channel(%v: !rows, %q: tensor<64x64xbf16>, %zero: tensor<64x64xf32>, %narrow: tensor<64x32xf32>, %n: i64)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32, tile.channel_depths = {kv = 3 : i32}} {
  %lower = arith.constant 0 : i64
  %r = scf.for %i = %lower to %n step %n iter_args(%acc = %zero) -> (tensor<64x64xf32>) : i64 {
    %k0 = tile.load_view %v[%i, %lower] dims [0, 1] {bulk_copy, label = "kv.0"} : !rows -> tensor<64x64xbf16>
    %k1 = tile.load_view %v[%n, %lower] dims [0, 1] {bulk_copy, label = "kv.1"} : !rows -> tensor<64x64xbf16>
    %d = tile.dot %q, %k1, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    %e = tile.dot %q, %k0, %d : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %e : tensor<64x64xf32>
  }
  %t = scf.for %i = %lower to %n step %n iter_args(%acc = %r) -> (tensor<64x64xf32>) : i64 {
    %k = tile.load_view %v[%i, %lower] dims [0, 1] {bulk_copy, label = "kv.tail"} : !rows -> tensor<64x64xbf16>
    %d = tile.dot %q, %k, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  %w0 = tile.load_view %v[%n, %lower] dims [0, 1] {bulk_copy, label = "w.0"} : !rows -> tensor<64x64xbf16>
  %w1 = tile.load_view %v[%n, %lower] dims [0, 1] {bulk_copy, label = "w.1"} : !rows -> tensor<64x32xbf16>
  %d0 = tile.dot %q, %w0, %t : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  %d1 = tile.dot %q, %w1, %narrow : tensor<64x64xbf16>, tensor<64x32xbf16>, tensor<64x32xf32>
  return
}

// -----

// Other loads do not share; a depth of the load that they are copies of is theirs, unless they have their own.
// CHECK-LABEL: func.func @copies_with_channels_of_their_own
// CHECK:       ws.channel {label = "k.0"} : <4 x
// CHECK:       ws.channel {label = "k.1"} : <3 x
func.func @copies_with_channels_of_their_own(%p: tensor<16x16x!tile.ptr<bf16>>, %zero: tensor<16x16xf32>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32, tile.channel_depths = {k = 4 : i32, k.1 = 3 : i32}} {
  %lower = arith.constant 0 : i32
  %r = scf.for %i = %lower to %n step %n iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %k = tile.load %p {label = "k.0"} : tensor<16x16x!tile.ptr<bf16>>
    %v = tile.load %p {label = "k.1"} : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %k, %v, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

!rows = !tile.view<?x64xbf16>
// Labels that agree, and a load inside the loop over which another one is held, do not share.
// CHECK-LABEL: func.func @no_copies
// CHECK-DAG:   ws.channel {label = "a.0"}
// CHECK-DAG:   ws.channel {label = "a.0"}
// CHECK-DAG:   ws.channel {label = "b.0"}
// CHECK-DAG:   ws.channel {label = "b.1"}
func.func @no_copies(%v: !rows, %q: tensor<64x64xbf16>, %zero: tensor<64x64xf32>, %n: i64)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32} {
  %lower = arith.constant 0 : i64
  %a = tile.load_view %v[%n, %lower] dims [0, 1] {bulk_copy, label = "a.0"} : !rows -> tensor<64x64xbf16>
  %b = tile.load_view %v[%n, %lower] dims [0, 1] {bulk_copy, label = "a.0"} : !rows -> tensor<64x64xbf16>
  %c = tile.load_view %v[%n, %lower] dims [0, 1] {bulk_copy, label = "b.0"} : !rows -> tensor<64x64xbf16>
  %t = scf.for %i = %lower to %n step %n iter_args(%acc = %zero) -> (tensor<64x64xf32>) : i64 {
    %k = tile.load_view %v[%i, %lower] dims [0, 1] {bulk_copy, label = "b.1"} : !rows -> tensor<64x64xbf16>
    %d = tile.dot %c, %k, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  %d = tile.dot %a, %b, %t : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  return
}

// -----

// A loop that asks for its own depth gets it.
// CHECK-LABEL: func.func @loops_have_depths
// CHECK:       ws.channel {label = "load0"} : <2 x
func.func @loops_have_depths(%a: !tile.ptr<bf16>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 4 : i32, tile.provenance = {num_stages = "source"}} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %p = tile.splat %a : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %x = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  } {tile.num_stages = 2 : i32}
  return
}

// -----

// But not against a recipe.
// CHECK-LABEL: func.func @recipes_win
// CHECK:       ws.channel {label = "load0"} : <4 x
func.func @recipes_win(%a: !tile.ptr<bf16>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 4 : i32, tile.provenance = {num_stages = "recipe"}} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %p = tile.splat %a : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %x = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  } {tile.num_stages = 2 : i32}
  return
}

// -----

// A value that others may have released is read after the wait for it, not before; and a volatile load is no copy.
// CHECK-LABEL: func.func @an_acquire_blocks_the_prefetch
// CHECK:       ws.channel {label = "load0"} : <1 x
// CHECK:       tile.load %{{.*}} {is_volatile}
func.func @an_acquire_blocks_the_prefetch(%a: !tile.ptr<bf16>, %b: tensor<16x16xbf16>, %flag: !tile.ptr<i32>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %p = tile.splat %a : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    // expected-note @below {{the wait}}
    %old = tile.atomic_rmw add acquire gpu %flag, %n : !tile.ptr<i32>
    tile.store %flag, %old : !tile.ptr<i32>
    // expected-remark @below {{load is not pipelined: it must not be done before what the same loop waits for}}
    %x = tile.load %p : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %y = tile.load %p {is_volatile} : tensor<16x16x!tile.ptr<bf16>>
    %e = tile.dot %y, %b, %d : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %e : tensor<16x16xf32>
  }
  return
}

// -----

// An atomic without a result orders nothing that its address does not concern.
// CHECK-LABEL: func.func @a_reduction_blocks_nothing
// CHECK:       ws.channel {label = "load0"} : <3 x
func.func @a_reduction_blocks_nothing(%a: !tile.ptr<bf16>, %b: tensor<16x16xbf16>, %flag: !tile.ptr<i32>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %p = tile.splat %a : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %x = tile.load %p {access = #tile.access<dim = 1, elems = 8>} : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %old = tile.atomic_rmw add acq_rel gpu %flag, %n : !tile.ptr<i32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

// In a loop a tile may be converted on its way to the product; outside, and where it cannot run ahead, it is loaded at once.
// CHECK-LABEL: func.func @converted_tiles
// CHECK:       ws.channel {label = "quantised"} : <3 x tensor<16x16xi8
// CHECK-NOT:   ws.channel
// CHECK:       tile.load %{{.*}} {label = "outside"}
// CHECK:       scf.for
// CHECK:         ws.put
// CHECK:         %[[T:.*]] = ws.get
// CHECK:         arith.sitofp %[[T]]
// CHECK:       scf.for
// CHECK:         tile.load %{{.*}} {label = "stays"}
func.func @converted_tiles(%p: tensor<16x16x!tile.ptr<i8>>, %n: i32, %a: tensor<16x16xbf16>, %out: tensor<16x16x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 3 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %o = tile.load %p {label = "outside"} : tensor<16x16x!tile.ptr<i8>>
  %of = arith.sitofp %o : tensor<16x16xi8> to tensor<16x16xbf16>
  %first = tile.dot %a, %of, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %first) -> (tensor<16x16xf32>) : i32 {
    %b = tile.load %p {label = "quantised", access = #tile.access<dim = 1, elems = 4>} : tensor<16x16x!tile.ptr<i8>>
    %bf = arith.sitofp %b : tensor<16x16xi8> to tensor<16x16xbf16>
    %d = tile.dot %a, %bf, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  scf.for %i = %lower to %n step %step : i32 {
    // expected-remark @below {{load is not pipelined: a store in the same loop may write what it reads}}
    %b = tile.load %p {label = "stays"} : tensor<16x16x!tile.ptr<i8>>
    %bf = arith.sitofp %b : tensor<16x16xi8> to tensor<16x16xbf16>
    %d = tile.dot %a, %bf, %zero : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %q = arith.fptosi %d : tensor<16x16xf32> to tensor<16x16xi8>
    // expected-note @below {{the store}}
    tile.store %p, %q : tensor<16x16x!tile.ptr<i8>>
  }
  tile.store %out, %r : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

// Codes of 8 bits and rows of few bytes, their scales, are copied ahead whatever is computed of them on the way to products; a tile
// of other numbers is not if it is more than converted.
// CHECK-LABEL: func.func @codes_and_scales
// CHECK-DAG:   ws.channel {label = "codes"} : <2 x tensor<16x16xf8E4M3FN
// CHECK-DAG:   ws.channel {label = "scales"} : <2 x tensor<16x4xf32
// CHECK-NOT:   ws.channel {label = "numbers"}
// CHECK:       tile.load %{{.*}} {{{.*}}label = "numbers"
func.func @codes_and_scales(%a: tensor<16x16x!tile.ptr<bf16>>, %c: tensor<16x16x!tile.ptr<f8E4M3FN>>, %p: tensor<16x4x!tile.ptr<f32>>, %n: i32, %q: tensor<16x16xbf16>, %out: tensor<16x16x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 2 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %codes = tile.load %c {label = "codes", access = #tile.access<dim = 1, elems = 16>} : tensor<16x16x!tile.ptr<f8E4M3FN>>
    %scales = tile.load %p {label = "scales", access = #tile.access<dim = 1, elems = 4>} : tensor<16x4x!tile.ptr<f32>>
    %column = tile.expand_dims %scales {axis = 2 : i32} : tensor<16x4xf32> -> tensor<16x4x1xf32>
    %wide = tile.broadcast %column : tensor<16x4x1xf32> -> tensor<16x4x4xf32>
    %each = tile.reshape %wide : tensor<16x4x4xf32> -> tensor<16x16xf32>
    %numbers = arith.extf %codes : tensor<16x16xf8E4M3FN> to tensor<16x16xf32>
    %product = arith.mulf %numbers, %each : tensor<16x16xf32>
    %k = arith.truncf %product : tensor<16x16xf32> to tensor<16x16xbf16>
    %d = tile.dot %q, %k, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    %others = tile.load %a {label = "numbers", access = #tile.access<dim = 1, elems = 8>} : tensor<16x16x!tile.ptr<bf16>>
    %twice = arith.addf %others, %others : tensor<16x16xbf16>
    %e = tile.dot %q, %twice, %d : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %e : tensor<16x16xf32>
  }
  tile.store %out, %r : tensor<16x16x!tile.ptr<f32>>
  return
}

// -----

// Copies of two bytes go through registers: more than one iteration ahead is of no use. Beside a copy that cp.async makes they
// are as deep as that one.
// CHECK-LABEL: func.func @narrow_copies
// CHECK:       ws.channel {label = "narrow"} : <2 x
// CHECK:       ws.channel {label = "unknown"} : <2 x
// CHECK:       ws.channel {label = "beside"} : <4 x
// CHECK:       ws.channel {label = "wide"} : <4 x
func.func @narrow_copies(%a: tensor<16x16x!tile.ptr<bf16>>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 4 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %x = tile.load %a {label = "narrow", access = #tile.access<dim = 1, elems = 1>} : tensor<16x16x!tile.ptr<bf16>>
    %y = tile.load %a {label = "unknown"} : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %y, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  %s = scf.for %i = %lower to %n step %step iter_args(%acc = %r) -> (tensor<16x16xf32>) : i32 {
    %x = tile.load %a {label = "beside"} : tensor<16x16x!tile.ptr<bf16>>
    %y = tile.load %a {label = "wide", access = #tile.access<dim = 1, elems = 2>} : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %y, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}

// -----

// A recipe knows what it does.
// CHECK-LABEL: func.func @narrow_copies_of_a_recipe
// CHECK:       ws.channel {label = "load0"} : <4 x
func.func @narrow_copies_of_a_recipe(%a: tensor<16x16x!tile.ptr<bf16>>, %b: tensor<16x16xbf16>, %n: i32)
    attributes {tile.kernel, tile.num_warps = 4 : i32, tile.num_stages = 4 : i32, tile.provenance = {num_stages = "recipe"}} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %x = tile.load %a : tensor<16x16x!tile.ptr<bf16>>
    %d = tile.dot %x, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  return
}
