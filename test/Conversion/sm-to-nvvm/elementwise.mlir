// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>

// CHECK-LABEL: llvm.func @flags_survive_on_every_register
// CHECK-COUNT-2: arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : f32
// CHECK-NOT:     arith.mulf
func.func @flags_survive_on_every_register(%p: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 64 : tensor<64xi32, #regs>
  %f = arith.sitofp %r : tensor<64xi32, #regs> to tensor<64xf32, #regs>
  %c = arith.constant dense<3.0> : tensor<64xf32, #regs>
  %m = arith.mulf %f, %c fastmath<contract> : tensor<64xf32, #regs>
  return
}

// -----

// bf16 arithmetic runs in f32 and is rounded once; moves stay as they are.
// CHECK-LABEL: llvm.func @bf16_runs_in_f32
// CHECK-SAME:  (%[[A:.*]]: bf16, %[[B:.*]]: bf16, %[[C:.*]]: i1)
// CHECK:         %[[WA:.*]] = arith.extf %[[A]] : bf16 to f32
// CHECK:         %[[WB:.*]] = arith.extf %[[B]] : bf16 to f32
// CHECK:         %[[SUM:.*]] = arith.addf %[[WA]], %[[WB]] : f32
// CHECK:         arith.truncf %[[SUM]] : f32 to bf16
// CHECK:         arith.cmpf olt, %{{.*}}, %{{.*}} : f32
// CHECK:         arith.select %[[C]], %[[A]], %[[B]] : bf16
// CHECK:         %[[WIDE:.*]] = arith.extf %[[A]] : bf16 to f32
// CHECK:         arith.extf %[[WIDE]] : f32 to f64
func.func @bf16_runs_in_f32(%a: bf16, %b: bf16, %c: i1) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %sum = arith.addf %a, %b : bf16
  %less = arith.cmpf olt, %a, %b : bf16
  %either = arith.select %c, %a, %b : bf16
  %wide = arith.extf %a : bf16 to f64
  return
}

// -----

// With the flag afn f32 functions are the hardware's approximations.
// CHECK-LABEL: llvm.func @approximations
// CHECK-SAME:  (%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[H:.*]]: f16)
// CHECK:         %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
// CHECK:         %[[LN2:.*]] = arith.constant 0.693147182 : f32
// CHECK:         %[[SCALED:.*]] = arith.mulf %[[X]], %[[LOG2E]] : f32
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ex2.approx"(%[[SCALED]])
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"(%[[X]])
// CHECK:         llvm.call_intrinsic "llvm.nvvm.lg2.approx.f"(%[[X]])
// CHECK:         %[[LOG:.*]] = llvm.call_intrinsic "llvm.nvvm.lg2.approx.f"(%[[X]])
// CHECK:         arith.mulf %[[LOG]], %[[LN2]] : f32
// CHECK:         llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"(%[[X]])
// CHECK:         llvm.call_intrinsic "llvm.nvvm.div.full"(%[[X]], %[[Y]])
// CHECK:         llvm.call_intrinsic "llvm.nvvm.sqrt.approx.f"(%[[X]])
// CHECK:         llvm.call_intrinsic "llvm.nvvm.sin.approx.f"(%[[X]])
// CHECK:         llvm.call_intrinsic "llvm.nvvm.cos.approx.f"(%[[X]])
// CHECK:         llvm.inline_asm {{.*}}"tanh.approx.f32 $0, $1;", "=f,f" %[[X]]
// CHECK:         %[[WIDE:.*]] = arith.extf %[[H]] : f16 to f32
// CHECK:         %[[POWER:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"(%[[WIDE]])
// CHECK:         arith.truncf %[[POWER]] : f32 to f16
func.func @approximations(%x: f32, %y: f32, %h: f16) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %e = math.exp %x fastmath<afn> : f32
  %e2 = math.exp2 %x fastmath<afn> : f32
  %l2 = math.log2 %x fastmath<afn> : f32
  %l = math.log %x fastmath<afn> : f32
  %r = math.rsqrt %x : f32
  %q = arith.divf %x, %y fastmath<contract,afn> : f32
  %s = math.sqrt %x fastmath<afn> : f32
  %sin = math.sin %x fastmath<afn> : f32
  %cos = math.cos %x fastmath<afn> : f32
  %t = math.tanh %x fastmath<afn> : f32
  %h2 = math.exp2 %h fastmath<afn> : f16
  return
}

