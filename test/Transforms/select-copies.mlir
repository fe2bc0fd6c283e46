// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(tile-select-copies))' -verify-diagnostics | FileCheck %s

!view = !tile.view<?x?xbf16>

// CHECK-LABEL: func.func @both_operands_fit
// CHECK-COUNT-2: tile.load_view {{.*}} {bulk_copy}
module attributes {sm.arch = "sm_90a"} {
func.func @both_operands_fit(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %q: !tile.ptr<bf16> {tile.divisibility = 16 : i32},
    %m: i64, %k: i64, %s: i64 {tile.divisibility = 16 : i32}, %n: i32, %acc: tensor<128x256xf32>)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %a = tile.view %p, shape [%m, %k] strides [%s] : !view
  %b = tile.view %q, shape [%k, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %x = tile.load_view %a[%m, %k] dims [0, 1] : !view -> tensor<128x64xbf16>
    %y = tile.load_view %b[%k, %m] dims [0, 1] : !view -> tensor<64x256xbf16>
    %d = tile.dot %x, %y, %acc : tensor<128x64xbf16>, tensor<64x256xbf16>, tensor<128x256xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// Without TMA nothing is chosen, and nothing is said.
// CHECK-LABEL: func.func @no_copy_engine
// CHECK-NOT:   bulk_copy
module attributes {sm.arch = "sm_80"} {
func.func @no_copy_engine(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 16 : i32},
    %n: i32, %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %d = tile.dot %x, %x, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// CHECK-LABEL: func.func @unknown_stride
// CHECK-NOT:   bulk_copy
module attributes {sm.arch = "sm_90a"} {
func.func @unknown_stride(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64, %n: i32, %acc: tensor<64x64xf32>)
    attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    // expected-remark @below {{the kernel takes the portable path: its strides are not known to be multiples of 16 bytes}}
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %d = tile.dot %x, %x, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// CHECK-LABEL: func.func @other_reader
// CHECK-NOT:   bulk_copy
module attributes {sm.arch = "sm_90a"} {
func.func @other_reader(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 8 : i32}, %n: i32,
    %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    // expected-remark @below {{its tile is read by more than matrix products}}
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %y = arith.negf %x : tensor<64x64xbf16>
    %d = tile.dot %x, %y, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// Two warpgroups that share the columns of 64 rows.
// CHECK-LABEL: func.func @columns_are_shared
// CHECK:       tile.load_view {{.*}} {bulk_copy}
module attributes {sm.arch = "sm_90a"} {
func.func @columns_are_shared(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 8 : i32}, %n: i32,
    %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %t = tile.trans %x : tensor<64x64xbf16> -> tensor<64x64xbf16>
    %d = tile.dot %x, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xf32>

// CHECK-LABEL: func.func @factors_of_other_types
// CHECK-NOT:   bulk_copy
module attributes {sm.arch = "sm_90a"} {
func.func @factors_of_other_types(%p: !tile.ptr<f32> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 8 : i32}, %n: i32,
    %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xf32>
    // expected-remark @below {{its factors are neither fp16 nor bf16}}
    %d = tile.dot %x, %x, %acc {precision = #tile.dot_precision<tf32>} : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// Fewer rows than wgmma takes: mma.sync reads the same tiles.
// CHECK-LABEL: func.func @few_rows
// CHECK-COUNT-2: tile.load_view {{.*}} {bulk_copy}
module attributes {sm.arch = "sm_90a"} {
func.func @few_rows(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 8 : i32}, %n: i32,
    %acc: tensor<32x64xf32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<32x64xbf16>
    %y = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %d = tile.dot %x, %y, %acc : tensor<32x64xbf16>, tensor<64x64xbf16>, tensor<32x64xf32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!pages = !tile.view<?x?x576xbf16>

// One tile of a paged cache is read in both majors, and its columns in part; the left operand is computed. Positions
// and trip counts come from memory that nobody writes.
// CHECK-LABEL: func.func @attention
// CHECK:       tile.load_view {{.*}} {bulk_copy} : !tile.view<?x?xbf16>
// CHECK:       tile.load_view {{.*}} {bulk_copy} : !tile.view<?x?x576xbf16>
module attributes {sm.arch = "sm_90a"} {
func.func @attention(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %k: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64,
    %s: i64 {tile.divisibility = 8 : i32}, %table: !tile.ptr<i64>, %count: !tile.ptr<i32>, %out: !tile.ptr<i32>,
    %zero: tensor<64x64xf32>, %acc: tensor<64x512xf32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %b = tile.view %k, shape [%m, %m] strides [%s, %s] : !pages
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %n = tile.load %count : !tile.ptr<i32>
  scf.for %i = %lower to %n step %step : i32 {
    %q = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x576xbf16>
    %o = scf.for %j = %lower to %n step %step iter_args(%sum = %acc) -> (tensor<64x512xf32>) : i32 {
      %page = tile.load %table : !tile.ptr<i64>
      %kv = tile.load_view %b[%page, %m, %m] dims [1, 2] valid %m : !pages -> tensor<64x576xbf16>
      %t = tile.trans %kv : tensor<64x576xbf16> -> tensor<576x64xbf16>
      %d = tile.dot %q, %t, %zero : tensor<64x576xbf16>, tensor<576x64xbf16>, tensor<64x64xf32>
      %w = arith.truncf %d : tensor<64x64xf32> to tensor<64x64xbf16>
      %v = tile.slice %kv [0, 0] : tensor<64x576xbf16> -> tensor<64x512xbf16>
      %e = tile.dot %w, %v, %sum : tensor<64x64xbf16>, tensor<64x512xbf16>, tensor<64x512xf32>
      scf.yield %e : tensor<64x512xf32>
    }
    tile.store %out, %i : !tile.ptr<i32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// CHECK-LABEL: func.func @position_from_memory
// CHECK-NOT:   bulk_copy
module attributes {sm.arch = "sm_90a"} {
func.func @position_from_memory(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 8 : i32}, %n: i32,
    %index: !tile.ptr<i64>, %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  %r = scf.for %i = %lower to %n step %n iter_args(%row = %m) -> (i64) : i32 {
    // expected-remark @below {{its position is read from memory that the kernel writes}}
    %x = tile.load_view %a[%row, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %d = tile.dot %x, %x, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    %next = tile.load %index : !tile.ptr<i64>
    tile.store %index, %m : !tile.ptr<i64>
    scf.yield %next : i64
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// CHECK-LABEL: func.func @trip_count_from_memory
// CHECK-NOT:   bulk_copy
module attributes {sm.arch = "sm_90a"} {
func.func @trip_count_from_memory(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 8 : i32},
    %count: !tile.ptr<i32>, %acc: tensor<64x64xf32>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  %n = tile.load %count : !tile.ptr<i32>
  scf.for %i = %lower to %n step %step : i32 {
    // expected-remark @below {{its loop's bounds are read from memory that the kernel writes}}
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<64x64xbf16>
    %d = tile.dot %x, %x, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    tile.store %count, %i : !tile.ptr<i32>
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>

// With TMA but without wgmma ldmatrix reads what the engine copied, of any shape.
// CHECK-LABEL: func.func @read_by_ldmatrix
// CHECK:       tile.load_view {{.*}}bulk_copy
module attributes {sm.arch = "sm_120a"} {
func.func @read_by_ldmatrix(%p: !tile.ptr<bf16> {tile.divisibility = 16 : i32}, %m: i64, %s: i64 {tile.divisibility = 16 : i32},
    %n: i32, %acc: tensor<16x16xf32>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %a = tile.view %p, shape [%m, %m] strides [%s] : !view
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    %x = tile.load_view %a[%m, %m] dims [0, 1] : !view -> tensor<16x16xbf16>
    %d = tile.dot %x, %x, %acc : tensor<16x16xbf16>, tensor<16x16xbf16>, tensor<16x16xf32>
  }
  return
}
}
