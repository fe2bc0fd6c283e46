// RUN: mla-opt --split-input-file --verify-diagnostics %s

// layout
// expected-error @below {{invalid layout: input dimension 'offset' has basis coordinate 4 in output dimension 0, expected 0 to 3}}
#l = #sm.layout<[1], {offset = [[1], [4]]}, [4]>

// -----

// layout
// expected-error @below {{a layout of rank 1 has 2 segment counts}}
#l = #sm.layout<[1, 1], {offset = [[1], [2]]}, [4]>

// -----

// layout
// expected-error @below {{segment counts must be in [1, 16], got 17}}
#l = #sm.layout<[17], {offset = [[1], [2]]}, [4]>

// -----

// layout
// expected-error @below {{segment counts must be in [1, 16], got 0}}
#l = #sm.layout<[0], {offset = [[1], [2]]}, [4]>

// -----

// layout
// expected-error @below {{a shared-memory layout must map offsets one to one to elements}}
#l = #sm.layout<[1], {offset = [[1], [1]]}, [4]>

// -----

// layout
// expected-error @below {{a register layout needs the inputs register, lane and warp}}
#l = #sm.layout<[1], {register = [[1], [2]]}, [4]>

// -----

// layout
// expected-error @below {{a register layout has 5 lane bits, got 2}}
#l = #sm.layout<[1], {register = [], lane = [[1], [2]], warp = []}, [4]>

// -----

// layout
// expected-error @below {{a register layout must hold every element}}
#l = #sm.layout<[1], {register = [], lane = [[1], [0], [0], [0], [0]], warp = []}, [4]>

// -----

// buffer type
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
// expected-error @below {{a buffer's depth must be at least 1, got 0}}
func.func @buffer_holds_a_tile(%b: !sm.buffer<0 x tensor<4xf16, #shared>>) {
  return
}

// -----

// buffer type
// expected-error @below {{a buffer's tile needs a shared-memory layout, got 'tensor<4xf16>'}}
func.func @buffer_has_a_layout(%b: !sm.buffer<1 x tensor<4xf16>>) {
  return
}

// -----

// buffer type
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
// expected-error @below {{a buffer's tile needs a shared-memory layout, got}}
func.func @buffer_layout_is_shared(%b: !sm.buffer<1 x tensor<4xf16, #regs>>) {
  return
}

// -----

// buffer type
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
// expected-error @below {{a buffer's layout must have the shape of its tile 'tensor<8xf16}}
func.func @buffer_layout_has_the_shape(%b: !sm.buffer<1 x tensor<8xf16, #shared>>) {
  return
}

// -----

// slot C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @slot_has_depth_1(%b: !sm.buffer<3 x tensor<4xf16, #shared>>, %i: i32) {
  // expected-error @below {{expects a result of depth 1 with tile 'tensor<4xf16}}
  %0 = "sm.slot"(%b, %i) : (!sm.buffer<3 x tensor<4xf16, #shared>>, i32) -> !sm.buffer<2 x tensor<4xf16, #shared>>
  return
}

// -----

// slot C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @slot_keeps_the_tile(%b: !sm.buffer<3 x tensor<4xf16, #shared>>, %i: i32) {
  // expected-error @below {{expects a result of depth 1 with tile 'tensor<4xf16}}
  %0 = "sm.slot"(%b, %i) : (!sm.buffer<3 x tensor<4xf16, #shared>>, i32) -> !sm.buffer<1 x tensor<4xbf16, #shared>>
  return
}

// -----

// async_copy C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @copy_fills_one_slot(%p: tensor<4x!tile.ptr<f16>>, %b: !sm.buffer<3 x tensor<4xf16, #shared>>) {
  // expected-error @below {{expects a slot of depth 1, got '!sm.buffer<3 x}}
  sm.async_copy %p to %b : tensor<4x!tile.ptr<f16>> to !sm.buffer<3 x tensor<4xf16, #shared>>
  return
}

// -----

