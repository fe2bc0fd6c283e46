// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-expand-views),canonicalize,cse)' | FileCheck %s
// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-expand-views),canonicalize,cse,loop-invariant-code-motion)' | FileCheck %s --check-prefix=HOIST

// Positions are one scalar, row offsets have 64 bits, offsets along the last dimension 32; nothing is known about the
// indices, so that each dimension is compared with its end and its start.
// CHECK-LABEL: func @any_position
// CHECK-SAME:  (%[[P:.*]]: !tile.ptr<bf16>, %[[M:.*]]: i64, %[[K:.*]]: i64, %[[S:.*]]: i64, %[[I:.*]]: i64, %[[J:.*]]: i64)
// CHECK-DAG:   %[[MAX:.*]] = arith.constant 1073741824 : i64
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK:       %[[IS:.*]] = arith.muli %[[I]], %[[S]] : i64
// CHECK:       %[[IJ:.*]] = arith.addi %[[IS]], %[[J]] : i64
// CHECK:       %[[BASE:.*]] = tile.addptr %[[P]], %[[IJ]] : !tile.ptr<bf16>, i64
// CHECK:       %[[R:.*]] = tile.range 0 to 8
// CHECK:       %[[R64:.*]] = arith.extsi %[[R]] : tensor<8xi32> to tensor<8xi64>
// CHECK:       %[[SS:.*]] = tile.splat %[[S]] : i64 -> tensor<8xi64>
// CHECK:       %[[RS:.*]] = arith.muli %[[R64]], %[[SS]] : tensor<8xi64>
// CHECK:       %[[COL:.*]] = tile.expand_dims %[[RS]] {axis = 1 : i32}
// CHECK:       %[[BS:.*]] = tile.splat %[[BASE]] : !tile.ptr<bf16> -> tensor<8x1x!tile.ptr<bf16>>
// CHECK:       %[[ROWS:.*]] = tile.addptr %[[BS]], %[[COL]] : tensor<8x1x!tile.ptr<bf16>>, tensor<8x1xi64>
// CHECK:       %[[ROWSB:.*]] = tile.broadcast %[[ROWS]]
// CHECK:       %[[C:.*]] = tile.range 0 to 16 : tensor<16xi32>
// CHECK:       %[[CE:.*]] = tile.expand_dims %[[C]] {axis = 0 : i32}
// CHECK:       %[[CB:.*]] = tile.broadcast %[[CE]] : tensor<1x16xi32> -> tensor<8x16xi32>
// CHECK:       %[[PTRS:.*]] = tile.addptr %[[ROWSB]], %[[CB]] : tensor<8x16x!tile.ptr<bf16>>, tensor<8x16xi32>
// CHECK:       %[[LEFT:.*]] = arith.subi %[[M]], %[[I]]
// CHECK:       %[[NONNEG:.*]] = arith.maxsi %[[LEFT]], %[[ZERO]]
// CHECK:       %[[CLAMPED:.*]] = arith.minsi %[[NONNEG]], %[[MAX]]
// CHECK:       %[[END:.*]] = arith.trunci %[[CLAMPED]] : i64 to i32
// CHECK:       %[[ENDS:.*]] = tile.splat %[[END]] : i32 -> tensor<8xi32>
// CHECK:       arith.cmpi slt, %[[R]], %[[ENDS]]
// CHECK:       %[[BEFORE:.*]] = arith.subi %[[ZERO]], %[[I]]
// CHECK:       arith.maxsi %[[BEFORE]], %[[ZERO]]
// CHECK:       arith.cmpi sge, %[[R]], %{{.*}}
// CHECK:       arith.subi %[[K]], %[[J]]
// CHECK:       arith.cmpi slt, %[[C]], %{{.*}}
// CHECK:       arith.subi %[[ZERO]], %[[J]]
// CHECK:       arith.cmpi sge, %[[C]], %{{.*}}
// CHECK-COUNT-3: arith.andi
// CHECK-NOT:   arith.andi
// CHECK:       tile.load %[[PTRS]], mask %{{.*}} {label = "q"} : tensor<8x16x!tile.ptr<bf16>>
// CHECK-NOT:   tile.view
func.func @any_position(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %i: i64, %j: i64) -> tensor<8x16xbf16> {
  %v = tile.view %p, shape [%m, %k] strides [%s] : !tile.view<?x?xbf16>
  %t = tile.load_view %v[%i, %j] dims [0, 1] {label = "q"} : !tile.view<?x?xbf16> -> tensor<8x16xbf16>
  return %t : tensor<8x16xbf16>
}

