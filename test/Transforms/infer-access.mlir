// RUN: mla-opt --tile-infer-access --split-input-file %s | FileCheck %s

// 16 bytes of f32 are 4 elements; n is divisible by 16, so no group of 4 straddles it.
// CHECK-LABEL: func @vector_add_with_divisible_length
func.func @vector_add_with_divisible_length(%x: !tile.ptr<f32> {tile.divisibility = 16 : i32},
                                            %n: i32 {tile.divisibility = 16 : i32}) {
  %pid = tile.program_id 0
  %block = arith.constant 128 : i32
  %first = arith.muli %pid, %block : i32
  %range = tile.range 0 to 128 : tensor<128xi32>
  %start = tile.splat %first : i32 -> tensor<128xi32>
  %offs = arith.addi %start, %range : tensor<128xi32>
  %limit = tile.splat %n : i32 -> tensor<128xi32>
  %mask = arith.cmpi slt, %offs, %limit : tensor<128xi32>
  %base = tile.splat %x : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>>
  %p = tile.addptr %base, %offs : tensor<128x!tile.ptr<f32>>, tensor<128xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  %v = tile.load %p, mask %mask : tensor<128x!tile.ptr<f32>>
  // CHECK: tile.store {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  tile.store %p, %v, mask %mask : tensor<128x!tile.ptr<f32>>
  return
}

// -----

// The last group may be cut anywhere; the dimension still says how threads coalesce.
// CHECK-LABEL: func @unknown_length_cuts_groups
func.func @unknown_length_cuts_groups(%x: !tile.ptr<f32> {tile.divisibility = 16 : i32}, %n: i32) {
  %offs = tile.range 0 to 128 : tensor<128xi32>
  %limit = tile.splat %n : i32 -> tensor<128xi32>
  %mask = arith.cmpi slt, %offs, %limit : tensor<128xi32>
  %base = tile.splat %x : !tile.ptr<f32> -> tensor<128x!tile.ptr<f32>>
  %p = tile.addptr %base, %offs : tensor<128x!tile.ptr<f32>>, tensor<128xi32>
  // CHECK: tile.load {{.*}}mask{{.*}} {access = #tile.access<dim = 0, elems = 1>}
  %v = tile.load %p, mask %mask : tensor<128x!tile.ptr<f32>>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  %w = tile.load %p : tensor<128x!tile.ptr<f32>>
  return
}

// -----

// Masks combine to the shorter constancy: n to 8, the constant 100 to 4.
// CHECK-LABEL: func @combined_masks_keep_the_shorter_run
func.func @combined_masks_keep_the_shorter_run(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32},
                                               %n: i64 {tile.divisibility = 8 : i32}) {
  %range = tile.range 0 to 128 : tensor<128xi32>
  %offs = arith.extsi %range : tensor<128xi32> to tensor<128xi64>
  %limit = tile.splat %n : i64 -> tensor<128xi64>
  %c100 = arith.constant dense<100> : tensor<128xi64>
  %below_n = arith.cmpi slt, %offs, %limit : tensor<128xi64>
  %below_100 = arith.cmpi ult, %offs, %c100 : tensor<128xi64>
  %mask = arith.andi %below_n, %below_100 : tensor<128xi1>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<128x!tile.ptr<bf16>>
  %p = tile.addptr %base, %offs : tensor<128x!tile.ptr<bf16>>, tensor<128xi64>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 8>}
  %a = tile.load %p, mask %below_n : tensor<128x!tile.ptr<bf16>>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  %b = tile.load %p, mask %below_100 : tensor<128x!tile.ptr<bf16>>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  %c = tile.load %p, mask %mask : tensor<128x!tile.ptr<bf16>>
  return
}

// -----

