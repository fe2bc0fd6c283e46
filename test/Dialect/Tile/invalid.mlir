// RUN: mla-opt --split-input-file --verify-diagnostics %s

// ptr
// expected-error @below {{a pointer's pointee must be an integer or a float, got 'index'}}
func.func @pointee_is_a_number(%p: !tile.ptr<index>) {
  return
}

// -----

// program_id C1
func.func @program_axis_is_at_most_2() {
  // expected-error @below {{attribute 'axis' failed to satisfy constraint}}
  %0 = "tile.program_id"() {axis = 3 : i32} : () -> i32
  return
}

// -----

// num_programs C1
func.func @program_axis_is_not_negative() {
  // expected-error @below {{attribute 'axis' failed to satisfy constraint}}
  %0 = "tile.num_programs"() {axis = -1 : i32} : () -> i32
  return
}

// -----

// range C1
func.func @range_has_its_extent() {
  // expected-error @below {{expects a result of 4 elements, got 8}}
  %0 = tile.range 0 to 4 : tensor<8xi32>
  return
}

// -----

// range C1
func.func @range_is_not_empty() {
  // expected-error @below {{expects end > start, got start 4 and end -4}}
  %0 = tile.range 4 to -4 : tensor<8xi32>
  return
}

// -----

// range C1
func.func @range_is_of_i32() {
  // expected-error @below {{result #0 must be 1D tensor of 32-bit signless integer values}}
  %0 = tile.range 0 to 8 : tensor<8xi64>
  return
}

// -----

// splat C1
func.func @splat_keeps_the_type(%x: f32) {
  // expected-error @below {{expects result elements of type 'f32', got 'f16'}}
  %0 = tile.splat %x : f32 -> tensor<4xf16>
  return
}

// -----

// expand_dims C1
func.func @expanded_axis_exists(%x: tensor<4xf32>) {
  // expected-error @below {{expects an axis in [0, 1], got 2}}
  %0 = tile.expand_dims %x {axis = 2 : i32} : tensor<4xf32> -> tensor<4x1xf32>
  return
}

// -----

// expand_dims C1
func.func @expanded_axis_is_not_negative(%x: tensor<4xf32>) {
  // expected-error @below {{expects an axis in [0, 1], got -1}}
  %0 = tile.expand_dims %x {axis = -1 : i32} : tensor<4xf32> -> tensor<4x1xf32>
  return
}

// -----

// expand_dims C1
func.func @expanded_dimension_is_1(%x: tensor<4xf32>) {
  // expected-error @below {{expects result shape [1, 4], got [4, 1]}}
  %0 = tile.expand_dims %x {axis = 0 : i32} : tensor<4xf32> -> tensor<4x1xf32>
  return
}

// -----

// expand_dims C2
func.func @expanding_keeps_the_type(%x: tensor<4xf32>) {
  // expected-error @below {{expects element type 'f32', got 'f16'}}
  %0 = tile.expand_dims %x {axis = 1 : i32} : tensor<4xf32> -> tensor<4x1xf16>
  return
}

// -----

// broadcast C1
func.func @broadcast_keeps_the_rank(%x: tensor<1xf32>) {
  // expected-error @below {{expects rank 1 and element type 'f32', got 'tensor<4x4xf32>'}}
  %0 = tile.broadcast %x : tensor<1xf32> -> tensor<4x4xf32>
  return
}

// -----

// broadcast C2
func.func @broadcast_repeats_extent_1_only(%x: tensor<1x2xf32>) {
  // expected-error @below {{cannot repeat dimension 1 of extent 2 to 4}}
  %0 = tile.broadcast %x : tensor<1x2xf32> -> tensor<4x4xf32>
  return
}

// -----

// addptr C1
func.func @offsets_have_the_shape_of_pointers(%p: tensor<4x!tile.ptr<f32>>, %i: tensor<8xi32>) {
  // expected-error @below {{expects pointers and offsets of one shape, got 'tensor<4x!tile.ptr<f32>>' and 'tensor<8xi32>'}}
  %0 = tile.addptr %p, %i : tensor<4x!tile.ptr<f32>>, tensor<8xi32>
  return
}

// -----