// -----

// A tile that is known to lie inside needs no mask: the whole dimension, and a position that a loop bounds.
// CHECK-LABEL: func @inside
// CHECK:       scf.for
// CHECK-NOT:   arith.cmpi
// CHECK:       tile.load %{{[^,]*}} : tensor<16x576x!tile.ptr<f32>>
// CHECK-NOT:   arith.cmpi
// CHECK:       tile.store %{{[^,]*}}, %{{[^,]*}} : tensor<16x576x!tile.ptr<f32>>
func.func @inside(%p: !tile.ptr<f32>, %s: i64) {
  %zero = arith.constant 0 : i64
  %step = arith.constant 16 : i64
  %end = arith.constant 49 : i64
  %v = tile.view %p, shape [] strides [%s] : !tile.view<64x576xf32>
  scf.for %i = %zero to %end step %step : i64 {
    %t = tile.load_view %v[%i, %zero] dims [0, 1] : !tile.view<64x576xf32> -> tensor<16x576xf32>
    tile.store_view %t, %v[%i, %zero] dims [0, 1] : tensor<16x576xf32>, !tile.view<64x576xf32>
  }
  return
}

// -----

// One position further it may reach past the end.
// CHECK-LABEL: func @past_the_end
// CHECK:       scf.for
// CHECK:       arith.cmpi slt
// CHECK-NOT:   arith.cmpi
// CHECK:       tile.load %{{.*}}, mask
func.func @past_the_end(%p: !tile.ptr<f32>, %s: i64, %q: tensor<16x8x!tile.ptr<f32>>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %end = arith.constant 50 : i64
  %v = tile.view %p, shape [] strides [%s] : !tile.view<64x8xf32>
  scf.for %i = %zero to %end step %one : i64 {
    %t = tile.load_view %v[%i, %zero] dims [0, 1] : !tile.view<64x8xf32> -> tensor<16x8xf32>
    tile.store %q, %t : tensor<16x8x!tile.ptr<f32>>
  }
  return
}

// -----

// A constant position across the end, and one before the start.
// CHECK-LABEL: func @across_the_ends
// CHECK-DAG:   %[[END:.*]] = arith.constant dense<36> : tensor<64xi32>
// CHECK-DAG:   %[[START:.*]] = arith.constant dense<3> : tensor<64xi32>
// CHECK:       %[[BACK:.*]] = arith.cmpi slt, %[[R:.*]], %[[END]]
// CHECK:       tile.load %{{.*}}, mask %[[BACK]]
// CHECK:       %[[FRONT:.*]] = arith.cmpi sge, %[[R]], %[[START]]
// CHECK:       tile.load %{{.*}}, mask %[[FRONT]]
func.func @across_the_ends(%p: !tile.ptr<f32>) -> (tensor<64xf32>, tensor<64xf32>) {
  %back = arith.constant 64 : i64
  %front = arith.constant -3 : i64
  %v = tile.view %p, shape [] strides [] : !tile.view<100xf32>
  %a = tile.load_view %v[%back] dims [0] : !tile.view<100xf32> -> tensor<64xf32>
  %b = tile.load_view %v[%front] dims [0] : !tile.view<100xf32> -> tensor<64xf32>
  return %a, %b : tensor<64xf32>, tensor<64xf32>
}

