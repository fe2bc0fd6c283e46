// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-assign-phases,canonicalize))' | FileCheck %s

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<3 x tensor<64x64xbf16>>

// Slot and parity start at 0 in both roles, advance with every tile and travel through both loops, so that the second
// round of the outer loop goes on where the first stopped.
// CHECK-LABEL: func.func @nested_loops
// CHECK:       ws.role "compute"
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[DEPTH:.*]] = arith.constant 3 : i32
// CHECK:         scf.for {{.*}} iter_args(%[[S0:.*]] = %[[ZERO]], %[[P0:.*]] = %[[ZERO]])
// CHECK:           %[[INNER:.*]]:2 = scf.for {{.*}} iter_args(%[[S:.*]] = %[[S0]], %[[P:.*]] = %[[P0]])
// CHECK-NEXT:        ws.get %{{.*}}[%[[S]]] parity %[[P]]
// CHECK:             %[[NEXT:.*]] = arith.addi %[[S]]
// CHECK:             %[[WRAPS:.*]] = arith.cmpi eq, %[[NEXT]], %[[DEPTH]]
// CHECK:             %[[FLIPPED:.*]] = arith.xori %[[P]]
// CHECK:             %[[S1:.*]] = arith.select %[[WRAPS]], %[[ZERO]], %[[NEXT]]
// CHECK:             %[[P1:.*]] = arith.select %[[WRAPS]], %[[FLIPPED]], %[[P]]
// CHECK:             ws.release %{{.*}}[%[[S]]]
// CHECK:             scf.yield %[[S1]], %[[P1]]
// CHECK:           scf.yield %[[INNER]]#0, %[[INNER]]#1
// CHECK:       ws.role "copy"
// CHECK:         ws.put_view %{{.*}}[%[[T:.*]]] parity %[[Q:.*]], %{{.*}}
func.func @nested_loops(%v: !view, %n: i32, %row: i64) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %j = %lower to %n step %step : i32 {
      scf.for %i = %lower to %n step %step : i32 {
        %t = ws.get %c : !channel
        ws.release %c : !channel
      }
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %j = %lower to %n step %step : i32 {
      scf.for %i = %lower to %n step %step : i32 {
        ws.put_view %c, %v[%row, %row] : !channel, !view
      }
    }
  }
  return
}

// Two tiles held at once: the first release frees the slot of the first get.
// CHECK-LABEL: func.func @two_tiles_held
// CHECK:         %[[T0:.*]] = ws.get %{{.*}}[%[[S0:.*]]] parity
// CHECK:         %[[T1:.*]] = ws.get %{{.*}}[%[[S1:.*]]] parity
// CHECK:         ws.release %{{.*}}[%[[S0]]]
// CHECK:         ws.release %{{.*}}[%[[S1]]]
func.func @two_tiles_held(%v: !view, %n: i32, %row: i64) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  %lower = arith.constant 0 : i32
  %step = arith.constant 1 : i32
  ws.role "compute" warps(0, 4) {
    scf.for %j = %lower to %n step %step : i32 {
      %t = ws.get %c : !channel
      %u = ws.get %c : !channel
      ws.release %c : !channel
      ws.release %c : !channel
    }
  }
  ws.role "copy" warps(4, 4) {
    scf.for %j = %lower to %n step %step : i32 {
      ws.put_view %c, %v[%row, %row] : !channel, !view
      ws.put_view %c, %v[%row, %row] : !channel, !view
    }
  }
  return
}

!tiles = !ws.channel<2 x tensor<64xf32>>

// Two roles put into one channel in turns: each counts its puts and its gets alike, so that both name slot 0 for the
// first tile, slot 1 for the second and, a round later, slot 0 again for the third.
// CHECK-LABEL: func.func @puts_and_gets_advance
// CHECK:       ws.role "left"
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i32
// CHECK:         ws.put_tile %[[C:.*]][%[[C0]]] parity %[[C0]], %{{.*}} : <2 x
// CHECK-NEXT:    %{{.*}} = ws.get %[[C]][%[[C1]]] parity %[[C0]]
// CHECK-NEXT:    ws.release %[[C]][%[[C1]]]
// CHECK-NEXT:    ws.put_tile %[[C]][%[[C0]]] parity %[[C1]]
// CHECK:       ws.role "right"
// CHECK-DAG:     %[[D0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[D1:.*]] = arith.constant 1 : i32
// CHECK:         %{{.*}} = ws.get %[[C]][%[[D0]]] parity %[[D0]]
// CHECK-NEXT:    ws.put_tile %[[C]][%[[D1]]] parity %[[D0]]
// CHECK-NEXT:    ws.release %[[C]][%[[D0]]]
// CHECK-NEXT:    %{{.*}} = ws.get %[[C]][%[[D0]]] parity %[[D1]]
// CHECK-NEXT:    ws.release %[[C]][%[[D0]]]
func.func @puts_and_gets_advance(%x: tensor<64xf32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "max"} : !tiles
  ws.role "left" warps(0, 4) {
    ws.put_tile %c, %x : !tiles, tensor<64xf32>
    %t = ws.get %c : !tiles
    ws.release %c : !tiles
    ws.put_tile %c, %x : !tiles, tensor<64xf32>
  }
  ws.role "right" warps(4, 4) {
    %t = ws.get %c : !tiles
    ws.put_tile %c, %x : !tiles, tensor<64xf32>
    ws.release %c : !tiles
    %u = ws.get %c : !tiles
    ws.release %c : !tiles
  }
  return
}

!values = !ws.channel<1 x tensor<64xf32>>

// A loop carries the position of a channel whose direction changes: a put and a get in each iteration take it two tiles on.
// CHECK-LABEL: func.func @both_directions_in_a_loop
// CHECK:       ws.role "left"
// CHECK:         scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[P:.*]] = %{{.*}})
// CHECK-NEXT:      ws.put_tile %{{.*}}[%[[S]]] parity %[[P]]
// CHECK:           %[[S1:.*]] = arith.select
// CHECK:           %[[P1:.*]] = arith.select
// CHECK:           ws.get %{{.*}}[%[[S1]]] parity %[[P1]]
// CHECK:           %[[S2:.*]] = arith.select
// CHECK:           %[[P2:.*]] = arith.select
// CHECK:           ws.release %{{.*}}[%[[S1]]]
// CHECK:           scf.yield %[[S2]], %[[P2]]
// CHECK:       ws.role "right"
// CHECK:         scf.for {{.*}} iter_args(%[[T:.*]] = %{{.*}}, %[[Q:.*]] = %{{.*}})
// CHECK-NEXT:      ws.get %{{.*}}[%[[T]]] parity %[[Q]]
// CHECK:           %[[T1:.*]] = arith.select
// CHECK:           %[[Q1:.*]] = arith.select
// CHECK:           ws.release %{{.*}}[%[[T]]]
// CHECK-NEXT:      ws.put_tile %{{.*}}[%[[T1]]] parity %[[Q1]]
func.func @both_directions_in_a_loop(%x: tensor<64xf32>, %lower: i32, %n: i32, %step: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "max"} : !values
  ws.role "left" warps(0, 4) {
    scf.for %i = %lower to %n step %step : i32 {
      ws.put_tile %c, %x : !values, tensor<64xf32>
      %t = ws.get %c : !values
      ws.release %c : !values
    }
  }
  ws.role "right" warps(4, 4) {
    scf.for %i = %lower to %n step %step : i32 {
      %t = ws.get %c : !values
      ws.release %c : !values
      ws.put_tile %c, %x : !values, tensor<64xf32>
    }
  }
  return
}
