// RUN: mla-opt --split-input-file --verify-diagnostics %s

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
  // expected-error @below {{expects warps [W, G], powers of two with W in whole warpgroups, got [2, 1]}}
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
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_three_warpgroups(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects warps [W, G], powers of two with W in whole warpgroups, got [4, 3]}}
  %d = sm.wgmma %s, %s, %c warps [4, 3] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C2
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_without_warpgroups_along_n(%s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects warps [W, G], powers of two with W in whole warpgroups, got [4, 0]}}
  %d = sm.wgmma %s, %s, %c warps [4, 0] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  return
}

// -----

// wgmma C2
#b = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4]]}, [16, 8]>
func.func @wgmma_of_warpgroups_without_columns(%a: tensor<64x16xbf16>, %b: !sm.buffer<1 x tensor<16x8xbf16, #b>>, %c: tensor<64x8xf32>) {
  // expected-error @below {{expects N of which every segment is a multiple of 16 and K of 16, got}}
  %d = sm.wgmma %a, %b, %c warps [4, 2] : tensor<64x16xbf16>, !sm.buffer<1 x tensor<16x8xbf16, #b>>, tensor<64x8xf32>
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
  // expected-error @below {{expects the wgmma accumulator layout of [4, 1] warps, got}}
  %d = sm.wgmma %s, %s, %c warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32, #acc>
  return
}

// -----

// wgmma C3
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_unconverted_registers(%a: tensor<64x64xbf16>, %s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32, #acc>) {
  // expected-error @below {{expects operand a in the wgmma operand layout of [4, 1] warps, got}}
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

// wgmma C4: four warpgroups with 16 columns each, which lie in the order 0, 32, 16, 48.
#b = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 1], [0, 2], [8, 4], [0, 8], [0, 32], [0, 16]]}, [16, 64]>
func.func @wgmma_of_unevenly_spaced_columns(%a: tensor<64x16xbf16>, %b: !sm.buffer<1 x tensor<16x64xbf16, #b>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects a slot whose layout matrix descriptors express, got}}
  %d = sm.wgmma %a, %b, %c warps [4, 4] : tensor<64x16xbf16>, !sm.buffer<1 x tensor<16x64xbf16, #b>>, tensor<64x64xf32>
  %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
  return
}

// -----

// wgmma C4: what a warpgroup has of a swizzled row starts inside the pattern.
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
func.func @wgmma_of_half_a_swizzled_row(%a: tensor<64x64xbf16>, %s: !sm.buffer<1 x tensor<64x64xbf16, #s>>, %c: tensor<64x64xf32>) {
  // expected-error @below {{expects a slot whose layout matrix descriptors express, got}}
  %d = sm.wgmma %a, %s, %c warps [4, 2] : tensor<64x64xbf16>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32>
  %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
  return
}

// -----

// wgmma C3
#t = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [0, 16], [0, 32]]}, [64, 64]>
#a = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 32]]}, [64, 64]>
func.func @wgmma_of_registers_that_another_warpgroup_has(%a: tensor<64x64xbf16, #a>, %t: !sm.buffer<1 x tensor<64x64xbf16, #t>>,
    %c: tensor<64x64xf32, #a>) {
  // expected-error @below {{expects operand a in the wgmma operand layout of [4, 2] warps, got}}
  %d = sm.wgmma %a, %t, %c warps [4, 2] : tensor<64x64xbf16, #a>, !sm.buffer<1 x tensor<64x64xbf16, #t>>, tensor<64x64xf32, #a>
  %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32, #a>
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

// -----

// zero_rows C1
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
func.func @rows_of_one_slot_are_zeroed(%b: !sm.buffer<2 x tensor<16x16xbf16, #shared>>, %n: i32) {
  // expected-error @below {{expects a slot of depth 1 and rank 2, got}}
  sm.zero_rows %b from %n : !sm.buffer<2 x tensor<16x16xbf16, #shared>>
  return
}

// -----

// cluster_barrier C1
func.func @a_range_waits_for_a_cluster() {
  sm.warps first(0) count(4) {
    // expected-error @below {{is for all threads: expected outside of sm.warps}}
    sm.cluster_barrier
  }
  return
}

// -----

// cluster_barrier C1
func.func @a_loop_of_a_range_waits_for_a_cluster(%n: i32) {
  sm.warps first(0) count(4) {
    scf.for %i = %n to %n step %n : i32 {
      // expected-error @below {{is for all threads: expected outside of sm.warps}}
      sm.cluster_barrier
    }
  }
  return
}
