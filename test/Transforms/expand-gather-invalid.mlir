// RUN: mla-opt --expand-gather --split-input-file --verify-diagnostics %s

func.func @a_view_from_outside(%v: !tile.view<?x64xf32>, %i: tensor<4xi32>) -> tensor<4x64xf32> {
  // expected-error @below {{reads a view that is no result of tile.view}}
  %0 = gather.rows %v[%i] : !tile.view<?x64xf32>, tensor<4xi32> -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// -----

func.func @a_table_from_outside(%p: !tile.ptr<f32>, %n: i64, %t: !tile.view<?x?xi32>, %i: tensor<4xi32>, %l: i32) -> tensor<4x64xf32> {
  %v = tile.view %p, shape [%n, %n] strides [%n, %n] : !tile.view<?x?x64xf32>
  // expected-error @below {{reads a view that is no result of tile.view}}
  %0 = gather.paged_rows %v, %t[%n, %i] length %l : !tile.view<?x?x64xf32>, !tile.view<?x?xi32>, tensor<4xi32> -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}
