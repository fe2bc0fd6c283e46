// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @rows
// CHECK-SAME: (%[[FLAT:.*]]: !tile.view<?x576xbf16>, %[[POOL:.*]]: !tile.view<?x?x?xi8>, %[[I:.*]]: tensor<5xi32>, %[[J:.*]]: tensor<1xi64>)
func.func @rows(%flat: !tile.view<?x576xbf16>, %pool: !tile.view<?x?x?xi8>, %i: tensor<5xi32>, %j: tensor<1xi64>) {
  // CHECK: gather.rows %[[FLAT]][%[[I]]] : !tile.view<?x576xbf16>, tensor<5xi32> -> tensor<5x576xbf16>
  %0 = gather.rows %flat[%i] : !tile.view<?x576xbf16>, tensor<5xi32> -> tensor<5x576xbf16>
  // CHECK: gather.rows %[[FLAT]][%[[J]]] {column = 575 : i64, label = "last"} : !tile.view<?x576xbf16>, tensor<1xi64> -> tensor<1x1xbf16>
  %1 = gather.rows %flat[%j] {column = 575 : i64, label = "last"} : !tile.view<?x576xbf16>, tensor<1xi64> -> tensor<1x1xbf16>
  // CHECK: gather.rows %[[POOL]][%[[I]]] : !tile.view<?x?x?xi8>, tensor<5xi32> -> tensor<5x656xi8>
  %2 = gather.rows %pool[%i] : !tile.view<?x?x?xi8>, tensor<5xi32> -> tensor<5x656xi8>
  return
}

// CHECK-LABEL: func @paged_rows
// CHECK-SAME: (%[[POOL:.*]]: !tile.view<?x?x576xbf16>, %[[TABLE:.*]]: !tile.view<?x?xi32>, %[[B:.*]]: i64, %[[P:.*]]: tensor<64xi32>, %[[N:.*]]: i32)
func.func @paged_rows(%pool: !tile.view<?x?x576xbf16>, %table: !tile.view<?x?xi32>, %b: i64, %p: tensor<64xi32>, %n: i32) {
  // CHECK: gather.paged_rows %[[POOL]], %[[TABLE]][%[[B]], %[[P]]] length %[[N]] {column = 512 : i64, label = "rope"} : !tile.view<?x?x576xbf16>, !tile.view<?x?xi32>, tensor<64xi32> -> tensor<64x64xbf16>
  %0 = gather.paged_rows %pool, %table[%b, %p] length %n {column = 512 : i64, label = "rope"}
      : !tile.view<?x?x576xbf16>, !tile.view<?x?xi32>, tensor<64xi32> -> tensor<64x64xbf16>
  return
}

// CHECK-LABEL: func @decodes
// CHECK-SAME: (%[[RAW:.*]]: tensor<3x656xi8>, %[[PAGE:.*]]: tensor<3x576xi8>, %[[S:.*]]: tensor<3x8xi8>, %[[KEY:.*]]: tensor<3x128xi8>, %[[K:.*]]: tensor<3x1xf32>, %[[X:.*]]: f32, %[[H:.*]]: tensor<3x7xbf16>)
func.func @decodes(%raw: tensor<3x656xi8>, %page: tensor<3x576xi8>, %s: tensor<3x8xi8>, %key: tensor<3x128xi8>, %k: tensor<3x1xf32>, %x: f32, %h: tensor<3x7xbf16>) {
  // CHECK: gather.decode_record %[[RAW]] <fp8_ds_mla> {label = "decode"} : tensor<3x656xi8> -> tensor<3x512xbf16>, tensor<3x64xf16>
  %0:2 = gather.decode_record %raw <fp8_ds_mla> {label = "decode"} : tensor<3x656xi8> -> tensor<3x512xbf16>, tensor<3x64xf16>
  // CHECK: gather.decode_record %[[PAGE]] scales %[[S]] <fp8_dsv4> : tensor<3x576xi8>, tensor<3x8xi8> -> tensor<3x448xf32>, tensor<3x64xbf16>
  %1:2 = gather.decode_record %page scales %s <fp8_dsv4> : tensor<3x576xi8>, tensor<3x8xi8> -> tensor<3x448xf32>, tensor<3x64xbf16>
  // CHECK: gather.decode_record %[[KEY]] scales %[[K]] <indexer_fp8> : tensor<3x128xi8>, tensor<3x1xf32> -> tensor<3x128xf16>
  %2 = gather.decode_record %key scales %k <indexer_fp8> : tensor<3x128xi8>, tensor<3x1xf32> -> tensor<3x128xf16>
  // CHECK: gather.decode_record %[[KEY]] scales %{{.*}} <indexer_fp8> : tensor<3x128xi8>, tensor<3x4xi8> -> tensor<3x128xf16>
  %bytes = arith.constant dense<0> : tensor<3x4xi8>
  %20 = gather.decode_record %key scales %bytes <indexer_fp8> : tensor<3x128xi8>, tensor<3x4xi8> -> tensor<3x128xf16>
  // CHECK: gather.decode_record %[[PAGE]] scales %[[X]] <fp8_e4m3> : tensor<3x576xi8>, f32 -> tensor<3x576xbf16>
  %3 = gather.decode_record %page scales %x <fp8_e4m3> : tensor<3x576xi8>, f32 -> tensor<3x576xbf16>
  // CHECK: gather.decode_record %[[H]] <bf16> : tensor<3x7xbf16> -> tensor<3x7xf32>
  %4 = gather.decode_record %h <bf16> : tensor<3x7xbf16> -> tensor<3x7xf32>
  return
}

