// RUN: mla-opt --tile-pad-extents --split-input-file --verify-diagnostics %s | FileCheck %s

// CHECK-LABEL: func @masks_the_added_elements_off
// CHECK-SAME: (%[[X:.*]]: !tile.ptr<f32>, %[[N:.*]]: i32)
func.func @masks_the_added_elements_off(%x: !tile.ptr<f32>, %n: i32) {
  // CHECK: %[[OFFS:.*]] = tile.range 0 to 112 : tensor<112xi32>
  %offs = tile.range 0 to 100 : tensor<100xi32>
  %base = tile.splat %x : !tile.ptr<f32> -> tensor<100x!tile.ptr<f32>>
  // CHECK: %[[P:.*]] = tile.addptr {{.*}} : tensor<112x!tile.ptr<f32>>, tensor<112xi32>
  %p = tile.addptr %base, %offs : tensor<100x!tile.ptr<f32>>, tensor<100xi32>
  %limit = tile.splat %n : i32 -> tensor<100xi32>
  // CHECK: %[[MASK:.*]] = arith.cmpi slt, %[[OFFS]], {{.*}} : tensor<112xi32>
  %mask = arith.cmpi slt, %offs, %limit : tensor<100xi32>
  // CHECK: %[[OTHER:.*]] = arith.constant dense<1.000000e+00> : tensor<112xf32>
  %other = arith.constant dense<1.0> : tensor<100xf32>
  // CHECK-DAG: %[[I:.*]] = tile.range 0 to 112 : tensor<112xi32>
  // CHECK-DAG: %[[C100:.*]] = arith.constant dense<100> : tensor<112xi32>
  // CHECK: %[[IN:.*]] = arith.cmpi slt, %[[I]], %[[C100]]
  // CHECK: %[[BOTH:.*]] = arith.andi %[[MASK]], %[[IN]]
  // CHECK: %[[V:.*]] = tile.load %[[P]], mask %[[BOTH]], other %[[OTHER]]
  %v = tile.load %p, mask %mask, other %other : tensor<100x!tile.ptr<f32>>
  // CHECK: %[[IN2:.*]] = arith.cmpi slt
  // CHECK: tile.store %[[P]], %[[V]], mask %[[IN2]]
  tile.store %p, %v : tensor<100x!tile.ptr<f32>>
  return
}

// -----

// Powers of two and c · 2^k with k ≥ 4 and c ≤ 16 stay as they are.
// CHECK-LABEL: func @keeps_storable_extents
func.func @keeps_storable_extents(%x: !tile.ptr<bf16>) {
  // CHECK-NEXT: tile.range 0 to 576 : tensor<576xi32>
  %offs = tile.range 0 to 576 : tensor<576xi32>
  // CHECK-NEXT: tile.splat
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<576x!tile.ptr<bf16>>
  // CHECK-NEXT: tile.addptr
  %p = tile.addptr %base, %offs : tensor<576x!tile.ptr<bf16>>, tensor<576xi32>
  // CHECK-NEXT: tile.load %{{[^,]*}} :
  %v = tile.load %p : tensor<576x!tile.ptr<bf16>>
  // CHECK-NEXT: tile.reduce
  %s = tile.reduce sum %v {axis = 0 : i32} : tensor<576xbf16> -> bf16
  // CHECK-NEXT: return
  return
}

// -----

