// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-verify-hardware))' -verify-diagnostics

module attributes {sm.arch = "sm_90a"} {
func.func @tile_without_layout() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{has a tile without a register layout: 'tensor<32xi32>'}}
  %r = tile.range 0 to 32 : tensor<32xi32>
  return
}
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
module attributes {sm.arch = "sm_90a"} {
func.func @wrong_number_of_warps() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{has a layout over 1 warps, the kernel has 4}}
  %r = tile.range 0 to 32 : tensor<32xi32, #regs>
  return
}
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
module attributes {sm.arch = "sm_90a"} {
func.func @layout_of_another_shape() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{has a layout whose shape differs from its tile}}
  %r = tile.range 0 to 64 : tensor<64xi32, #regs>
  return
}
}

// -----

#shared = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16]]}, [32]>
module attributes {sm.arch = "sm_90a"} {
func.func @buffer_without_offset() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{has no shared-memory offset: run sm-plan-memory first}}
  %a = sm.alloc {label = "a"} : !sm.buffer<1 x tensor<32xf32, #shared>>
  return
}
}

// -----

#shared = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16]]}, [32]>
module attributes {sm.arch = "sm_90a"} {
func.func @buffer_outside_the_plan() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 128 : i64} {
  // expected-error @below {{uses shared bytes up to 1152, the kernel has 128}}
  %a = sm.alloc {label = "a", offset = 1024 : i64} : !sm.buffer<1 x tensor<32xf32, #shared>>
  return
}
}

// -----

module attributes {sm.arch = "sm_86"} {
// expected-error @below {{needs 200000 bytes of shared memory, sm_86 allows 101376}}
func.func @over_the_limit() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 200000 : i64} {
  return
}
}

// -----

module attributes {sm.arch = "sm_86"} {
func.func @schedule_op_left() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{is not a hardware-level op}}
  ws.role "all" warps(0, 1) {
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_75"} {
// expected-error @below {{unknown target "sm_75": expected one of sm_80}}
func.func @unknown_target() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  return
}
}

// -----

module attributes {sm.arch = "sm_86"} {
// expected-error @below {{kernel has no `tile.num_warps` or `sm.shared_bytes`}}
func.func @no_plan() attributes {tile.kernel} {
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @mbarrier_without_offset() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 64 : i64} {
  // expected-error @below {{has no shared-memory offset: run sm-plan-memory first}}
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32} : !sm.mbarrier<1>
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @mbarrier_between_words() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 64 : i64} {
  // expected-error @below {{has the offset 4, expected a multiple of 8}}
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 4 : i64} : !sm.mbarrier<1>
  return
}
}

// -----

module attributes {sm.arch = "sm_80"} {
func.func @no_transactions(%i: i32) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 64 : i64} {
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 0 : i64} : !sm.mbarrier<1>
  // expected-error @below {{needs mbarriers with transactions, which sm_80 lacks}}
  sm.mbarrier_wait %b[%i] parity %i : !sm.mbarrier<1>
  return
}
}

// -----

module attributes {sm.arch = "sm_89"} {
func.func @no_bulk_copies() attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{needs bulk tensor copies, which sm_89 lacks}}
  sm.fence_proxy_async
  return
}
}

// -----

module attributes {sm.arch = "sm_120a"} {
func.func @no_wgmma() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{needs wgmma, which sm_120a lacks}}
  sm.wgmma_wait 0
  return
}
}

// -----