// ptr_cast C1
func.func @a_cast_keeps_the_shape(%p: tensor<4x!tile.ptr<f32>>) {
  // expected-error @below {{expects pointers of one shape, got 'tensor<4x!tile.ptr<f32>>' and '!tile.ptr<i8>'}}
  %0 = tile.ptr_cast %p : tensor<4x!tile.ptr<f32>> -> !tile.ptr<i8>
  return
}

// -----

// addptr C1
func.func @scalar_offsets_do_not_spread(%p: tensor<4x!tile.ptr<f32>>, %i: i32) {
  // expected-error @below {{expects pointers and offsets of one shape, got 'tensor<4x!tile.ptr<f32>>' and 'i32'}}
  %0 = tile.addptr %p, %i : tensor<4x!tile.ptr<f32>>, i32
  return
}

// -----

// load C1
func.func @load_gives_the_pointee(%p: tensor<4x!tile.ptr<f32>>) {
  // expected-error @below {{expects a value of type 'tensor<4xf32>', got 'tensor<4xf16>'}}
  %0 = "tile.load"(%p) {operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<4x!tile.ptr<f32>>) -> tensor<4xf16>
  return
}

// -----

// load C1
func.func @load_needs_pointers(%p: tensor<4xf32>) {
  // expected-error @below {{expected a pointer or a tile of pointers, got 'tensor<4xf32>'}}
  %0 = tile.load %p : tensor<4xf32>
  return
}

// -----

// load C2
func.func @load_mask_has_the_shape_of_pointers(%p: tensor<4x!tile.ptr<f32>>, %m: tensor<8xi1>) {
  // expected-error @below {{expects a mask in the shape of the pointers 'tensor<4x!tile.ptr<f32>>', got 'tensor<8xi1>'}}
  %0 = "tile.load"(%p, %m) {operandSegmentSizes = array<i32: 1, 1, 0>}
      : (tensor<4x!tile.ptr<f32>>, tensor<8xi1>) -> tensor<4xf32>
  return
}

// -----

// load C2
func.func @other_has_the_type_of_the_result(%p: tensor<4x!tile.ptr<f32>>, %m: tensor<4xi1>, %o: f32) {
  // expected-error @below {{expects `other` of type 'tensor<4xf32>', got 'f32'}}
  %0 = "tile.load"(%p, %m, %o) {operandSegmentSizes = array<i32: 1, 1, 1>}
      : (tensor<4x!tile.ptr<f32>>, tensor<4xi1>, f32) -> tensor<4xf32>
  return
}

// -----