// async_copy C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @copy_keeps_the_type(%p: tensor<4x!tile.ptr<bf16>>, %b: !sm.buffer<1 x tensor<4xf16, #shared>>) {
  // expected-error @below {{expects a slot of shape [4] and element type 'bf16', got '!sm.buffer<1 x}}
  sm.async_copy %p to %b : tensor<4x!tile.ptr<bf16>> to !sm.buffer<1 x tensor<4xf16, #shared>>
  return
}

// -----

// async_copy C2
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @copy_mask_has_the_shape_of_pointers(%p: tensor<4x!tile.ptr<f16>>, %m: tensor<8xi1>,
                                               %b: !sm.buffer<1 x tensor<4xf16, #shared>>) {
  // expected-error @below {{expects a mask in the shape and layout of the pointers 'tensor<4x!tile.ptr<f16>>', got 'tensor<8xi1>'}}
  "sm.async_copy"(%p, %b, %m) {operandSegmentSizes = array<i32: 1, 1, 1, 0>}
      : (tensor<4x!tile.ptr<f16>>, !sm.buffer<1 x tensor<4xf16, #shared>>, tensor<8xi1>) -> ()
  return
}

// -----

// wait_group C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @pending_groups_are_counted(%b: !sm.buffer<3 x tensor<4xf16, #shared>>) {
  // expected-error @below {{attribute 'pending' failed to satisfy constraint: 32-bit signless integer attribute whose value is non-negative}}
  sm.wait_group -1 for %b : !sm.buffer<3 x tensor<4xf16, #shared>>
  return
}

// -----

// load_shared C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @load_reads_one_slot(%b: !sm.buffer<3 x tensor<4xf16, #shared>>) {
  // expected-error @below {{expects a slot of depth 1, got '!sm.buffer<3 x}}
  %0 = sm.load_shared %b : !sm.buffer<3 x tensor<4xf16, #shared>> -> tensor<4xf16>
  return
}

// -----

// load_shared C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @load_keeps_the_shape(%b: !sm.buffer<1 x tensor<4xf16, #shared>>) {
  // expected-error @below {{expects a slot of shape [8] and element type 'f16', got '!sm.buffer<1 x}}
  %0 = sm.load_shared %b : !sm.buffer<1 x tensor<4xf16, #shared>> -> tensor<8xf16>
  return
}

// -----

// convert_layout C1
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
func.func @conversion_keeps_the_type(%t: tensor<4xf16, #regs>) {
  // expected-error @below {{expects source and result that differ only in layout, got}}
  %0 = sm.convert_layout %t : tensor<4xf16, #regs> -> tensor<4xf32, #regs>
  return
}

// -----

// convert_layout C1
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
func.func @conversion_is_between_layouts(%t: tensor<4xf16, #regs>) {
  // expected-error @below {{expects register layouts, got 'tensor<4xf16>'}}
  %0 = sm.convert_layout %t : tensor<4xf16, #regs> -> tensor<4xf16>
  return
}

// -----

// convert_layout C1
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [0], [0], [0]], warp = []}, [4]>
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @conversion_stays_in_registers(%t: tensor<4xf16, #regs>) {
  // expected-error @below {{expects register layouts, got 'tensor<4xf16}}
  %0 = sm.convert_layout %t : tensor<4xf16, #regs> -> tensor<4xf16, #shared>
  return
}

// -----

// mma C1
func.func @product_shapes_agree(%a: tensor<16x16xf16>, %b: tensor<32x16xf16>, %c: tensor<16x16xf32>) {
  // expected-error @below {{expects shapes [M, K], [K, N] and [M, N], got 'tensor<16x16xf16>', 'tensor<32x16xf16>' and 'tensor<16x16xf32>'}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x16xf16>, tensor<32x16xf16>, tensor<16x16xf32>
  return
}

// -----