// -----

// The index of a program is not negative; an index of 32 bits may have overflowed.
// CHECK-LABEL: func @programs
// CHECK:       arith.cmpi slt
// CHECK-NOT:   arith.cmpi sge
// CHECK:       tile.load
// CHECK:       arith.cmpi slt
// CHECK:       arith.cmpi sge
// CHECK:       tile.load
func.func @programs(%p: !tile.ptr<f32>, %n: i64) -> (tensor<64xf32>, tensor<64xf32>) {
  %c64 = arith.constant 64 : i32
  %c64l = arith.constant 64 : i64
  %pid = tile.program_id 0
  %v = tile.view %p, shape [%n] strides [] : !tile.view<?xf32>
  %wide = arith.extsi %pid : i32 to i64
  %i = arith.muli %wide, %c64l : i64
  %a = tile.load_view %v[%i] dims [0] : !tile.view<?xf32> -> tensor<64xf32>
  %narrow = arith.muli %pid, %c64 : i32
  %j = arith.extsi %narrow : i32 to i64
  %b = tile.load_view %v[%j] dims [0] : !tile.view<?xf32> -> tensor<64xf32>
  return %a, %b : tensor<64xf32>, tensor<64xf32>
}

// -----

// A dimension that the tile does not have is compared once, as an unsigned number; a scalar needs no tile at all.
// CHECK-LABEL: func @single_positions
// CHECK-SAME:  (%[[P:.*]]: !tile.ptr<f32>, %[[T:.*]]: i64, %[[H:.*]]: i64, %[[S:.*]]: i64, %[[U:.*]]: i64, %[[I:.*]]: i64)
// CHECK:       %[[INSIDE:.*]] = arith.cmpi ult, %[[I]], %[[T]] : i64
// CHECK:       tile.splat %[[INSIDE]] : i1 -> tensor<4x8xi1>
// CHECK:       tile.load %{{.*}}, mask %{{.*}} : tensor<4x8x!tile.ptr<f32>>
// CHECK-NOT:   tensor
// CHECK:       arith.cmpi ult, %[[I]], %[[H]] : i64
// CHECK:       %[[BOTH:.*]] = arith.andi %{{.*}} : i1
// CHECK-NEXT:  %{{.*}} = tile.load %{{.*}}, mask %[[BOTH]] : !tile.ptr<f32>
func.func @single_positions(%p: !tile.ptr<f32>, %t: i64, %h: i64, %s: i64, %u: i64, %i: i64) -> (tensor<4x8xf32>, f32) {
  %zero = arith.constant 0 : i64
  %v = tile.view %p, shape [%t, %h] strides [%s, %u] : !tile.view<?x?x8xf32>
  %a = tile.load_view %v[%i, %i, %zero] dims [1, 2] : !tile.view<?x?x8xf32> -> tensor<4x8xf32>
  %b = tile.load_view %v[%i, %i, %zero] dims [] : !tile.view<?x?x8xf32> -> f32
  return %a, %b : tensor<4x8xf32>, f32
}

// -----

// A column: 64-bit offsets along the rows, the last dimension's position joins the base.
// CHECK-LABEL: func @column
// CHECK-SAME:  (%[[P:.*]]: !tile.ptr<f32>, %[[S:.*]]: i64)
// CHECK:       %[[BASE:.*]] = tile.addptr %[[P]], %{{.*}} : !tile.ptr<f32>, i64
// CHECK:       %[[BASES:.*]] = tile.splat %[[BASE]] : !tile.ptr<f32> -> tensor<16x!tile.ptr<f32>>
// CHECK:       %[[PTRS:.*]] = tile.addptr %[[BASES]], %{{.*}} : tensor<16x!tile.ptr<f32>>, tensor<16xi64>
// CHECK:       tile.load %[[PTRS]] : tensor<16x!tile.ptr<f32>>
func.func @column(%p: !tile.ptr<f32>, %s: i64) -> tensor<16xf32> {
  %zero = arith.constant 0 : i64
  %five = arith.constant 5 : i64
  %v = tile.view %p, shape [] strides [%s] : !tile.view<16x8xf32>
  %t = tile.load_view %v[%zero, %five] dims [0] : !tile.view<16x8xf32> -> tensor<16xf32>
  return %t : tensor<16xf32>
}