// Each padded dimension has its own bound; dimension 1 of extent 64 needs none.
// CHECK-LABEL: func @bounds_each_padded_dimension
func.func @bounds_each_padded_dimension(%x: !tile.ptr<f32>) {
  // CHECK: tile.splat {{.*}} -> tensor<8x64x32x!tile.ptr<f32>>
  %p = tile.splat %x : !tile.ptr<f32> -> tensor<5x64x20x!tile.ptr<f32>>
  // CHECK: %[[I0:.*]] = tile.range 0 to 8
  // CHECK: %[[C5:.*]] = arith.constant dense<5> : tensor<8xi32>
  // CHECK: %[[ROW:.*]] = arith.cmpi slt, %[[I0]], %[[C5]]
  // CHECK: tile.expand_dims {{.*}} tensor<8x1xi1>
  // CHECK: tile.expand_dims {{.*}} tensor<8x1x1xi1>
  // CHECK: %[[M0:.*]] = tile.broadcast {{.*}} -> tensor<8x64x32xi1>
  // CHECK: arith.constant dense<20> : tensor<32xi32>
  // CHECK: tile.expand_dims {{.*}} tensor<1x32xi1>
  // CHECK: tile.expand_dims {{.*}} tensor<1x1x32xi1>
  // CHECK: %[[M2:.*]] = tile.broadcast {{.*}} -> tensor<8x64x32xi1>
  // CHECK: %[[MASK:.*]] = arith.andi %[[M0]], %[[M2]]
  // CHECK: tile.load %{{.*}}, mask %[[MASK]]
  %v = tile.load %p : tensor<5x64x20x!tile.ptr<f32>>
  return
}

// -----

// -0.0 and not 0.0: the sum of negative zeros is a negative zero.
// CHECK-LABEL: func @sums_ignore_added_elements
func.func @sums_ignore_added_elements(%v: tensor<16xf32>) -> f32 {
  %c = tile.expand_dims %v {axis = 1 : i32} : tensor<16xf32> -> tensor<16x1xf32>
  // CHECK: %[[T:.*]] = tile.broadcast {{.*}} -> tensor<16x32xf32>
  %t = tile.broadcast %c : tensor<16x1xf32> -> tensor<16x20xf32>
  // CHECK: %[[Z:.*]] = arith.constant dense<-0.000000e+00> : tensor<16x32xf32>
  // CHECK: %[[S:.*]] = arith.select %{{.*}}, %[[T]], %[[Z]]
  // CHECK: tile.reduce sum %[[S]] {axis = 1 : i32} : tensor<16x32xf32> -> tensor<16xf32>
  %s = tile.reduce sum %t {axis = 1 : i32} : tensor<16x20xf32> -> tensor<16xf32>
  // Only the other dimension is padded: nothing reaches the sum of a kept column.
  // CHECK-NEXT: %[[R:.*]] = tile.reduce sum %[[T]] {axis = 0 : i32} : tensor<16x32xf32> -> tensor<32xf32>
  %r = tile.reduce sum %t {axis = 0 : i32} : tensor<16x20xf32> -> tensor<20xf32>
  // CHECK: %[[Z1:.*]] = arith.constant dense<-0.000000e+00> : tensor<32xf32>
  // CHECK: %[[R1:.*]] = arith.select %{{.*}}, %[[R]], %[[Z1]]
  // CHECK: tile.reduce sum %[[R1]] {axis = 0 : i32} : tensor<32xf32> -> f32
  %q = tile.reduce sum %r {axis = 0 : i32} : tensor<20xf32> -> f32
  return %q : f32
}

// -----

// NaN: a maximum ignores it unless all elements are NaN.
// CHECK-LABEL: func @extremes_have_neutral_elements
func.func @extremes_have_neutral_elements(%f: f32, %i: i16) {
  %tf = tile.splat %f : f32 -> tensor<3xf32>
  %ti = tile.splat %i : i16 -> tensor<3xi16>
  // CHECK: arith.constant dense<0x7FC00000> : tensor<4xf32>
  // CHECK: tile.reduce max
  %0 = tile.reduce max %tf {axis = 0 : i32} : tensor<3xf32> -> f32
  // CHECK: arith.constant dense<0x7FC00000> : tensor<4xf32>
  // CHECK: tile.reduce min
  %1 = tile.reduce min %tf {axis = 0 : i32} : tensor<3xf32> -> f32
  // CHECK: arith.constant dense<-32768> : tensor<4xi16>
  // CHECK: tile.reduce max
  %2 = tile.reduce max %ti {axis = 0 : i32} : tensor<3xi16> -> i16
  // CHECK: arith.constant dense<32767> : tensor<4xi16>
  // CHECK: tile.reduce min
  %3 = tile.reduce min %ti {axis = 0 : i32} : tensor<3xi16> -> i16
  // CHECK: arith.constant dense<0> : tensor<4xi16>
  // CHECK: tile.reduce max
  %4 = tile.reduce max %ti {axis = 0 : i32, is_unsigned} : tensor<3xi16> -> i16
  // CHECK: arith.constant dense<-1> : tensor<4xi16>
  // CHECK: tile.reduce min
  %5 = tile.reduce min %ti {axis = 0 : i32, is_unsigned} : tensor<3xi16> -> i16
  // CHECK: arith.constant dense<0> : tensor<4xi16>
  // CHECK: tile.reduce sum
  %6 = tile.reduce sum %ti {axis = 0 : i32} : tensor<3xi16> -> i16
  return
}