// mma C1
func.func @product_operands_have_one_type(%a: tensor<16x16xf16>, %b: tensor<16x16xbf16>, %c: tensor<16x16xf32>) {
  // expected-error @below {{expects operands of one type, f16, bf16, f32, f64 or i8, or two 8-bit floats, got 'f16' and 'bf16'}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x16xf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  return
}

// -----

// mma C1
func.func @product_of_bytes_is_i32(%a: tensor<16x32xi8>, %b: tensor<32x16xi8>, %c: tensor<16x16xf32>) {
  // expected-error @below {{expects an accumulator of 'i32' for 'i8', got 'f32'}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x32xi8>, tensor<32x16xi8>, tensor<16x16xf32>
  return
}

// -----

// mma C1
func.func @product_of_f32_needs_a_precision(%a: tensor<16x16xf32>, %b: tensor<16x16xf32>, %c: tensor<16x16xf32>) {
  // expected-error @below {{expects a precision exactly for operands of f32, got 'f32'}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
  return
}

// -----

// mma C2
func.func @warps_are_a_grid(%a: tensor<16x16xf16>, %b: tensor<16x16xf16>, %c: tensor<16x16xf32>) {
  // expected-error @below {{expects warps [M, N], got 1 numbers}}
  %0 = sm.mma %a, %b, %c warps [4] : tensor<16x16xf16>, tensor<16x16xf16>, tensor<16x16xf32>
  return
}

// -----

// mma C2
#a = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
func.func @accumulator_has_its_layout(%a: tensor<16x16xf16, #a>, %b: tensor<16x16xf16, #a>, %c: tensor<16x16xf32, #rows>) {
  // expected-error @below {{expects the accumulator layout of 1 x 1 warps, got 'tensor<16x16xf32, #sm.layout}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x16xf16, #a>, tensor<16x16xf16, #a>, tensor<16x16xf32, #rows>
  return
}

// -----

// mma C2
#a = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 16]>
func.func @operands_have_their_layouts(%a: tensor<16x16xf16, #a>, %c: tensor<16x16xf32, #a>) {
  // expected-error @below {{expects operand b in its mma.sync operand layout, got 'tensor<16x16xf16, #sm.layout}}
  %0 = sm.mma %a, %a, %c warps [1, 1] : tensor<16x16xf16, #a>, tensor<16x16xf16, #a>, tensor<16x16xf32, #a>
  return
}

// -----

// mma C2
func.func @warps_are_positive(%a: tensor<16x16xf16>, %b: tensor<16x16xf16>, %c: tensor<16x16xf32>) {
  // expected-error @below {{expects positive powers of two as warps, got [0, 4]}}
  %0 = sm.mma %a, %b, %c warps [0, 4] : tensor<16x16xf16>, tensor<16x16xf16>, tensor<16x16xf32>
  return
}

// -----

// mma C2
#l = #sm.layout<[3, 1], {register = [[1, 0], [0, 8]], lane = [[0, 1], [0, 2], [0, 4], [0, 0], [0, 0]], warp = []}, [2, 16]>
func.func @accumulator_is_storable(%a: tensor<6x16xf16>, %b: tensor<16x16xf16>, %c: tensor<6x16xf32, #l>) {
  // expected-error @below {{expects extents that are powers of two or c * 2^k with k >= 4 and c <= 16, got 'tensor<6x16xf32, #sm.layout}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<6x16xf16>, tensor<16x16xf16>, tensor<6x16xf32, #l>
  return
}

// -----

// store_shared C1
#shared = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16]]}, [32]>
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @store_of_another_type(%t: tensor<32xf32, #regs>, %s: !sm.buffer<1 x tensor<32xi32, #shared>>) {
  // expected-error @below {{expects a slot of shape [32] and element type 'f32'}}
  sm.store_shared %t to %s : tensor<32xf32, #regs> to !sm.buffer<1 x tensor<32xi32, #shared>>
  return
}

// -----