// -----

// Without it, and in f64, they are libdevice's, which the module declares.
// CHECK-DAG:   llvm.func @__nv_expf(f32) -> f32
// CHECK-DAG:   llvm.func @__nv_powf(f32, f32) -> f32
// CHECK-DAG:   llvm.func @__nv_powi(f64, i32) -> f64
// CHECK-LABEL: llvm.func @libdevice
// CHECK-SAME:  (%[[X:.*]]: f32, %[[D:.*]]: f64, %[[I:.*]]: i32, %[[B:.*]]: bf16)
// CHECK:         llvm.call @__nv_expf(%[[X]])
// CHECK:         llvm.call @__nv_expf(%[[X]])
// CHECK:         llvm.call @__nv_powf(%[[X]], %[[X]])
// CHECK:         llvm.call @__nv_exp(%[[D]])
// CHECK:         llvm.call @__nv_rsqrt(%[[D]])
// CHECK:         llvm.call @__nv_powi(%[[D]], %[[I]])
// CHECK:         llvm.call @__nv_fmodf(%[[X]], %[[X]])
// CHECK:         arith.divf %[[X]], %[[X]] : f32
// CHECK:         math.sqrt %[[X]] : f32
// CHECK:         math.round %[[X]] : f32
// CHECK:         %[[WIDE:.*]] = arith.extf %[[B]] : bf16 to f32
// CHECK:         %[[SIN:.*]] = llvm.call @__nv_sinf(%[[WIDE]])
// CHECK:         arith.truncf %[[SIN]] : f32 to bf16
func.func @libdevice(%x: f32, %d: f64, %i: i32, %b: bf16) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %e = math.exp %x : f32
  %again = math.exp %x : f32
  %p = math.powf %x, %x : f32
  %ed = math.exp %d fastmath<afn> : f64
  %rd = math.rsqrt %d : f64
  %pi = math.fpowi %d, %i : f64, i32
  %rem = arith.remf %x, %x : f32
  %q = arith.divf %x, %x : f32
  %s = math.sqrt %x : f32
  %r = math.round %x : f32
  %sb = math.sin %b : bf16
  return
}

// -----

// CHECK-LABEL: llvm.func @both_results_of_a_product
// CHECK-COUNT-2: %{{.*}}, %{{.*}} = arith.mului_extended
#pairs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>
func.func @both_results_of_a_product() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 64 : tensor<64xi32, #pairs>
  %low, %high = arith.mului_extended %r, %r : tensor<64xi32, #pairs>
  return
}

// -----

// CHECK-LABEL: llvm.func @f64_division_is_exact
// CHECK:         arith.divf %{{.*}}, %{{.*}} : f64
func.func @f64_division_is_exact(%x: f64, %y: f64) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %q = arith.divf %x, %y : f64
  return
}

// -----

// CHECK-LABEL: llvm.func @float_to_bit_goes_through_i32
// CHECK:         %[[WORD:.*]] = arith.fptoui %{{.*}} : f32 to i32
// CHECK:         arith.trunci %[[WORD]] : i32 to i1
func.func @float_to_bit_goes_through_i32(%x: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %b = arith.fptoui %x : f32 to i1
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1], [2], [128]], lane = [[4], [8], [16], [32], [64]], warp = []}, [256]>

