// RUN: mla-opt --expand-gather --canonicalize --cse %s | FileCheck %s
// RUN: mla-opt --expand-gather %s | FileCheck %s --check-prefix=GONE
// GONE-NOT: gather.{{rows|paged_rows|decode_record|encode_record}}

// The mask follows from the 64-bit index, the address from the masked row.
// CHECK-LABEL: func @a_row_is_masked_by_its_index
// CHECK-SAME: (%[[PTR:.*]]: !tile.ptr<bf16>, %[[ROWS:.*]]: i64, %[[STRIDE:.*]]: i64, %[[INDEX:.*]]: tensor<16xi32>)
// CHECK: %[[WIDE:.*]] = arith.extsi %[[INDEX]] : tensor<16xi32> to tensor<16xi64>
// CHECK: %[[COUNT:.*]] = tile.splat %[[ROWS]] : i64 -> tensor<16xi64>
// CHECK: %[[VALID:.*]] = arith.cmpi ult, %[[WIDE]], %[[COUNT]] : tensor<16xi64>
// CHECK: %[[DISTANCE:.*]] = tile.splat %[[STRIDE]] : i64 -> tensor<16xi64>
// CHECK: %[[OFFSETS:.*]] = arith.muli %[[WIDE]], %[[DISTANCE]] : tensor<16xi64>
// CHECK: tile.addptr %{{.*}}, %[[OFFSETS]]
// CHECK: %[[COLUMN:.*]] = tile.expand_dims %[[VALID]]
// CHECK: %[[MASK:.*]] = tile.broadcast %[[COLUMN]] : tensor<16x1xi1> -> tensor<16x576xi1>
// CHECK: %[[KV:.*]] = tile.load %{{.*}}, mask %[[MASK]] {label = "kv"} : tensor<16x576x!tile.ptr<bf16>>
// CHECK: return %[[KV]]
func.func @a_row_is_masked_by_its_index(%p: !tile.ptr<bf16>, %rows: i64, %stride: i64, %index: tensor<16xi32>) -> tensor<16x576xbf16> {
  %v = tile.view %p, shape [%rows] strides [%stride] : !tile.view<?x576xbf16>
  %kv = gather.rows %v[%index] {label = "kv"} : !tile.view<?x576xbf16>, tensor<16xi32> -> tensor<16x576xbf16>
  return %kv : tensor<16x576xbf16>
}

// The division has 32 bits; a page size of 0 divides nothing.
// CHECK-LABEL: func @a_row_is_found_on_its_page
// CHECK-SAME: (%[[PTR:.*]]: !tile.ptr<bf16>, %[[PAGES:.*]]: i64, %[[SIZE:.*]]: i64, %{{.*}}: i64, %{{.*}}: tensor<16xi32>)
// CHECK-DAG: %[[COUNT:.*]] = arith.muli %[[PAGES]], %[[SIZE]] : i64
// CHECK-DAG: %[[LEAST:.*]] = arith.maxsi %[[SIZE]], %{{.*}} : i64
// CHECK: %[[DIVISOR:.*]] = tile.splat %{{.*}} : i32 -> tensor<16xi32>
// CHECK: arith.divui %{{.*}}, %[[DIVISOR]] : tensor<16xi32>
// CHECK: arith.remui %{{.*}}, %[[DIVISOR]] : tensor<16xi32>
func.func @a_row_is_found_on_its_page(%p: !tile.ptr<bf16>, %pages: i64, %size: i64, %stride: i64, %index: tensor<16xi32>) -> tensor<16x64xbf16> {
  %c576 = arith.constant 576 : i64
  %v = tile.view %p, shape [%pages, %size] strides [%stride, %c576] : !tile.view<?x?x576xbf16>
  %kv = gather.rows %v[%index] {column = 512 : i64} : !tile.view<?x?x576xbf16>, tensor<16xi32> -> tensor<16x64xbf16>
  return %kv : tensor<16x64xbf16>
}

