// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(sm-plan-memory))' | FileCheck %s

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
#columns = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [0, 1], [0, 2], [0, 4], [0, 8]], warp = []}, [16, 16]>

// Two buffers of one loop lie side by side; the conversion inside the loop lies behind them, the one after it reuses their bytes.
// CHECK-LABEL: module
// CHECK:       sm.shared_bytes = 3072
// CHECK:       sm.alloc {label = "a", offset = 0 : i64}
// CHECK:       sm.alloc {label = "b", offset = 1024 : i64}
// CHECK:       scf.for
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 2048 : i64}
// CHECK:       }
// CHECK:       sm.convert_layout %{{.*}} {sm.scratch_offset = 0 : i64}
module attributes {sm.arch = "sm_80"} {
func.func @scratch_reuses_dead_buffers(%t: tensor<16x16xf32, #rows>, %n: i32) attributes {tile.kernel} {
  %a = sm.alloc {label = "a"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  %b = sm.alloc {label = "b"} : !sm.buffer<2 x tensor<16x16xbf16, #shared>>
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %sa = sm.slot %a[%lower] : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
    %sb = sm.slot %b[%i] : !sm.buffer<2 x tensor<16x16xbf16, #shared>>
    %va = sm.load_shared %sa : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #rows>
    %vb = sm.load_shared %sb : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #rows>
    %c = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  }
  %d = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  return
}
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>

// CHECK-LABEL: module
// CHECK:       sm.shared_bytes = 512
// CHECK:       sm.alloc {label = "first", offset = 0 : i64}
// CHECK:       sm.alloc {label = "second", offset = 0 : i64}
module attributes {sm.arch = "sm_80"} {
func.func @buffers_of_different_times_share_bytes() attributes {tile.kernel} {
  %a = sm.alloc {label = "first"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  %b = sm.alloc {label = "second"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  %zero = arith.constant 0 : i32
  %sa = sm.slot %a[%zero] : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  sm.wait_group 0 for %sa : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  %sb = sm.slot %b[%zero] : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  sm.wait_group 0 for %sb : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  return
}
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
#columns = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [0, 1], [0, 2], [0, 4], [0, 8]], warp = []}, [16, 16]>
!ring = !sm.buffer<4 x tensor<16x16xbf16, #shared>>
!slot = !sm.buffer<1 x tensor<16x16xbf16, #shared>>

// Behind the loop that took every tile out of it, a role's scratch memory reuses the buffer; inside the loop it does not.
// CHECK-LABEL: module
// CHECK:       sm.warps first(0)
// CHECK:         scf.for
// CHECK:           sm.convert_layout %{{.*}} {sm.scratch_offset = [[BEHIND:2[0-9]+]] : i64}
// CHECK:         }
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 0 : i64}
module attributes {sm.arch = "sm_90a"} {
func.func @scratch_of_a_role_reuses_drained_buffers(%map: !sm.tensor_map, %n: i32) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %a = sm.alloc {label = "a"} : !ring
  %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32} : !sm.mbarrier<4>
  %zero = arith.constant 0 : i32
  sm.warps first(0) count(1) {
    %t = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
    scf.for %i = %zero to %n step %n : i32 {
      %s = sm.slot %a[%i] : !ring
      %v = sm.load_shared %s : !slot -> tensor<16x16xbf16, #rows>
      %c = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
    }
    %d = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
  }
  sm.warps first(1) count(1) {
    scf.for %i = %zero to %n step %n : i32 {
      %s = sm.slot %a[%i] : !ring
      sm.tma_load %map[%i, %i] to %s barrier %full[%i] : !slot, !sm.mbarrier<4>
    }
  }
  return
}
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
#columns = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [0, 1], [0, 2], [0, 4], [0, 8]], warp = []}, [16, 16]>

// Ranges of warps run at the same time: neither their buffers nor their scratch memory overlap. Where there is room, the
// conversions of one range have their own bytes too. Mbarriers take the first gap, at multiples of 8, and share bytes with nothing.
// CHECK:       sm.shared_bytes = 4608
// CHECK:       sm.mbarrier_alloc {arrivals = 1 : i32, label = "full", offset = 512 : i64}
// CHECK:       sm.alloc {label = "first", offset = 0 : i64}
// CHECK:       sm.alloc {label = "second", offset = 1024 : i64}
// CHECK:       sm.warps
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 1536 : i64}
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 2560 : i64}
// CHECK:       sm.warps
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 3584 : i64}
module attributes {sm.arch = "sm_90a"} {
func.func @ranges_of_warps_share_nothing() attributes {tile.kernel} {
  %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32} : !sm.mbarrier<5>
  %a = sm.alloc {label = "first"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  %b = sm.alloc {label = "second"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  sm.warps first(0) count(1) {
    %t = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
    %c = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
    %d = sm.convert_layout %c : tensor<16x16xf32, #columns> -> tensor<16x16xf32, #rows>
    %v = sm.load_shared %a : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #rows>
  }
  sm.warps first(1) count(1) {
    %t = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
    %c = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
    %v = sm.load_shared %b : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #rows>
  }
  return
}
}

// -----

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
#rows = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [16, 16]>
#columns = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [0, 1], [0, 2], [0, 4], [0, 8]], warp = []}, [16, 16]>

// Where there is no room, they share.
// CHECK:       sm.shared_bytes = 3584
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 1536 : i64}
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 1536 : i64}
// CHECK:         sm.convert_layout %{{.*}} {sm.scratch_offset = 2560 : i64}
module attributes {sm.arch = "sm_90a", sm.shared_limit = 4000 : i64} {
func.func @ranges_of_warps_share_nothing() attributes {tile.kernel} {
  %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32} : !sm.mbarrier<5>
  %a = sm.alloc {label = "first"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  %b = sm.alloc {label = "second"} : !sm.buffer<1 x tensor<16x16xbf16, #shared>>
  sm.warps first(0) count(1) {
    %t = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
    %c = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
    %d = sm.convert_layout %c : tensor<16x16xf32, #columns> -> tensor<16x16xf32, #rows>
    %v = sm.load_shared %a : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #rows>
  }
  sm.warps first(1) count(1) {
    %t = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
    %c = sm.convert_layout %t : tensor<16x16xf32, #rows> -> tensor<16x16xf32, #columns>
    %v = sm.load_shared %b : !sm.buffer<1 x tensor<16x16xbf16, #shared>> -> tensor<16x16xbf16, #rows>
  }
  return
}
}

// -----

// Two warps leave one pair each: 8 bytes of values, and of flags.
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32]]}, [64]>
module attributes {sm.arch = "sm_80"} {
// CHECK-LABEL: func.func @reduction_of_pairs
// CHECK-SAME:  sm.shared_bytes = 16
// CHECK:       tile.generic_reduce %{{.*}} {axis = 0 : i32, sm.scratch_offset = 0 : i64}
func.func @reduction_of_pairs(%v: tensor<64xi32, #regs>, %f: tensor<64xi1, #regs>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %0:2 = tile.generic_reduce %v, %f {axis = 0 : i32} : tensor<64xi32, #regs>, tensor<64xi1, #regs> -> i32, i1 {
  ^bb0(%a: i32, %i: i1, %b: i32, %j: i1):
    tile.yield %a, %j : i32, i1
  }
  return
}
}