// -----

// A loop moves scalars: no product of tiles and no offset of rows or columns is left in it.
// HOIST-LABEL: func @moving
// HOIST-SAME:  (%{{.*}}: !tile.ptr<bf16>, %{{[a-z0-9]+}}: i64, %{{[a-z0-9]+}}: i64, %[[S:[a-z0-9]+]]: i64,
// HOIST:       %[[A:.*]] = tile.addptr %{{.*}} : tensor<16x16x!tile.ptr<bf16>>, tensor<16x16xi32>
// HOIST:       %[[B:.*]] = tile.addptr %{{.*}} : tensor<16x16x!tile.ptr<bf16>>, tensor<16x16xi32>
// HOIST:       scf.for %[[I:[a-z0-9]+]] =
// HOIST-NOT:   arith.muli {{.*}} tensor
// HOIST:       %[[COLS:.*]] = tile.splat %[[I]] : i64 -> tensor<16x16xi64>
// HOIST:       %[[AP:.*]] = tile.addptr %[[A]], %[[COLS]]
// HOIST:       tile.load %[[AP]], mask
// HOIST-NOT:   arith.muli {{.*}} tensor
// HOIST:       %[[ROW:.*]] = arith.muli %[[I]], %[[S]] : i64
// HOIST:       %[[ROWS:.*]] = tile.splat %[[ROW]] : i64 -> tensor<16x16xi64>
// HOIST:       %[[BP:.*]] = tile.addptr %[[B]], %[[ROWS]]
// HOIST:       tile.load %[[BP]], mask
// HOIST-NOT:   arith.muli {{.*}} tensor
// HOIST:       scf.yield
func.func @moving(%p: !tile.ptr<bf16>, %m: i64, %k: i64, %s: i64, %i0: i64, %c: tensor<16x16xf32>) -> tensor<16x16xf32> {
  %zero = arith.constant 0 : i64
  %step = arith.constant 16 : i64
  %v = tile.view %p, shape [%m, %k] strides [%s] : !tile.view<?x?xbf16>
  %r = scf.for %i = %zero to %k step %step iter_args(%acc = %c) -> (tensor<16x16xf32>) : i64 {
    %a = tile.load_view %v[%i0, %i] dims [0, 1] : !tile.view<?x?xbf16> -> tensor<16x16xbf16>
    %b = tile.load_view %v[%i, %i0] dims [0, 1] : !tile.view<?x?xbf16> -> tensor<16x16xbf16>
    %d = tile.dot %a, %b, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
    scf.yield %d : tensor<16x16xf32>
  }
  return %r : tensor<16x16xf32>
}

// -----

// Of two loops each adds its own position; what the inner one does not change is computed around it, even if it was
// written inside.
// HOIST-LABEL: func @nested
// HOIST:       scf.for %[[I:[a-z0-9]+]] =
// HOIST:       %[[OUTER:.*]] = tile.splat %{{.*}} : i64 -> tensor<8x8xi64>
// HOIST:       %[[SHARED:.*]] = tile.addptr %{{.*}}, %[[OUTER]]
// HOIST:       scf.for %[[J:[a-z0-9]+]] =
// HOIST:       %[[INNER:.*]] = tile.splat %[[J]] : i64 -> tensor<8x8xi64>
// HOIST:       %[[PTRS:.*]] = tile.addptr %[[SHARED]], %[[INNER]]
// HOIST:       tile.load %[[PTRS]]
func.func @nested(%p: !tile.ptr<f32>, %m: i64, %k: i64, %s: i64, %q: tensor<8x8x!tile.ptr<f32>>) {
  %zero = arith.constant 0 : i64
  %step = arith.constant 8 : i64
  %v = tile.view %p, shape [%m, %k] strides [%s] : !tile.view<?x?xf32>
  scf.for %i = %zero to %m step %step : i64 {
    scf.for %j = %zero to %k step %step : i64 {
      %row = arith.addi %i, %step : i64
      %t = tile.load_view %v[%row, %j] dims [0, 1] : !tile.view<?x?xf32> -> tensor<8x8xf32>
      tile.store %q, %t : tensor<8x8x!tile.ptr<f32>>
    }
  }
  return
}