// CHECK-LABEL: func @encodes
// CHECK-SAME: (%[[L:.*]]: tensor<3x512xbf16>, %[[R:.*]]: tensor<3x64xbf16>, %[[V:.*]]: tensor<3x448xf32>, %[[K:.*]]: tensor<3x32xf16>, %[[X:.*]]: f32)
func.func @encodes(%l: tensor<3x512xbf16>, %r: tensor<3x64xbf16>, %v: tensor<3x448xf32>, %k: tensor<3x32xf16>, %x: f32) {
  // CHECK: gather.encode_record %[[L]], %[[R]] rule linear <fp8_ds_mla> : tensor<3x512xbf16>, tensor<3x64xbf16> -> tensor<3x512xf8E4M3FN>, tensor<3x4xf32>, tensor<3x64xbf16>
  %0:3 = gather.encode_record %l, %r rule linear <fp8_ds_mla> : tensor<3x512xbf16>, tensor<3x64xbf16> -> tensor<3x512xf8E4M3FN>, tensor<3x4xf32>, tensor<3x64xbf16>
  // CHECK: gather.encode_record %[[V]], %[[R]] rule pow2 <fp8_dsv4> {label = "write"} : tensor<3x448xf32>, tensor<3x64xbf16> -> tensor<3x448xf8E4M3FN>, tensor<3x8xi8>, tensor<3x64xbf16>
  %1:3 = gather.encode_record %v, %r rule pow2 <fp8_dsv4> {label = "write"} : tensor<3x448xf32>, tensor<3x64xbf16> -> tensor<3x448xf8E4M3FN>, tensor<3x8xi8>, tensor<3x64xbf16>
  // CHECK: gather.encode_record %[[K]] rule pow2 <indexer_fp8_32> : tensor<3x32xf16> -> tensor<3x32xf8E4M3FN>, tensor<3x1xf32>
  %2:2 = gather.encode_record %k rule pow2 <indexer_fp8_32> : tensor<3x32xf16> -> tensor<3x32xf8E4M3FN>, tensor<3x1xf32>
  // CHECK: gather.encode_record %[[K]] scale %[[X]] <fp8_e5m2> : tensor<3x32xf16> -> tensor<3x32xf8E5M2>
  %3 = gather.encode_record %k scale %x <fp8_e5m2> : tensor<3x32xf16> -> tensor<3x32xf8E5M2>
  // CHECK: gather.encode_record %[[V]] <fp16> : tensor<3x448xf32> -> tensor<3x448xf16>
  %4 = gather.encode_record %v <fp16> : tensor<3x448xf32> -> tensor<3x448xf16>
  return
}

// CHECK-LABEL: func @formats
// CHECK-SAME: #gather.format<fp8_dsv41>
func.func @formats() attributes {test.format = #gather.format<fp8_dsv41>, test.rule = #gather<scale_rule pow2>} {
  return
}
