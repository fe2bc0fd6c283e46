// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-split{op=pv dim=n parts=2}))'
// RUN: not mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split{op=pv dim=k}))' 2>&1 | FileCheck %s --check-prefix=DIM
// RUN: not mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split{op=pv parts=1}))' 2>&1 | FileCheck %s --check-prefix=PARTS

// DIM: error: tile-split: 'dim' must be one of m, n, got 'k'
// PARTS: error: tile-split: 'parts' must be at least 2, got 1
// expected-error@+1 {{tile-split: 'op' names none of the matrix products: 'pv'; matrix products with labels: 'qk'}}
func.func @unknown(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "qk"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

func.func @reduced(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>, %p: tensor<16x!tile.ptr<f32>>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  // expected-error@+1 {{tile-split: cannot split 'tile.reduce': it combines the elements along the dimension that is split}}
  %s = tile.reduce max %d {axis = 1 : i32} : tensor<16x16xf32> -> tensor<16xf32>
  tile.store %p, %s : tensor<16x!tile.ptr<f32>>
  return
}

// -----

func.func @factor(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %e = arith.truncf %d : tensor<16x16xf32> to tensor<16x16xbf16>
  // expected-error@+1 {{tile-split: cannot split 'tile.dot': it sums along the dimension of its operand that is split}}
  %f = tile.dot %e, %a, %c : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

func.func @odd(%a: tensor<16x16xbf16>, %b: tensor<16x15xbf16>, %c: tensor<16x15xf32>) attributes {tile.kernel} {
  // expected-error@+1 {{tile-split: cannot split 'tile.dot': its tile has 15 elements along dimension 1, which 2 parts do not divide}}
  %d = tile.dot %a, %b, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x15xbf16>, tensor<16x15xf32>
  return
}

// -----

func.func @across(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  // expected-error@+1 {{tile-split: cannot split 'tile.slice': it takes elements 4 to 12 of a dimension in parts of 8}}
  %s = tile.slice %d [0, 4] : tensor<16x16xf32> -> tensor<16x8xf32>
  return
}

// -----

func.func @both_dimensions(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %t = tile.trans %d : tensor<16x16xf32> -> tensor<16x16xf32>
  // expected-error@+1 {{'arith.addf' needs a tile in two forms: both of its dimensions}}
  %s = arith.addf %d, %t : tensor<16x16xf32>
  return
}

// -----

func.func @carried_by_while(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>, %b: i1) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  // expected-error@+1 {{tile-split: cannot split 'scf.while': it needs the whole of a tile that is split}}
  %w = scf.while (%x = %d) : (tensor<16x16xf32>) -> tensor<16x16xf32> {
    scf.condition(%b) %x : tensor<16x16xf32>
  } do {
  ^bb0(%x: tensor<16x16xf32>):
    scf.yield %x : tensor<16x16xf32>
  }
  return
}
