// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm))' -verify-diagnostics | FileCheck %s

// Products of 8-bit floats where the matrix unit has none: f16 holds every such number.
// CHECK-LABEL: func.func @extended_before_sm_89
// CHECK:         %[[A:.*]] = arith.extf %{{.*}} : tensor<16x32xf8E4M3FN> to tensor<16x32xf16>
// CHECK:         %[[B:.*]] = arith.extf %{{.*}} : tensor<32x16xf8E5M2> to tensor<32x16xf16>
// CHECK:         sm.mma %[[A]], %[[B]]
module attributes {sm.arch = "sm_80"} {
func.func @extended_before_sm_89(%a: tensor<16x32xf8E4M3FN>, %b: tensor<32x16xf8E5M2>, %acc: tensor<16x16xf32>)
    attributes {tile.kernel, tile.num_warps = 1 : i32} {
  ws.role "all" warps(0, 1) {
    // expected-remark @below {{the factors are extended to fp16: sm_80 has no 8-bit products}}
    %d = tile.dot %a, %b, %acc : tensor<16x32xf8E4M3FN>, tensor<32x16xf8E5M2>, tensor<16x16xf32>
  }
  return
}
}

// -----

// CHECK-LABEL: func.func @kept_from_sm_89_on
// CHECK-NOT:     arith.extf
// CHECK:         sm.mma {{.*}} : tensor<16x32xf8E4M3FN>, tensor<32x16xf8E5M2>
module attributes {sm.arch = "sm_90a"} {
func.func @kept_from_sm_89_on(%a: tensor<16x32xf8E4M3FN>, %b: tensor<32x16xf8E5M2>, %acc: tensor<16x16xf32>)
    attributes {tile.kernel, tile.num_warps = 1 : i32} {
  ws.role "all" warps(0, 1) {
    %d = tile.dot %a, %b, %acc : tensor<16x32xf8E4M3FN>, tensor<32x16xf8E5M2>, tensor<16x16xf32>
  }
  return
}
}

// -----

// CHECK-LABEL: func.func @precision_is_kept
// CHECK:         sm.mma {{.*}} {precision = #tile.dot_precision<tf32x3>}
func.func @precision_is_kept(%a: tensor<16x32xf32>, %b: tensor<32x16xf32>, %acc: tensor<16x16xf32>)
    attributes {tile.kernel, tile.num_warps = 1 : i32} {
  ws.role "all" warps(0, 1) {
    %d = tile.dot %a, %b, %acc {precision = #tile.dot_precision<tf32x3>} : tensor<16x32xf32>, tensor<32x16xf32>, tensor<16x16xf32>
  }
  return
}