// A bound divisible by 16 is passed between vectors, so that the elements of a vector share their mask: one comparison for
// each run of four registers.
// CHECK-LABEL: llvm.func @a_vector_has_one_mask
// CHECK-COUNT-2: arith.cmpi slt
// CHECK-NOT:     arith.cmpi
// CHECK-COUNT-8: arith.select
func.func @a_vector_has_one_mask(%n: i32 {tile.divisibility = 16 : i32}, %a: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 256 : tensor<256xi32, #regs>
  %bound = tile.splat %n : i32 -> tensor<256xi32, #regs>
  %m = arith.cmpi slt, %r, %bound : tensor<256xi32, #regs>
  %f = arith.sitofp %r : tensor<256xi32, #regs> to tensor<256xf32, #regs>
  %o = tile.splat %a : f32 -> tensor<256xf32, #regs>
  %s = arith.select %m, %f, %o : tensor<256xi1, #regs>, tensor<256xf32, #regs>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>

// Runs of quotients are only assumed to be equal where the dividend may be negative: each register computes its own.
// CHECK-LABEL: llvm.func @assumed_runs_are_computed
// CHECK-COUNT-4: arith.divsi
func.func @assumed_runs_are_computed(%start: i32 {tile.divisibility = 16 : i32}) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 128 : tensor<128xi32, #regs>
  %first = tile.splat %start : i32 -> tensor<128xi32, #regs>
  %i = arith.addi %r, %first : tensor<128xi32, #regs>
  %four = arith.constant dense<4> : tensor<128xi32, #regs>
  %q = arith.divsi %i, %four : tensor<128xi32, #regs>
  return
}

// -----

#regs = #sm.layout<[1], {register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = []}, [128]>

// f16 arithmetic runs on pairs of registers; a register without a partner stays alone.
// CHECK-LABEL: llvm.func @f16_runs_in_pairs
// CHECK-COUNT-2: arith.addf %{{.*}}, %{{.*}} : vector<2xf16>
// CHECK-NOT:     arith.addf
// CHECK:         arith.mulf %{{.*}}, %{{.*}} : f16
func.func @f16_runs_in_pairs(%p: !tile.ptr<f16>, %a: f16) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %s = tile.splat %p : !tile.ptr<f16> -> tensor<128x!tile.ptr<f16>, #regs>
  %r = tile.range 0 to 128 : tensor<128xi32, #regs>
  %ptrs = tile.addptr %s, %r : tensor<128x!tile.ptr<f16>, #regs>, tensor<128xi32, #regs>
  %v = tile.load %ptrs : tensor<128x!tile.ptr<f16>, #regs>
  %sum = arith.addf %v, %v : tensor<128xf16, #regs>
  %c = tile.splat %a : f16 -> tensor<128xf16, #regs>
  %square = arith.mulf %c, %c : tensor<128xf16, #regs>
  return
}

// -----

// Wide integers become bf16 with one rounding: f32 keeps, as an odd number, that something was cut off. Narrow ones are
// f32 numbers.
// CHECK-LABEL: llvm.func @integers_to_bf16
// CHECK-SAME:  (%[[I:.*]]: i32, %[[L:.*]]: i64, %[[S:.*]]: i16)
// CHECK:         %[[CUT:.*]] = llvm.call_intrinsic "llvm.nvvm.i2f.rz"(%[[I]])
// CHECK:         %[[BACK:.*]] = arith.fptosi %[[CUT]] : f32 to i32
// CHECK:         %[[NE:.*]] = arith.cmpi ne, %[[BACK]], %[[I]] : i32
// CHECK:         %[[BITS:.*]] = arith.bitcast %[[CUT]] : f32 to i32
// CHECK:         %[[STICKY:.*]] = arith.extui %[[NE]] : i1 to i32
// CHECK:         %[[OR:.*]] = arith.ori %[[BITS]], %[[STICKY]] : i32
// CHECK:         %[[ODD:.*]] = arith.bitcast %[[OR]] : i32 to f32
// CHECK:         arith.truncf %[[ODD]] : f32 to bf16
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ui2f.rz"(%[[I]])
// CHECK:         arith.fptoui %{{.*}} : f32 to i32
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ll2f.rz"(%[[L]])
// CHECK:         arith.fptosi %{{.*}} : f32 to i64
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ull2f.rz"(%[[L]])
// CHECK:         arith.fptoui %{{.*}} : f32 to i64
// CHECK:         %[[F:.*]] = arith.sitofp %[[S]] : i16 to f32
// CHECK:         arith.truncf %[[F]] : f32 to bf16
func.func @integers_to_bf16(%i: i32, %l: i64, %s: i16) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %0 = arith.sitofp %i : i32 to bf16
  %1 = arith.uitofp %i : i32 to bf16
  %2 = arith.sitofp %l : i64 to bf16
  %3 = arith.uitofp %l : i64 to bf16
  %4 = arith.sitofp %s : i16 to bf16
  return
}