module attributes {sm.arch = "sm_80"} {
func.func @no_setmaxnreg() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{needs setmaxnreg, which sm_80 lacks}}
  sm.warps first(0) count(4) registers(40) {
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @range_outside_the_kernel() attributes {tile.kernel, tile.num_warps = 5 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{has warps up to 6, the kernel has 5}}
  sm.warps first(4) count(2) {
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @ranges_overlap() attributes {tile.kernel, tile.num_warps = 8 : i32, sm.shared_bytes = 0 : i64} {
  // expected-note @below {{the other range}}
  sm.warps first(0) count(5) {
  }
  // expected-error @below {{overlaps the warps of another range}}
  sm.warps first(4) count(4) {
  }
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
func.func @more_registers_than_there_are() attributes {tile.kernel, tile.num_warps = 12 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{and the ranges after it have 66560 registers, sm_90a has 65536}}
  sm.warps first(0) count(8) registers(240) {
  }
  sm.warps first(8) count(4) registers(40) {
  }
  return
}
}

// -----

// 9 warps start with 224 registers each; those of the ninth are not given away.
module attributes {sm.arch = "sm_90a"} {
func.func @registers_of_warps_without_a_choice() attributes {tile.kernel, tile.num_warps = 9 : i32, sm.shared_bytes = 0 : i64} {
  // expected-error @below {{and the ranges after it have 66560 registers, sm_90a has 65536}}
  sm.warps first(0) count(8) registers(232) {
  }
  sm.warps first(8) count(1) {
  }
  return
}
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[0], [0]]}, [32]>
module attributes {sm.arch = "sm_90a"} {
func.func @layout_of_the_whole_kernel() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 0 : i64} {
  sm.warps first(0) count(2) {
    // expected-error @below {{has a layout over 4 warps, the range has 2}}
    %r = tile.range 0 to 32 : tensor<32xi32, #regs>
  }
  return
}
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
module attributes {sm.arch = "sm_90a"} {
func.func @half_a_warpgroup_off() attributes {tile.kernel, tile.num_warps = 8 : i32, sm.shared_bytes = 8192 : i64} {
  %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  sm.warps first(2) count(4) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32, #acc>
    // expected-error @below {{is for 4 warps, expected whole warpgroups; it runs on 4 from warp 2 on}}
    %d = sm.wgmma %s, %s, %zero warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32, #acc>
  }
  return
}
}

// -----

// Two warpgroups with 32 columns each are right for 8 warps, if the first one is the first warp of a warpgroup.
#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#t = #sm.layout<[1, 1], {offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4], [0, 8], [0, 16], [0, 32]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 32]]}, [64, 64]>
module attributes {sm.arch = "sm_90a"} {
func.func @warpgroups_along_columns() attributes {tile.kernel, tile.num_warps = 18 : i32, sm.shared_bytes = 16384 : i64} {
  %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %t = sm.alloc {label = "t", offset = 8192 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #t>>
  sm.warps first(0) count(8) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32, #acc>
    %d = sm.wgmma %s, %t, %zero warps [4, 2] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #t>>, tensor<64x64xf32, #acc>
    %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32, #acc>
  }
  sm.warps first(10) count(8) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32, #acc>
    // expected-error @below {{is for 8 warps, expected whole warpgroups; it runs on 8 from warp 10 on}}
    %d = sm.wgmma %s, %t, %zero warps [4, 2] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #t>>, tensor<64x64xf32, #acc>
  }
  return
}
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
module attributes {sm.arch = "sm_90a"} {
func.func @in_flight_after_the_loop(%n: i32) attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 8192 : i64} {
  %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %zero = arith.constant dense<0.0> : tensor<64x64xf32, #acc>
  %loop = scf.for %i = %n to %n step %n iter_args(%acc = %zero) -> (tensor<64x64xf32, #acc>) : i32 {
    %d = sm.wgmma %s, %s, %acc warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32, #acc>
    scf.yield %d : tensor<64x64xf32, #acc>
  }
  // expected-error @below {{uses an accumulator that a product may still be writing: put an sm.wgmma_wait before it}}
  %r = arith.negf %loop : tensor<64x64xf32, #acc>
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
// expected-error @below {{kernel has 1 tensor maps, `sm.tensor_maps` describes 0}}
func.func @undescribed_map(%m: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
// expected-error @below {{tensor maps must be the last arguments of the kernel}}
func.func @map_in_front(%m: !sm.tensor_map, %n: i32) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64,
    sm.tensor_maps = [{name = "m", pointer = "p", type = "bf16", box = array<i32: 64, 64>, swizzle = 128 : i32, extents = ["K", 64], strides = ["s"]}]} {
  return
}
}

