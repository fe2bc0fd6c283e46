// RUN: mla-opt --split-input-file --verify-diagnostics %s

// rows C1
func.func @a_view_of_rows_has_columns(%v: !tile.view<?xbf16>, %i: tensor<4xi32>) {
  // expected-error @below {{expects a view of 2 or 3 dimensions, got 1}}
  %0 = gather.rows %v[%i] : !tile.view<?xbf16>, tensor<4xi32> -> tensor<4x64xbf16>
  return
}

// -----

// rows C2
func.func @every_index_gives_a_row(%v: !tile.view<?x64xbf16>, %i: tensor<4xi32>) {
  // expected-error @below {{expects a result [4, W] of 'bf16', got 'tensor<8x64xbf16>'}}
  %0 = gather.rows %v[%i] : !tile.view<?x64xbf16>, tensor<4xi32> -> tensor<8x64xbf16>
  return
}

// -----

// rows C2
func.func @rows_keep_their_type(%v: !tile.view<?x64xbf16>, %i: tensor<4xi32>) {
  // expected-error @below {{expects a result [4, W] of 'bf16', got 'tensor<4x64xf16>'}}
  %0 = gather.rows %v[%i] : !tile.view<?x64xbf16>, tensor<4xi32> -> tensor<4x64xf16>
  return
}

// -----

// rows C3
func.func @columns_lie_inside(%v: !tile.view<?x576xbf16>, %i: tensor<4xi32>) {
  // expected-error @below {{expects 512 columns from column 65 on to lie inside the view, which has 576}}
  %0 = gather.rows %v[%i] {column = 65 : i64} : !tile.view<?x576xbf16>, tensor<4xi32> -> tensor<4x512xbf16>
  return
}

// -----

// rows C3
func.func @columns_begin_at_zero(%v: !tile.view<?x?xbf16>, %i: tensor<4xi32>) {
  // expected-error @below {{expects 512 columns from column -1 on to lie inside the view}}
  %0 = gather.rows %v[%i] {column = -1 : i64} : !tile.view<?x?xbf16>, tensor<4xi32> -> tensor<4x512xbf16>
  return
}

// -----

func.func @indices_are_integers(%v: !tile.view<?x64xbf16>, %i: tensor<4xi16>) {
  // expected-error @below {{operand #1 must be 1D tensor of 32-bit signless integer or 64-bit signless integer values}}
  %0 = gather.rows %v[%i] : !tile.view<?x64xbf16>, tensor<4xi16> -> tensor<4x64xbf16>
  return
}

// -----

// paged_rows C1
func.func @a_pool_has_pages(%v: !tile.view<?x576xbf16>, %t: !tile.view<?x?xi32>, %b: i64, %p: tensor<4xi32>, %n: i32) {
  // expected-error @below {{expects a view of 3 dimensions, got 2}}
  %0 = gather.paged_rows %v, %t[%b, %p] length %n : !tile.view<?x576xbf16>, !tile.view<?x?xi32>, tensor<4xi32> -> tensor<4x576xbf16>
  return
}

// -----

// paged_rows C2
func.func @a_table_has_rows(%v: !tile.view<?x?x576xbf16>, %t: !tile.view<?xi32>, %b: i64, %p: tensor<4xi32>, %n: i32) {
  // expected-error @below {{expects a table of 2 dimensions of i32, got '!tile.view<?xi32>'}}
  %0 = gather.paged_rows %v, %t[%b, %p] length %n : !tile.view<?x?x576xbf16>, !tile.view<?xi32>, tensor<4xi32> -> tensor<4x576xbf16>
  return
}

// -----

// paged_rows C2
func.func @a_table_lists_i32(%v: !tile.view<?x?x576xbf16>, %t: !tile.view<?x?xi64>, %b: i64, %p: tensor<4xi32>, %n: i32) {
  // expected-error @below {{expects a table of 2 dimensions of i32, got '!tile.view<?x?xi64>'}}
  %0 = gather.paged_rows %v, %t[%b, %p] length %n : !tile.view<?x?x576xbf16>, !tile.view<?x?xi64>, tensor<4xi32> -> tensor<4x576xbf16>
  return
}

// -----

// paged_rows C3
func.func @every_position_gives_a_row(%v: !tile.view<?x?x576xbf16>, %t: !tile.view<?x?xi32>, %b: i64, %p: tensor<4xi32>, %n: i32) {
  // expected-error @below {{expects a result [4, W] of 'bf16', got 'tensor<576x4xbf16>'}}
  %0 = gather.paged_rows %v, %t[%b, %p] length %n : !tile.view<?x?x576xbf16>, !tile.view<?x?xi32>, tensor<4xi32> -> tensor<576x4xbf16>
  return
}

