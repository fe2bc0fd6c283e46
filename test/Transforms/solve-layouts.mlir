// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-solve-layouts),cse)' | FileCheck %s

// Elementwise chains share the layout of their widest access: 4 floats a thread and access.
// CHECK-DAG:   #[[L:.*]] = #sm.layout<[1], {register = {{\[\[1\], \[2\]\]}}, lane = {{\[\[4\], \[8\], \[16\], \[32\], \[64\]\]}}, warp = []}, [128]>
// CHECK-LABEL: func.func @elementwise_follows_the_access
// CHECK-NOT:   convert_layout
// CHECK:       tile.load {{.*}} tensor<128x!tile.ptr<f32>, #[[L]]>
// CHECK:       math.exp %{{.*}} : tensor<128xf32, #[[L]]>
// CHECK:       tile.store {{.*}} tensor<128x!tile.ptr<f32>, #[[L]]>
func.func @elementwise_follows_the_access(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 128 : tensor<128xi32>
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>>
  %p = tile.addptr %s, %r : tensor<128x!tile.ptr<f32>>, tensor<128xi32>
  %v = tile.load %p {access = #tile.access<dim = 0, elems = 4>} : tensor<128x!tile.ptr<f32>>
  %e = math.exp %v : tensor<128xf32>
  tile.store %p, %e {access = #tile.access<dim = 0, elems = 4>} : tensor<128x!tile.ptr<f32>>
  return
}

// -----

// A reduction leaves a slice, which its broadcast takes back without a conversion.
// CHECK-LABEL: func.func @reduce_and_broadcast_agree
// CHECK-NOT:   convert_layout
// CHECK:       tile.reduce max
func.func @reduce_and_broadcast_agree(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<4x128x!tile.ptr<f32>>
  %v = tile.load %s : tensor<4x128x!tile.ptr<f32>>
  %m = tile.reduce max %v {axis = 1 : i32} : tensor<4x128xf32> -> tensor<4xf32>
  %c = tile.expand_dims %m {axis = 1 : i32} : tensor<4xf32> -> tensor<4x1xf32>
  %b = tile.broadcast %c : tensor<4x1xf32> -> tensor<4x128xf32>
  %d = arith.subf %v, %b : tensor<4x128xf32>
  tile.store %s, %d : tensor<4x128x!tile.ptr<f32>>
  return
}

// -----

// The accumulator's layout is the matrix instruction's, through the loop; register operands are converted; a wide
// store is worth a conversion, a cheap mask is recomputed.
// CHECK-LABEL: func.func @accumulators_anchor
// CHECK-DAG:   %[[A:.*]] = sm.convert_layout %{{.*}} : tensor<16x16xbf16, #[[MEM:.*]]> -> tensor<16x16xbf16, #[[LA:.*]]>
// CHECK-DAG:   %[[B:.*]] = sm.convert_layout %{{.*}} : tensor<16x16xbf16, #[[MEM]]> -> tensor<16x16xbf16, #[[LB:.*]]>
// CHECK:       scf.for
// CHECK-NOT:     convert_layout
// CHECK:         sm.mma %{{.*}}, %{{.*}}, %{{.*}} warps [1, 1] : tensor<16x16xbf16, #[[LA2:.*]]>, tensor<16x16xbf16, #[[LB2:.*]]>, tensor<16x16xf32, #[[LA2]]>
// CHECK:       %[[OUT:.*]] = sm.convert_layout
// CHECK:       tile.store %{{.*}}, %[[OUT]]
func.func @accumulators_anchor(%x: !tile.ptr<bf16>, %out: !tile.ptr<f32>, %n: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %x : !tile.ptr<bf16> -> tensor<16x16x!tile.ptr<bf16>>
  %a = tile.load %s : tensor<16x16x!tile.ptr<bf16>>
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%acc = %zero) -> (tensor<16x16xf32>) : i32 {
    %d = sm.mma %a, %a, %acc warps [1, 1] : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  %h = arith.truncf %r : tensor<16x16xf32> to tensor<16x16xbf16>
  tile.store %s, %h {access = #tile.access<dim = 1, elems = 8>} : tensor<16x16x!tile.ptr<bf16>>
  return
}

// -----

// Values through scf.while and scf.if keep one layout.
// CHECK-LABEL: func.func @regions_carry_layouts
// CHECK-NOT:   convert_layout
// CHECK:       scf.while (%{{.*}} = %{{.*}}) : (tensor<64xf32, #[[L:.*]]>) -> tensor<64xf32, #[[L]]>
// CHECK:       scf.if %{{.*}} -> (tensor<64xf32, #[[L]]>)
func.func @regions_carry_layouts(%x: !tile.ptr<f32>, %if: i1) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>>
  %v = tile.load %s : tensor<64x!tile.ptr<f32>>
  %w = scf.while (%a = %v) : (tensor<64xf32>) -> tensor<64xf32> {
    %sum = tile.reduce sum %a {axis = 0 : i32} : tensor<64xf32> -> f32
    %limit = arith.constant 1.0 : f32
    %more = arith.cmpf olt, %sum, %limit : f32
    scf.condition(%more) %a : tensor<64xf32>
  } do {
  ^bb0(%a: tensor<64xf32>):
    %b = arith.addf %a, %a : tensor<64xf32>
    scf.yield %b : tensor<64xf32>
  }
  %r = scf.if %if -> (tensor<64xf32>) {
    scf.yield %w : tensor<64xf32>
  } else {
    %zero = arith.constant dense<0.0> : tensor<64xf32>
    scf.yield %zero : tensor<64xf32>
  }
  tile.store %s, %r : tensor<64x!tile.ptr<f32>>
  return
}

// -----

// A transposed tile stays with its threads. Columns 0 to 15 and 16 to 31 are in different ones: the tile is converted to what the
// part's users want.
// CHECK-LABEL: func.func @transposed_tiles_and_parts
// CHECK:       %[[T:.*]] = tile.load {{.*}} : tensor<16x32x!tile.ptr<f32>, #[[L:.*]]>
// CHECK-NEXT:  %[[C:.*]] = sm.convert_layout %[[T]]
// CHECK-NOT:   convert_layout
// CHECK:       tile.trans %[[T]] : tensor<16x32xf32, #[[L]]> -> tensor<32x16xf32, #{{.*}}>
// CHECK:       tile.slice %[[C]] [8, 16]
func.func @transposed_tiles_and_parts(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<16x32x!tile.ptr<f32>>
  %t = tile.load %s {access = #tile.access<dim = 1, elems = 4>} : tensor<16x32x!tile.ptr<f32>>
  %r = tile.trans %t : tensor<16x32xf32> -> tensor<32x16xf32>
  %o = tile.splat %x : !tile.ptr<f32> -> tensor<32x16x!tile.ptr<f32>>
  tile.store %o, %r : tensor<32x16x!tile.ptr<f32>>
  %u = tile.slice %t [8, 16] : tensor<16x32xf32> -> tensor<8x16xf32>
  %e = math.exp %u : tensor<8x16xf32>
  %w = tile.splat %x : !tile.ptr<f32> -> tensor<8x16x!tile.ptr<f32>>
  tile.store %w, %e : tensor<8x16x!tile.ptr<f32>>
  return
}

// -----

// In a loop no buffer is drained: accumulators are stored as they lie.
// CHECK-LABEL: func.func @stores_in_loops
// CHECK:       scf.for
// CHECK:         %[[D:.*]] = sm.mma
// CHECK-NOT:     convert_layout
// CHECK:         tile.store
func.func @stores_in_loops(%x: !tile.ptr<f32>, %a: !sm.buffer<1 x tensor<16x16xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>>>, %n: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<16x16x!tile.ptr<f32>>
  scf.for %i = %lower to %n step %step : i32 {
    %d = sm.mma %a, %a, %zero warps [1, 1] : !sm.buffer<1 x tensor<16x16xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>>>, !sm.buffer<1 x tensor<16x16xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>>>, tensor<16x16xf32>
    tile.store %s, %d {access = #tile.access<dim = 1, elems = 4>} : tensor<16x16x!tile.ptr<f32>>
  }
  return
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#t = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [0, 16], [0, 32]]}, [64, 64]>
#v = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0], [0, 64]]}, [64, 128]>

// Two warpgroups side by side: 32 columns of the scores each, 64 of the result. Each needs all columns of the left operand,
// which is converted; both warpgroups then hold the same elements.
// CHECK-DAG:   #[[SCORES:.*]] = #sm.layout<[1, 1], {register = {{\[\[}}0, 1], [8, 0], [0, 8], [0, 16]], lane = {{\[\[}}0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = {{\[\[}}16, 0], [32, 0], [0, 32]]}, [64, 64]>
// CHECK-DAG:   #[[ACC:.*]] = #sm.layout<[1, 1], {register = {{\[\[}}0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = {{\[\[}}0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = {{\[\[}}16, 0], [32, 0], [0, 64]]}, [64, 128]>
// CHECK-DAG:   #[[LEFT:.*]] = #sm.layout<[1, 1], {register = {{\[\[}}0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = {{\[\[}}0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = {{\[\[}}16, 0], [32, 0], [0, 0]]}, [64, 64]>
// CHECK-LABEL: func.func @columns_shared_by_warpgroups
// CHECK:       scf.for {{.*}} -> (tensor<64x128xf32, #[[ACC]]>)
// CHECK-NEXT:    %[[D:.*]] = sm.wgmma {{.*}} tensor<64x64xf32, #[[SCORES]]>
// CHECK-NEXT:    sm.wgmma_wait 0 for %[[D]] : tensor<64x64xf32, #[[SCORES]]>
// CHECK-NEXT:    %[[P:.*]] = arith.truncf
// CHECK-NEXT:    %[[LEFTP:.*]] = sm.convert_layout %[[P]] : tensor<64x64xbf16, #[[SCORES]]> -> tensor<64x64xbf16, #[[LEFT]]>
// CHECK-NEXT:    sm.wgmma %[[LEFTP]], {{.*}} tensor<64x128xf32, #[[ACC]]>
// CHECK-NOT:     convert_layout
func.func @columns_shared_by_warpgroups(%out: !tile.ptr<f32>, %n: i32) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %k = sm.alloc {label = "k"} : !sm.buffer<1 x tensor<64x64xbf16, #t>>
  %q = sm.alloc {label = "q"} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %v = sm.alloc {label = "v"} : !sm.buffer<1 x tensor<64x128xbf16, #v>>
  sm.warps first(0) count(8) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %start = arith.constant dense<0.0> : tensor<64x128xf32>
    %r = scf.for %i = %n to %n step %n iter_args(%acc = %start) -> (tensor<64x128xf32>) : i32 {
      %d = sm.wgmma %q, %k, %zero warps [4, 2] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #t>>, tensor<64x64xf32>
      %w = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
      %p = arith.truncf %w : tensor<64x64xf32> to tensor<64x64xbf16>
      %e = sm.wgmma %p, %v, %acc warps [4, 2] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x128xbf16, #v>>, tensor<64x128xf32>
      %x = sm.wgmma_wait 0 for %e : tensor<64x128xf32>
      scf.yield %x : tensor<64x128xf32>
    }
    %o = tile.splat %out : !tile.ptr<f32> -> tensor<64x128x!tile.ptr<f32>>
    tile.store %o, %r : tensor<64x128x!tile.ptr<f32>>
  }
  return
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>

// A tile that another role computed is read from shared memory the way the product wants its left operand: nothing is
// converted. Two warpgroups side by side read the same elements. What else reads the tile follows.
// CHECK-DAG:   #[[ONE:.*]] = #sm.layout<[1, 1], {register = {{\[\[}}0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = {{\[\[}}0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = {{\[\[}}16, 0], [32, 0]]}, [64, 64]>
// CHECK-DAG:   #[[TWO:.*]] = #sm.layout<[1, 1], {register = {{\[\[}}0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = {{\[\[}}0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = {{\[\[}}16, 0], [32, 0], [0, 0]]}, [64, 64]>
// CHECK-LABEL: func.func @left_operand_from_shared_memory
// CHECK:       sm.warps first(0) count(4)
// CHECK:         %[[P:.*]] = sm.load_shared %[[S:.*]] ordered : <1 x {{.*}} -> tensor<64x64xbf16, #[[ONE]]>
// CHECK-NEXT:    sm.wgmma %[[P]], %{{.*}} warps [4, 1] : tensor<64x64xbf16, #[[ONE]]>,
// CHECK:       sm.warps first(4) count(8)
// CHECK:         %[[Q:.*]] = sm.load_shared %[[S]] : <1 x {{.*}} -> tensor<64x64xbf16, #[[TWO]]>
// CHECK-NEXT:    %[[N:.*]] = arith.negf %[[Q]] : tensor<64x64xbf16, #[[TWO]]>
// CHECK-NEXT:    sm.wgmma %[[Q]], %{{.*}} warps [4, 2] : tensor<64x64xbf16, #[[TWO]]>,
// CHECK-NEXT:    sm.wgmma_wait
// CHECK-NEXT:    sm.store_shared %[[N]]
// CHECK-NOT:   convert_layout
// CHECK:       return
func.func @left_operand_from_shared_memory() attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %p = sm.alloc {label = "p"} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %v = sm.alloc {label = "v"} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %vt = sm.trans %v : !sm.buffer<1 x tensor<64x64xbf16, #s>> -> !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [0, 16], [0, 32]]}, [64, 64]>>>
  sm.warps first(0) count(4) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %t = sm.load_shared %p ordered : !sm.buffer<1 x tensor<64x64xbf16, #s>> -> tensor<64x64xbf16>
    %d = sm.wgmma %t, %v, %zero warps [4, 1] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
    %w = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
  }
  sm.warps first(4) count(8) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %t = sm.load_shared %p : !sm.buffer<1 x tensor<64x64xbf16, #s>> -> tensor<64x64xbf16>
    %n = arith.negf %t : tensor<64x64xbf16>
    %d = sm.wgmma %t, %vt, %zero warps [4, 2] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [0, 16], [0, 32]]}, [64, 64]>>>, tensor<64x64xf32>
    %w = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
    sm.store_shared %n to %p : tensor<64x64xbf16> to !sm.buffer<1 x tensor<64x64xbf16, #s>>
  }
  return
}

