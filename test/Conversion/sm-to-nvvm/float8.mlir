// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm | FileCheck %s

// Before sm_89 the bytes are computed.
module attributes {sm.arch = "sm_80"} {
// CHECK-LABEL: llvm.func @decodes_in_software
// CHECK-SAME:  (%[[X:.*]]: i8, %[[Y:.*]]: i8)
// CHECK-DAG:     %[[SCALE:.*]] = arith.constant dense<2.560000e+02> : vector<2xf16>
// CHECK:         arith.extui %[[X]] : i8 to i32
// CHECK:         arith.mulf %{{.*}}, %[[SCALE]] : vector<2xf16>
// CHECK:         %[[HALF:.*]] = llvm.extractelement
// CHECK:         %[[WIDE:.*]] = arith.extf %[[HALF]] : f16 to f32
// CHECK:         arith.truncf %[[WIDE]] : f32 to bf16
// CHECK:         %[[WORD:.*]] = arith.extui %[[Y]] : i8 to i16
// CHECK:         %[[BITS:.*]] = arith.shli %[[WORD]]
// CHECK:         %[[HALF:.*]] = arith.bitcast %[[BITS]] : i16 to f16
// CHECK:         arith.extf %[[HALF]] : f16 to f64
// CHECK:         %[[HALF:.*]] = arith.bitcast %{{.*}} : i16 to f16
// CHECK:         %[[WIDE:.*]] = arith.extf %[[HALF]] : f16 to f32
// CHECK:         arith.fptosi %[[WIDE]] : f32 to i32
func.func @decodes_in_software(%x: f8E4M3FN, %y: f8E5M2) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = arith.extf %x : f8E4M3FN to bf16
  %b = arith.extf %y : f8E5M2 to f64
  %c = arith.fptosi %y : f8E5M2 to i32
  return
}

// f64 is cut to an odd f32 first; integers are exact in f32 or saturate.
// CHECK-LABEL: llvm.func @encodes_in_software
// CHECK-SAME:  (%[[X:.*]]: f64, %[[N:.*]]: i64)
// CHECK-DAG:     %[[GREATEST:.*]] = arith.constant 1138753536 : i32
// CHECK:         %[[CUT:.*]] = llvm.call_intrinsic "llvm.nvvm.d2f.rz"(%[[X]])
// CHECK:         %[[BACK:.*]] = arith.extf %[[CUT]] : f32 to f64
// CHECK:         %[[STICKY:.*]] = arith.cmpf une, %[[BACK]], %[[X]]
// CHECK:         arith.minui %{{.*}}, %[[GREATEST]]
// CHECK:         arith.trunci %{{.*}} : i32 to i8
// CHECK:         arith.sitofp %[[N]] : i64 to f32
// CHECK-NOT:     add.rz
// CHECK:         arith.trunci %{{.*}} : i32 to i8
// CHECK:         llvm.call_intrinsic "llvm.nvvm.add.rz.f"
func.func @encodes_in_software(%x: f64, %n: i64) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = arith.truncf %x : f64 to f8E4M3FN
  %b = arith.sitofp %n : i64 to f8E5M2
  %c = arith.truncf %x toward_zero : f64 to f8E5M2
  return
}
}

// -----

// The hardware converts pairs, the lower byte from the first of them.
#regs = #sm.layout<[1], {register = [[1]], lane = [[2], [4], [8], [16], [32]], warp = []}, [64]>
module attributes {sm.arch = "sm_89"} {
// CHECK-LABEL: llvm.func @converts_pairs
// CHECK:         %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"(%[[SECOND:.*]], %[[FIRST:.*]]) : (f32, f32) -> i16
// CHECK:         %[[HIGH:.*]] = arith.shrui %[[PAIR]]
// CHECK:         arith.trunci %[[PAIR]] : i16 to i8
// CHECK:         arith.trunci %[[HIGH]] : i16 to i8
// CHECK:         llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%{{.*}}) : (i16) -> vector<2xf16>
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ff.to.e5m2x2.rn"
// CHECK-NOT:     call_intrinsic
// CHECK:         llvm.return
func.func @converts_pairs() attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %r = tile.range 0 to 64 : tensor<64xi32, #regs>
  %f = arith.sitofp %r : tensor<64xi32, #regs> to tensor<64xf32, #regs>
  %a = arith.truncf %f : tensor<64xf32, #regs> to tensor<64xf8E4M3FN, #regs>
  %b = arith.extf %a : tensor<64xf8E4M3FN, #regs> to tensor<64xf16, #regs>
  %c = arith.truncf %f : tensor<64xf32, #regs> to tensor<64xf8E5M2, #regs>
  %d = arith.extf %c : tensor<64xf8E5M2, #regs> to tensor<64xf16, #regs>
  return
}
}

// -----

// Constants, selection, bits and memory accesses move bytes.
// CHECK-LABEL: llvm.func @moves_bytes
// CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[C:.*]]: i1)
// CHECK:         %[[ONE:.*]] = arith.constant 56 : i8
// CHECK:         %[[X:.*]] = llvm.load %[[P]] {{.*}} : !llvm.ptr<1> -> i8
// CHECK:         %[[Y:.*]] = arith.select %[[C]], %[[ONE]], %[[X]] : i8
// CHECK:         %[[WORD:.*]] = arith.extui %[[Y]] : i8 to i16
// CHECK:         "@$1 st.global.b8 [$0], $2;", "l,b,h" %[[P]], %{{.*}}, %[[WORD]]
// CHECK:         %[[WORD:.*]] = arith.extui %[[Y]] : i8 to i16
// CHECK:         "@$1 st.global.b8 [$0], $2;", "l,b,h" %[[P]], %{{.*}}, %[[WORD]]
func.func @moves_bytes(%p: !tile.ptr<f8E4M3FN>, %c: i1) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %one = arith.constant 1.0 : f8E4M3FN
  %x = tile.load %p : !tile.ptr<f8E4M3FN>
  %y = arith.select %c, %one, %x : f8E4M3FN
  tile.store %p, %y : !tile.ptr<f8E4M3FN>
  %bits = arith.bitcast %y : f8E4M3FN to i8
  %again = arith.bitcast %bits : i8 to f8E4M3FN
  tile.store %p, %again : !tile.ptr<f8E4M3FN>
  return
}

// -----

// CHECK-LABEL: llvm.func @rounds_toward_zero
// CHECK-SAME:  (%[[X:.*]]: f32, %[[D:.*]]: f64)
// CHECK:         llvm.call_intrinsic "llvm.nvvm.f2f16.rz"(%[[X]]) : (f32) -> f16
// CHECK:         llvm.call_intrinsic "llvm.nvvm.f2bf16.rz"(%[[X]]) : (f32) -> bf16
// CHECK:         llvm.call_intrinsic "llvm.nvvm.d2f.rz"(%[[D]]) : (f64) -> f32
// CHECK:         %[[CUT:.*]] = llvm.call_intrinsic "llvm.nvvm.d2f.rz"(%[[D]]) : (f64) -> f32
// CHECK:         llvm.call_intrinsic "llvm.nvvm.f2f16.rz"(%[[CUT]]) : (f32) -> f16
func.func @rounds_toward_zero(%x: f32, %d: f64) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = arith.truncf %x toward_zero : f32 to f16
  %b = arith.truncf %x toward_zero : f32 to bf16
  %c = arith.truncf %d toward_zero : f64 to f32
  %e = arith.truncf %d toward_zero : f64 to f16
  return
}
