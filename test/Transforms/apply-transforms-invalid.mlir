// RUN: mla-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(tile-apply-transforms))'

// expected-error@+1 {{tile.transforms must be an array, got "unroll"}}
func.func @no_array() attributes {tile.kernel, tile.transforms = "unroll"} {
  return
}

// -----

// expected-error@+1 {{tile.transforms[0] must be {name = {option = value, …}}, got {peel = {loop = "a"}, unroll = {loop = "a"}}}}
func.func @two_names() attributes {tile.kernel, tile.transforms = [{peel = {loop = "a"}, unroll = {loop = "a"}}]} {
  return
}

// -----

// expected-error@+1 {{'tile.transforms[0]' names the unknown transform 'unrol', allowed: unroll, peel, split, }}
func.func @unknown() attributes {tile.kernel, tile.transforms = [{unrol = {loop = "a"}}]} {
  return
}

// -----

// expected-error@+1 {{'tile.transforms[0].unroll' has the unknown key 'loops', allowed: loop, factor}}
func.func @unknown_option() attributes {tile.kernel, tile.transforms = [{unroll = {loops = "a"}}]} {
  return
}

// -----

// expected-error@+1 {{'tile.transforms[0].unroll.factor' must be an integer from 2 to 16, got '1'}}
func.func @range() attributes {tile.kernel, tile.transforms = [{unroll = {factor = 1 : i32, loop = "a"}}]} {
  return
}

// -----

// expected-error@+1 {{'tile.transforms[0].split.dim' must be one of m, n, got 'k'}}
func.func @word() attributes {tile.kernel, tile.transforms = [{split = {op = "a", dim = "k", parts = 2 : i32}}]} {
  return
}

// -----

// expected-error@+1 {{'tile.transforms[0].unroll' lacks the key 'factor', an integer from 2 to 16}}
func.func @missing() attributes {tile.kernel, tile.transforms = [{unroll = {loop = "a"}}]} {
  return
}

// -----

// expected-error@+1 {{tile-unroll: 'loop' names none of the loops: 'a'; no loops have labels}}
func.func @second_fails() attributes {tile.kernel, tile.transforms = [{unroll = {factor = 2 : i32, loop = "a"}}]} {
  return
}

// -----

// Hints name loads as they are called after the transforms, or before.
// expected-error@+1 {{tile.l2_hints names no load: 'v.2'; loads with labels: v.0, v.1, v.tail, w}}
func.func @hint(%p: !tile.ptr<f32>, %lb: i32, %ub: i32, %s: i32) attributes {tile.kernel, tile.l2_hints = {v.2 = "evict_first", w = "evict_last"}, tile.transforms = [{unroll = {factor = 2 : i32, loop = "keys"}}]} {
  scf.for %i = %lb to %ub step %s : i32 {
    %v = tile.load %p {label = "v"} : !tile.ptr<f32>
    tile.store %p, %v : !tile.ptr<f32>
  } {tile.label = "keys"}
  %w = tile.load %p {label = "w"} : !tile.ptr<f32>
  tile.store %p, %w : !tile.ptr<f32>
  return
}
