// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-unroll{loop=keys factor=2}))'
// RUN: not mla-opt %s -pass-pipeline='builtin.module(func.func(tile-unroll))' 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not mla-opt %s -pass-pipeline='builtin.module(func.func(tile-unroll{loop=rows factor=1}))' 2>&1 | FileCheck %s --check-prefix=FACTOR

// MISSING: error: tile-unroll: 'loop' is missing; loops with labels: 'rows', 'columns'
// FACTOR: error: tile-unroll: 'factor' must be at least 2, got 1
// expected-error@+1 {{tile-unroll: 'loop' names none of the loops: 'keys'; loops with labels: 'rows', 'columns'}}
func.func @unknown(%lb: i32, %ub: i32, %s: i32) attributes {tile.kernel} {
  scf.for %i = %lb to %ub step %s : i32 {
    scf.for %j = %lb to %ub step %s : i32 {
    } {tile.label = "columns"}
  } {tile.label = "rows"}
  return
}

// -----

// expected-error@+1 {{tile-unroll: 'loop' names none of the loops: 'keys'; no loops have labels}}
func.func @unlabelled(%lb: i32, %ub: i32, %s: i32) attributes {tile.kernel} {
  scf.for %i = %lb to %ub step %s : i32 {
  }
  return
}

// -----

// expected-error@+1 {{tile-unroll: 'loop' is ambiguous: 2 loops have the label 'keys'}}
func.func @ambiguous(%lb: i32, %ub: i32, %s: i32) attributes {tile.kernel} {
  // expected-note@+1 {{one of them}}
  scf.for %i = %lb to %ub step %s : i32 {
  } {tile.label = "keys"}
  // expected-note@+1 {{one of them}}
  scf.for %i = %lb to %ub step %s : i32 {
  } {tile.label = "keys"}
  return
}
