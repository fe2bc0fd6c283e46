// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-expand-views))' -verify-diagnostics

func.func @view_of_another_function(%v: !tile.view<?xf32>, %i: i64) -> tensor<8xf32> {
  // expected-error @below {{accesses a view that is no result of tile.view: views cannot be passed into functions, loops or branches}}
  %t = tile.load_view %v[%i] dims [0] : !tile.view<?xf32> -> tensor<8xf32>
  return %t : tensor<8xf32>
}

// -----

func.func @view_of_a_branch(%p: !tile.ptr<f32>, %q: !tile.ptr<f32>, %c: i1, %i: i64, %t: tensor<8xf32>) {
  %v = scf.if %c -> !tile.view<8xf32> {
    %a = tile.view %p, shape [] strides [] : !tile.view<8xf32>
    scf.yield %a : !tile.view<8xf32>
  } else {
    %b = tile.view %q, shape [] strides [] : !tile.view<8xf32>
    scf.yield %b : !tile.view<8xf32>
  }
  // expected-error @below {{accesses a view that is no result of tile.view}}
  tile.store_view %t, %v[%i] dims [0] : tensor<8xf32>, !tile.view<8xf32>
  return
}
