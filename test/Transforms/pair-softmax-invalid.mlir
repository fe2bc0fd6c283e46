// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(attn-pair-softmax{loop=keys}))'

// expected-error@+1 {{attn-pair-softmax: 'loop' names none of the loops: 'keys'; no loops have labels}}
func.func @unknown() attributes {tile.kernel} {
  return
}

// -----

func.func @one_step(%s: tensor<16x32xf32>, %m0: tensor<16xf32>, %l0: tensor<16x32xf32>, %acc0: tensor<16x64xf32>, %n: i32) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error@+1 {{attn-pair-softmax: expected an even number of softmax steps in the loop, got 1; unroll it first}}
  %r:3 = scf.for %k = %c0 to %n step %c1 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>) : i32 {
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    scf.yield %m1, %l1, %acc1 : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  return
}

// -----

func.func @scaled_between(%s: tensor<16x32xf32>, %m0: tensor<16xf32>, %l0: tensor<16x32xf32>, %acc0: tensor<16x64xf32>, %n: i32) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r:3 = scf.for %k = %c0 to %n step %c1 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>) : i32 {
    // expected-note@+1 {{the first step}}
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    %half = arith.negf %acc1 : tensor<16x64xf32>
    // expected-error@+2 {{attn-pair-softmax: cannot pair two softmax steps: between them the accumulator has to go through matrix products only}}
    // expected-note@+1 {{the second step}}
    %x, %m2, %l2, %acc2 = attn.softmax_step %s, %m1, %l1, %half : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    scf.yield %m2, %l2, %acc2 : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  return
}

// -----

func.func @state_used_between(%s: tensor<16x32xf32>, %m0: tensor<16xf32>, %l0: tensor<16x32xf32>, %acc0: tensor<16x64xf32>, %n: i32, %p: tensor<16x!tile.ptr<f32>>) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r:3 = scf.for %k = %c0 to %n step %c1 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>) : i32 {
    // expected-error@+2 {{attn-pair-softmax: cannot pair two softmax steps: the state between them is used by another op}}
    // expected-note@+1 {{the first step}}
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    tile.store %p, %m1 : tensor<16x!tile.ptr<f32>>
    // expected-note@+1 {{the second step}}
    %x, %m2, %l2, %acc2 = attn.softmax_step %s, %m1, %l1, %acc1 : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    scf.yield %m2, %l2, %acc2 : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  return
}

// -----

func.func @scores_depend(%m0: tensor<16xf32>, %l0: tensor<16x32xf32>, %s: tensor<16x32xf32>, %acc0: tensor<16x64xf32>, %n: i32) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r:3 = scf.for %k = %c0 to %n step %c1 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>) : i32 {
    // expected-note@+1 {{the first step}}
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    // expected-error@+2 {{attn-pair-softmax: cannot pair two softmax steps: the scores of the second depend on the first}}
    // expected-note@+1 {{the second step}}
    %x, %m2, %l2, %acc2 = attn.softmax_step %w, %m1, %l1, %acc1 : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    scf.yield %m2, %l2, %acc2 : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  return
}

// -----

func.func @scales_differ(%s: tensor<16x32xf32>, %m0: tensor<16xf32>, %l0: tensor<16x32xf32>, %acc0: tensor<16x64xf32>, %n: i32, %x: f32, %y: f32) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r:3 = scf.for %k = %c0 to %n step %c1 iter_args(%m = %m0, %l = %l0, %acc = %acc0) -> (tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>) : i32 {
    // expected-note@+1 {{the first step}}
    %w, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc scale %x : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    // expected-error@+2 {{attn-pair-softmax: cannot pair two softmax steps: the factors of their scores differ}}
    // expected-note@+1 {{the second step}}
    %v, %m2, %l2, %acc2 = attn.softmax_step %s, %m1, %l1, %acc1 scale %y : tensor<16x32xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
    scf.yield %m2, %l2, %acc2 : tensor<16xf32>, tensor<16x32xf32>, tensor<16x64xf32>
  } {tile.label = "keys"}
  return
}
