// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-split-load{op=kv at=64}))'
// RUN: not mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split-load{op=kv at=0}))' 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split-load{op=kv at=192}))' 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: not mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-split-load{at=64}))' 2>&1 | FileCheck %s --check-prefix=MISSING

// ZERO: error: tile-split-load: option 'at' must be from 1 to 191 for 'kv', got 0
// ALL: error: tile-split-load: option 'at' must be from 1 to 191 for 'kv', got 192
// MISSING: error: tile-split-load: 'op' is missing; matrices of views with labels: 'kv'
func.func @across(%c: !tile.view<?x192xbf16>, %i: i64) attributes {tile.kernel} {
  %kv = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  %v0 = tile.slice %kv [0, 0] : tensor<64x192xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{tile-split-load: cannot split 'kv' at column 64: this op reads columns of both parts}}
  %v1 = tile.slice %kv [0, 32] : tensor<64x192xbf16> -> tensor<64x64xbf16>
  return
}

// -----

func.func @read_whole(%c: !tile.view<?x192xbf16>, %a: tensor<64x64xbf16>, %acc: tensor<64x192xf32>, %i: i64) attributes {tile.kernel} {
  %kv = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  // expected-error@+1 {{tile-split-load: cannot split 'kv' at column 64: this op reads columns of both parts}}
  %d = tile.dot %a, %kv, %acc {label = "pv"} : tensor<64x64xbf16>, tensor<64x192xbf16>, tensor<64x192xf32>
  return
}

// -----

func.func @transposed_left_operand(%c: !tile.view<?x192xbf16>, %b: tensor<64x64xbf16>, %acc: tensor<192x64xf32>, %i: i64)
    attributes {tile.kernel} {
  %kv = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  %kt = tile.trans %kv : tensor<64x192xbf16> -> tensor<192x64xbf16>
  // expected-error@+1 {{cannot split 'kv': this op reads the transposed tile otherwise than as the right operand of a matrix product}}
  %d = tile.dot %kt, %b, %acc : tensor<192x64xbf16>, tensor<64x64xbf16>, tensor<192x64xf32>
  return
}

// -----

func.func @both_operands(%c: !tile.view<?x192xbf16>, %acc: tensor<192x192xf32>, %i: i64) attributes {tile.kernel} {
  %kv = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<192x192xbf16>
  %kt = tile.trans %kv : tensor<192x192xbf16> -> tensor<192x192xbf16>
  // expected-error@+1 {{cannot split 'kv': this op reads the transposed tile otherwise than as the right operand of a matrix product}}
  %d = tile.dot %kt, %kt, %acc : tensor<192x192xbf16>, tensor<192x192xbf16>, tensor<192x192xf32>
  return
}

// -----

func.func @transposed_and_computed_with(%c: !tile.view<?x192xbf16>, %i: i64) attributes {tile.kernel} {
  %kv = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  %kt = tile.trans %kv : tensor<64x192xbf16> -> tensor<192x64xbf16>
  // expected-error@+1 {{cannot split 'kv': this op reads the transposed tile otherwise than as the right operand of a matrix product}}
  %d = arith.negf %kt : tensor<192x64xbf16>
  return
}

// -----

// expected-error@+1 {{tile-split-load: 'op' names none of the matrices of views: 'kv'; matrices of views with labels: 'q'}}
func.func @unknown(%c: !tile.view<?x192xbf16>, %i: i64) attributes {tile.kernel} {
  %q = tile.load_view %c[%i, %i] dims [0, 1] {label = "q"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  return
}

// -----

// Rows of a view, and columns that are not the view's last dimension, are no candidates.
// expected-error@+1 {{tile-split-load: 'op' names none of the matrices of views: 'kv'; no matrices of views have labels}}
func.func @no_columns(%c: !tile.view<?x?x192xbf16>, %i: i64) attributes {tile.kernel} {
  %r = tile.load_view %c[%i, %i, %i] dims [2] {label = "kv"} : !tile.view<?x?x192xbf16> -> tensor<192xbf16>
  %q = tile.load_view %c[%i, %i, %i] dims [0, 1] {label = "q"} : !tile.view<?x?x192xbf16> -> tensor<16x192xbf16>
  return
}

// -----

// expected-error@+1 {{tile-split-load: 'op' is ambiguous: 2 matrices of views have the label 'kv'}}
func.func @twice(%c: !tile.view<?x192xbf16>, %i: i64) attributes {tile.kernel} {
  // expected-note@+1 {{one of them}}
  %a = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  // expected-note@+1 {{one of them}}
  %b = tile.load_view %c[%i, %i] dims [0, 1] {label = "kv"} : !tile.view<?x192xbf16> -> tensor<64x192xbf16>
  return
}