// rows[:, None] * stride + cols[None, :]: every row starts at a multiple of the stride.
// CHECK-LABEL: func @rows_of_a_divisible_stride
func.func @rows_of_a_divisible_stride(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32},
                                      %aligned: i32 {tile.divisibility = 16 : i32}, %odd: i32) {
  %row = tile.range 0 to 64 : tensor<64xi32>
  %col = tile.range 0 to 32 : tensor<32xi32>
  %rows = tile.expand_dims %row {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
  %cols = tile.expand_dims %col {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
  %s = tile.splat %aligned : i32 -> tensor<64x1xi32>
  %t = tile.splat %odd : i32 -> tensor<64x1xi32>
  %so = arith.muli %rows, %s : tensor<64x1xi32>
  %to = arith.muli %rows, %t : tensor<64x1xi32>
  %sb = tile.broadcast %so : tensor<64x1xi32> -> tensor<64x32xi32>
  %tb = tile.broadcast %to : tensor<64x1xi32> -> tensor<64x32xi32>
  %cb = tile.broadcast %cols : tensor<1x32xi32> -> tensor<64x32xi32>
  %soff = arith.addi %sb, %cb : tensor<64x32xi32>
  %toff = arith.addi %tb, %cb : tensor<64x32xi32>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<64x32x!tile.ptr<bf16>>
  %p = tile.addptr %base, %soff : tensor<64x32x!tile.ptr<bf16>>, tensor<64x32xi32>
  %q = tile.addptr %base, %toff : tensor<64x32x!tile.ptr<bf16>>, tensor<64x32xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 1, elems = 8>}
  %a = tile.load %p : tensor<64x32x!tile.ptr<bf16>>
  // An unknown stride leaves rows aligned to one element.
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 1, elems = 1>}
  %b = tile.load %q : tensor<64x32x!tile.ptr<bf16>>
  return
}

// -----

// Column-major: the unit stride is on the rows.
// CHECK-LABEL: func @columns_of_a_divisible_stride
func.func @columns_of_a_divisible_stride(%x: !tile.ptr<f16> {tile.divisibility = 32 : i32},
                                         %stride: i64 {tile.divisibility = 4 : i32}) {
  %row = tile.range 0 to 64 : tensor<64xi32>
  %col = tile.range 0 to 32 : tensor<32xi32>
  %row64 = arith.extsi %row : tensor<64xi32> to tensor<64xi64>
  %col64 = arith.extsi %col : tensor<32xi32> to tensor<32xi64>
  %rows = tile.expand_dims %row64 {axis = 1 : i32} : tensor<64xi64> -> tensor<64x1xi64>
  %cols = tile.expand_dims %col64 {axis = 0 : i32} : tensor<32xi64> -> tensor<1x32xi64>
  %s = tile.splat %stride : i64 -> tensor<1x32xi64>
  %scaled = arith.muli %cols, %s : tensor<1x32xi64>
  %rb = tile.broadcast %rows : tensor<64x1xi64> -> tensor<64x32xi64>
  %cb = tile.broadcast %scaled : tensor<1x32xi64> -> tensor<64x32xi64>
  %offs = arith.addi %rb, %cb : tensor<64x32xi64>
  %base = tile.splat %x : !tile.ptr<f16> -> tensor<64x32x!tile.ptr<f16>>
  %p = tile.addptr %base, %offs : tensor<64x32x!tile.ptr<f16>>, tensor<64x32xi64>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  %v = tile.load %p : tensor<64x32x!tile.ptr<f16>>
  return
}

// -----

// The pointers of iteration i + 1 are those of i plus a multiple of 64 bytes; the mask shrinks by a multiple of 32.
// CHECK-LABEL: func @loop_carried_pointers_stay_aligned
func.func @loop_carried_pointers_stay_aligned(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32},
                                              %k: i32 {tile.divisibility = 16 : i32}, %trips: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c32 = arith.constant 32 : i32
  %offs = tile.range 0 to 32 : tensor<32xi32>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<32x!tile.ptr<bf16>>
  %p0 = tile.addptr %base, %offs : tensor<32x!tile.ptr<bf16>>, tensor<32xi32>
  %step = arith.constant dense<32> : tensor<32xi32>
  %end = scf.for %i = %c0 to %trips step %c1 iter_args(%p = %p0) -> (tensor<32x!tile.ptr<bf16>>) : i32 {
    %done = arith.muli %i, %c32 : i32
    %left = arith.subi %k, %done : i32
    %limit = tile.splat %left : i32 -> tensor<32xi32>
    %mask = arith.cmpi slt, %offs, %limit : tensor<32xi32>
    // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 8>}
    %v = tile.load %p, mask %mask : tensor<32x!tile.ptr<bf16>>
    %next = tile.addptr %p, %step : tensor<32x!tile.ptr<bf16>>, tensor<32xi32>
    scf.yield %next : tensor<32x!tile.ptr<bf16>>
  }
  // CHECK: tile.store {{.*}} {access = #tile.access<dim = 0, elems = 8>}
  %zero = arith.constant dense<0.0> : tensor<32xbf16>
  tile.store %end, %zero : tensor<32x!tile.ptr<bf16>>
  return
}

// -----

