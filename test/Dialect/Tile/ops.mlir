// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

// CHECK-LABEL: func @kernel_attributes_survive
// CHECK-SAME: !tile.ptr<bf16> {tile.divisibility = 16 : i32}
// CHECK-SAME: tile.kernel
// CHECK-SAME: tile.num_stages = 3 : i32
// CHECK-SAME: tile.num_warps = 4 : i32
func.func @kernel_attributes_survive(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32})
    attributes {tile.kernel, tile.num_stages = 3 : i32, tile.num_warps = 4 : i32} {
  return
}

// CHECK-LABEL: func @pointers_to_every_element_type
// CHECK-SAME: !tile.ptr<i1>, %{{.*}}: !tile.ptr<i8>, %{{.*}}: !tile.ptr<i64>, %{{.*}}: !tile.ptr<f16>
// CHECK-SAME: !tile.ptr<f64>, %{{.*}}: !tile.ptr<f8E4M3FN>, %{{.*}}: tensor<4x!tile.ptr<f8E5M2>>
func.func @pointers_to_every_element_type(%0: !tile.ptr<i1>, %1: !tile.ptr<i8>, %2: !tile.ptr<i64>, %3: !tile.ptr<f16>,
                                          %4: !tile.ptr<f64>, %5: !tile.ptr<f8E4M3FN>, %6: tensor<4x!tile.ptr<f8E5M2>>) {
  return
}

// CHECK-LABEL: func @program_position_on_every_axis
func.func @program_position_on_every_axis() {
  // CHECK: tile.program_id 0
  %x = tile.program_id 0
  // CHECK: tile.program_id 2
  %z = tile.program_id 2
  // CHECK: tile.num_programs 1
  %n = tile.num_programs 1
  return
}

// CHECK-LABEL: func @ranges_of_any_extent_and_start
func.func @ranges_of_any_extent_and_start() {
  // CHECK: tile.range 0 to 576 : tensor<576xi32>
  %a = tile.range 0 to 576 : tensor<576xi32>
  // CHECK: tile.range -3 to -2 : tensor<1xi32>
  %b = tile.range -3 to -2 : tensor<1xi32>
  return
}

