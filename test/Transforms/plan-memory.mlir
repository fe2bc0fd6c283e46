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