// A step of 6 bytes leaves 2 bytes of alignment after the first iteration.
// CHECK-LABEL: func @odd_step_loses_alignment
func.func @odd_step_loses_alignment(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %trips: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %offs = tile.range 0 to 32 : tensor<32xi32>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<32x!tile.ptr<bf16>>
  %p0 = tile.addptr %base, %offs : tensor<32x!tile.ptr<bf16>>, tensor<32xi32>
  %step = arith.constant dense<3> : tensor<32xi32>
  %end = scf.for %i = %c0 to %trips step %c1 iter_args(%p = %p0) -> (tensor<32x!tile.ptr<bf16>>) : i32 {
    // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 1>}
    %v = tile.load %p : tensor<32x!tile.ptr<bf16>>
    %next = tile.addptr %p, %step : tensor<32x!tile.ptr<bf16>>, tensor<32xi32>
    scf.yield %next : tensor<32x!tile.ptr<bf16>>
  }
  return
}

// -----

// CHECK-LABEL: func @branches_join_to_the_weaker
func.func @branches_join_to_the_weaker(%x: !tile.ptr<i8> {tile.divisibility = 16 : i32}, %c: i1) {
  %offs = tile.range 0 to 64 : tensor<64xi32>
  %base = tile.splat %x : !tile.ptr<i8> -> tensor<64x!tile.ptr<i8>>
  %p = tile.addptr %base, %offs : tensor<64x!tile.ptr<i8>>, tensor<64xi32>
  %r = scf.if %c -> (tensor<64x!tile.ptr<i8>>) {
    %four = arith.constant dense<4> : tensor<64xi32>
    %q = tile.addptr %p, %four : tensor<64x!tile.ptr<i8>>, tensor<64xi32>
    scf.yield %q : tensor<64x!tile.ptr<i8>>
  } else {
    scf.yield %p : tensor<64x!tile.ptr<i8>>
  }
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 4>}
  %v = tile.load %r : tensor<64x!tile.ptr<i8>>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 16>}
  %w = tile.load %p : tensor<64x!tile.ptr<i8>>
  return
}

// -----

// Gathered rows: constant along each row, whatever the index; contiguous columns.
// CHECK-LABEL: func @gathered_rows_are_contiguous_inside
func.func @gathered_rows_are_contiguous_inside(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %idx: !tile.ptr<i32>,
                                               %stride: i64 {tile.divisibility = 16 : i32}) {
  %row = tile.range 0 to 16 : tensor<16xi32>
  %ip = tile.splat %idx : !tile.ptr<i32> -> tensor<16x!tile.ptr<i32>>
  %iptrs = tile.addptr %ip, %row : tensor<16x!tile.ptr<i32>>, tensor<16xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 1>}
  %index = tile.load %iptrs : tensor<16x!tile.ptr<i32>>
  %index64 = arith.extsi %index : tensor<16xi32> to tensor<16xi64>
  %s = tile.splat %stride : i64 -> tensor<16xi64>
  %starts = arith.muli %index64, %s : tensor<16xi64>
  %col = tile.range 0 to 64 : tensor<64xi32>
  %col64 = arith.extsi %col : tensor<64xi32> to tensor<64xi64>
  %rows = tile.expand_dims %starts {axis = 1 : i32} : tensor<16xi64> -> tensor<16x1xi64>
  %cols = tile.expand_dims %col64 {axis = 0 : i32} : tensor<64xi64> -> tensor<1x64xi64>
  %rb = tile.broadcast %rows : tensor<16x1xi64> -> tensor<16x64xi64>
  %cb = tile.broadcast %cols : tensor<1x64xi64> -> tensor<16x64xi64>
  %offs = arith.addi %rb, %cb : tensor<16x64xi64>
  // Indices below 0 mark no row: constant along the row.
  %none = arith.constant dense<0> : tensor<16xi32>
  %valid = arith.cmpi sge, %index, %none : tensor<16xi32>
  %vcol = tile.expand_dims %valid {axis = 1 : i32} : tensor<16xi1> -> tensor<16x1xi1>
  %mask = tile.broadcast %vcol : tensor<16x1xi1> -> tensor<16x64xi1>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<16x64x!tile.ptr<bf16>>
  %p = tile.addptr %base, %offs : tensor<16x64x!tile.ptr<bf16>>, tensor<16x64xi64>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 1, elems = 8>}
  %v = tile.load %p, mask %mask : tensor<16x64x!tile.ptr<bf16>>
  return
}

// -----

