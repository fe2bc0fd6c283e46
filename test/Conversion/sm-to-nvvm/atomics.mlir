// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>

// No result is used: a reduction where PTX has one, else the bit bucket. A release stands behind a barrier.
// CHECK-LABEL: llvm.func @results_are_not_used
// CHECK:         llvm.inline_asm has_side_effects "red.relaxed.gpu.global.add.f32 [$0], $1;", "l,f,~{memory}"
// CHECK:         "red.relaxed.gpu.global.add.f32 [$0], $1;"
// CHECK-NOT:     nvvm.barrier
// CHECK:         "@$2 red.relaxed.cta.global.add.f32 [$0], $1;", "l,f,b,~{memory}"
// CHECK:         nvvm.barrier
// CHECK:         "red.release.gpu.global.add.f32 [$0], $1;"
// CHECK:         nvvm.barrier
// CHECK:         "atom.acq_rel.sys.global.add.f32 _, [$0], $1;"
// CHECK:         "atom.relaxed.gpu.global.exch.b32 _, [$0], $1;", "l,r,~{memory}"
func.func @results_are_not_used(%p: !tile.ptr<f32>, %n: i32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 64 : tensor<64xi32, #regs>
  %s = tile.splat %p : !tile.ptr<f32> -> tensor<64x!tile.ptr<f32>, #regs>
  %a = tile.addptr %s, %r : tensor<64x!tile.ptr<f32>, #regs>, tensor<64xi32, #regs>
  %ns = tile.splat %n : i32 -> tensor<64xi32, #regs>
  %m = arith.cmpi slt, %r, %ns : tensor<64xi32, #regs>
  %v = arith.constant dense<1.0> : tensor<64xf32, #regs>
  %0 = tile.atomic_rmw add relaxed gpu %a, %v : tensor<64x!tile.ptr<f32>, #regs>
  %1 = tile.atomic_rmw add relaxed cta %a, %v, mask %m : tensor<64x!tile.ptr<f32>, #regs>
  %2 = tile.atomic_rmw add release gpu %a, %v : tensor<64x!tile.ptr<f32>, #regs>
  %3 = tile.atomic_rmw add acq_rel sys %a, %v : tensor<64x!tile.ptr<f32>, #regs>
  %4 = tile.atomic_rmw xchg relaxed gpu %a, %v : tensor<64x!tile.ptr<f32>, #regs>
  return
}

// -----

// Thread 0 does it, all learn what it got.
// CHECK-LABEL: llvm.func @scalar_result
// CHECK:         %[[FIRST:.*]] = arith.cmpi eq
// CHECK:         %[[OLD:.*]] = llvm.inline_asm has_side_effects "@$4 atom.relaxed.gpu.global.add.u32 $0, [$2], $3;", "=r,0,l,r,b,~{memory}" %{{.*}}, %{{.*}}, %{{.*}}, %[[FIRST]]
// CHECK:         "@$1 st.shared.b32 [$0], $2;", "r,b,r" %{{.*}}, %[[FIRST]], %[[OLD]]
// CHECK:         nvvm.barrier
// CHECK:         %[[ALL:.*]] = llvm.load %{{.*}} : !llvm.ptr<3> -> i32
// CHECK:         "@$1 st.global.b32 [$0], $2;", "l,b,r" %{{.*}}, %[[FIRST]], %[[ALL]]
func.func @scalar_result(%p: !tile.ptr<i32>, %v: i32) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %0 = tile.atomic_rmw add relaxed gpu %p, %v {sm.scratch_offset = 0 : i64} : !tile.ptr<i32>
  tile.store %p, %0 : !tile.ptr<i32>
  return
}

// -----

// Floats by their bits: two instructions, of which one is done.
// CHECK-LABEL: llvm.func @float_maximum
// CHECK:         %[[BITS:.*]] = llvm.bitcast %{{.*}} : f32 to i32
// CHECK:         %[[POSITIVE:.*]] = arith.cmpi sge, %[[BITS]]
// CHECK:         "@$2 red.relaxed.gpu.global.max.s32 [$0], $1;", "l,r,b,~{memory}" %{{.*}}, %[[BITS]],
// CHECK:         %[[NEGATIVE:.*]] = arith.cmpi slt, %[[BITS]]
// CHECK:         "@$2 red.relaxed.gpu.global.min.u32 [$0], $1;", "l,r,b,~{memory}" %{{.*}}, %[[BITS]],
func.func @float_maximum(%p: !tile.ptr<f32>, %v: f32) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %0 = tile.atomic_rmw max relaxed gpu %p, %v : !tile.ptr<f32>
  return
}

// -----

// CHECK-LABEL: llvm.func @types
// CHECK:         "@$2 red.relaxed.gpu.global.add.noftz.f16 [$0], $1;", "l,h,b,~{memory}"
// CHECK:         scf.if
// CHECK:           llvm.atomicrmw fadd %{{.*}}, %{{.*}} syncscope("device") monotonic : !llvm.ptr<1>, bf16
// CHECK:         "@$2 red.relaxed.gpu.global.min.u64 [$0], $1;", "l,l,b,~{memory}"
// CHECK:         "@$2 red.relaxed.gpu.global.and.b64 [$0], $1;"
// CHECK:         "@$3 atom.acquire.gpu.global.cas.b64 _, [$0], $1, $2;", "l,l,l,b,~{memory}"
func.func @types(%p: !tile.ptr<f16>, %v: f16, %q: !tile.ptr<bf16>, %w: bf16, %r: !tile.ptr<i64>, %x: i64) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %0 = tile.atomic_rmw add relaxed gpu %p, %v : !tile.ptr<f16>
  %1 = tile.atomic_rmw add relaxed gpu %q, %w : !tile.ptr<bf16>
  %2 = tile.atomic_rmw min relaxed gpu %r, %x {is_unsigned} : !tile.ptr<i64>
  %3 = tile.atomic_rmw and relaxed gpu %r, %x : !tile.ptr<i64>
  %4 = tile.atomic_cas acquire gpu %r, %x, %x : !tile.ptr<i64>
  return
}
