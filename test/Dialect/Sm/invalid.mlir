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
  // expected-error @below {{expects operands of one type, f16 or bf16, got 'f16' and 'bf16'}}
  %0 = sm.mma %a, %b, %c warps [1, 1] : tensor<16x16xf16>, tensor<16x16xbf16>, tensor<16x16xf32>
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

// warps C1
func.func @no_warps() {
  // expected-error @below {{expects warps in [0, 32), got 0 from warp 4 on}}
  sm.warps first(4) count(0) {
  }
  return
}

// -----

// warps C1
func.func @warps_beyond_the_largest_cta() {
  // expected-error @below {{expects warps in [0, 32), got 4 from warp 30 on}}
  sm.warps first(30) count(4) {
  }
  return
}

// -----

// warps C2
func.func @registers_that_do_not_exist() {
  // expected-error @below {{expects registers to be a multiple of 8 in [24, 256], got 100}}
  sm.warps first(0) count(4) registers(100) {
  }
  return
}

// -----

// warps C2
func.func @registers_of_one_warp() {
  // expected-error @below {{expects whole warpgroups to set registers, got 1 warps from warp 4 on}}
  sm.warps first(4) count(1) registers(40) {
  }
  return
}

// -----

// warps C3
func.func @warps_inside_warps() {
  sm.warps first(0) count(4) {
    // expected-error @below {{must stand at the top of the kernel, outside loops, branches and warps}}
    sm.warps first(0) count(1) {
    }
  }
  return
}

// -----

// warps C4
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @tile_from_outside(%t: tensor<32xf32, #regs>) {
  sm.warps first(0) count(1) {
    // expected-error @below {{uses a tile from outside of sm.warps: 'tensor<32xf32}}
    %r = arith.addf %t, %t : tensor<32xf32, #regs>
  }
  return
}

// -----

// mbarrier type
// expected-error @below {{a ring of mbarriers has a depth of at least 1, got 0}}
func.func @no_barriers(%b: !sm.mbarrier<0>) {
  return
}

// -----

// mbarrier_alloc C1
func.func @too_many_arrivals() {
  // expected-error @below {{expects arrivals in [1, 1048575], got 1048576}}
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1048576 : i32} : !sm.mbarrier<1>
  return
}

// -----

// mbarrier_init C1
func.func @unknown_number_of_arrivals(%b: !sm.mbarrier<1>) {
  // expected-error @below {{expects results of sm.mbarrier_alloc}}
  sm.mbarrier_init %b : !sm.mbarrier<1>
  return
}

// -----

// mbarrier_expect_tx C1
func.func @no_bytes(%b: !sm.mbarrier<1>, %i: i32) {
  // expected-error @below {{expects bytes in [1, 1048575], got 0}}
  sm.mbarrier_expect_tx %b[%i], 0 : !sm.mbarrier<1>
  return
}

// -----

// tma_load C1
#swizzled = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @load_to_a_ring(%m: !sm.tensor_map, %s: !sm.buffer<2 x tensor<64x64xbf16, #swizzled>>, %b: !sm.mbarrier<1>, %i: i32) {
  // expected-error @below {{expects a slot of depth 1, got}}
  sm.tma_load %m[%i, %i] to %s barrier %b[%i] : !sm.buffer<2 x tensor<64x64xbf16, #swizzled>>, !sm.mbarrier<1>
  return
}

// -----

// tma_load C1
#foreign = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 16], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @load_to_a_foreign_layout(%m: !sm.tensor_map, %s: !sm.buffer<1 x tensor<64x64xbf16, #foreign>>, %b: !sm.mbarrier<1>, %i: i32) {
  // expected-error @below {{expects a slot that tensor boxes fill, got}}
  sm.tma_load %m[%i, %i] to %s barrier %b[%i] : !sm.buffer<1 x tensor<64x64xbf16, #foreign>>, !sm.mbarrier<1>
  return
}

// -----

// tma_load C2
#swizzled = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @load_with_one_coordinate(%m: !sm.tensor_map, %s: !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>, %b: !sm.mbarrier<1>, %i: i32) {
  // expected-error @below {{expects 2 to 5 coordinates, got 1}}
  sm.tma_load %m[%i] to %s barrier %b[%i] : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>, !sm.mbarrier<1>
  return
}

// -----

// tma_store C1
#foreign = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 16], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @store_of_a_foreign_layout(%m: !sm.tensor_map, %s: !sm.buffer<1 x tensor<64x64xbf16, #foreign>>, %i: i32) {
  // expected-error @below {{expects a slot that tensor boxes fill, got}}
  sm.tma_store %s to %m[%i, %i] : !sm.buffer<1 x tensor<64x64xbf16, #foreign>>
  return
}

