// RUN: mla-opt %s -split-input-file -convert-sm-to-nvvm -canonicalize | FileCheck %s

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {register = [[0, 1], [0, 2], [8, 0], [0, 16]], lane = [[0, 4], [0, 8], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 32]>
#b = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [16, 0]], lane = [[4, 0], [8, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [32, 8]>

// The two 8-bit floats may differ; their names are in the order of the operands.
// CHECK-LABEL: llvm.func @float8
// CHECK:         llvm.inline_asm "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e5m2.f32 {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$10, $11, $12, $13};", "=f,=f,=f,=f,r,r,r,r,r,r,f,f,f,f"
// CHECK-NOT:     mma.sync
func.func @float8(%p: !tile.ptr<f8E4M3FN>, %q: !tile.ptr<f8E5M2>, %r: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %ap = tile.splat %p : !tile.ptr<f8E4M3FN> -> tensor<16x32x!tile.ptr<f8E4M3FN>, #a>
  %bp = tile.splat %q : !tile.ptr<f8E5M2> -> tensor<32x8x!tile.ptr<f8E5M2>, #b>
  %dp = tile.splat %r : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #acc>
  %a = tile.load %ap : tensor<16x32x!tile.ptr<f8E4M3FN>, #a>
  %b = tile.load %bp : tensor<32x8x!tile.ptr<f8E5M2>, #b>
  %zero = arith.constant dense<0.0> : tensor<16x8xf32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] : tensor<16x32xf8E4M3FN, #a>, tensor<32x8xf8E5M2, #b>, tensor<16x8xf32, #acc>
  tile.store %dp, %d : tensor<16x8x!tile.ptr<f32>, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 32]>
#b = #sm.layout<[1, 1], {register = [[1, 0], [2, 0], [16, 0]], lane = [[4, 0], [8, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [32, 8]>

