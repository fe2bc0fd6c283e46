// RUN: mla-opt %s -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-peel{loop=keys}))'
// RUN: not mla-opt %s -pass-pipeline='builtin.module(func.func(tile-peel{loop=rows which=head}))' 2>&1 | FileCheck %s

// CHECK: error: tile-peel: 'which' must be tail, got 'head'
// expected-error@+1 {{tile-peel: 'loop' names none of the loops: 'keys'; loops with labels: 'rows'}}
func.func @unknown(%lb: i32, %ub: i32, %s: i32) attributes {tile.kernel} {
  scf.for %i = %lb to %ub step %s : i32 {
  } {tile.label = "rows"}
  return
}
