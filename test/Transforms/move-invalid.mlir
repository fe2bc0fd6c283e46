// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-move{op=qk.1 after=qk.0}))'

// expected-error@+1 {{tile-move: 'op' names none of the ops: 'qk.1'; ops with labels: 'qk', 'pv'}}
func.func @unknown(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %c {label = "qk"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %e = tile.dot %a, %a, %d {label = "pv"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

// expected-error@+1 {{tile-move: 'after' is ambiguous: 2 ops have the label 'qk.0'}}
func.func @ambiguous(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>) attributes {tile.kernel} {
  // expected-note@+1 {{one of them}}
  %d = tile.dot %a, %a, %c {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  // expected-note@+1 {{one of them}}
  %e = tile.dot %a, %a, %d {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  %f = tile.dot %a, %a, %e {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

func.func @blocks(%a: tensor<16x16xbf16>, %c: tensor<16x16xf32>, %if: i1) attributes {tile.kernel} {
  // expected-note@+1 {{'qk.0'}}
  %d = tile.dot %a, %a, %c {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  scf.if %if {
    // expected-error@+1 {{tile-move: cannot move 'qk.1' right behind 'qk.0': they stand in different blocks}}
    %e = tile.dot %a, %a, %d {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  }
  return
}

// -----

func.func @written(%a: tensor<16x16xbf16>, %p: tensor<16x16x!tile.ptr<f32>>) attributes {tile.kernel} {
  %z = arith.constant dense<0.0> : tensor<16x16xf32>
  %d = tile.dot %a, %a, %z {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  tile.store %p, %d : tensor<16x16x!tile.ptr<f32>>
  // expected-error@+1 {{tile-move: cannot move 'qk.1' right behind 'qk.0': this op, which it depends on, reads memory that the kernel writes}}
  %c = tile.load %p : tensor<16x16x!tile.ptr<f32>>
  %e = tile.dot %a, %a, %c {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

func.func @effects(%a: tensor<16x16xbf16>, %z: tensor<16x16xf32>, %p: tensor<16x16x!tile.ptr<f32>>, %if: i1) attributes {tile.kernel} {
  %d = tile.dot %a, %a, %z {label = "qk.0"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  // expected-error@+1 {{tile-move: cannot move 'qk.1' right behind 'qk.0': this op, which it depends on, has effects}}
  %c = scf.if %if -> (tensor<16x16xf32>) {
    tile.store %p, %d : tensor<16x16x!tile.ptr<f32>>
    scf.yield %d : tensor<16x16xf32>
  } else {
    scf.yield %z : tensor<16x16xf32>
  }
  %e = tile.dot %a, %a, %c {label = "qk.1"} : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}
