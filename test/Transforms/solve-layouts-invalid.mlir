// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-solve-layouts))' -verify-diagnostics

// Odd offsets leave the threads nothing in common.
func.func @parts_at_odd_offsets(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<64x64x!tile.ptr<f32>>
  %t = tile.load %s : tensor<64x64x!tile.ptr<f32>>
  // expected-error @below {{cannot take this part in registers: a thread would hold 4096 elements of 'tensor<64x64xf32}}
  %u = tile.slice %t [1, 3] : tensor<64x64xf32> -> tensor<32x32xf32>
  return
}

// -----

func.func @too_many_elements_to_sort(%x: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %s = tile.splat %x : !tile.ptr<f32> -> tensor<8192x!tile.ptr<f32>>
  %v = tile.load %s : tensor<8192x!tile.ptr<f32>>
  // expected-error @below {{cannot sort 'tensor<8192xf32>' with 8 warps: a thread would hold 256 elements, at most 128 are allowed}}
  %r = tile.sort %v {axis = 0 : i32} : tensor<8192xf32>
  tile.store %s, %r : tensor<8192x!tile.ptr<f32>>
  return
}
