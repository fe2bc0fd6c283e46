// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm -verify-diagnostics

// expected-error @below {{function 'helper' is no kernel: expected every function to be inlined}}
func.func @helper() {
  return
}

// -----

// expected-error @below {{kernel 'three_warps' needs `tile.num_warps`, a power of two in [1, 32], got 3 : i32}}
func.func @three_warps() attributes {tile.kernel, tile.num_warps = 3 : i32} {
  return
}

// -----

// expected-error @below {{kernel 'tile_argument' cannot be lowered: argument 1 has type 'tensor<32xi32>'}}
func.func @tile_argument(%x: i32, %t: tensor<32xi32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  return
}

// -----

func.func @tile_without_layout() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{expects tiles with a register layout, got 'tensor<32xi32>'}}
  %r = tile.range 0 to 32 : tensor<32xi32>
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @layout_of_other_warps() attributes {tile.kernel, tile.num_warps = 2 : i32} {
  // expected-error @below {{expects layouts of 2 warps, got}}
  %r = tile.range 0 to 32 : tensor<32xi32, #regs>
  return
}

// -----

func.func @sum_of_8_bit_floats(%x: f8E4M3FN) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{op 'arith.addf' cannot be lowered for 8-bit floats: extend them first}}
  %y = arith.addf %x, %x : f8E4M3FN
  return
}

// -----

func.func @integer_power(%x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{op 'math.ipowi' cannot be lowered for element type 'i32': neither PTX nor libdevice computes it}}
  %e = math.ipowi %x, %x : i32
  return
}

// -----

func.func @op_of_an_upper_level(%x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{op 'func.call' cannot be lowered}}
  func.call @callee(%x) : (f32) -> ()
  return
}
func.func private @callee(f32)

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @constant_of_many_values() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{cannot be lowered: expected one value for the whole tile}}
  %c = arith.constant dense<"0x000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F000000000000803F"> : tensor<32xf32, #regs>
  return
}

// -----

#shared = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16]]}, [32]>
func.func @unplanned_memory() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{cannot be lowered: it has no offset (run sm-plan-memory)}}
  %b = sm.alloc {label = "b"} : !sm.buffer<1 x tensor<32xf32, #shared>>
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = [[32]]}, [64]>
func.func @reduction_without_scratch(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>, #regs>
  %v = tile.load %s : tensor<64x!tile.ptr<f32>, #regs>
  // expected-error @below {{cannot be lowered: it has no `sm.scratch_offset` (run sm-plan-memory)}}
  %m = tile.reduce sum %v {axis = 0 : i32} : tensor<64xf32, #regs> -> f32
  return
}

// -----

#one = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
#other = #sm.layout<[1, 1], {register = [], lane = [[16, 0], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}, [32, 1]>
func.func @value_of_another_thread() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 32 : tensor<32xi32, #one>
  // expected-error @below {{expects layouts in which every thread holds what it needs}}
  %c = tile.expand_dims %r {axis = 1 : i32} : tensor<32xi32, #one> -> tensor<32x1xi32, #other>
  return
}

// -----

func.func @mbarrier_without_offset() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  // expected-error @below {{cannot be lowered: it has no offset (run sm-plan-memory)}}
  %b = sm.mbarrier_alloc {label = "b", arrivals = 1 : i32} : !sm.mbarrier<1>
  return
}

// -----

#s = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}, [64, 64]>
func.func @warpgroup_that_starts_late() attributes {tile.kernel, tile.num_warps = 5 : i32} {
  sm.warps first(1) count(4) {
    %s = sm.alloc {label = "s", offset = 0 : i64} : !sm.buffer<1 x tensor<64x64xbf16, #s>>
    %zero = arith.constant dense<0.0> : tensor<64x64xf32, #acc>
    // expected-error @below {{cannot be lowered: its first warp is 1, expected a multiple of 4}}
    %d = sm.wgmma %s, %s, %zero warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #s>>, !sm.buffer<1 x tensor<64x64xbf16, #s>>, tensor<64x64xf32, #acc>
  }
  return
}

// -----

#tile = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>
#part = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @parts_of_other_threads(%x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : f32 -> tensor<64xf32, #tile>
  // expected-error @below {{expects layouts in which every thread holds what it needs, got}}
  %u = tile.slice %t [32] : tensor<64xf32, #tile> -> tensor<32xf32, #part>
  return
}

// -----

func.func @threads_arrive_in_a_cluster(%i: i32) attributes {tile.kernel, tile.num_warps = 4 : i32, tile.cluster = 2 : i32} {
  %b = sm.mbarrier_alloc {label = "b", arrivals = 256 : i32, offset = 0 : i64} : !sm.mbarrier<1>
  // expected-error @below {{cannot be lowered: in a cluster warps arrive}}
  sm.mbarrier_arrive %b[%i] by thread cluster : !sm.mbarrier<1>
  return
}

// -----

#regs = #sm.layout<[1, 1], {register = [[0, 1]], lane = [[1, 1], [0, 0], [0, 0], [0, 0], [0, 0]], warp = []}, [2, 2]>
#rows = #sm.layout<[1], {register = [], lane = [[1], [0], [0], [0], [0]], warp = []}, [2]>
func.func @runs_of_other_threads(%x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : f32 -> tensor<2x2xf32, #regs>
  // expected-error @below {{cannot be lowered: threads do not hold whole runs along dimension 1 of}}
  %m = tile.reduce sum %t {axis = 1 : i32} : tensor<2x2xf32, #regs> -> tensor<2xf32, #rows>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>
#other = #sm.layout<[1], {register = [[32]], lane = [[1], [2], [4], [8], [16]], warp = []}, [64]>
func.func @a_scan_in_two_layouts(%x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : i32 -> tensor<64xi32, #regs>
  // expected-error @below {{expects results of types}}
  %m = "tile.scan"(%t) <{axis = 0 : i32}> ({
  ^bb0(%a: i32, %b: i32):
    tile.yield %a : i32
  }) : (tensor<64xi32, #regs>) -> tensor<64xi32, #other>
  return
}

// -----

#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
func.func @an_op_of_a_region_without_lowering(%x: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %t = tile.splat %x : i32 -> tensor<32xi32, #regs>
  %m = tile.scan %t {axis = 0 : i32} : tensor<32xi32, #regs> -> tensor<32xi32, #regs> {
  ^bb0(%a: i32, %b: i32):
    // expected-error @below {{op 'math.ipowi' cannot be lowered for element type 'i32': neither PTX nor libdevice computes it}}
    %c = math.ipowi %a, %b : i32
    tile.yield %c : i32
  }
  return
}