// load C2
func.func @other_needs_a_mask(%p: tensor<4x!tile.ptr<f32>>, %o: tensor<4xf32>) {
  // expected-error @below {{has a value for masked elements but no mask}}
  %0 = "tile.load"(%p, %o) {operandSegmentSizes = array<i32: 1, 0, 1>}
      : (tensor<4x!tile.ptr<f32>>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// store C1
func.func @store_takes_the_pointee(%p: !tile.ptr<f32>, %v: tensor<4xf32>) {
  // expected-error @below {{expects a value of type 'f32', got 'tensor<4xf32>'}}
  "tile.store"(%p, %v) : (!tile.ptr<f32>, tensor<4xf32>) -> ()
  return
}

// -----

// store C2
func.func @store_mask_has_the_shape_of_pointers(%p: tensor<4x!tile.ptr<f32>>, %v: tensor<4xf32>, %m: i1) {
  // expected-error @below {{expects a mask in the shape of the pointers 'tensor<4x!tile.ptr<f32>>', got 'i1'}}
  "tile.store"(%p, %v, %m) : (tensor<4x!tile.ptr<f32>>, tensor<4xf32>, i1) -> ()
  return
}

// -----

// dot C1
func.func @product_shapes_agree(%a: tensor<4x8xf16>, %b: tensor<4x8xf16>, %c: tensor<4x8xf32>) {
  // expected-error @below {{expects shapes [M, K], [K, N] and [M, N], got [4, 8], [4, 8] and [4, 8]}}
  %0 = tile.dot %a, %b, %c : tensor<4x8xf16>, tensor<4x8xf16>, tensor<4x8xf32>
  return
}

// -----

// dot C2
func.func @product_operands_have_one_type(%a: tensor<4x8xf16>, %b: tensor<8x4xbf16>, %c: tensor<4x4xf32>) {
  // expected-error @below {{expects operands of one type, f16, bf16, f32, f64 or i8, or two 8-bit floats, got 'f16' and 'bf16'}}
  %0 = tile.dot %a, %b, %c : tensor<4x8xf16>, tensor<8x4xbf16>, tensor<4x4xf32>
  return
}

// -----

// dot C2
func.func @product_of_a_float_and_an_8_bit_float(%a: tensor<4x8xf16>, %b: tensor<8x4xf8E5M2>, %c: tensor<4x4xf32>) {
  // expected-error @below {{expects operands of one type, f16, bf16, f32, f64 or i8, or two 8-bit floats, got 'f16' and 'f8E5M2'}}
  %0 = tile.dot %a, %b, %c : tensor<4x8xf16>, tensor<8x4xf8E5M2>, tensor<4x4xf32>
  return
}

// -----

// dot C3
func.func @product_of_bytes_is_i32(%a: tensor<4x8xi8>, %b: tensor<8x4xi8>, %c: tensor<4x4xf32>) {
  // expected-error @below {{expects an accumulator of 'i32' for 'i8', got 'f32'}}
  %0 = tile.dot %a, %b, %c : tensor<4x8xi8>, tensor<8x4xi8>, tensor<4x4xf32>
  return
}

// -----

// dot C4
func.func @product_of_f32_needs_a_precision(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>, %c: tensor<4x4xf32>) {
  // expected-error @below {{expects a precision exactly for operands of f32, got 'f32'}}
  %0 = tile.dot %a, %b, %c : tensor<4x8xf32>, tensor<8x4xf32>, tensor<4x4xf32>
  return
}

// -----

// dot C4
func.func @product_of_f16_has_no_precision(%a: tensor<4x8xf16>, %b: tensor<8x4xf16>, %c: tensor<4x4xf32>) {
  // expected-error @below {{expects a precision exactly for operands of f32, got 'f16'}}
  %0 = tile.dot %a, %b, %c {precision = #tile.dot_precision<ieee>} : tensor<4x8xf16>, tensor<8x4xf16>, tensor<4x4xf32>
  return
}

// -----

// dot C2
func.func @products_accumulate_in_f32(%a: tensor<4x8xf16>, %b: tensor<8x4xf16>, %c: tensor<4x4xf16>) {
  // expected-error @below {{operand #2 must be 2D tensor of 32-bit float or 64-bit float or 32-bit signless integer values}}
  %0 = tile.dot %a, %b, %c : tensor<4x8xf16>, tensor<8x4xf16>, tensor<4x4xf16>
  return
}

// -----

// reduce C1
func.func @reduced_axis_exists(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects an axis in [0, 1], got 2}}
  %0 = tile.reduce sum %t {axis = 2 : i32} : tensor<4x8xf32> -> tensor<4xf32>
  return
}

// -----

// reduce C2
func.func @reduction_drops_its_axis(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects a result of shape [4], got 'tensor<8xf32>'}}
  %0 = tile.reduce sum %t {axis = 1 : i32} : tensor<4x8xf32> -> tensor<8xf32>
  return
}

// -----

// reduce C2
func.func @reduction_of_a_row_is_a_scalar(%t: tensor<8xf32>) {
  // expected-error @below {{expects a result of shape [], got 'tensor<f32>'}}
  %0 = tile.reduce sum %t {axis = 0 : i32} : tensor<8xf32> -> tensor<f32>
  return
}

// -----

// reduce C3
func.func @reduction_keeps_the_type(%t: tensor<8xf16>) {
  // expected-error @below {{expects result elements of type 'f16', got 'f32'}}
  %0 = tile.reduce sum %t {axis = 0 : i32} : tensor<8xf16> -> f32
  return
}

// -----

func.func @reduction_kinds_are_listed(%t: tensor<8xf16>) {
  // expected-error @below {{expected ::mla::tile::ReduceKind to be one of: sum, max, min}}
  // expected-error @below {{failed to parse Tile_ReduceKindAttr parameter 'value'}}
  %0 = tile.reduce product %t {axis = 0 : i32} : tensor<8xf16> -> f16
  return
}

// -----

// view type
// expected-error @below {{a view has 1 to 5 dimensions, got 0}}
func.func @views_have_dimensions(%v: !tile.view<f32>) {
  return
}

