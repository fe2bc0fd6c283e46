// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-solve-layouts),cse)' | FileCheck %s

// A scan keeps the layout of its sources, cheap ones take it; a reduction of several leaves slices of it.
// CHECK-DAG:   #[[L:.*]] = #sm.layout<[1, 1], {register = {{\[\[0, 1\], \[0, 2\]\]}}, lane = {{\[\[0, 4\], \[0, 8\], \[0, 16\], \[0, 32\], \[0, 64\]\]}}, warp = {{\[\[1, 0\], \[2, 0\]\]}}}, [4, 128]>
// CHECK-DAG:   #[[ROW:.*]] = #sm.layout<[1], {register = [], lane = {{\[\[0\], \[0\], \[0\], \[0\], \[0\]\]}}, warp = {{\[\[1\], \[2\]\]}}}, [4]>
// CHECK-LABEL: func.func @layout_of_the_access
// CHECK-NOT:   convert_layout
// CHECK:       tile.scan %{{.*}} {axis = 1 : i32} : tensor<4x128xf32, #[[L]]> -> tensor<4x128xf32, #[[L]]>
// CHECK-NOT:   convert_layout
// CHECK:       tile.generic_reduce %{{.*}}, %{{.*}} {axis = 1 : i32} : tensor<4x128xf32, #[[L]]>, tensor<4x128xi32, #[[L]]> -> tensor<4xf32, #[[ROW]]>, tensor<4xi32, #[[ROW]]>
// CHECK-NOT:   convert_layout
func.func @layout_of_the_access(%x: !tile.ptr<f32>, %y: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %i = tile.range 0 to 128 : tensor<128xi32>
  %j = tile.expand_dims %i {axis = 0 : i32} : tensor<128xi32> -> tensor<1x128xi32>
  %k = tile.broadcast %j : tensor<1x128xi32> -> tensor<4x128xi32>
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<4x128x!tile.ptr<f32>>
  %p = tile.addptr %s, %k : tensor<4x128x!tile.ptr<f32>>, tensor<4x128xi32>
  %v = tile.load %p {access = #tile.access<dim = 1, elems = 4>} : tensor<4x128x!tile.ptr<f32>>
  %w = tile.scan %v {axis = 1 : i32} : tensor<4x128xf32> -> tensor<4x128xf32> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tile.yield %c : f32
  }
  %r:2 = tile.generic_reduce %w, %k {axis = 1 : i32} : tensor<4x128xf32>, tensor<4x128xi32> -> tensor<4xf32>, tensor<4xi32> {
  ^bb0(%a: f32, %m: i32, %b: f32, %n: i32):
    tile.yield %a, %n : f32, i32
  }
  %t = tile.splat %x : !tile.ptr<f32> -> tensor<4x!tile.ptr<f32>>
  tile.store %t, %r#0 : tensor<4x!tile.ptr<f32>>
  %u = tile.splat %y : !tile.ptr<i32> -> tensor<4x!tile.ptr<i32>>
  tile.store %u, %r#1 : tensor<4x!tile.ptr<i32>>
  return
}

// -----

// A scan of what nobody holds: the default layout.
// CHECK-LABEL: func.func @cheap_sources
// CHECK-NOT:   convert_layout
// CHECK:       tile.scan
func.func @cheap_sources(%x: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %i = tile.range 0 to 48 : tensor<48xi32>
  %w = tile.scan %i {axis = 0 : i32} : tensor<48xi32> -> tensor<48xi32> {
  ^bb0(%a: i32, %b: i32):
    %c = arith.addi %a, %b : i32
    tile.yield %c : i32
  }
  %s = tile.splat %x : !tile.ptr<i32> -> tensor<48x!tile.ptr<i32>>
  tile.store %s, %w : tensor<48x!tile.ptr<i32>>
  return
}