// -----

// What a loop carries follows the products in it, not the vector that is stored once behind it.
// CHECK-LABEL: func.func @carried_vectors_follow_the_loop
// CHECK:       scf.for
// CHECK-NOT:     convert_layout
// CHECK:         tile.reduce max
// CHECK-NOT:     convert_layout
// CHECK:         scf.yield
func.func @carried_vectors_follow_the_loop(%q: !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>>>, %n: i32, %out: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %none = arith.constant dense<0xFF800000> : tensor<64xf32>
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %r = scf.for %i = %lower to %n step %step iter_args(%m = %none) -> (tensor<64xf32>) : i32 {
    %d = sm.mma %q, %q, %zero warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>>>, !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>>>, tensor<64x64xf32>
    %max = tile.reduce max %d {axis = 1 : i32} : tensor<64x64xf32> -> tensor<64xf32>
    %next = arith.maxnumf %m, %max : tensor<64xf32>
    scf.yield %next : tensor<64xf32>
  }
  %range = tile.range 0 to 64 : tensor<64xi32>
  %s = tile.splat %out : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>>
  %p = tile.addptr %s, %range : tensor<64x!tile.ptr<f32>>, tensor<64xi32>
  tile.store %p, %r : tensor<64x!tile.ptr<f32>>
  return
}

