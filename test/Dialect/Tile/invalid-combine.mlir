// RUN: mla-opt --verify-diagnostics --split-input-file %s

// generic_reduce C1
func.func @a_reduction_has_a_source() {
  // expected-error @below {{expects at least one source}}
  "tile.generic_reduce"() <{axis = 0 : i32}> ({
  ^bb0:
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

// generic_reduce C1
func.func @sources_of_a_reduction_have_one_shape(%a: tensor<8xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects sources of one shape and layout, got 'tensor<8xf32>' and 'tensor<4xf32>'}}
  %r:2 = tile.generic_reduce %a, %b {axis = 0 : i32} : tensor<8xf32>, tensor<4xf32> -> f32, f32 {
  ^bb0(%p: f32, %q: f32, %s: f32, %t: f32):
    tile.yield %p, %q : f32, f32
  }
  return
}

// -----

// generic_reduce C1
func.func @a_reduction_has_an_axis(%a: tensor<8xf32>) {
  // expected-error @below {{expects an axis in [0, 0], got 1}}
  %r = tile.generic_reduce %a {axis = 1 : i32} : tensor<8xf32> -> f32 {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// generic_reduce C2
func.func @a_reduction_has_a_result_for_each_source(%a: tensor<8xf32>) {
  // expected-error @below {{expects 1 results, got 2}}
  %r:2 = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> f32, f32 {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// generic_reduce C2
func.func @a_reduction_drops_the_axis(%a: tensor<4x8xf32>) {
  // expected-error @below {{expects a result of shape [4] and element type 'f32', got 'tensor<8xf32>'}}
  %r = tile.generic_reduce %a {axis = 1 : i32} : tensor<4x8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// generic_reduce C2
func.func @a_reduction_keeps_the_type(%a: tensor<8xf32>) {
  // expected-error @below {{expects a result of shape [] and element type 'f32', got 'i32'}}
  %r = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> i32 {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// generic_reduce C3
func.func @a_reduction_takes_two_groups(%a: tensor<8xf32>) {
  // expected-error @below {{expects a region with arguments ('f32', 'f32'), got ('f32')}}
  %r = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> f32 {
  ^bb0(%p: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// generic_reduce C3
func.func @a_reduction_ends_with_yield(%a: tensor<8xf32>) {
  // expected-error @below {{expects a region that ends with tile.yield}}
  %r = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> f32 {
  ^bb0(%p: f32, %q: f32):
    llvm.unreachable
  }
  return
}

// -----

// generic_reduce C3
func.func @a_reduction_yields_a_group(%a: tensor<8xf32>) {
  // expected-error @below {{expects a region that yields ('f32'), got ('f32', 'f32')}}
  %r = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> f32 {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p, %q : f32, f32
  }
  return
}

// -----

// generic_reduce C4
func.func @a_reduction_has_no_tiles_in_its_region(%a: tensor<8xf32>) {
  %r = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> f32 {
  ^bb0(%p: f32, %q: f32):
    // expected-error @below {{works on a value of type 'tensor<4xf32>' in the region of a reduction or scan, which is a function of numbers}}
    %t = tile.splat %p : f32 -> tensor<4xf32>
    tile.yield %p : f32
  }
  return
}

// -----

// generic_reduce C4
func.func private @unknown()
func.func @a_reduction_has_no_effects(%a: tensor<8xf32>) {
  %r = tile.generic_reduce %a {axis = 0 : i32} : tensor<8xf32> -> f32 {
  ^bb0(%p: f32, %q: f32):
    // expected-error @below {{has side effects in the region of a reduction or scan}}
    func.call @unknown() : () -> ()
    tile.yield %p : f32
  }
  return
}

// -----

// scan C1
func.func @a_scan_has_a_source() {
  // expected-error @below {{expects at least one source}}
  "tile.scan"() <{axis = 0 : i32}> ({
  ^bb0:
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

// scan C1
func.func @sources_of_a_scan_have_one_shape(%a: tensor<8xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{expects sources of one shape and layout, got 'tensor<8xf32>' and 'tensor<4xf32>'}}
  %r:2 = tile.scan %a, %b {axis = 0 : i32} : tensor<8xf32>, tensor<4xf32> -> tensor<8xf32>, tensor<4xf32> {
  ^bb0(%p: f32, %q: f32, %s: f32, %t: f32):
    tile.yield %p, %q : f32, f32
  }
  return
}

// -----

// scan C1
func.func @a_scan_has_an_axis(%a: tensor<8xf32>) {
  // expected-error @below {{expects an axis in [0, 0], got 1}}
  %r = tile.scan %a {axis = 1 : i32} : tensor<8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// scan C2
func.func @a_scan_keeps_the_type(%a: tensor<8xf32>) {
  // expected-error @below {{expects results of types ('tensor<8xf32>'), got ('tensor<4xf32>')}}
  %r = tile.scan %a {axis = 0 : i32} : tensor<8xf32> -> tensor<4xf32> {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// scan C3
func.func @a_scan_takes_two_groups(%a: tensor<8xf32>) {
  // expected-error @below {{expects a region with arguments ('f32', 'f32'), got ('f32')}}
  %r = tile.scan %a {axis = 0 : i32} : tensor<8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32):
    tile.yield %p : f32
  }
  return
}

// -----

// scan C3
func.func @a_scan_ends_with_yield(%a: tensor<8xf32>) {
  // expected-error @below {{expects a region that ends with tile.yield}}
  %r = tile.scan %a {axis = 0 : i32} : tensor<8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32, %q: f32):
    llvm.unreachable
  }
  return
}

// -----

// scan C3
func.func @a_scan_yields_a_group(%a: tensor<8xf32>) {
  // expected-error @below {{expects a region that yields ('f32'), got ('f32', 'f32')}}
  %r = tile.scan %a {axis = 0 : i32} : tensor<8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32, %q: f32):
    tile.yield %p, %q : f32, f32
  }
  return
}

// -----

// scan C4
func.func @a_scan_has_no_tiles_in_its_region(%a: tensor<8xf32>) {
  %r = tile.scan %a {axis = 0 : i32} : tensor<8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32, %q: f32):
    // expected-error @below {{works on a value of type 'tensor<4xf32>' in the region of a reduction or scan, which is a function of numbers}}
    %t = tile.splat %p : f32 -> tensor<4xf32>
    tile.yield %p : f32
  }
  return
}

// -----

// scan C4
func.func private @unknown()
func.func @a_scan_has_no_effects(%a: tensor<8xf32>) {
  %r = tile.scan %a {axis = 0 : i32} : tensor<8xf32> -> tensor<8xf32> {
  ^bb0(%p: f32, %q: f32):
    // expected-error @below {{has side effects in the region of a reduction or scan}}
    func.call @unknown() : () -> ()
    tile.yield %p : f32
  }
  return
}

// -----

// yield C1
func.func @yield_ends_a_reduction_or_scan(%a: f32) {
  // expected-error @below {{expects parent op to be one of 'tile.generic_reduce, tile.scan'}}
  tile.yield %a : f32
}

// -----

// reduce C3
func.func @bits_of_floats_do_not_reduce(%a: tensor<8xf32>) {
  // expected-error @below {{expects integers for 'xor', got 'f32'}}
  %r = tile.reduce xor %a {axis = 0 : i32} : tensor<8xf32> -> f32
  return
}