// Entries of the table are read where a position needs one; -1 stands for the others.
// CHECK-LABEL: func @a_position_is_looked_up
// CHECK: %[[NONE:.*]] = arith.constant dense<-1> : tensor<16xi32>
// CHECK: %[[PAGE:.*]] = tile.load %{{.*}}, mask %{{.*}}, other %[[NONE]] : tensor<16x!tile.ptr<i32>>
// CHECK: %[[WIDE:.*]] = arith.extsi %[[PAGE]] : tensor<16xi32> to tensor<16xi64>
// CHECK: arith.cmpi ult, %[[WIDE]], %{{.*}} : tensor<16xi64>
// CHECK: tile.load %{{.*}}, mask %{{.*}} {label = "kv"} : tensor<16x576x!tile.ptr<bf16>>
func.func @a_position_is_looked_up(%p: !tile.ptr<bf16>, %t: !tile.ptr<i32>, %n: i64, %b: i64, %length: i32, %at: tensor<16xi32>) -> tensor<16x576xbf16> {
  %c576 = arith.constant 576 : i64
  %v = tile.view %p, shape [%n, %n] strides [%n, %c576] : !tile.view<?x?x576xbf16>
  %table = tile.view %t, shape [%n, %n] strides [%n] : !tile.view<?x?xi32>
  %kv = gather.paged_rows %v, %table[%b, %at] length %length {label = "kv"} : !tile.view<?x?x576xbf16>, !tile.view<?x?xi32>, tensor<16xi32> -> tensor<16x576xbf16>
  return %kv : tensor<16x576xbf16>
}

// One f32 multiplication and one rounding; fp32 scales and bf16 numbers are joined of their bytes.
// CHECK-LABEL: func @a_record_is_decoded
// CHECK-SAME: (%[[RAW:.*]]: tensor<16x656xi8>)
// CHECK-DAG: %[[CODES:.*]] = tile.slice %[[RAW]] [0, 0] : tensor<16x656xi8> -> tensor<16x512xi8>
// CHECK-DAG: %[[NUMBERS:.*]] = arith.bitcast %[[CODES]] : tensor<16x512xi8> to tensor<16x512xf8E4M3FN>
// CHECK-DAG: %[[WIDE:.*]] = arith.extf %[[NUMBERS]] : tensor<16x512xf8E4M3FN> to tensor<16x512xf32>
// CHECK-DAG: tile.gather %[[RAW]][%{{.*}}] {axis = 1 : i32} : tensor<16x656xi8>, tensor<16x16xi32> -> tensor<16x16xi8>
// CHECK-DAG: %[[SCALES:.*]] = arith.bitcast %{{.*}} : tensor<16x4xi32> to tensor<16x4xf32>
// CHECK-DAG: %[[REPEATED:.*]] = tile.reshape %{{.*}} : tensor<16x4x128xf32> -> tensor<16x512xf32>
// CHECK-DAG: tile.gather %[[RAW]][%{{.*}}] {axis = 1 : i32} : tensor<16x656xi8>, tensor<16x128xi32> -> tensor<16x128xi8>
// CHECK-DAG: %[[LOW:.*]], %[[HIGH:.*]] = tile.split %{{.*}} : tensor<16x64x2xi8> -> tensor<16x64xi8>
// CHECK-DAG: %[[ROPE:.*]] = arith.bitcast %{{.*}} : tensor<16x64xi16> to tensor<16x64xbf16>
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[WIDE]], %[[REPEATED]] : tensor<16x512xf32>
// CHECK: %[[LATENT:.*]] = arith.truncf %[[PRODUCT]] : tensor<16x512xf32> to tensor<16x512xbf16>
// CHECK: return %[[LATENT]], %[[ROPE]]
func.func @a_record_is_decoded(%raw: tensor<16x656xi8>) -> (tensor<16x512xbf16>, tensor<16x64xbf16>) {
  %latent, %rope = gather.decode_record %raw <fp8_ds_mla> : tensor<16x656xi8> -> tensor<16x512xbf16>, tensor<16x64xbf16>
  return %latent, %rope : tensor<16x512xbf16>, tensor<16x64xbf16>
}