// -----

// Rows by indices in a kernel with products: each warp holds all 64 indices, and what their addresses need is moved between its lanes, as vectors. Few
// rows for each thread.
// CHECK-DAG:   #[[ROWS:.*]] = #sm.layout<[1], {register = {{\[\[32\]\]}}, lane = {{\[\[1\], \[2\], \[4\], \[8\], \[16\]\]}}, warp = {{\[\[0\], \[0\], \[0\]\]}}}, [64]>
// CHECK-DAG:   #[[TILE:.*]] = #sm.layout<[1, 1], {register = {{.*}}[32, 0], [0, 128], [0, 256]], {{.*}}, [64, 512]>
// CHECK-LABEL: func.func @gathered_rows
// CHECK:       scf.for
// CHECK:         tile.load {{.*}} tensor<64x!tile.ptr<i32>, #[[ROWS]]>
// CHECK:         sm.convert_layout %{{.*}} : tensor<64x!tile.ptr<i8>, #[[ROWS]]>
// CHECK:         tile.expand_dims
// CHECK:         tile.load {{.*}} tensor<64x512x!tile.ptr<i8>, #[[TILE]]>
func.func @gathered_rows(%q: !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>>>, %x: !tile.ptr<i8>, %index: !tile.ptr<i32>, %n: i32, %out: !tile.ptr<i8>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %range = tile.range 0 to 64 : tensor<64xi32>
  %columns = tile.range 0 to 512 : tensor<512xi32>
  %row = tile.expand_dims %columns {axis = 0 : i32} : tensor<512xi32> -> tensor<1x512xi32>
  %offsets = tile.broadcast %row : tensor<1x512xi32> -> tensor<64x512xi32>
  %outs = tile.splat %out : !tile.ptr<i8> -> tensor<64x512x!tile.ptr<i8>>
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %d = sm.mma %q, %q, %zero warps [4, 2] : !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>>>, !sm.buffer<1 x tensor<64x64xbf16, #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>>>, tensor<64x64xf32>
  scf.for %i = %lower to %n step %step : i32 {
    %s = tile.splat %index : !tile.ptr<i32> -> tensor<64x!tile.ptr<i32>>
    %ip = tile.addptr %s, %range : tensor<64x!tile.ptr<i32>>, tensor<64xi32>
    %rows = tile.load %ip : tensor<64x!tile.ptr<i32>>
    %base = tile.splat %x : !tile.ptr<i8> -> tensor<64x!tile.ptr<i8>>
    %begin = tile.addptr %base, %rows : tensor<64x!tile.ptr<i8>>, tensor<64xi32>
    %column = tile.expand_dims %begin {axis = 1 : i32} : tensor<64x!tile.ptr<i8>> -> tensor<64x1x!tile.ptr<i8>>
    %wide = tile.broadcast %column : tensor<64x1x!tile.ptr<i8>> -> tensor<64x512x!tile.ptr<i8>>
    %ptrs = tile.addptr %wide, %offsets : tensor<64x512x!tile.ptr<i8>>, tensor<64x512xi32>
    %v = tile.load %ptrs {access = #tile.access<dim = 1, elems = 16>} : tensor<64x512x!tile.ptr<i8>>
    tile.store %outs, %v : tensor<64x512x!tile.ptr<i8>>
  }
  return
}