// -----

// tma_store C2
#swizzled = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @store_with_six_coordinates(%m: !sm.tensor_map, %s: !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>, %i: i32) {
  // expected-error @below {{expects 2 to 5 coordinates, got 6}}
  sm.tma_store %s to %m[%i, %i, %i, %i, %i, %i] : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>
  return
}

// -----

// wgmma C1
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_other_shapes(%a: tensor<64x32xbf16>, %s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects shapes [M, K], [K, N] and [M, N], got}}
  %d = sm.wgmma %a, %s, %c warps [4, 1] : tensor<64x32xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C1
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_two_types(%a: tensor<64x64xf16>, %s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects operands of one type, f16 or bf16, got 'f16' and 'bf16'}}
  %d = sm.wgmma %a, %s, %c warps [4, 1] : tensor<64x64xf16>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C2
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_two_warps(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects warps [W, 1] with W a power of two and whole warpgroups, got [2, 1]}}
  %d = sm.wgmma %s, %s, %c warps [2, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C2
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_with_idle_warpgroups(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects M of which every segment is a multiple of 128, got}}
  %d = sm.wgmma %s, %s, %c warps [8, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C2
#b = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [0, 1], [0, 2], [0, 4]]}, [8, 8]>
func.func @wgmma_with_short_k(%a: tensor<64x8xbf16>, %b: !sm.buffer<1 x tensor<8x8xbf16, #b>>, %c: tensor<64x8xf32>) {
  // expected-error @below {{expects N of which every segment is a multiple of 8 and K of 16, got}}
  %d = sm.wgmma %a, %b, %c warps [4, 1] : tensor<64x8xbf16>, !sm.buffer<1 x tensor<8x8xbf16, #b>>, tensor<64x8xf32>
  return
}

// -----

// wgmma C3
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[8, 0], [0, 1], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_with_another_accumulator(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32, #acc>) {
  // expected-error @below {{expects the wgmma accumulator layout of 4 warps, got}}
  %d = sm.wgmma %s, %s, %c warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32, #acc>
  return
}

// -----

// wgmma C3
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_unconverted_registers(%a: tensor<64x64xbf16>, %s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32, #acc>) {
  // expected-error @below {{expects operand a in the wgmma operand layout of 4 warps, got}}
  %d = sm.wgmma %a, %s, %c warps [4, 1] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32, #acc>
  return
}

// -----

// wgmma C4
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_a_ring(%a: tensor<64x64xbf16>, %s: !sm.buffer<2 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects a slot of depth 1, got}}
  %d = sm.wgmma %a, %s, %c warps [4, 1] : tensor<64x64xbf16>, !sm.buffer<2 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C4
#rows = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_rows_without_swizzle(%a: tensor<64x64xbf16>, %s: !sm.buffer<1 x tensor<64x64xbf16, #rows>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects a slot whose layout matrix descriptors express, got}}
  %d = sm.wgmma %a, %s, %c warps [4, 1] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #rows>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C5
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_used_before_its_wait(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{is in flight: put an sm.wgmma_wait before its result is used by arith.negf}}
  %d = sm.wgmma %s, %s, %c warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  %n = arith.negf %d : tensor<64x64xf32>
  return
}

// -----

// wgmma C5
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_used_twice(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{is in flight: expects one user of its result}}
  %d = sm.wgmma %s, %s, %c warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  %e = sm.wgmma %s, %s, %d warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  %r:2 = sm.wgmma_wait 0 for %d, %e : tensor<64x64xf32>, tensor<64x64xf32>
  return
}

// -----

// wgmma_wait C2
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wait_that_leaves_its_own_group(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  %d = sm.wgmma %s, %s, %c warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  // expected-error @below {{leaves 1 groups in flight, but only 0 are newer than this accumulator}}
  %r = sm.wgmma_wait 1 for %d : tensor<64x64xf32>
  return
}

// -----

// wgmma C6
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @registers_that_the_next_iteration_overwrites(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>, %n: i32) {
  %last = scf.for %i = %n to %n step %n iter_args(%acc = %c) -> (tensor<64x64xf32>) : i32 {
    %a = sm.load_shared %s : !sm.buffer<1 x tensor<64x64xbf16, #s>> -> tensor<64x64xbf16>
    // expected-error @below {{reads operand a from registers: expects an sm.wgmma_wait for it in the same block}}
    %d = sm.wgmma %a, %s, %acc warps [4, 1] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
    sm.wgmma_wait 1
    scf.yield %d : tensor<64x64xf32>
  }
  return
}