// The power of two comes from the bits of the quotient; the byte behind seven of them is zero.
// CHECK-LABEL: func @powers_of_two_are_rounded_up
// CHECK: %[[AMAX:.*]] = tile.reduce max %{{.*}} {axis = 2 : i32} : tensor<2x7x64xf32> -> tensor<2x7xf32>
// CHECK: %[[SCALE:.*]] = arith.divf %[[AMAX]], %{{.*}} : tensor<2x7xf32>
// CHECK: %[[LEAST:.*]] = arith.maxnumf %[[SCALE]], %{{.*}} : tensor<2x7xf32>
// CHECK: %[[BITS:.*]] = arith.bitcast %[[LEAST]] : tensor<2x7xf32> to tensor<2x7xi32>
// CHECK: %[[UP:.*]] = arith.addi %[[BITS]], %{{.*}} : tensor<2x7xi32>
// CHECK: arith.andi %[[UP]], %{{.*}} : tensor<2x7xi32>
// A power of two: the product with its reciprocal has the same bits.
// CHECK: %[[INVERSE:.*]] = arith.divf %{{.*}} : tensor<2x7xf32>
// CHECK: tile.broadcast
// CHECK: arith.mulf %{{.*}} : tensor<2x448xf32>
// CHECK: arith.truncf %{{.*}} : tensor<2x448xf32> to tensor<2x448xf8E4M3FN>
// CHECK: tile.gather %{{.*}} {axis = 1 : i32} : tensor<2x7xi8>, tensor<2x8xi32> -> tensor<2x8xi8>
func.func @powers_of_two_are_rounded_up(%x: tensor<2x448xbf16>, %r: tensor<2x64xbf16>) -> (tensor<2x448xf8E4M3FN>, tensor<2x8xi8>, tensor<2x64xbf16>) {
  %c, %s, %b = gather.encode_record %x, %r rule pow2 <fp8_dsv4> : tensor<2x448xbf16>, tensor<2x64xbf16> -> tensor<2x448xf8E4M3FN>, tensor<2x8xi8>, tensor<2x64xbf16>
  return %c, %s, %b : tensor<2x448xf8E4M3FN>, tensor<2x8xi8>, tensor<2x64xbf16>
}

// Rows that only a decoding reads are never one tile: each field is loaded as numbers of its own type.
// CHECK-LABEL: func @fields_are_loaded_one_by_one
// CHECK-NOT: tensor<16x656x
// CHECK-DAG: %[[CODES:.*]] = tile.load %{{.*}} {label = "kv"} : tensor<16x512x!tile.ptr<f8E4M3FN>>
// CHECK-DAG: %[[ROPE:.*]] = tile.load %{{.*}} {label = "kv.rope"} : tensor<16x64x!tile.ptr<bf16>>
// CHECK-DAG: tile.load %{{.*}} {label = "kv.scales"} : tensor<16x4x!tile.ptr<f32>>
// CHECK-DAG: arith.extf %[[CODES]] : tensor<16x512xf8E4M3FN> to tensor<16x512xf32>
// CHECK: return %{{.*}}, %[[ROPE]]
func.func @fields_are_loaded_one_by_one(%p: !tile.ptr<i8> {tile.divisibility = 16 : i32}, %rows: i64, %stride: i64 {tile.divisibility = 16 : i32}, %index: tensor<16xi32>) -> (tensor<16x512xbf16>, tensor<16x64xbf16>) {
  %v = tile.view %p, shape [%rows] strides [%stride] : !tile.view<?x656xi8>
  %raw = gather.rows %v[%index] {label = "kv"} : !tile.view<?x656xi8>, tensor<16xi32> -> tensor<16x656xi8>
  %latent, %rope = gather.decode_record %raw <fp8_ds_mla> : tensor<16x656xi8> -> tensor<16x512xbf16>, tensor<16x64xbf16>
  return %latent, %rope : tensor<16x512xbf16>, tensor<16x64xbf16>
}

