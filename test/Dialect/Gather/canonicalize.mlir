// RUN: mla-opt --canonicalize %s | FileCheck %s

// CHECK-LABEL: func @numbers_of_their_own_type_are_not_coded
// CHECK-SAME: (%[[ROW:.*]]: tensor<4x576xbf16>)
// CHECK-NEXT: return %[[ROW]]
func.func @numbers_of_their_own_type_are_not_coded(%row: tensor<4x576xbf16>) -> tensor<4x576xbf16> {
  %0 = gather.decode_record %row <bf16> : tensor<4x576xbf16> -> tensor<4x576xbf16>
  return %0 : tensor<4x576xbf16>
}

// CHECK-LABEL: func @other_types_are_rounded
// CHECK: gather.decode_record
func.func @other_types_are_rounded(%row: tensor<4x576xbf16>) -> tensor<4x576xf16> {
  %0 = gather.decode_record %row <bf16> : tensor<4x576xbf16> -> tensor<4x576xf16>
  return %0 : tensor<4x576xf16>
}

// CHECK-LABEL: func @unread_rows_are_not_read
// CHECK-NEXT: return
func.func @unread_rows_are_not_read(%v: !tile.view<?x656xi8>, %i: tensor<4xi32>) {
  %0 = gather.rows %v[%i] : !tile.view<?x656xi8>, tensor<4xi32> -> tensor<4x656xi8>
  %1:2 = gather.decode_record %0 <fp8_ds_mla> : tensor<4x656xi8> -> tensor<4x512xbf16>, tensor<4x64xbf16>
  return
}