// -----

// An index that is itself loaded from a view.
// CHECK-LABEL: func @indirect
// CHECK:       scf.for
// CHECK:       %[[PAGE:.*]] = tile.load %{{.*}} : !tile.ptr<i32>
// CHECK:       %[[WIDE:.*]] = arith.extsi %[[PAGE]] : i32 to i64
// CHECK:       arith.muli %[[WIDE]], %{{.*}} : i64
// CHECK:       arith.cmpi ult, %[[WIDE]], %{{.*}} : i64
// CHECK:       tile.load %{{.*}}, mask %{{.*}} : tensor<64x!tile.ptr<f32>>
func.func @indirect(%table: !tile.ptr<i32>, %p: !tile.ptr<f32>, %n: i64, %s: i64, %q: tensor<64x!tile.ptr<f32>>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %pages = tile.view %table, shape [%n] strides [] : !tile.view<?xi32>
  %v = tile.view %p, shape [%n] strides [%s] : !tile.view<?x64xf32>
  scf.for %i = %zero to %n step %one : i64 {
    %page = tile.load_view %pages[%i] dims [] : !tile.view<?xi32> -> i32
    %row = arith.extsi %page : i32 to i64
    %t = tile.load_view %v[%row, %zero] dims [1] : !tile.view<?x64xf32> -> tensor<64xf32>
    tile.store %q, %t : tensor<64x!tile.ptr<f32>>
  }
  return
}

// -----

// Rows from `valid` on are masked like those behind the end: one comparison with the nearer of both. The columns all lie inside.
// CHECK-LABEL: func @valid_rows
// CHECK-SAME:  (%[[P:.*]]: !tile.ptr<bf16>, %[[M:.*]]: i64, %[[S:.*]]: i64, %[[I:.*]]: i32, %[[N:.*]]: i64)
// CHECK:       %[[LEFT:.*]] = arith.subi %[[M]], %[[I64:.*]] : i64
// CHECK:       %[[ROWS:.*]] = arith.minsi %[[LEFT]], %[[N]] : i64
// CHECK:       %[[NONNEG:.*]] = arith.maxsi %[[ROWS]], %{{.*}} : i64
// CHECK:       arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<8xi32>
// CHECK:       arith.subi %{{.*}}, %[[I64]] : i64
// CHECK:       arith.cmpi sge, %{{.*}}, %{{.*}} : tensor<8xi32>
// CHECK-NOT:   arith.cmpi
// CHECK:       tile.load %{{.*}}, mask %{{.*}} : tensor<8x64x!tile.ptr<bf16>>
func.func @valid_rows(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %i: i32, %n: i64) -> tensor<8x64xbf16> {
  %v = tile.view %p, shape [%m] strides [%s] : !tile.view<?x64xbf16>
  %i64 = arith.extsi %i : i32 to i64
  %zero = arith.constant 0 : i64
  %t = tile.load_view %v[%i64, %zero] dims [0, 1] valid %n : !tile.view<?x64xbf16> -> tensor<8x64xbf16>
  return %t : tensor<8x64xbf16>
}

// -----

