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
