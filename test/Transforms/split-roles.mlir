// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-split-roles,canonicalize))' | FileCheck %s

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<2 x tensor<64x64xbf16>>

// The copying role keeps the loop, the coordinates and nothing else; the computing role loses the coordinates. Their registers
// fill what a launch of 8 warps hands out.
// CHECK-LABEL: func.func @matmul
// CHECK-SAME:  tile.num_warps = 8 : i32
// CHECK:       ws.role "compute" warps(0, 4) registers(240)
// CHECK-NOT:     ws.put_view
// CHECK:         %[[R:.*]] = scf.for {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}) -> (tensor<64x64xf32>)
// CHECK-NEXT:      %[[T:.*]] = ws.get
// CHECK-NEXT:      %[[D:.*]] = tile.dot %[[T]], %[[T]], %[[ACC]]
// CHECK-NEXT:      ws.release
// CHECK-NEXT:      scf.yield %[[D]]
// CHECK:         tile.store %{{.*}}, %[[R]]
// CHECK:       ws.role "copy" warps(4, 4) registers(40)
// CHECK-NOT:     tile.store
// CHECK:         scf.for {{.*}} iter_args(%[[K:.*]] = %{{.*}}) -> (i64)
// CHECK-NEXT:      ws.put_view %{{.*}}, %{{.*}}[%{{.*}}, %[[K]]]
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addi %[[K]]
// CHECK-NEXT:      scf.yield %[[NEXT]]
module attributes {sm.arch = "sm_90a"} {
func.func @matmul(%v: !view, %n: i32, %row: i64, %out: tensor<64x64x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %lower = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    %first = arith.constant 0 : i64
    %by = arith.constant 64 : i64
    %r:2 = scf.for %i = %lower to %n step %step iter_args(%acc = %zero, %k = %first) -> (tensor<64x64xf32>, i64) : i32 {
      ws.put_view %c, %v[%row, %k] : !channel, !view
      %t = ws.get %c : !channel
      %d = tile.dot %t, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %c : !channel
      %next = arith.addi %k, %by : i64
      scf.yield %d, %next : tensor<64x64xf32>, i64
    }
    tile.store %out, %r#0 : tensor<64x64x!tile.ptr<f32>>
  }
  return
}
}

// -----

// CHECK-LABEL: func.func @nothing_to_split
// CHECK:       ws.role "all" warps(0, 4)
// CHECK-NOT:   ws.role "copy"
module attributes {sm.arch = "sm_90a"} {
func.func @nothing_to_split(%p: !tile.ptr<f32>, %x: f32) attributes {tile.kernel, tile.num_warps = 4 : i32} {
  ws.role "all" warps(0, 4) {
    tile.store %p, %x : !tile.ptr<f32>
  }
  return
}
}
