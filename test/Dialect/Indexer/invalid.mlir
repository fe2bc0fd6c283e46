// RUN: mla-opt --split-input-file --verify-diagnostics %s

// head_reduce C1
func.func @scores_have_a_row_for_each_head(%s: tensor<6x5xf32>, %w: tensor<2x4xf32>) {
  // expected-error @below {{expects scores of 2 tokens with 4 heads, 8 rows, got 6}}
  %0 = indexer.head_reduce %s, %w : tensor<6x5xf32>, tensor<2x4xf32> -> tensor<2x5xf32>
  return
}

// -----

// head_reduce C2
func.func @logits_have_the_keys_of_scores(%s: tensor<6x5xf32>, %w: tensor<2x3xf32>) {
  // expected-error @below {{expects a result of shape [2, 5], got [2, 4]}}
  %0 = indexer.head_reduce %s, %w : tensor<6x5xf32>, tensor<2x3xf32> -> tensor<2x4xf32>
  return
}

// -----

// head_reduce C3
func.func @every_key_has_a_scale(%s: tensor<6x5xf32>, %w: tensor<2x3xf32>, %k: tensor<4xf32>) {
  // expected-error @below {{expects a scale for each of the 5 keys, got 4}}
  %0 = indexer.head_reduce %s, %w key_scale %k : tensor<6x5xf32>, tensor<2x3xf32>, tensor<4xf32> -> tensor<2x5xf32>
  return
}

// -----

func.func @scores_are_f32(%s: tensor<6x5xbf16>, %w: tensor<2x3xf32>) {
  // expected-error @below {{operand #0 must be 2D tensor of 32-bit float values}}
  %0 = indexer.head_reduce %s, %w : tensor<6x5xbf16>, tensor<2x3xf32> -> tensor<2x5xf32>
  return
}

// -----

// topk_init C1
func.func @a_new_state_has_a_power_of_two_of_places() {
  // expected-error @below {{expects a state of shape [M, S] with S a power of two, got [4, 48]}}
  %0 = indexer.topk_init : tensor<4x48xi64>
  return
}

// -----

func.func @a_state_has_entries_of_64_bits() {
  // expected-error @below {{result #0 must be 2D tensor of 64-bit signless integer values}}
  %0 = indexer.topk_init : tensor<4x64xi32>
  return
}

// -----

// topk_step C1
func.func @a_state_has_a_power_of_two_of_places(%x: tensor<4x7xf32>, %f: tensor<4xi32>, %s: tensor<4x3xi64>) {
  // expected-error @below {{expects a state of shape [M, S] with S a power of two, got [4, 3]}}
  %0 = indexer.topk_step %x, %f, %f, %s : tensor<4x7xf32>, tensor<4x3xi64>
  return
}

// -----

// topk_step C2
func.func @logits_have_the_rows_of_the_state(%x: tensor<2x7xf32>, %f: tensor<4xi32>, %s: tensor<4x8xi64>) {
  // expected-error @below {{expects logits of the 4 rows of the state, got 2}}
  %0 = indexer.topk_step %x, %f, %f, %s : tensor<2x7xf32>, tensor<4x8xi64>
  return
}

// -----

// topk_step C3
func.func @every_row_has_a_first_index(%x: tensor<4x7xf32>, %f: tensor<2xi32>, %l: tensor<4xi32>, %s: tensor<4x8xi64>) {
  // expected-error @below {{failed to verify that first has an i32 for each row}}
  %0 = "indexer.topk_step"(%x, %f, %l, %s) : (tensor<4x7xf32>, tensor<2xi32>, tensor<4xi32>, tensor<4x8xi64>) -> tensor<4x8xi64>
  return
}

// -----

// topk_step C3
func.func @every_row_has_a_limit(%x: tensor<4x7xf32>, %f: tensor<4xi32>, %l: tensor<1xi32>, %s: tensor<4x8xi64>) {
  // expected-error @below {{failed to verify that limit has an i32 for each row}}
  %0 = "indexer.topk_step"(%x, %f, %l, %s) : (tensor<4x7xf32>, tensor<4xi32>, tensor<1xi32>, tensor<4x8xi64>) -> tensor<4x8xi64>
  return
}

// -----

// topk_finish C1
func.func @a_last_state_has_a_power_of_two_of_places(%s: tensor<4x12xi64>) {
  // expected-error @below {{expects a state of shape [M, S] with S a power of two, got [4, 12]}}
  %0:2 = indexer.topk_finish %s : tensor<4x12xi64> -> tensor<4x5xf32>, tensor<4x5xi32>
  return
}

// -----

// topk_finish C2
func.func @a_choice_is_no_longer_than_the_state(%s: tensor<4x8xi64>) {
  // expected-error @below {{expects values and indices of shape [4, k] with k at most 8, got [4, 9] and [4, 9]}}
  %0:2 = indexer.topk_finish %s : tensor<4x8xi64> -> tensor<4x9xf32>, tensor<4x9xi32>
  return
}

// -----

// topk_finish C2
func.func @values_and_indices_belong_together(%s: tensor<4x8xi64>) {
  // expected-error @below {{expects values and indices of shape [4, k] with k at most 8, got [4, 5] and [4, 6]}}
  %0:2 = indexer.topk_finish %s : tensor<4x8xi64> -> tensor<4x5xf32>, tensor<4x6xi32>
  return
}

// -----

// topk_finish C2
func.func @a_choice_has_the_rows_of_the_state(%s: tensor<4x8xi64>) {
  // expected-error @below {{expects values and indices of shape [4, k] with k at most 8, got [2, 5] and [2, 5]}}
  %0:2 = indexer.topk_finish %s : tensor<4x8xi64> -> tensor<2x5xf32>, tensor<2x5xi32>
  return
}

// -----

func.func @extents_are_constant(%s: tensor<?x5xf32>, %w: tensor<2x4xf32>) {
  // expected-error @below {{failed to verify that tiles have constant extents}}
  %0 = indexer.head_reduce %s, %w : tensor<?x5xf32>, tensor<2x4xf32> -> tensor<2x5xf32>
  return
}