// -----

// `a` comes from a load, whose masked elements are zero; `b` is computed and must be zeroed. M and N need nothing.
// CHECK-LABEL: func @dot_is_zero_along_padded_k
func.func @dot_is_zero_along_padded_k(%x: !tile.ptr<bf16>, %s: bf16) {
  %p = tile.splat %x : !tile.ptr<bf16> -> tensor<20x40x!tile.ptr<bf16>>
  // CHECK: %[[A:.*]] = tile.load
  %a = tile.load %p : tensor<20x40x!tile.ptr<bf16>>
  // CHECK: %[[B:.*]] = tile.splat {{.*}} -> tensor<48x8xbf16>
  %b = tile.splat %s : bf16 -> tensor<40x7xbf16>
  // CHECK: %[[ACC:.*]] = arith.constant dense<0.000000e+00> : tensor<32x8xf32>
  %acc = arith.constant dense<0.0> : tensor<20x7xf32>
  // CHECK: %[[IN:.*]] = tile.broadcast {{.*}} : tensor<48x1xi1> -> tensor<48x8xi1>
  // CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<48x8xbf16>
  // CHECK: %[[BZ:.*]] = arith.select %[[IN]], %[[B]], %[[ZERO]]
  // CHECK: tile.dot %[[A]], %[[BZ]], %[[ACC]] : tensor<32x48xbf16>, tensor<48x8xbf16>, tensor<32x8xf32>
  %d = tile.dot %a, %b, %acc : tensor<20x40xbf16>, tensor<40x7xbf16>, tensor<20x7xf32>
  return
}

// -----

// CHECK-LABEL: func @dot_trusts_a_load_only_with_zeros
func.func @dot_trusts_a_load_only_with_zeros(%x: !tile.ptr<f16>) {
  %p = tile.splat %x : !tile.ptr<f16> -> tensor<16x40x!tile.ptr<f16>>
  %q = tile.splat %x : !tile.ptr<f16> -> tensor<40x16x!tile.ptr<f16>>
  %true = arith.constant true
  %m = tile.splat %true : i1 -> tensor<16x40xi1>
  %n = tile.splat %true : i1 -> tensor<40x16xi1>
  %zero = arith.constant dense<0.0> : tensor<16x40xf16>
  %one = arith.constant dense<1.0> : tensor<40x16xf16>
  // CHECK: %[[A:.*]] = tile.load
  %a = tile.load %p, mask %m, other %zero : tensor<16x40x!tile.ptr<f16>>
  // CHECK: %[[B:.*]] = tile.load
  %b = tile.load %q, mask %n, other %one : tensor<40x16x!tile.ptr<f16>>
  %acc = arith.constant dense<0.0> : tensor<16x16xf32>
  // CHECK: %[[BZ:.*]] = arith.select %{{.*}}, %[[B]]
  // CHECK: tile.dot %[[A]], %[[BZ]]
  %d = tile.dot %a, %b, %acc : tensor<16x40xf16>, tensor<40x16xf16>, tensor<16x16xf32>
  return
}

// -----