// -----

// view type
// expected-error @below {{a view has 1 to 5 dimensions, got 6}}
func.func @views_have_few_dimensions(%v: !tile.view<?x?x?x?x?x?xf32>) {
  return
}

// -----

// view type
// expected-error @below {{a view's extents must be at least 1, got 0 for dimension 1}}
func.func @static_extents_are_positive(%v: !tile.view<?x0xf32>) {
  return
}

// -----

// view type
// expected-error @below {{a view's elements must be integers or floats, got '!tile.ptr<f32>'}}
func.func @elements_are_numbers(%v: !tile.view<4x!tile.ptr<f32>>) {
  return
}

// -----

func.func @views_are_of_the_pointee(%p: !tile.ptr<f16>) {
  // expected-error @below {{failed to verify that the pointee is the view's element type}}
  %0 = "tile.view"(%p) {operandSegmentSizes = array<i32: 1, 0, 0>} : (!tile.ptr<f16>) -> !tile.view<4xf32>
  return
}

// -----

// view C1
func.func @each_dynamic_extent_is_given(%p: !tile.ptr<f32>, %n: i64) {
  // expected-error @below {{expects 1 extents for the type '!tile.view<?x4xf32>', got 2}}
  %0 = tile.view %p, shape [%n, %n] strides [%n] : !tile.view<?x4xf32>
  return
}

// -----

// view C2
func.func @the_last_stride_is_not_given(%p: !tile.ptr<f32>, %n: i64) {
  // expected-error @below {{expects 1 strides, got 2}}
  %0 = tile.view %p, shape [%n] strides [%n, %n] : !tile.view<?x4xf32>
  return
}

// -----

// load_view C1
func.func @each_dimension_has_an_index(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects 2 indices, got 1}}
  %0 = tile.load_view %v[%i] dims [1] : !tile.view<?x4xf32> -> tensor<4xf32>
  return
}

// -----

// load_view C2
func.func @dims_ascend(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects `dims` to ascend and to be below 2, got [1, 0]}}
  %0 = tile.load_view %v[%i, %i] dims [1, 0] : !tile.view<?x4xf32> -> tensor<4x8xf32>
  return
}

// -----

// load_view C2
func.func @dims_are_dimensions_of_the_view(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects `dims` to ascend and to be below 2, got [2]}}
  %0 = tile.load_view %v[%i, %i] dims [2] : !tile.view<?x4xf32> -> tensor<4xf32>
  return
}

// -----

// load_view C2
func.func @dims_are_not_negative(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects `dims` to ascend and to be below 2, got [-1]}}
  %0 = tile.load_view %v[%i, %i] dims [-1] : !tile.view<?x4xf32> -> tensor<4xf32>
  return
}

// -----

// load_view C2
func.func @each_dimension_of_the_tile_has_an_entry(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects one entry of `dims` for each dimension of 'tensor<4x4xf32>', got [1]}}
  %0 = tile.load_view %v[%i, %i] dims [1] : !tile.view<?x4xf32> -> tensor<4x4xf32>
  return
}

// -----

// load_view C2
func.func @scalars_are_no_tiles(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects one entry of `dims` for each dimension of 'tensor<f32>', got []}}
  %0 = tile.load_view %v[%i, %i] dims [] : !tile.view<?x4xf32> -> tensor<f32>
  return
}

// -----

// load_view C3
func.func @loading_keeps_the_type(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects elements of type 'f32', got 'f16'}}
  %0 = tile.load_view %v[%i, %i] dims [1] : !tile.view<?x4xf32> -> tensor<4xf16>
  return
}

// -----

// store_view C1
func.func @each_dimension_stored_to_has_an_index(%v: !tile.view<?x4xf32>, %i: i64, %t: tensor<4xf32>) {
  // expected-error @below {{expects 2 indices, got 3}}
  tile.store_view %t, %v[%i, %i, %i] dims [1] : tensor<4xf32>, !tile.view<?x4xf32>
  return
}

// -----

