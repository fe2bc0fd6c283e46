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