// CHECK-LABEL: func @pads_through_loops_and_branches
func.func @pads_through_loops_and_branches(%x: !tile.ptr<f32>, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %p0 = tile.splat %x : !tile.ptr<f32> -> tensor<33x!tile.ptr<f32>>
  %step = tile.range 0 to 33 : tensor<33xi32>
  // CHECK: scf.for {{.*}} -> (tensor<48x!tile.ptr<f32>>)
  %end = scf.for %i = %c0 to %c9 step %c1 iter_args(%p = %p0) -> (tensor<33x!tile.ptr<f32>>) {
    %next = tile.addptr %p, %step : tensor<33x!tile.ptr<f32>>, tensor<33xi32>
    // CHECK: scf.yield {{.*}} : tensor<48x!tile.ptr<f32>>
    scf.yield %next : tensor<33x!tile.ptr<f32>>
  }
  // CHECK: scf.if {{.*}} -> (tensor<48x!tile.ptr<f32>>)
  %q = scf.if %c -> (tensor<33x!tile.ptr<f32>>) {
    scf.yield %end : tensor<33x!tile.ptr<f32>>
  } else {
    scf.yield %p0 : tensor<33x!tile.ptr<f32>>
  }
  // CHECK: scf.while {{.*}} : (tensor<48x!tile.ptr<f32>>) -> tensor<48x!tile.ptr<f32>>
  %r = scf.while (%a = %q) : (tensor<33x!tile.ptr<f32>>) -> tensor<33x!tile.ptr<f32>> {
    scf.condition(%c) %a : tensor<33x!tile.ptr<f32>>
  } do {
  ^bb0(%b: tensor<33x!tile.ptr<f32>>):
    scf.yield %b : tensor<33x!tile.ptr<f32>>
  }
  // CHECK: arith.constant dense<33> : tensor<48xi32>
  // CHECK: tile.load %{{.*}}, mask
  %v = tile.load %r : tensor<33x!tile.ptr<f32>>
  return
}

// -----

// Added elements of a list repeat its first one: never a value that the kernel does not have.
// CHECK-LABEL: func @pads_constant_lists
func.func @pads_constant_lists() {
  // CHECK: arith.constant dense<[7, 2, 3, 7]> : tensor<4xi32>
  %a = arith.constant dense<[7, 2, 3]> : tensor<3xi32>
  // CHECK: arith.constant dense<{{\[}}[1, 2, 3, 1], [4, 5, 6, 1]]> : tensor<2x4xi32>
  %b = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  // CHECK: arith.constant dense<true> : tensor<8xi1>
  %c = arith.constant dense<true> : tensor<5xi1>
  return
}

// -----

// The masked elements of the divisor are 0 and dividing by them is undefined.
// CHECK-LABEL: func @added_elements_divide_by_one
func.func @added_elements_divide_by_one(%x: !tile.ptr<i32>, %n: i32) {
  %p = tile.splat %x : !tile.ptr<i32> -> tensor<6x!tile.ptr<i32>>
  // CHECK: %[[V:.*]] = tile.load
  %v = tile.load %p : tensor<6x!tile.ptr<i32>>
  %a = tile.range 0 to 6 : tensor<6xi32>
  // CHECK: %[[ONE:.*]] = arith.constant dense<1> : tensor<8xi32>
  // CHECK: %[[D:.*]] = arith.select %{{.*}}, %[[V]], %[[ONE]]
  // CHECK: arith.divsi %{{.*}}, %[[D]]
  %q = arith.divsi %a, %v : tensor<6xi32>
  // CHECK: %[[N:.*]] = tile.splat
  %s = tile.splat %n : i32 -> tensor<6xi32>
  // CHECK-NEXT: arith.remui %{{.*}}, %[[N]]
  %r = arith.remui %a, %s : tensor<6xi32>
  return
}

// -----

