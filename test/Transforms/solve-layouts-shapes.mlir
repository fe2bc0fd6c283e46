// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-solve-layouts),cse)' | FileCheck %s

// Threads keep their elements: the layout travels through the changes of shape.
// CHECK-LABEL: func.func @layouts_travel
// CHECK-NOT:   convert_layout
// CHECK:       tile.store
func.func @layouts_travel(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<4x16x64x!tile.ptr<f32>>
  %v = tile.load %s {access = #tile.access<dim = 2, elems = 4>} : tensor<4x16x64x!tile.ptr<f32>>
  %t = tile.trans %v {order = array<i32: 1, 0, 2>} : tensor<4x16x64xf32> -> tensor<16x4x64xf32>
  %r = tile.reshape %t : tensor<16x4x64xf32> -> tensor<16x128x2xf32>
  %a, %b = tile.split %r : tensor<16x128x2xf32> -> tensor<16x128xf32>
  %c = arith.addf %a, %b : tensor<16x128xf32>
  %p = tile.join %c, %a : tensor<16x128xf32> -> tensor<16x128x2xf32>
  %f = tile.reshape %p : tensor<16x128x2xf32> -> tensor<4096xf32>
  %o = tile.splat %x : !tile.ptr<f32> -> tensor<4096x!tile.ptr<f32>>
  tile.store %o, %f : tensor<4096x!tile.ptr<f32>>
  return
}

// -----

// The halves of pairs that lie in neighbouring lanes: the source is converted, not the halves.
// CHECK-LABEL: func.func @pairs_come_into_registers
// CHECK:       %[[T:.*]] = tile.load
// CHECK:       sm.convert_layout %[[T]] : tensor<64x2xf32, #{{.*}}> -> tensor<64x2xf32, #[[P:.*]]>
// CHECK:       tile.split {{.*}} : tensor<64x2xf32, #[[P]]>
// CHECK-NOT:   convert_layout
func.func @pairs_come_into_registers(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<64x2x!tile.ptr<f32>>
  %w = tile.load %s {access = #tile.access<dim = 1, elems = 1>} : tensor<64x2x!tile.ptr<f32>>
  %a, %b = tile.split %w : tensor<64x2xf32> -> tensor<64xf32>
  %c = arith.addf %a, %b : tensor<64xf32>
  %o = tile.splat %x : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>>
  tile.store %o, %c : tensor<64x!tile.ptr<f32>>
  return
}

// -----

// Indices are computed again in the shape and layout that each use wants.
// CHECK-LABEL: func.func @reshaped_indices_are_cheap
// CHECK-NOT:   convert_layout
// CHECK:       tile.reshape {{.*}} -> tensor<8x16xi32, #[[L:.*]]>
// CHECK:       tile.store {{.*}} : tensor<8x16x!tile.ptr<i32>, #[[L]]>
func.func @reshaped_indices_are_cheap(%x: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 128 : tensor<128xi32>
  %m = tile.reshape %r : tensor<128xi32> -> tensor<8x16xi32>
  %s = tile.splat %x : !tile.ptr<i32> -> tensor<8x16x!tile.ptr<i32>>
  %p = tile.addptr %s, %m : tensor<8x16x!tile.ptr<i32>>, tensor<8x16xi32>
  tile.store %p, %m {access = #tile.access<dim = 1, elems = 4>} : tensor<8x16x!tile.ptr<i32>>
  return
}

// -----

// Segments move: the reshape itself exchanges the elements, in whatever layouts both sides have.
// CHECK-LABEL: func.func @segments_move
// CHECK-NOT:   convert_layout
// CHECK:       tile.load {{.*}} : tensor<8x576x!tile.ptr<f32>, #[[A:.*]]>
// CHECK:       tile.reshape {{.*}} : tensor<8x576xf32, #[[A]]> -> tensor<4608xf32, #[[B:.*]]>
// CHECK:       tile.store {{.*}} : tensor<4608x!tile.ptr<f32>, #[[B]]>
func.func @segments_move(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<8x576x!tile.ptr<f32>>
  %v = tile.load %s : tensor<8x576x!tile.ptr<f32>>
  %r = tile.reshape %v : tensor<8x576xf32> -> tensor<4608xf32>
  %o = tile.splat %x : !tile.ptr<f32> -> tensor<4608x!tile.ptr<f32>>
  tile.store %o, %r : tensor<4608x!tile.ptr<f32>>
  return
}

// -----

// The source of a gather stays where it is; index and result share a layout. What is counted stays too.
// CHECK-LABEL: func.func @selections
// CHECK-NOT:   convert_layout
// CHECK:       tile.gather %{{.*}}[%{{.*}}] {axis = 0 : i32} : tensor<64x32xf32, #{{.*}}>, tensor<8x32xi32, #[[L:.*]]> -> tensor<8x32xf32, #[[L]]>
// CHECK:       tile.store {{.*}} : tensor<8x32x!tile.ptr<f32>, #[[L]]>
// CHECK:       tile.histogram %{{.*}}, mask %{{.*}} : tensor<64xi32, #[[S:.*]]> -> tensor<16xi32, #{{.*}}>
func.func @selections(%x: !tile.ptr<f32>, %i: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<64x32x!tile.ptr<f32>>
  %v = tile.load %s {access = #tile.access<dim = 1, elems = 4>} : tensor<64x32x!tile.ptr<f32>>
  %p = tile.splat %i : !tile.ptr<i32> -> tensor<8x32x!tile.ptr<i32>>
  %j = tile.load %p : tensor<8x32x!tile.ptr<i32>>
  %g = tile.gather %v[%j] {axis = 0 : i32} : tensor<64x32xf32>, tensor<8x32xi32> -> tensor<8x32xf32>
  %o = tile.splat %x : !tile.ptr<f32> -> tensor<8x32x!tile.ptr<f32>>
  tile.store %o, %g : tensor<8x32x!tile.ptr<f32>>
  %r = tile.range 0 to 64 : tensor<64xi32>
  %c = arith.constant dense<9> : tensor<64xi32>
  %m = arith.cmpi slt, %r, %c : tensor<64xi32>
  %q = tile.splat %i : !tile.ptr<i32> -> tensor<64x!tile.ptr<i32>>
  %n = tile.load %q : tensor<64x!tile.ptr<i32>>
  %h = tile.histogram %n, mask %m : tensor<64xi32> -> tensor<16xi32>
  %t = tile.splat %i : !tile.ptr<i32> -> tensor<16x!tile.ptr<i32>>
  tile.store %t, %h : tensor<16x!tile.ptr<i32>>
  return
}

// -----

// Rows of 128 in one warp: 4 rows to the warps, the longest steps to the lanes.
// CHECK-DAG:   #[[S:.*]] = #sm.layout<[1, 1], {register = {{\[\[0, 1\], \[0, 2\]\]}}, lane = {{\[\[0, 64\], \[0, 32\], \[0, 16\], \[0, 8\], \[0, 4\]\]}}, warp = {{\[\[2, 0\], \[1, 0\]\]}}}, [4, 128]>
// CHECK-LABEL: func.func @a_warp_sorts_whole_rows
// CHECK:       tile.sort {{.*}} : tensor<4x128xf32, #[[S]]>
func.func @a_warp_sorts_whole_rows(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<4x128x!tile.ptr<f32>>
  %v = tile.load %s : tensor<4x128x!tile.ptr<f32>>
  %r = tile.sort %v {axis = 1 : i32} : tensor<4x128xf32>
  tile.store %s, %r : tensor<4x128x!tile.ptr<f32>>
  return
}