// -----

// paged_rows C4
func.func @paged_columns_lie_inside(%v: !tile.view<?x?x576xbf16>, %t: !tile.view<?x?xi32>, %b: i64, %p: tensor<4xi32>, %n: i32) {
  // expected-error @below {{expects 64 columns from column 9223372036854775807 on to lie inside the view, which has 576}}
  %0 = gather.paged_rows %v, %t[%b, %p] length %n {column = 9223372036854775807 : i64} : !tile.view<?x?x576xbf16>, !tile.view<?x?xi32>, tensor<4xi32> -> tensor<4x64xbf16>
  return
}

// -----

func.func @formats_are_in_the_table(%r: tensor<4x656xi8>) {
  // expected-error @below {{there is no record format 'fp8'; expected one of fp8_ds_mla, fp8_dsv4, fp8_dsv41, indexer_fp8, indexer_fp8_64, indexer_fp8_32, fp8_e4m3, fp8_e5m2, bf16, fp16}}
  %0 = gather.decode_record %r <fp8> : tensor<4x656xi8> -> tensor<4x512xbf16>
  return
}

// -----

// decode_record C1
func.func @records_have_their_bytes(%r: tensor<4x576xi8>) {
  // expected-error @below {{expects records 'tensor<4x656xi8>' for the format fp8_ds_mla, got 'tensor<4x576xi8>'}}
  %0:2 = gather.decode_record %r <fp8_ds_mla> : tensor<4x576xi8> -> tensor<4x512xbf16>, tensor<4x64xbf16>
  return
}

// -----

// decode_record C1
func.func @plain_records_are_numbers(%r: tensor<4x1152xi8>) {
  // expected-error @below {{expects records 'tensor<4x1152xbf16>' for the format bf16, got 'tensor<4x1152xi8>'}}
  %0 = gather.decode_record %r <bf16> : tensor<4x1152xi8> -> tensor<4x576xbf16>
  return
}

// -----

// decode_record C2
func.func @scales_behind_the_page_are_given(%r: tensor<4x576xi8>) {
  // expected-error @below {{expects scales 'tensor<4x8xi8>' for the format fp8_dsv4, got none}}
  %0:2 = gather.decode_record %r <fp8_dsv4> : tensor<4x576xi8> -> tensor<4x448xbf16>, tensor<4x64xbf16>
  return
}

// -----

// decode_record C2
func.func @scales_of_keys_are_numbers_or_bytes(%r: tensor<4x128xi8>, %s: tensor<4x1xi8>) {
  // expected-error @below {{expects scales 'tensor<4x1xf32>' or 'tensor<4x4xi8>' for the format indexer_fp8, got 'tensor<4x1xi8>'}}
  %0 = gather.decode_record %r scales %s <indexer_fp8> : tensor<4x128xi8>, tensor<4x1xi8> -> tensor<4x128xbf16>
  return
}

// -----

// decode_record C2
func.func @scales_in_the_record_are_not(%r: tensor<4x656xi8>, %s: tensor<4x4xf32>) {
  // expected-error @below {{expects no scales for the format fp8_ds_mla, got 'tensor<4x4xf32>'}}
  %0:2 = gather.decode_record %r scales %s <fp8_ds_mla> : tensor<4x656xi8>, tensor<4x4xf32> -> tensor<4x512xbf16>, tensor<4x64xbf16>
  return
}

// -----

// decode_record C2
func.func @a_cache_has_one_scale(%r: tensor<4x576xi8>, %s: tensor<4x1xf32>) {
  // expected-error @below {{expects scales 'f32' for the format fp8_e4m3, got 'tensor<4x1xf32>'}}
  %0 = gather.decode_record %r scales %s <fp8_e4m3> : tensor<4x576xi8>, tensor<4x1xf32> -> tensor<4x576xbf16>
  return
}

// -----

// decode_record C3
func.func @every_field_is_a_result(%r: tensor<4x656xi8>) {
  // expected-error @below {{expects results of shapes [4, 512] and [4, 64] for the format fp8_ds_mla, got 'tensor<4x576xbf16>'}}
  %0 = gather.decode_record %r <fp8_ds_mla> : tensor<4x656xi8> -> tensor<4x576xbf16>
  return
}

// -----