// Integers add in i32. A comes from shared memory, by words of four elements.
// CHECK-LABEL: llvm.func @integers
// CHECK-NOT:     ldmatrix
// CHECK:         "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$10, $11, $12, $13};", "=r,=r,=r,=r,r,r,r,r,r,r,r,r,r,r"
// CHECK-NOT:     mma.sync
func.func @integers(%q: !tile.ptr<i8>, %r: !tile.ptr<i32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %a = sm.alloc {label = "a", offset = 0 : i64} : !sm.buffer<1 x tensor<16x32xi8, #a>>
  %bp = tile.splat %q : !tile.ptr<i8> -> tensor<32x8x!tile.ptr<i8>, #b>
  %dp = tile.splat %r : !tile.ptr<i32> -> tensor<16x8x!tile.ptr<i32>, #acc>
  %b = tile.load %bp : tensor<32x8x!tile.ptr<i8>, #b>
  %zero = arith.constant dense<0> : tensor<16x8xi32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] : !sm.buffer<1 x tensor<16x32xi8, #a>>, tensor<32x8xi8, #b>, tensor<16x8xi32, #acc>
  tile.store %dp, %d : tensor<16x8x!tile.ptr<i32>, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {register = [[8, 0], [0, 4]], lane = [[0, 1], [0, 2], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#b = #sm.layout<[1, 1], {register = [[4, 0]], lane = [[1, 0], [2, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [8, 8]>

// The instruction drops the low bits itself.
// CHECK-LABEL: llvm.func @tf32
// CHECK-NOT:     arith.subf
// CHECK:         "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$10, $11, $12, $13};", "=f,=f,=f,=f,r,r,r,r,r,r,f,f,f,f"
// CHECK-NOT:     mma.sync
// CHECK:         llvm.return

// Leading and remaining parts: two products of one part of each into accumulators of their own, one of the leading
// parts into the given ones; a correction that is no number counts as zero.
// CHECK-LABEL: llvm.func @tf32x3
// CHECK-COUNT-6: arith.subf
// CHECK-NOT:     arith.subf
// CHECK-COUNT-2: mma.sync.aligned.m16n8k8
// CHECK:         %[[CORRECTION:.*]] = llvm.extractvalue %{{.*}}[0]
// CHECK:         mma.sync.aligned.m16n8k8
// CHECK-NOT:     mma.sync
// CHECK:         %[[LEADING:.*]] = llvm.extractvalue %{{.*}}[0]
// CHECK:         %[[IS_NUMBER:.*]] = arith.cmpf ord, %[[CORRECTION]], %[[CORRECTION]]
// CHECK:         %[[VALID:.*]] = arith.select %[[IS_NUMBER]], %[[CORRECTION]], %{{.*}}
// CHECK:         arith.addf %[[LEADING]], %[[VALID]]
// CHECK:         llvm.return

// Every lane gathers the eight k of its two rows and two columns, then adds 8 · 4 products. No tensor core.
// CHECK-LABEL: llvm.func @ieee
// CHECK-COUNT-32: nvvm.shfl.sync idx
// CHECK-NOT:     nvvm.shfl
// CHECK-COUNT-32: math.fma {{.*}} : f32
// CHECK-NOT:     math.fma
// CHECK-NOT:     mma.sync
// CHECK:         llvm.return
func.func @tf32(%p: !tile.ptr<f32>, %r: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %ap = tile.splat %p : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #a>
  %bp = tile.splat %p : !tile.ptr<f32> -> tensor<8x8x!tile.ptr<f32>, #b>
  %dp = tile.splat %r : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #acc>
  %a = tile.load %ap : tensor<16x8x!tile.ptr<f32>, #a>
  %b = tile.load %bp : tensor<8x8x!tile.ptr<f32>, #b>
  %zero = arith.constant dense<0.0> : tensor<16x8xf32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] {precision = #tile.dot_precision<tf32>} : tensor<16x8xf32, #a>, tensor<8x8xf32, #b>, tensor<16x8xf32, #acc>
  tile.store %dp, %d : tensor<16x8x!tile.ptr<f32>, #acc>
  return
}
func.func @tf32x3(%p: !tile.ptr<f32>, %r: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %ap = tile.splat %p : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #a>
  %bp = tile.splat %p : !tile.ptr<f32> -> tensor<8x8x!tile.ptr<f32>, #b>
  %dp = tile.splat %r : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #acc>
  %a = tile.load %ap : tensor<16x8x!tile.ptr<f32>, #a>
  %b = tile.load %bp : tensor<8x8x!tile.ptr<f32>, #b>
  %zero = arith.constant dense<0.0> : tensor<16x8xf32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] {precision = #tile.dot_precision<tf32x3>} : tensor<16x8xf32, #a>, tensor<8x8xf32, #b>, tensor<16x8xf32, #acc>
  tile.store %dp, %d : tensor<16x8x!tile.ptr<f32>, #acc>
  return
}
func.func @ieee(%p: !tile.ptr<f32>, %r: !tile.ptr<f32>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %ap = tile.splat %p : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #a>
  %bp = tile.splat %p : !tile.ptr<f32> -> tensor<8x8x!tile.ptr<f32>, #b>
  %dp = tile.splat %r : !tile.ptr<f32> -> tensor<16x8x!tile.ptr<f32>, #acc>
  %a = tile.load %ap : tensor<16x8x!tile.ptr<f32>, #a>
  %b = tile.load %bp : tensor<8x8x!tile.ptr<f32>, #b>
  %zero = arith.constant dense<0.0> : tensor<16x8xf32, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] {precision = #tile.dot_precision<ieee>} : tensor<16x8xf32, #a>, tensor<8x8xf32, #b>, tensor<16x8xf32, #acc>
  tile.store %dp, %d : tensor<16x8x!tile.ptr<f32>, #acc>
  return
}

// -----

#acc = #sm.layout<[1, 1], {register = [[0, 1], [8, 0]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#a = #sm.layout<[1, 1], {register = [[8, 0], [0, 4]], lane = [[0, 1], [0, 2], [1, 0], [2, 0], [4, 0]], warp = []}, [16, 8]>
#b = #sm.layout<[1, 1], {register = [[4, 0]], lane = [[1, 0], [2, 0], [0, 1], [0, 2], [0, 4]], warp = []}, [8, 8]>

// f64 lies as f32 does; two products for the rows and two for k, each from one element of A and of B.
// CHECK-LABEL: llvm.func @float64
// CHECK-COUNT-4: nvvm.mma.sync A[{{%[^,]*}}] B[{{%[^,]*}}] C[{{%[^,]*}}, {{%[^,]*}}] {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>{{.*}}shape = #nvvm.shape<m = 8, n = 8, k = 4>} : (f64, f64, f64) -> !llvm.struct<(f64, f64)>
// CHECK-NOT:     nvvm.mma.sync
// CHECK-NOT:     nvvm.shfl
// CHECK:         llvm.return
func.func @float64(%p: !tile.ptr<f64>, %r: !tile.ptr<f64>) attributes {tile.kernel, tile.num_warps = 1 : i32} {
  %ap = tile.splat %p : !tile.ptr<f64> -> tensor<16x8x!tile.ptr<f64>, #a>
  %bp = tile.splat %p : !tile.ptr<f64> -> tensor<8x8x!tile.ptr<f64>, #b>
  %dp = tile.splat %r : !tile.ptr<f64> -> tensor<16x8x!tile.ptr<f64>, #acc>
  %a = tile.load %ap : tensor<16x8x!tile.ptr<f64>, #a>
  %b = tile.load %bp : tensor<8x8x!tile.ptr<f64>, #b>
  %zero = arith.constant dense<0.0> : tensor<16x8xf64, #acc>
  %d = sm.mma %a, %b, %zero warps [1, 1] : tensor<16x8xf64, #a>, tensor<8x8xf64, #b>, tensor<16x8xf64, #acc>
  tile.store %dp, %d : tensor<16x8x!tile.ptr<f64>, #acc>
  return
}