// Short tiles limit the vector to their extent; scalars and scattered pointers get nothing.
// CHECK-LABEL: func @extent_limits_the_vector
func.func @extent_limits_the_vector(%x: !tile.ptr<i8> {tile.divisibility = 16 : i32}, %offs: tensor<8xi32>) {
  %two = tile.range 0 to 2 : tensor<2xi32>
  %base = tile.splat %x : !tile.ptr<i8> -> tensor<2x!tile.ptr<i8>>
  %p = tile.addptr %base, %two : tensor<2x!tile.ptr<i8>>, tensor<2xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 2>}
  %v = tile.load %p : tensor<2x!tile.ptr<i8>>
  %base8 = tile.splat %x : !tile.ptr<i8> -> tensor<8x!tile.ptr<i8>>
  %q = tile.addptr %base8, %offs : tensor<8x!tile.ptr<i8>>, tensor<8xi32>
  // CHECK: tile.load %{{[^{]*}} : tensor<8x
  %w = tile.load %q {access = #tile.access<dim = 0, elems = 8>} : tensor<8x!tile.ptr<i8>>
  // CHECK: tile.load %{{[^{]*}} : !tile.ptr
  %s = tile.load %x : !tile.ptr<i8>
  return
}

// -----

// A tile of 96 = 3 x 32 elements.
// CHECK-LABEL: func @segmented_extents_vectorise
func.func @segmented_extents_vectorise(%x: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %n: i32 {tile.divisibility = 8 : i32}) {
  %offs = tile.range 0 to 96 : tensor<96xi32>
  %limit = tile.splat %n : i32 -> tensor<96xi32>
  %mask = arith.cmpi slt, %offs, %limit : tensor<96xi32>
  %base = tile.splat %x : !tile.ptr<bf16> -> tensor<96x!tile.ptr<bf16>>
  %p = tile.addptr %base, %offs : tensor<96x!tile.ptr<bf16>>, tensor<96xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 8>}
  %v = tile.load %p, mask %mask : tensor<96x!tile.ptr<bf16>>
  return
}

// -----

// Start 8 aligns groups of 8, not of 16.
// CHECK-LABEL: func @range_start_aligns
func.func @range_start_aligns(%x: !tile.ptr<i8> {tile.divisibility = 16 : i32}) {
  %offs = tile.range 8 to 72 : tensor<64xi32>
  %base = tile.splat %x : !tile.ptr<i8> -> tensor<64x!tile.ptr<i8>>
  %p = tile.addptr %base, %offs : tensor<64x!tile.ptr<i8>>, tensor<64xi32>
  // CHECK: tile.load {{.*}} {access = #tile.access<dim = 0, elems = 8>}
  %v = tile.load %p : tensor<64x!tile.ptr<i8>>
  return
}

// -----

// A loop that carries nothing; indices wrapped by a bound that 16 divides.
// CHECK-LABEL: func @loop_without_results
// CHECK:         tile.load %{{.*}} {access = #tile.access<dim = 0, elems = 8>} : tensor<64x!tile.ptr<bf16>>
// CHECK:         tile.load %{{.*}} {access = #tile.access<dim = 0, elems = 8>} : tensor<64x!tile.ptr<bf16>>
func.func @loop_without_results(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %n: i32 {tile.divisibility = 16 : i32},
    %out: tensor<64x!tile.ptr<bf16>>, %first: i32 {tile.divisibility = 16 : i32}) attributes {tile.kernel} {
  %c0 = arith.constant 0 : i32
  %c64 = arith.constant 64 : i32
  %r = tile.range 0 to 64 : tensor<64xi32>
  %ps = tile.splat %p : !tile.ptr<bf16> -> tensor<64x!tile.ptr<bf16>>
  %ns = tile.splat %n : i32 -> tensor<64xi32>
  %fs = tile.splat %first : i32 -> tensor<64xi32>
  scf.for %i = %c0 to %n step %c64 : i32 {
    %is = tile.splat %i : i32 -> tensor<64xi32>
    %cols = arith.addi %is, %r : tensor<64xi32>
    %q = tile.addptr %ps, %cols : tensor<64x!tile.ptr<bf16>>, tensor<64xi32>
    %v = tile.load %q : tensor<64x!tile.ptr<bf16>>
    tile.store %out, %v : tensor<64x!tile.ptr<bf16>>
  }
  %at = arith.addi %fs, %r : tensor<64xi32>
  %wrapped = arith.remsi %at, %ns : tensor<64xi32>
  %w = tile.addptr %ps, %wrapped : tensor<64x!tile.ptr<bf16>>, tensor<64xi32>
  %x = tile.load %w : tensor<64x!tile.ptr<bf16>>
  tile.store %out, %x : tensor<64x!tile.ptr<bf16>>
  return
}