// store_view C2
func.func @each_dimension_stored_has_an_entry(%v: !tile.view<?x4xf32>, %i: i64, %t: tensor<4xf32>) {
  // expected-error @below {{expects one entry of `dims` for each dimension of 'tensor<4xf32>', got [0, 1]}}
  tile.store_view %t, %v[%i, %i] dims [0, 1] : tensor<4xf32>, !tile.view<?x4xf32>
  return
}

// -----

// store_view C3
func.func @storing_keeps_the_type(%v: !tile.view<?x4xf32>, %i: i64, %t: tensor<4xbf16>) {
  // expected-error @below {{expects elements of type 'f32', got 'bf16'}}
  tile.store_view %t, %v[%i, %i] dims [1] : tensor<4xbf16>, !tile.view<?x4xf32>
  return
}

// -----

func.func @indices_have_64_bits(%v: !tile.view<?xf32>, %i: i32) {
  // expected-error @below {{operand #1 must be variadic of 64-bit signless integer, but got 'i32'}}
  %0 = "tile.load_view"(%v, %i) {dims = array<i32: 0>, operandSegmentSizes = array<i32: 1, 1, 0>} : (!tile.view<?xf32>, i32) -> tensor<4xf32>
  return
}

// -----

// load_view C4
func.func @valid_needs_a_tile(%v: !tile.view<?x4xf32>, %i: i64) {
  // expected-error @below {{expects a tile where it has `valid`, got 'f32'}}
  %0 = tile.load_view %v[%i, %i] dims [] valid %i : !tile.view<?x4xf32> -> f32
  return
}

// -----

// trans C2
func.func @transposition_swaps_the_extents(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects result shape [8, 4], got [4, 8]}}
  %0 = tile.trans %t : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

// trans C1
func.func @one_dimension_has_no_other_order(%t: tensor<4xf32>) {
  // expected-error @below {{expects at least two dimensions, got 'tensor<4xf32>}}
  %0 = tile.trans %t : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

// trans C3
func.func @transposition_keeps_the_type(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects element type 'f32', got 'f16'}}
  %0 = tile.trans %t : tensor<4x8xf32> -> tensor<8x4xf16>
  return
}

// -----

// slice C1
func.func @a_part_keeps_the_rank(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects rank 2 and element type 'f32', got 'tensor<4xf32>'}}
  %0 = tile.slice %t [0, 0] : tensor<4x8xf32> -> tensor<4xf32>
  return
}

// -----

// slice C1
func.func @a_part_keeps_the_type(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects rank 2 and element type 'f32', got 'tensor<4x4xf16>'}}
  %0 = tile.slice %t [0, 0] : tensor<4x8xf32> -> tensor<4x4xf16>
  return
}

// -----

// slice C1
func.func @a_part_has_an_offset_for_each_dimension(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects 2 offsets, got 1}}
  %0 = tile.slice %t [0] : tensor<4x8xf32> -> tensor<4x4xf32>
  return
}

// -----

// slice C2
func.func @a_part_is_no_larger_than_the_tile(%t: tensor<4x8xf32>) {
  // expected-error @below {{cannot take 16 of the 8 positions of dimension 1}}
  %0 = tile.slice %t [0, 0] : tensor<4x8xf32> -> tensor<4x16xf32>
  return
}

// -----

// slice C2
func.func @a_part_ends_inside_the_tile(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects an offset in [0, 4] for dimension 1, got 5}}
  %0 = tile.slice %t [0, 5] : tensor<4x8xf32> -> tensor<4x4xf32>
  return
}

// -----

// slice C2
func.func @a_part_starts_inside_the_tile(%t: tensor<4x8xf32>) {
  // expected-error @below {{expects an offset in [0, 0] for dimension 0, got -1}}
  %0 = tile.slice %t [-1, 0] : tensor<4x8xf32> -> tensor<4x4xf32>
  return
}

// -----

// reduce C4
func.func @reduce_8_bit_floats(%t: tensor<16xf8E5M2>) {
  // expected-error @below {{cannot combine 8-bit floats: extend them first, got 'tensor<16xf8E5M2>'}}
  %0 = tile.reduce sum %t {axis = 0 : i32} : tensor<16xf8E5M2> -> f8E5M2
  return
}

// -----

func.func @extents_are_constant(%x: i32) {
  // expected-error @below {{failed to verify that tiles have constant extents}}
  %0 = tile.splat %x : i32 -> tensor<?xi32>
  return
}