// The first dimension of the tile, not of the view; a tile inside the view is masked by `valid` alone.
// CHECK-LABEL: func @valid_columns
// CHECK-SAME:  (%[[P:.*]]: !tile.ptr<f32>, %[[N:.*]]: i64)
// CHECK:       %[[NONNEG:.*]] = arith.maxsi %[[N]], %{{.*}} : i64
// CHECK:       %[[CLAMPED:.*]] = arith.minsi %[[NONNEG]], %{{.*}} : i64
// CHECK:       %[[LIMIT:.*]] = arith.trunci %[[CLAMPED]] : i64 to i32
// CHECK:       %[[LIMITS:.*]] = tile.splat %[[LIMIT]] : i32 -> tensor<16xi32>
// CHECK:       %[[MASK:.*]] = arith.cmpi slt, %{{.*}}, %[[LIMITS]] : tensor<16xi32>
// CHECK:       tile.load %{{.*}}, mask %[[MASK]] : tensor<16x!tile.ptr<f32>>
func.func @valid_columns(%p: !tile.ptr<f32>, %n: i64) -> tensor<16xf32> {
  %v = tile.view %p, shape [] strides [%n] : !tile.view<4x16xf32>
  %zero = arith.constant 0 : i64
  %t = tile.load_view %v[%zero, %zero] dims [1] valid %n : !tile.view<4x16xf32> -> tensor<16xf32>
  return %t : tensor<16xf32>
}

// -----

// Nothing is compared along a dimension where the tile lies inside; caches are the load's.
// CHECK-LABEL: func @unchecked
// CHECK-NOT:   arith.cmpi {{.*}} tensor<8xi32>
// CHECK:       arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<64xi32>
// CHECK:       arith.cmpi sge, %{{.*}}, %{{.*}} : tensor<64xi32>
// CHECK-NOT:   arith.cmpi
// CHECK:       tile.load %{{.*}}, mask %{{.*}} {cache = #tile<cache cg>, evict = #tile<evict last>, is_volatile}
// CHECK:       tile.store %{{[^,]*}}, %{{[^,]*}} {cache = #tile<cache cs>, evict = #tile<evict first>}
func.func @unchecked(%p: !tile.ptr<bf16>, %m: i64, %s: i64, %i: i64) {
  %v = tile.view %p, shape [%m, %m] strides [%s] : !tile.view<?x?xbf16>
  %t = tile.load_view %v[%i, %i] dims [0, 1] {unchecked = array<i32: 0>, cache = #tile<cache cg>, evict = #tile<evict last>, is_volatile} : !tile.view<?x?xbf16> -> tensor<8x64xbf16>
  tile.store_view %t, %v[%i, %i] dims [0, 1] {unchecked = array<i32: 0, 1>, cache = #tile<cache cs>, evict = #tile<evict first>} : tensor<8x64xbf16>, !tile.view<?x?xbf16>
  return
}

// -----

// What lies outside is NaN; a tile inside needs none.
// CHECK-LABEL: func @pad_nan
// CHECK:       %[[NAN:.*]] = arith.constant dense<0x7E00> : tensor<8xf16>
// CHECK:       tile.load %{{.*}}, mask %{{.*}}, other %[[NAN]] : tensor<8x!tile.ptr<f16>>
// CHECK:       tile.load %{{[^,]*}} : tensor<8x!tile.ptr<f16>>
func.func @pad_nan(%p: !tile.ptr<f16>, %m: i64, %i: i64) -> (tensor<8xf16>, tensor<8xf16>) {
  %v = tile.view %p, shape [%m] strides [] : !tile.view<?xf16>
  %t = tile.load_view %v[%i] dims [0] {pad_nan} : !tile.view<?xf16> -> tensor<8xf16>
  %u = tile.load_view %v[%i] dims [0] {pad_nan, unchecked = array<i32: 0>} : !tile.view<?xf16> -> tensor<8xf16>
  return %t, %u : tensor<8xf16>, tensor<8xf16>
}