// trans C1
#wide = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
func.func @transposed_slots_have_depth_1(%s: !sm.buffer<2 x tensor<16x192xbf16, #wide>>) {
  // expected-error @below {{expects slots of depth 1 and one element type}}
  %t = sm.trans %s : !sm.buffer<2 x tensor<16x192xbf16, #wide>> -> !sm.buffer<1 x tensor<16x192xbf16, #wide>>
  return
}

// -----

// trans C1
#wide = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
func.func @transposition_has_its_layout(%s: !sm.buffer<1 x tensor<16x192xbf16, #wide>>) {
  // expected-error @below {{expects the layout #sm.layout<[3, 1]}}
  %t = sm.trans %s : !sm.buffer<1 x tensor<16x192xbf16, #wide>> -> !sm.buffer<1 x tensor<16x192xbf16, #wide>>
  return
}

// -----

// trans C1
#row = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @only_matrices_are_transposed(%s: !sm.buffer<1 x tensor<4xbf16, #row>>) {
  // expected-error @below {{expects a matrix, got}}
  %t = sm.trans %s : !sm.buffer<1 x tensor<4xbf16, #row>> -> !sm.buffer<1 x tensor<4xbf16, #row>>
  return
}

// -----

// trans C1
#sq = #sm.layout<[3, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
func.func @segments_have_an_order(%s: !sm.buffer<1 x tensor<48x48xbf16, #sq>>) {
  // expected-error @below {{cannot transpose a tile with several segments in both dimensions}}
  %t = sm.trans %s : !sm.buffer<1 x tensor<48x48xbf16, #sq>> -> !sm.buffer<1 x tensor<48x48xbf16, #sq>>
  return
}

// -----

// subslot C1
#plain = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
func.func @parts_of_slots_keep_the_type(%s: !sm.buffer<1 x tensor<16x16xbf16, #plain>>) {
  // expected-error @below {{expects slots of depth 1 and one element type}}
  %t = sm.subslot %s[0, 0] : !sm.buffer<1 x tensor<16x16xbf16, #plain>> -> !sm.buffer<1 x tensor<16x16xf16, #plain>>
  return
}

// -----

// subslot C1
#plain = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
func.func @parts_of_slots_have_an_offset_for_each_dimension(%s: !sm.buffer<1 x tensor<16x16xbf16, #plain>>) {
  // expected-error @below {{expects rank 2 and as many offsets, got}}
  %t = sm.subslot %s[0] : !sm.buffer<1 x tensor<16x16xbf16, #plain>> -> !sm.buffer<1 x tensor<16x16xbf16, #plain>>
  return
}

// -----

// subslot C2
#plain = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
func.func @parts_of_slots_lie_inside(%s: !sm.buffer<1 x tensor<16x16xbf16, #plain>>) {
  // expected-error @below {{expects a part of the tile, got 16 positions from 1 of the 16 of dimension 0}}
  %t = sm.subslot %s[1, 0] : !sm.buffer<1 x tensor<16x16xbf16, #plain>> -> !sm.buffer<1 x tensor<16x16xbf16, #plain>>
  return
}

// -----

// subslot C2
#plain = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#half = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 8]>
func.func @columns_of_short_rows_have_no_layout(%s: !sm.buffer<1 x tensor<16x16xbf16, #plain>>) {
  // expected-error @below {{has no layout of shape [16, 8] for the bytes at [0, 8]}}
  %t = sm.subslot %s[0, 8] : !sm.buffer<1 x tensor<16x16xbf16, #plain>> -> !sm.buffer<1 x tensor<16x8xbf16, #half>>
  return
}

// -----

// subslot C2
#wide = #sm.layout<[1, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0]]}, [16, 64]>
#other = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 64]>
func.func @parts_of_slots_have_their_layout(%s: !sm.buffer<1 x tensor<16x192xbf16, #wide>>) {
  // expected-error @below {{expects the layout #sm.layout<[1, 1], {offset =}}
  %t = sm.subslot %s[0, 128] : !sm.buffer<1 x tensor<16x192xbf16, #wide>> -> !sm.buffer<1 x tensor<16x64xbf16, #other>>
  return
}
