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

// -----

!rows = !tile.view<?x?xbf16>
!pages = !tile.view<?x?x64xbf16>
!channel = !ws.channel<2 x tensor<64x64xbf16>>

// Attention over pages. Both roles read the trip count; the page numbers only the copying role, the rows that exist only
// the computing one. The recipe gives the registers.
// CHECK-LABEL: func.func @attention
// CHECK-SAME:  tile.num_warps = 12 : i32
// CHECK:       %[[Q:.*]] = ws.channel {label = "q"}
// CHECK:       %[[KV:.*]] = ws.channel {label = "kv"}
// CHECK:       ws.role "compute" warps(0, 8) registers(216)
// CHECK-NOT:     tile.addptr
// CHECK:         %[[N:.*]] = tile.load %[[COUNT:.*]] : !tile.ptr<i32>
// CHECK:         scf.for %[[J:.*]] = %{{.*}} to %[[N]] step
// CHECK-NEXT:      %[[QT:.*]] = ws.get %[[Q]]
// CHECK-NEXT:      %[[R:.*]]:2 = scf.for %{{.*}} = %{{.*}} to %[[J]] step %{{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[K:.*]] = %[[ROW:.*]]) -> (tensor<64x64xf32>, i64)
// CHECK-NEXT:        %[[LEFT:.*]] = arith.subi %[[ROW]], %[[K]]
// CHECK-NEXT:        %[[T:.*]] = ws.get %[[KV]] valid %[[LEFT]]
// CHECK-NEXT:        tile.dot %[[QT]], %[[T]]
// CHECK:             tile.dot %{{.*}}, %[[T]], %[[ACC]]
// CHECK-NEXT:        ws.release %[[KV]]
// CHECK:           ws.release %[[Q]]
// CHECK-NEXT:      tile.store %{{.*}}, %[[R]]#0
// CHECK:       ws.role "copy" warps(8, 4) registers(24)
// CHECK:         %[[M:.*]] = tile.load %[[COUNT]] : !tile.ptr<i32>
// CHECK-NEXT:    scf.for %[[J:.*]] = %{{.*}} to %[[M]] step
// CHECK-NEXT:      ws.put_view %[[Q]]
// CHECK-NEXT:      scf.for %[[I:.*]] = %{{.*}} to %[[J]] step %{{.*}} iter_args(%[[K:.*]] = %[[ROW]]) -> (i64)
// CHECK-NEXT:        %[[AT:.*]] = tile.addptr %{{.*}}, %[[I]]
// CHECK-NEXT:        %[[PAGE:.*]] = tile.load %[[AT]] : !tile.ptr<i64>
// CHECK-NEXT:        ws.put_view %[[KV]], %{{.*}}[%[[PAGE]], %[[K]], %{{.*}}]
// CHECK-NEXT:        %[[NEXT:.*]] = arith.addi %[[K]]
// CHECK-NEXT:        scf.yield %[[NEXT]]
// CHECK-NOT:     tile.store
module attributes {sm.arch = "sm_90a"} {
func.func @attention(%v: !rows, %w: !pages, %table: !tile.ptr<i64>, %count: !tile.ptr<i32>, %row: i64, %out: tensor<64x64x!tile.ptr<f32>>)
    attributes {tile.kernel, tile.num_warps = 8 : i32, tile.registers = {compute = 216 : i32, copy = 24 : i32}} {
  %q = ws.channel {label = "q"} : !ws.channel<1 x tensor<64x64xbf16>>
  %c = ws.channel {label = "kv"} : !channel
  ws.role "all" warps(0, 8) {
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %lower = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    %by = arith.constant 64 : i64
    %n = tile.load %count : !tile.ptr<i32>
    scf.for %j = %lower to %n step %step : i32 {
      ws.put_view %q, %v[%row, %row] : !ws.channel<1 x tensor<64x64xbf16>>, !rows
      %qt = ws.get %q : !ws.channel<1 x tensor<64x64xbf16>>
      %r:2 = scf.for %i = %lower to %j step %step iter_args(%acc = %zero, %k = %row) -> (tensor<64x64xf32>, i64) : i32 {
        %at = tile.addptr %table, %i : !tile.ptr<i64>, i32
        %page = tile.load %at : !tile.ptr<i64>
        ws.put_view %c, %w[%page, %k, %by] : !channel, !pages
        %left = arith.subi %row, %k : i64
        %t = ws.get %c valid %left : !channel
        %s = tile.dot %qt, %t, %zero : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
        %d = tile.dot %p, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
        ws.release %c : !channel
        %next = arith.addi %k, %by : i64
        scf.yield %d, %next : tensor<64x64xf32>, i64
      }
      ws.release %q : !ws.channel<1 x tensor<64x64xbf16>>
      tile.store %out, %r#0 : tensor<64x64x!tile.ptr<f32>>
    }
  }
  return
}
}

// -----

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<2 x tensor<64x64xbf16>>

// A role that the recipe leaves out keeps its default.
// CHECK-LABEL: func.func @registers_of_one_role
// CHECK:       ws.role "compute" warps(0, 4) registers(240)
// CHECK:       ws.role "copy" warps(4, 4) registers(56)
module attributes {sm.arch = "sm_90a"} {
func.func @registers_of_one_role(%v: !view, %row: i64) attributes {tile.kernel, tile.num_warps = 4 : i32, tile.registers = {copy = 56 : i32}} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 4) {
    ws.put_view %c, %v[%row, %row] : !channel, !view
    %t = ws.get %c : !channel
    ws.release %c : !channel
  }
  return
}
}