func.func @numbers_are_floats_of_16_bits_or_f32(%r: tensor<4x656xi8>) {
  // expected-error @below {{result #0 must be variadic of 2D tensor of 16-bit float or bfloat16 type or 32-bit float values}}
  %0:2 = gather.decode_record %r <fp8_ds_mla> : tensor<4x656xi8> -> tensor<4x512xf64>, tensor<4x64xbf16>
  return
}

// -----

// encode_record C1
func.func @every_field_is_a_value(%l: tensor<4x512xbf16>) {
  // expected-error @below {{expects values of shapes [4, 512] and [4, 64] for the format fp8_ds_mla, got 'tensor<4x512xbf16>'}}
  %0:3 = gather.encode_record %l rule pow2 <fp8_ds_mla> : tensor<4x512xbf16> -> tensor<4x512xf8E4M3FN>, tensor<4x4xf32>, tensor<4x64xbf16>
  return
}

// -----

// encode_record C1
func.func @there_are_values() {
  // expected-error @below {{expects 1 values, got none}}
  %0 = "gather.encode_record"() {format = #gather.format<bf16>, operandSegmentSizes = array<i32: 0, 0>} : () -> tensor<4x512xbf16>
  return
}

// -----

// encode_record C2
func.func @one_scale_for_the_cache_is_given(%l: tensor<4x512xbf16>) {
  // expected-error @below {{expects a scale for the format fp8_e5m2}}
  %0 = gather.encode_record %l <fp8_e5m2> : tensor<4x512xbf16> -> tensor<4x512xf8E5M2>
  return
}

// -----

// encode_record C2
func.func @scales_that_follow_are_not_given(%l: tensor<4x128xbf16>, %x: f32) {
  // expected-error @below {{expects no scale for the format indexer_fp8}}
  %0:2 = gather.encode_record %l scale %x rule pow2 <indexer_fp8> : tensor<4x128xbf16> -> tensor<4x128xf8E4M3FN>, tensor<4x1xf32>
  return
}

// -----

// encode_record C3
func.func @scales_follow_a_rule(%l: tensor<4x128xbf16>) {
  // expected-error @below {{expects a rule for the format indexer_fp8}}
  %0:2 = gather.encode_record %l <indexer_fp8> : tensor<4x128xbf16> -> tensor<4x128xf8E4M3FN>, tensor<4x1xf32>
  return
}

// -----

// encode_record C3
func.func @no_scales_no_rule(%l: tensor<4x128xbf16>) {
  // expected-error @below {{expects no rule for the format fp16}}
  %0 = gather.encode_record %l rule pow2 <fp16> : tensor<4x128xbf16> -> tensor<4x128xf16>
  return
}

// -----

// encode_record C3
func.func @exponents_are_powers_of_two(%l: tensor<4x512xbf16>) {
  // expected-error @below {{expects the rule pow2 for the format fp8_dsv41, whose scales are powers of two}}
  %0:2 = gather.encode_record %l rule linear <fp8_dsv41> : tensor<4x512xbf16> -> tensor<4x512xf8E4M3FN>, tensor<4x16xi8>
  return
}

// -----

// encode_record C4
func.func @results_are_the_parts_of_a_record(%l: tensor<4x448xbf16>, %r: tensor<4x64xbf16>) {
  // expected-error @below {{expects results 'tensor<4x448xf8E4M3FN>', 'tensor<4x8xi8>', 'tensor<4x64xbf16>' for the format fp8_dsv4, got 'tensor<4x448xf8E4M3FN>', 'tensor<4x7xi8>', 'tensor<4x64xbf16>'}}
  %0:3 = gather.encode_record %l, %r rule pow2 <fp8_dsv4> : tensor<4x448xbf16>, tensor<4x64xbf16> -> tensor<4x448xf8E4M3FN>, tensor<4x7xi8>, tensor<4x64xbf16>
  return
}

// -----

func.func @extents_are_constant(%v: !tile.view<?x64xbf16>, %i: tensor<?xi32>) {
  // expected-error @below {{failed to verify that tiles have constant extents}}
  %0 = gather.rows %v[%i] : !tile.view<?x64xbf16>, tensor<?xi32> -> tensor<?x64xbf16>
  return
}

// -----

func.func @records_have_constant_extents(%x: tensor<?x576xbf16>) {
  // expected-error @below {{failed to verify that tiles have constant extents}}
  %0 = gather.decode_record %x <bf16> : tensor<?x576xbf16> -> tensor<?x576xbf16>
  return
}
