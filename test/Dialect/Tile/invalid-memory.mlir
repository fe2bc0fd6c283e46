// RUN: mla-opt --split-input-file --verify-diagnostics %s

// load C3
func.func @load_has_a_cache_of_loads(%p: !tile.ptr<f32>) {
  // expected-error @below {{expects `cache` to be one of ca, cg, cv, got wt}}
  %0 = tile.load %p {cache = #tile<cache wt>} : !tile.ptr<f32>
  return
}

// -----

// store C3
func.func @store_has_a_cache_of_stores(%p: !tile.ptr<f32>, %v: f32) {
  // expected-error @below {{expects `cache` to be one of wb, cg, cs, wt, got ca}}
  tile.store %p, %v {cache = #tile<cache ca>} : !tile.ptr<f32>
  return
}

// -----

// load_view C5
func.func @load_view_unchecked_ascends(%p: !tile.ptr<f32>, %i: i64) {
  %v = tile.view %p, shape [%i] strides [%i] : !tile.view<?x4xf32>
  // expected-error @below {{expects `unchecked` to ascend and to be below 2, got [1, 0]}}
  %0 = tile.load_view %v[%i, %i] dims [0, 1] {unchecked = array<i32: 1, 0>} : !tile.view<?x4xf32> -> tensor<4x4xf32>
  return
}

// -----

// load_view C6
func.func @load_view_pads_floats(%p: !tile.ptr<i32>, %i: i64) {
  %v = tile.view %p, shape [%i] strides [] : !tile.view<?xi32>
  // expected-error @below {{pads with NaN, which needs floats and no `valid`, got elements of type 'i32'}}
  %0 = tile.load_view %v[%i] dims [0] {pad_nan} : !tile.view<?xi32> -> tensor<4xi32>
  return
}

// -----

// load_view C6
func.func @load_view_pads_without_valid(%p: !tile.ptr<f32>, %i: i64) {
  %v = tile.view %p, shape [%i] strides [] : !tile.view<?xf32>
  // expected-error @below {{pads with NaN, which needs floats and no `valid`, got elements of type 'f32' and `valid`}}
  %0 = tile.load_view %v[%i] dims [0] valid %i {pad_nan} : !tile.view<?xf32> -> tensor<4xf32>
  return
}

// -----

// load_view C7
func.func @load_view_has_a_cache_of_loads(%p: !tile.ptr<f32>, %i: i64) {
  %v = tile.view %p, shape [%i] strides [] : !tile.view<?xf32>
  // expected-error @below {{expects `cache` to be one of ca, cg, cv, got cs}}
  %0 = tile.load_view %v[%i] dims [0] {cache = #tile<cache cs>} : !tile.view<?xf32> -> tensor<4xf32>
  return
}

// -----

// store_view C4
func.func @store_view_unchecked_is_a_dimension(%p: !tile.ptr<f32>, %i: i64, %t: tensor<4xf32>) {
  %v = tile.view %p, shape [%i] strides [] : !tile.view<?xf32>
  // expected-error @below {{expects `unchecked` to ascend and to be below 1, got [1]}}
  tile.store_view %t, %v[%i] dims [0] {unchecked = array<i32: 1>} : tensor<4xf32>, !tile.view<?xf32>
  return
}

// -----

// store_view C5
func.func @store_view_has_a_cache_of_stores(%p: !tile.ptr<f32>, %i: i64, %t: tensor<4xf32>) {
  %v = tile.view %p, shape [%i] strides [] : !tile.view<?xf32>
  // expected-error @below {{expects `cache` to be one of wb, cg, cs, wt, got cv}}
  tile.store_view %t, %v[%i] dims [0] {cache = #tile<cache cv>} : tensor<4xf32>, !tile.view<?xf32>
  return
}

// -----

// atomic_rmw C1
func.func @atomic_rmw_value_has_the_pointee(%p: !tile.ptr<i32>, %v: i64) {
  // expected-error @below {{expects `value` of type 'i32', got 'i64'}}
  %0 = "tile.atomic_rmw"(%p, %v) {kind = #tile<atomic_kind add>, sem = #tile<sem relaxed>, scope = #tile<scope gpu>} : (!tile.ptr<i32>, i64) -> i32
  return
}

// -----

// atomic_rmw C1
func.func @atomic_rmw_result_has_the_pointee(%p: !tile.ptr<i32>, %v: i32) {
  // expected-error @below {{expects a result of type 'i32', got 'i64'}}
  %0 = "tile.atomic_rmw"(%p, %v) {kind = #tile<atomic_kind add>, sem = #tile<sem relaxed>, scope = #tile<scope gpu>} : (!tile.ptr<i32>, i32) -> i64
  return
}

// -----

// atomic_rmw C2
func.func @atomic_rmw_mask_has_the_shape(%p: tensor<4x!tile.ptr<i32>>, %v: tensor<4xi32>, %m: i1) {
  // expected-error @below {{expects a mask of type 'tensor<4xi1>', got 'i1'}}
  %0 = "tile.atomic_rmw"(%p, %v, %m) {kind = #tile<atomic_kind add>, sem = #tile<sem relaxed>, scope = #tile<scope gpu>} : (tensor<4x!tile.ptr<i32>>, tensor<4xi32>, i1) -> tensor<4xi32>
  return
}

// -----

// atomic_rmw C3
func.func @atomic_rmw_supports_the_type(%p: !tile.ptr<i16>, %v: i16) {
  // expected-error @below {{cannot do add with elements of type 'i16'}}
  %0 = tile.atomic_rmw add relaxed gpu %p, %v : !tile.ptr<i16>
  return
}

// -----

// atomic_rmw C3
func.func @atomic_rmw_bits_are_integers(%p: !tile.ptr<f32>, %v: f32) {
  // expected-error @below {{cannot do xor with elements of type 'f32'}}
  %0 = tile.atomic_rmw xor relaxed gpu %p, %v : !tile.ptr<f32>
  return
}

// -----

// atomic_cas C1
func.func @atomic_cas_cmp_has_the_pointee(%p: !tile.ptr<i32>, %c: i64, %v: i32) {
  // expected-error @below {{expects `cmp` of type 'i32', got 'i64'}}
  %0 = "tile.atomic_cas"(%p, %c, %v) {sem = #tile<sem relaxed>, scope = #tile<scope gpu>} : (!tile.ptr<i32>, i64, i32) -> i32
  return
}

// -----

// atomic_cas C2
func.func @atomic_cas_mask_has_the_shape(%p: !tile.ptr<i32>, %v: i32, %m: tensor<4xi1>) {
  // expected-error @below {{expects a mask of type 'i1', got 'tensor<4xi1>'}}
  %0 = "tile.atomic_cas"(%p, %v, %v, %m) {sem = #tile<sem relaxed>, scope = #tile<scope gpu>} : (!tile.ptr<i32>, i32, i32, tensor<4xi1>) -> i32
  return
}

// -----

// atomic_cas C3
func.func @atomic_cas_supports_the_type(%p: !tile.ptr<i8>, %v: i8) {
  // expected-error @below {{expects elements of 16, 32 or 64 bits, got 'i8'}}
  %0 = tile.atomic_cas relaxed gpu %p, %v, %v : !tile.ptr<i8>
  return
}

// -----

// print C1
func.func @print_says_what_is_signed(%v: i32) {
  // expected-error @below {{expects one entry of `is_signed` for each of 1 values, got 0}}
  tile.print "x: " %v {is_signed = array<i32>} : i32
  return
}

// -----

// print C2
func.func @print_has_extents_of_its_values(%v: tensor<4xi32>) {
  // expected-error @below {{expects `extents` in the form of its values, got [array<i64>]}}
  tile.print "x: " %v {is_signed = array<i32: 1>, extents = [array<i64>]} : tensor<4xi32>
  return
}

// -----

// axis_hint C1
func.func @axis_hint_has_one_entry_per_dimension(%v: tensor<4x4xi32>) {
  // expected-error @below {{expects 2 entries of `contiguity`, got 1}}
  %0 = tile.axis_hint %v {contiguity = array<i64: 4>} : tensor<4x4xi32>
  return
}

// -----

// axis_hint C2
func.func @axis_hint_is_positive(%v: i32) {
  // expected-error @below {{expects entries of `divisibility` of at least 1, got 0}}
  %0 = tile.axis_hint %v {divisibility = array<i64: 0>} : i32
  return
}
