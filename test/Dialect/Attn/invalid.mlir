// RUN: mla-opt --split-input-file --verify-diagnostics %s

// mask C1
func.func @every_row_has_a_limit(%s: tensor<64x32xf32>, %k: i32, %limit: tensor<32xi32>) {
  // expected-error @below {{expects a limit for each of the 64 rows, got 32}}
  %0 = attn.mask %s, %k, %limit : tensor<64x32xf32>, tensor<32xi32>
  return
}

// -----

func.func @masked_scores_are_f32(%s: tensor<64x32xbf16>, %k: i32, %limit: tensor<64xi32>) {
  // expected-error @below {{operand #0 must be 2D tensor of 32-bit float values}}
  %0 = attn.mask %s, %k, %limit : tensor<64x32xbf16>, tensor<64xi32>
  return
}

// -----

// softmax_init C1
func.func @a_new_state_has_one_number_of_rows() {
  // expected-error @below {{expects a state of shapes [M], [M, L] and [M, D], got [64], [64, 32] and [32, 512]}}
  %m, %l, %acc = attn.softmax_init : tensor<64xf32>, tensor<64x32xf32>, tensor<32x512xf32>
  return
}

// -----

// softmax_step C1
func.func @a_step_has_one_number_of_rows(%s: tensor<32x64xf32>, %m: tensor<64xf32>, %acc: tensor<64x512xf32>) {
  // expected-error @below {{expects a state of shapes [M], [M, L] and [M, D], got [64], [32, 64] and [64, 512]}}
  %0:4 = attn.softmax_step %s, %m, %s, %acc : tensor<32x64xf32>, tensor<64xf32>, tensor<32x64xf32>, tensor<64x512xf32>
  return
}

// -----

// softmax_step C2
func.func @scores_have_the_rows_of_the_state(%s: tensor<32x64xf32>, %m: tensor<64xf32>, %l: tensor<64x1xf32>,
                                             %acc: tensor<64x512xf32>) {
  // expected-error @below {{expects scores [64, N] and l [64, N] or [64, 1], got [32, 64] and [64, 1]}}
  %0:4 = attn.softmax_step %s, %m, %l, %acc : tensor<32x64xf32>, tensor<64xf32>, tensor<64x1xf32>, tensor<64x512xf32>
  return
}

// -----

// softmax_step C2
func.func @scores_have_the_columns_of_the_state(%s: tensor<64x32xf32>, %m: tensor<64xf32>, %l: tensor<64x16xf32>,
                                                %acc: tensor<64x512xf32>) {
  // expected-error @below {{expects scores [64, N] and l [64, N] or [64, 1], got [64, 32] and [64, 16]}}
  %0:4 = attn.softmax_step %s, %m, %l, %acc : tensor<64x32xf32>, tensor<64xf32>, tensor<64x16xf32>, tensor<64x512xf32>
  return
}

// -----

// softmax_finish C1
func.func @a_finished_state_has_one_number_of_rows(%m: tensor<1xf32>, %l: tensor<64x32xf32>, %acc: tensor<64x512xf32>) {
  // expected-error @below {{expects a state of shapes [M], [M, L] and [M, D], got [1], [64, 32] and [64, 512]}}
  %out, %lse = attn.softmax_finish %m, %l, %acc : tensor<1xf32>, tensor<64x32xf32>, tensor<64x512xf32>
  return
}

// -----

func.func @every_row_has_a_sink(%m: tensor<64xf32>, %l: tensor<64x32xf32>, %acc: tensor<64x512xf32>, %sink: tensor<1xf32>) {
  // expected-error @below {{failed to verify that the sink has the type of m}}
  %out, %lse = "attn.softmax_finish"(%m, %l, %acc, %sink) :
      (tensor<64xf32>, tensor<64x32xf32>, tensor<64x512xf32>, tensor<1xf32>) -> (tensor<64x512xf32>, tensor<64xf32>)
  return
}

// -----

// merge_step C1
func.func @every_part_has_an_lse(%out: tensor<8x512xf32>, %lse: tensor<4xf32>, %m: tensor<1xf32>, %l: tensor<1x8xf32>,
                                 %acc: tensor<1x512xf32>) {
  // expected-error @below {{expects an lse for each of the 8 parts, got 4}}
  %0:3 = attn.merge_step %out, %lse, %m, %l, %acc
      : tensor<8x512xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1x8xf32>, tensor<1x512xf32>
  return
}

// -----

// merge_step C2
func.func @parts_merge_into_one_row(%out: tensor<8x512xf32>, %lse: tensor<8xf32>, %m: tensor<2xf32>, %l: tensor<2x8xf32>,
                                    %acc: tensor<2x512xf32>) {
  // expected-error @below {{expects a state of shapes [1], [1, 8] and [1, 512], got [2], [2, 8] and [2, 512]}}
  %0:3 = attn.merge_step %out, %lse, %m, %l, %acc
      : tensor<8x512xf32>, tensor<8xf32>, tensor<2xf32>, tensor<2x8xf32>, tensor<2x512xf32>
  return
}

// -----

// merge_step C2
func.func @the_state_has_a_column_for_each_part(%out: tensor<8x512xf32>, %lse: tensor<8xf32>, %m: tensor<1xf32>,
                                                %l: tensor<1x4xf32>, %acc: tensor<1x512xf32>) {
  // expected-error @below {{expects a state of shapes [1], [1, 8] and [1, 512], got [1], [1, 4] and [1, 512]}}
  %0:3 = attn.merge_step %out, %lse, %m, %l, %acc
      : tensor<8x512xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1x4xf32>, tensor<1x512xf32>
  return
}

// -----

// grad_scores C1
func.func @every_row_has_an_lse_and_a_delta(%s: tensor<5x7xf32>, %lse: tensor<7xf32>, %scale: f32) {
  // expected-error @below {{expects an lse and a delta for each of the 5 rows, got 7}}
  %0:2 = attn.grad_scores %s, %lse, %s, %lse, %scale : tensor<5x7xf32>, tensor<7xf32>
  return
}

// -----

// grad_scores C1
func.func @every_column_has_an_lse_and_a_delta(%s: tensor<5x7xf32>, %lse: tensor<5xf32>, %scale: f32) {
  // expected-error @below {{expects an lse and a delta for each of the 7 columns, got 5}}
  %0:2 = attn.grad_scores %s, %lse, %s, %lse, %scale {transposed} : tensor<5x7xf32>, tensor<5xf32>
  return
}

// -----

func.func @extents_are_constant(%s: tensor<?x32xf32>, %k: i32, %limit: tensor<?xi32>) {
  // expected-error @below {{failed to verify that tiles have constant extents}}
  %0 = attn.mask %s, %k, %limit : tensor<?x32xf32>, tensor<?xi32>
  return
}