// CHECK-LABEL: func @keeps_labels_and_access_of_loads
func.func @keeps_labels_and_access_of_loads(%x: !tile.ptr<f32>) {
  %p = tile.splat %x : !tile.ptr<f32> -> tensor<12x!tile.ptr<f32>>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>, label = "k"} : tensor<16x
  %v = tile.load %p {access = #tile.access<dim = 0, elems = 4>, label = "k"} : tensor<12x!tile.ptr<f32>>
  return
}

// -----

// CHECK-LABEL: func @pads_undefined_values
func.func @pads_undefined_values() {
  // CHECK: ub.poison : tensor<4xf32>
  %v = ub.poison : tensor<3xf32>
  return
}

// -----

// expected-error @below {{has a tile of type 'tensor<5xf32>' in its signature, which cannot be stored: expected the extents of 'tensor<8xf32>'}}
func.func @signatures_cannot_change(%v: tensor<5xf32>) {
  return
}

// -----

func.func @unknown_ops_are_named() {
  %c = ws.channel {label = "c"} : !ws.channel<1 x tensor<5xf32>>
  // expected-error @below {{cannot pad the tile of type 'tensor<5xf32>' of this op}}
  %t = ws.get %c : !ws.channel<1 x tensor<5xf32>>
  return
}

// -----

func.func @range_end_stays_an_i32() {
  // expected-error @below {{cannot pad the range from 2147483600 to 2147483633: its end would be 2147483648, past the largest i32}}
  %r = tile.range 2147483600 to 2147483633 : tensor<33xi32>
  return
}

// -----

// Zeros that a masked load leaves along K are zeros of the transposed tile too: no select.
// CHECK-LABEL: func @transposed_tiles_and_parts
// CHECK:       %[[T:.*]] = tile.load %{{.*}}, mask %{{.*}} : tensor<16x112x!tile.ptr<bf16>>
// CHECK:       %[[R:.*]] = tile.trans %[[T]] : tensor<16x112xbf16> -> tensor<112x16xbf16>
// CHECK:       %[[S:.*]] = tile.slice %[[T]] [8, 0] : tensor<16x112xbf16> -> tensor<8x112xbf16>
// CHECK-NOT:   arith.select
// CHECK:       tile.dot %[[T]], %[[R]], %{{.*}} : tensor<16x112xbf16>, tensor<112x16xbf16>, tensor<16x16xf32>
// What a part holds along K behind its end is not known to be zero.
// CHECK:       %[[A:.*]] = arith.select %{{.*}}, %[[S]], %{{.*}} : tensor<8x112xi1>, tensor<8x112xbf16>
// CHECK:       tile.dot %[[A]], %[[R]], %{{.*}} : tensor<8x112xbf16>, tensor<112x16xbf16>, tensor<8x16xf32>
func.func @transposed_tiles_and_parts(%x: !tile.ptr<bf16>, %c: tensor<16x16xf32>, %d: tensor<8x16xf32>) -> (tensor<16x16xf32>, tensor<8x16xf32>) {
  %p = tile.splat %x : !tile.ptr<bf16> -> tensor<16x100x!tile.ptr<bf16>>
  %t = tile.load %p : tensor<16x100x!tile.ptr<bf16>>
  %r = tile.trans %t : tensor<16x100xbf16> -> tensor<100x16xbf16>
  %s = tile.slice %t [8, 0] : tensor<16x100xbf16> -> tensor<8x100xbf16>
  %0 = tile.dot %t, %r, %c : tensor<16x100xbf16>, tensor<100x16xbf16>, tensor<16x16xf32>
  %1 = tile.dot %s, %r, %d : tensor<8x100xbf16>, tensor<100x16xbf16>, tensor<8x16xf32>
  return %0, %1 : tensor<16x16xf32>, tensor<8x16xf32>
}

// -----

func.func @parts_end_inside_the_tile() {
  %t = tile.range 0 to 128 : tensor<128xi32>
  // expected-error @below {{cannot pad the part of dimension 0 from 28 to 140: the tile ends at 128}}
  %s = tile.slice %t [28] : tensor<128xi32> -> tensor<100xi32>
  return
}