// -----

module attributes {sm.arch = "sm_90a"} {
// expected-error @below {{an entry of `sm.tensor_maps` is not {name, pointer, type, box, swizzle, extents, strides} (and stores) with 1 to 5 dimensions and one stride fewer}}
func.func @map_without_its_stride(%m: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64,
    sm.tensor_maps = [{name = "m", pointer = "p", type = "bf16", box = array<i32: 64, 64>, swizzle = 128 : i32, extents = ["K", 64], strides = []}]} {
  return
}
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
module attributes {sm.arch = "sm_90a"} {
func.func @another_box(%m: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 8200 : i64,
    sm.tensor_maps = [{name = "m", pointer = "p", type = "bf16", box = array<i32: 64, 32>, swizzle = 128 : i32, extents = ["K", 64], strides = ["s"]}]} {
  %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 8192 : i64} : !sm.mbarrier<1>
  %c0 = arith.constant 0 : i32
  // expected-error @below {{copies boxes [64, 64] with a swizzle of 128 bytes, tensor map "m" has [64, 32] with 128}}
  sm.tma_load %m[%c0, %c0] to %s barrier %b[%c0] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.mbarrier<1>
  return
}
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
module attributes {sm.arch = "sm_90a"} {
func.func @another_type(%m: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 8200 : i64,
    sm.tensor_maps = [{name = "m", pointer = "p", type = "fp16", box = array<i32: 64, 64, 1>, swizzle = 128 : i32, extents = ["K", 64, 2], strides = ["s", "t"]}]} {
  %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32, offset = 8192 : i64} : !sm.mbarrier<1>
  %c0 = arith.constant 0 : i32
  // expected-error @below {{copies elements of type bf16, tensor map "m" has fp16}}
  sm.tma_load %m[%c0, %c0, %c0] to %s barrier %b[%c0] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.mbarrier<1>
  return
}
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
module attributes {sm.arch = "sm_90a"} {
func.func @store_through_a_map_for_loads(%m: !sm.tensor_map) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 8192 : i64,
    sm.tensor_maps = [{name = "m", pointer = "p", type = "bf16", box = array<i32: 64, 64>, swizzle = 128 : i32, extents = ["K", 64], strides = ["s"]}]} {
  %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  %c0 = arith.constant 0 : i32
  // expected-error @below {{writes through tensor map "m", which does not say `stores = true`}}
  sm.tma_store %s to %m[%c0, %c0] : !sm.buffer<1 x tensor<64x64xbf16, #s>>
  return
}
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [8, 0], [0, 16]], lane = [[0, 4], [0, 8], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 32]>
#b = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [16, 0]], lane = [[4, 0], [8, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [32, 8]>
module attributes {sm.arch = "sm_80"} {
func.func @products_of_8_bit_floats_come_with_sm_89(%a: f8E4M3FN, %b: f8E5M2) attributes {tile.kernel, tile.num_warps = 1 : i32, sm.shared_bytes = 0 : i64} {
  %ta = tile.splat %a : f8E4M3FN -> tensor<16x32xf8E4M3FN, #a>
  %tb = tile.splat %b : f8E5M2 -> tensor<32x8xf8E5M2, #b>
  %zero = arith.constant dense<0.0> : tensor<16x8xf32, #acc>
  // expected-error @below {{needs mma.sync of 8-bit floats, which sm_80 lacks}}
  %d = sm.mma %ta, %tb, %zero warps [1, 1] : tensor<16x32xf8E4M3FN, #a>, tensor<32x8xf8E5M2, #b>, tensor<16x8xf32, #acc>
  return
}
}

// -----

// sm.without names features.
module attributes {sm.arch = "sm_90a", sm.without = ["ldmatrix"]} {
  // expected-error @below {{`sm.without` expects "wgmma" or "tma", got "ldmatrix"}}
  func.func @unknown_feature() attributes {tile.kernel, tile.num_warps = 4 : i32, sm.shared_bytes = 0 : i64} {
    return
  }
}
