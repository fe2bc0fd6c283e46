// RUN: mla-opt %s -tile-infer-access | FileCheck %s

// Hints say what the compiler cannot see, and are gone afterwards.
// CHECK-LABEL: func.func @hints
// CHECK-NOT:   tile.axis_hint
// CHECK:       tile.load %{{.*}} {access = #tile.access<dim = 0, elems = 4>}
// CHECK:       tile.load %{{.*}} {access = #tile.access<dim = 0, elems = 2>}
func.func @hints(%p: !tile.ptr<f32> {tile.divisibility = 16 : i32}, %q: !tile.ptr<f32>, %offs: tensor<64xi32>) -> (tensor<64xf32>, tensor<64xf32>) {
  %multiple = tile.axis_hint %offs {divisibility = array<i64: 64>} : tensor<64xi32>
  %run = tile.axis_hint %multiple {contiguity = array<i64: 64>} : tensor<64xi32>
  %ps = tile.splat %p : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>>
  %pp = tile.addptr %ps, %run : tensor<64x!tile.ptr<f32>>, tensor<64xi32>
  %x = tile.load %pp : tensor<64x!tile.ptr<f32>>
  %aligned = tile.axis_hint %q {divisibility = array<i64: 8>} : !tile.ptr<f32>
  %qs = tile.splat %aligned : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>>
  %qp = tile.addptr %qs, %run : tensor<64x!tile.ptr<f32>>, tensor<64xi32>
  %y = tile.load %qp : tensor<64x!tile.ptr<f32>>
  return %x, %y : tensor<64xf32>, tensor<64xf32>
}