// Seven scales are decoded as eight; the byte behind them and the codes there concern columns that are left out.
// CHECK-LABEL: func @seven_scales_are_repeated_as_eight
// CHECK: tile.load %{{.*}} : tensor<16x512x!tile.ptr<f8E4M3FN>>
// CHECK: tile.reshape %{{.*}} : tensor<16x8x64xf32> -> tensor<16x512xf32>
// CHECK: tile.slice %{{.*}} [0, 0] : tensor<16x512xbf16> -> tensor<16x448xbf16>
func.func @seven_scales_are_repeated_as_eight(%p: !tile.ptr<i8> {tile.divisibility = 16 : i32}, %rows: i64, %stride: i64 {tile.divisibility = 16 : i32}, %index: tensor<16xi32>, %s: tensor<16x8xi8>) -> (tensor<16x448xbf16>, tensor<16x64xbf16>) {
  %v = tile.view %p, shape [%rows] strides [%stride] : !tile.view<?x576xi8>
  %raw = gather.rows %v[%index] : !tile.view<?x576xi8>, tensor<16xi32> -> tensor<16x576xi8>
  %latent, %rope = gather.decode_record %raw scales %s <fp8_dsv4> : tensor<16x576xi8>, tensor<16x8xi8> -> tensor<16x448xbf16>, tensor<16x64xbf16>
  return %latent, %rope : tensor<16x448xbf16>, tensor<16x64xbf16>
}

// Records at addresses of which nothing is known, and rows that something else reads too, are bytes.
// CHECK-LABEL: func @records_anywhere_are_bytes
// CHECK: tile.load %{{.*}} : tensor<16x656x!tile.ptr<i8>>
// CHECK-NOT: !tile.ptr<bf16>
func.func @records_anywhere_are_bytes(%p: !tile.ptr<i8>, %rows: i64, %stride: i64, %index: tensor<16xi32>) -> (tensor<16x512xbf16>, tensor<16x64xbf16>) {
  %v = tile.view %p, shape [%rows] strides [%stride] : !tile.view<?x656xi8>
  %raw = gather.rows %v[%index] : !tile.view<?x656xi8>, tensor<16xi32> -> tensor<16x656xi8>
  %latent, %rope = gather.decode_record %raw <fp8_ds_mla> : tensor<16x656xi8> -> tensor<16x512xbf16>, tensor<16x64xbf16>
  return %latent, %rope : tensor<16x512xbf16>, tensor<16x64xbf16>
}

// CHECK-LABEL: func @rows_of_two_readers_are_bytes
// CHECK: tile.load %{{.*}} : tensor<16x656x!tile.ptr<i8>>
func.func @rows_of_two_readers_are_bytes(%p: !tile.ptr<i8> {tile.divisibility = 16 : i32}, %rows: i64, %stride: i64 {tile.divisibility = 16 : i32}, %index: tensor<16xi32>) -> (tensor<16x656xi8>, tensor<16x64xbf16>) {
  %v = tile.view %p, shape [%rows] strides [%stride] : !tile.view<?x656xi8>
  %raw = gather.rows %v[%index] : !tile.view<?x656xi8>, tensor<16xi32> -> tensor<16x656xi8>
  %latent, %rope = gather.decode_record %raw <fp8_ds_mla> : tensor<16x656xi8> -> tensor<16x512xbf16>, tensor<16x64xbf16>
  return %raw, %rope : tensor<16x656xi8>, tensor<16x64xbf16>
}

// A write between the rows and their decoding keeps the rows' read in front of it.
// CHECK-LABEL: func @a_write_between_keeps_rows
// CHECK: tile.load %{{.*}} : tensor<16x656x!tile.ptr<i8>>
// CHECK: tile.store
func.func @a_write_between_keeps_rows(%p: !tile.ptr<i8> {tile.divisibility = 16 : i32}, %rows: i64, %stride: i64 {tile.divisibility = 16 : i32}, %index: tensor<16xi32>, %c: i8) -> (tensor<16x512xbf16>, tensor<16x64xbf16>) {
  %v = tile.view %p, shape [%rows] strides [%stride] : !tile.view<?x656xi8>
  %raw = gather.rows %v[%index] : !tile.view<?x656xi8>, tensor<16xi32> -> tensor<16x656xi8>
  tile.store %p, %c : !tile.ptr<i8>
  %latent, %rope = gather.decode_record %raw <fp8_ds_mla> : tensor<16x656xi8> -> tensor<16x512xbf16>, tensor<16x64xbf16>
  return %latent, %rope : tensor<16x512xbf16>, tensor<16x64xbf16>
}