// CHECK-LABEL: func @shape_ops
// CHECK-SAME: (%[[X:.*]]: f32, %[[P:.*]]: !tile.ptr<f32>, %[[ROW:.*]]: tensor<16xi32>)
func.func @shape_ops(%x: f32, %p: !tile.ptr<f32>, %row: tensor<16xi32>) {
  // CHECK: tile.splat %[[X]] : f32 -> tensor<16x64xf32>
  %s = tile.splat %x : f32 -> tensor<16x64xf32>
  // CHECK: tile.splat %[[P]] : !tile.ptr<f32> -> tensor<5x!tile.ptr<f32>>
  %t = tile.splat %p : !tile.ptr<f32> -> tensor<5x!tile.ptr<f32>>
  // CHECK: tile.expand_dims %[[ROW]] {axis = 0 : i32} : tensor<16xi32> -> tensor<1x16xi32>
  %first = tile.expand_dims %row {axis = 0 : i32} : tensor<16xi32> -> tensor<1x16xi32>
  // CHECK: %[[COL:.*]] = tile.expand_dims %[[ROW]] {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>
  %col = tile.expand_dims %row {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>
  // CHECK: tile.broadcast %[[COL]] : tensor<16x1xi32> -> tensor<16x7xi32>
  %b = tile.broadcast %col : tensor<16x1xi32> -> tensor<16x7xi32>
  return
}

// CHECK-LABEL: func @pointer_arithmetic_of_scalars_and_tiles
// CHECK-SAME: (%[[P:.*]]: !tile.ptr<f16>, %[[PS:.*]]: tensor<8x4x!tile.ptr<f16>>, %[[I:.*]]: i64, %[[IS:.*]]: tensor<8x4xi32>)
func.func @pointer_arithmetic_of_scalars_and_tiles(%p: !tile.ptr<f16>, %ps: tensor<8x4x!tile.ptr<f16>>, %i: i64,
                                                   %is: tensor<8x4xi32>) {
  // CHECK: tile.addptr %[[P]], %[[I]] : !tile.ptr<f16>, i64
  %q = tile.addptr %p, %i : !tile.ptr<f16>, i64
  // CHECK: tile.addptr %[[PS]], %[[IS]] : tensor<8x4x!tile.ptr<f16>>, tensor<8x4xi32>
  %qs = tile.addptr %ps, %is : tensor<8x4x!tile.ptr<f16>>, tensor<8x4xi32>
  // CHECK: tile.ptr_cast %[[P]] : !tile.ptr<f16> -> !tile.ptr<i8>
  %c = tile.ptr_cast %p : !tile.ptr<f16> -> !tile.ptr<i8>
  // CHECK: tile.ptr_cast %[[PS]] : tensor<8x4x!tile.ptr<f16>> -> tensor<8x4x!tile.ptr<f64>>
  %cs = tile.ptr_cast %ps : tensor<8x4x!tile.ptr<f16>> -> tensor<8x4x!tile.ptr<f64>>
  return
}

// CHECK-LABEL: func @loads_with_every_optional_part
// CHECK-SAME: (%[[P:.*]]: !tile.ptr<f32>, %[[PS:.*]]: tensor<8x!tile.ptr<f32>>, %[[C:.*]]: i1, %[[M:.*]]: tensor<8xi1>, %[[X:.*]]: f32, %[[O:.*]]: tensor<8xf32>)
func.func @loads_with_every_optional_part(%p: !tile.ptr<f32>, %ps: tensor<8x!tile.ptr<f32>>, %c: i1, %m: tensor<8xi1>,
                                          %x: f32, %o: tensor<8xf32>) {
  // CHECK: tile.load %[[P]] : !tile.ptr<f32>
  %0 = tile.load %p : !tile.ptr<f32>
  // CHECK: tile.load %[[P]], mask %[[C]], other %[[X]] : !tile.ptr<f32>
  %1 = tile.load %p, mask %c, other %x : !tile.ptr<f32>
  // CHECK: tile.load %[[PS]] : tensor<8x!tile.ptr<f32>>
  %2 = tile.load %ps : tensor<8x!tile.ptr<f32>>
  // CHECK: tile.load %[[PS]], mask %[[M]] : tensor<8x!tile.ptr<f32>>
  %3 = tile.load %ps, mask %m : tensor<8x!tile.ptr<f32>>
  // CHECK: %[[V:.*]] = tile.load %[[PS]], mask %[[M]], other %[[O]] {access = #tile.access<dim = 0, elems = 4>, label = "q"} : tensor<8x!tile.ptr<f32>>
  %4 = tile.load %ps, mask %m, other %o {access = #tile.access<dim = 0, elems = 4>, label = "q"} : tensor<8x!tile.ptr<f32>>
  // The results have the pointee's type.
  // CHECK: arith.addf %[[V]], %[[O]] : tensor<8xf32>
  %5 = arith.addf %4, %o : tensor<8xf32>
  return
}

// CHECK-LABEL: func @stores_with_every_optional_part
// CHECK-SAME: (%[[P:.*]]: !tile.ptr<i8>, %[[PS:.*]]: tensor<8x!tile.ptr<i8>>, %[[C:.*]]: i1, %[[M:.*]]: tensor<8xi1>, %[[X:.*]]: i8, %[[V:.*]]: tensor<8xi8>)
func.func @stores_with_every_optional_part(%p: !tile.ptr<i8>, %ps: tensor<8x!tile.ptr<i8>>, %c: i1, %m: tensor<8xi1>,
                                           %x: i8, %v: tensor<8xi8>) {
  // CHECK: tile.store %[[P]], %[[X]] : !tile.ptr<i8>
  tile.store %p, %x : !tile.ptr<i8>
  // CHECK: tile.store %[[P]], %[[X]], mask %[[C]] : !tile.ptr<i8>
  tile.store %p, %x, mask %c : !tile.ptr<i8>
  // CHECK: tile.store %[[PS]], %[[V]] : tensor<8x!tile.ptr<i8>>
  tile.store %ps, %v : tensor<8x!tile.ptr<i8>>
  // CHECK: tile.store %[[PS]], %[[V]], mask %[[M]] {access = #tile.access<dim = 0, elems = 8>} : tensor<8x!tile.ptr<i8>>
  tile.store %ps, %v, mask %m {access = #tile.access<dim = 0, elems = 8>} : tensor<8x!tile.ptr<i8>>
  return
}

// CHECK-LABEL: func @products_of_both_operand_types
// CHECK-SAME: (%[[A:.*]]: tensor<5x16xbf16>, %[[B:.*]]: tensor<16x8xbf16>, %[[C:.*]]: tensor<5x8xf32>, %[[H:.*]]: tensor<8x8xf16>
func.func @products_of_both_operand_types(%a: tensor<5x16xbf16>, %b: tensor<16x8xbf16>, %c: tensor<5x8xf32>,
                                          %h: tensor<8x8xf16>, %d: tensor<8x8xf32>) {
  // CHECK: tile.dot %[[A]], %[[B]], %[[C]] {label = "qk"} : tensor<5x16xbf16>, tensor<16x8xbf16>, tensor<5x8xf32>
  %0 = tile.dot %a, %b, %c {label = "qk"} : tensor<5x16xbf16>, tensor<16x8xbf16>, tensor<5x8xf32>
  // CHECK: tile.dot %[[H]], %[[H]], %{{.*}} : tensor<8x8xf16>, tensor<8x8xf16>, tensor<8x8xf32>
  %1 = tile.dot %h, %h, %d : tensor<8x8xf16>, tensor<8x8xf16>, tensor<8x8xf32>
  return
}

// CHECK-LABEL: func @reductions_of_every_kind
// CHECK-SAME: (%[[T:.*]]: tensor<4x8xf32>, %[[I:.*]]: tensor<8xi32>)
func.func @reductions_of_every_kind(%t: tensor<4x8xf32>, %i: tensor<8xi32>) {
  // CHECK: tile.reduce sum %[[T]] {axis = 0 : i32} : tensor<4x8xf32> -> tensor<8xf32>
  %0 = tile.reduce sum %t {axis = 0 : i32} : tensor<4x8xf32> -> tensor<8xf32>
  // CHECK: tile.reduce max %[[T]] {axis = 1 : i32} : tensor<4x8xf32> -> tensor<4xf32>
  %1 = tile.reduce max %t {axis = 1 : i32} : tensor<4x8xf32> -> tensor<4xf32>
  // CHECK: tile.reduce min %[[I]] {axis = 0 : i32, is_unsigned} : tensor<8xi32> -> i32
  %2 = tile.reduce min %i {axis = 0 : i32, is_unsigned} : tensor<8xi32> -> i32
  return
}

// CHECK-LABEL: func @views
// CHECK-SAME: (%[[P:.*]]: !tile.ptr<bf16>, %[[Q:.*]]: !tile.ptr<i8>, %[[M:.*]]: i64, %[[S:.*]]: i64, %[[T:.*]]: tensor<100x64xbf16>, %[[B:.*]]: i8)
func.func @views(%p: !tile.ptr<bf16>, %q: !tile.ptr<i8>, %m: i64, %s: i64, %t: tensor<100x64xbf16>, %b: i8) {
  // CHECK: %[[V:.*]] = tile.view %[[P]], shape[%[[M]]] strides[%[[S]], %[[S]]] : !tile.view<?x4x576xbf16>
  %v = tile.view %p, shape [%m] strides [%s, %s] : !tile.view<?x4x576xbf16>
  // CHECK: %[[W:.*]] = tile.view %[[Q]], shape[] strides[] : !tile.view<7xi8>
  %w = tile.view %q, shape [] strides [] : !tile.view<7xi8>
  // CHECK: tile.load_view %[[V]][%[[M]], %[[S]], %[[S]]] dims [0, 2] {label = "kv"} : !tile.view<?x4x576xbf16> -> tensor<100x64xbf16>
  %0 = tile.load_view %v[%m, %s, %s] dims [0, 2] {label = "kv"} : !tile.view<?x4x576xbf16> -> tensor<100x64xbf16>
  // CHECK: tile.load_view %[[W]][%[[M]]] dims [] : !tile.view<7xi8> -> i8
  %1 = tile.load_view %w[%m] dims [] : !tile.view<7xi8> -> i8
  // CHECK: tile.store_view %[[T]], %[[V]][%[[M]], %[[S]], %[[S]]] dims [1, 2] : tensor<100x64xbf16>, !tile.view<?x4x576xbf16>
  tile.store_view %t, %v[%m, %s, %s] dims [1, 2] : tensor<100x64xbf16>, !tile.view<?x4x576xbf16>
  // CHECK: tile.store_view %[[B]], %[[W]][%[[M]]] dims [] : i8, !tile.view<7xi8>
  tile.store_view %b, %w[%m] dims [] : i8, !tile.view<7xi8>
  return
}

// CHECK-LABEL: func @transposed_tiles_and_parts
// CHECK-SAME: (%[[T:.*]]: tensor<64x576xbf16>, %[[P:.*]]: tensor<8x!tile.ptr<f32>>)
func.func @transposed_tiles_and_parts(%t: tensor<64x576xbf16>, %p: tensor<8x!tile.ptr<f32>>) {
  // CHECK: tile.trans %[[T]] : tensor<64x576xbf16> -> tensor<576x64xbf16>
  %0 = tile.trans %t : tensor<64x576xbf16> -> tensor<576x64xbf16>
  // CHECK: tile.slice %[[T]] [0, 64] : tensor<64x576xbf16> -> tensor<64x512xbf16>
  %1 = tile.slice %t [0, 64] : tensor<64x576xbf16> -> tensor<64x512xbf16>
  // CHECK: tile.slice %[[P]] [7] : tensor<8x!tile.ptr<f32>> -> tensor<1x!tile.ptr<f32>>
  %2 = tile.slice %p [7] : tensor<8x!tile.ptr<f32>> -> tensor<1x!tile.ptr<f32>>
  return
}

// CHECK-LABEL: func @views_with_a_number_of_valid_rows
// CHECK-SAME: (%[[V:.*]]: !tile.view<?x4xf32>, %[[I:.*]]: i64, %[[N:.*]]: i64)
func.func @views_with_a_number_of_valid_rows(%v: !tile.view<?x4xf32>, %i: i64, %n: i64) {
  // CHECK: tile.load_view %[[V]][%[[I]], %[[I]]] dims [0, 1] valid %[[N]] {label = "kv"} : !tile.view<?x4xf32> -> tensor<8x4xf32>
  %0 = tile.load_view %v[%i, %i] dims [0, 1] valid %n {label = "kv"} : !tile.view<?x4xf32> -> tensor<8x4xf32>
  // CHECK: tile.load_view %[[V]][%[[I]], %[[I]]] dims [1] valid %[[N]] : !tile.view<?x4xf32> -> tensor<4xf32>
  %1 = tile.load_view %v[%i, %i] dims [1] valid %n : !tile.view<?x4xf32> -> tensor<4xf32>
  return
}
