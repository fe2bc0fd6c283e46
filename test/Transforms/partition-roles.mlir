// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-partition-roles,canonicalize))' | FileCheck %s

!tile = tensor<64x128xbf16>
!queries = !ws.channel<1 x tensor<64x128xbf16>>
!keys = !ws.channel<2 x tensor<64x128xbf16>>
!view = !tile.view<?x?xbf16>

// Two warpgroups, each with the scores of one of two tiles and with half of the columns of the result. The maxima and the
// probabilities cross, in both directions through one channel per kind and type. Every role takes both tiles of keys. In each
// role: vectors stand where they are needed, computed tiles are released at once, tiles of products that add up behind them all;
// the queries behind the loop. A store of a matrix belongs to its role, that of a vector to the first. Registers that
// the recipe does not give are those of the role that is shared.
// CHECK-LABEL: func.func @seesaw
// CHECK-DAG:   %[[Q:.*]] = ws.channel {label = "q"}
// CHECK-DAG:   %[[KV:.*]] = ws.channel {label = "kv"}
// CHECK-DAG:   %[[MAX:.*]] = ws.channel {label = "max"} : <1 x tensor<64xf32, #{{.*}}>>
// CHECK-DAG:   %[[P:.*]] = ws.channel {label = "truncf"} : <1 x tensor<64x64xbf16, #{{.*}}>>
// CHECK-NOT:   ws.channel
// CHECK-NOT:   ws.role "compute"
// CHECK:       ws.role "left" warps(0, 4) registers(232) {
// CHECK:         %[[QT:.*]] = ws.get %[[Q]]
// CHECK-NEXT:    %[[R:.*]]:2 = scf.for {{.*}} iter_args(%[[M:.*]] = %{{.*}}, %[[ACC:.*]] = %{{.*}}) -> (tensor<64xf32>, tensor<64x64xf32>)
// CHECK-NEXT:      %[[K0:.*]] = ws.get %[[KV]]
// CHECK-NEXT:      %[[T0:.*]] = tile.trans %[[K0]]
// CHECK-NEXT:      %[[S0:.*]] = tile.dot %[[QT]], %[[T0]], %{{.*}} {label = "qk.0"}
// CHECK-NEXT:      %[[X0:.*]] = tile.reduce {{ ?}}max %[[S0]]
// CHECK-NEXT:      ws.put_tile %[[MAX]], %[[X0]]
// CHECK-NEXT:      %[[M0:.*]] = arith.maxnumf %[[M]], %[[X0]]
// CHECK-NEXT:      tile.expand_dims %[[M0]]
// CHECK-NEXT:      tile.broadcast
// CHECK-NEXT:      arith.subf %[[S0]]
// CHECK-NEXT:      math.exp
// CHECK-NEXT:      %[[P0:.*]] = arith.truncf
// CHECK-NEXT:      ws.put_tile %[[P]], %[[P0]]
// CHECK-NEXT:      %[[V0:.*]] = tile.slice %[[K0]] [0, 0]
// CHECK-NEXT:      %[[L0:.*]] = tile.dot %[[P0]], %[[V0]], %[[ACC]] {label = "pv.left.0"}
// CHECK-NEXT:      %[[K1:.*]] = ws.get %[[KV]]
// CHECK-NEXT:      %[[V1:.*]] = tile.slice %[[K1]] [0, 0]
// CHECK-NEXT:      %[[P1:.*]] = ws.get %[[P]]
// CHECK-NEXT:      ws.release %[[P]]
// CHECK-NEXT:      %[[L1:.*]] = tile.dot %[[P1]], %[[V1]], %[[L0]] {label = "pv.left.1"}
// CHECK-NEXT:      ws.release %[[KV]]
// CHECK-NEXT:      ws.release %[[KV]]
// CHECK-NEXT:      %[[X1:.*]] = ws.get %[[MAX]]
// CHECK-NEXT:      ws.release %[[MAX]]
// CHECK-NEXT:      %[[M1:.*]] = arith.maxnumf %[[M0]], %[[X1]]
// CHECK-NEXT:      scf.yield %[[M1]], %[[L1]]
// CHECK-NEXT:    }
// CHECK-NEXT:    ws.release %[[Q]]
// CHECK-NEXT:    scf.if %[[IF:.*]] {
// CHECK-NEXT:      tile.store %{{.*}}, %[[R]]#1 : tensor<64x64x
// CHECK-NEXT:      tile.store %{{.*}}, %[[R]]#0 : tensor<64x!
// CHECK-NEXT:    }
// CHECK-NEXT:  }
// CHECK-NEXT:  ws.role "right" warps(4, 4) registers(216) {
// CHECK:         %[[QT:.*]] = ws.get %[[Q]]
// CHECK-NEXT:    %[[R:.*]]:2 = scf.for {{.*}} iter_args(%[[M:.*]] = %{{.*}}, %[[ACC:.*]] = %{{.*}}) -> (tensor<64xf32>, tensor<64x64xf32>)
// CHECK-NEXT:      %[[K0:.*]] = ws.get %[[KV]]
// CHECK-NEXT:      %[[K1:.*]] = ws.get %[[KV]]
// CHECK-NEXT:      %[[T1:.*]] = tile.trans %[[K1]]
// CHECK-NEXT:      %[[S1:.*]] = tile.dot %[[QT]], %[[T1]], %{{.*}} {label = "qk.1"}
// CHECK-NEXT:      %[[V0:.*]] = tile.slice %[[K0]] [0, 64]
// CHECK-NEXT:      %[[P0:.*]] = ws.get %[[P]]
// CHECK-NEXT:      ws.release %[[P]]
// CHECK-NEXT:      %[[R0:.*]] = tile.dot %[[P0]], %[[V0]], %[[ACC]] {label = "pv.right.0"}
// CHECK-NEXT:      %[[X1:.*]] = tile.reduce {{ ?}}max %[[S1]]
// CHECK-NEXT:      %[[X0:.*]] = ws.get %[[MAX]]
// CHECK-NEXT:      ws.release %[[MAX]]
// CHECK-NEXT:      ws.put_tile %[[MAX]], %[[X1]]
// CHECK-NEXT:      %[[M0:.*]] = arith.maxnumf %[[M]], %[[X0]]
// CHECK-NEXT:      %[[M1:.*]] = arith.maxnumf %[[M0]], %[[X1]]
// CHECK:           %[[P1:.*]] = arith.truncf
// CHECK-NEXT:      ws.put_tile %[[P]], %[[P1]]
// CHECK-NEXT:      %[[V1:.*]] = tile.slice %[[K1]] [0, 64]
// CHECK-NEXT:      %[[R1:.*]] = tile.dot %[[P1]], %[[V1]], %[[R0]] {label = "pv.right.1"}
// CHECK-NEXT:      ws.release %[[KV]]
// CHECK-NEXT:      ws.release %[[KV]]
// CHECK-NEXT:      scf.yield %[[M1]], %[[R1]]
// CHECK-NEXT:    }
// CHECK-NEXT:    ws.release %[[Q]]
// CHECK-NEXT:    scf.if %[[IF]] {
// CHECK-NEXT:      tile.store %{{.*}}, %[[R]]#1 : tensor<64x64x
// CHECK-NEXT:    }
// CHECK-NEXT:  }
// CHECK-NEXT:  ws.role "copy" warps(8, 4) registers(40) {
func.func @seesaw(%v: !view, %row: i64, %n: i32, %if: i1, %outl: tensor<64x64x!tile.ptr<f32>>, %outr: tensor<64x64x!tile.ptr<f32>>,
    %outm: tensor<64x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, registers = 232 : i32, ops = ["qk.0", "pv.left.*"]},
      {name = "right", warps = 4 : i32, ops = ["qk.1", "pv.right.*"]}]} {
  %cq = ws.channel {label = "q"} : !queries
  %ck = ws.channel {label = "kv"} : !keys
  ws.role "compute" warps(0, 8) registers(216) {
    %lower = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    %zero = arith.constant dense<0.0> : tensor<64x64xf32>
    %low = arith.constant dense<0xFF800000> : tensor<64xf32>
    %q = ws.get %cq : !queries
    %r:3 = scf.for %i = %lower to %n step %step iter_args(%m = %low, %accl = %zero, %accr = %zero) -> (tensor<64xf32>, tensor<64x64xf32>, tensor<64x64xf32>) : i32 {
      %k0 = ws.get %ck : !keys
      %t0 = tile.trans %k0 : !tile -> tensor<128x64xbf16>
      %s0 = tile.dot %q, %t0, %zero {label = "qk.0"} : !tile, tensor<128x64xbf16>, tensor<64x64xf32>
      %k1 = ws.get %ck : !keys
      %t1 = tile.trans %k1 : !tile -> tensor<128x64xbf16>
      %s1 = tile.dot %q, %t1, %zero {label = "qk.1"} : !tile, tensor<128x64xbf16>, tensor<64x64xf32>
      %x0 = tile.reduce max %s0 {axis = 1 : i32} : tensor<64x64xf32> -> tensor<64xf32>
      %m0 = arith.maxnumf %m, %x0 : tensor<64xf32>
      %c0 = tile.expand_dims %m0 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
      %b0 = tile.broadcast %c0 : tensor<64x1xf32> -> tensor<64x64xf32>
      %d0 = arith.subf %s0, %b0 : tensor<64x64xf32>
      %e0 = math.exp %d0 : tensor<64x64xf32>
      %p0 = arith.truncf %e0 : tensor<64x64xf32> to tensor<64x64xbf16>
      %vl0 = tile.slice %k0 [0, 0] : !tile -> tensor<64x64xbf16>
      %l0 = tile.dot %p0, %vl0, %accl {label = "pv.left.0"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      %vr0 = tile.slice %k0 [0, 64] : !tile -> tensor<64x64xbf16>
      %r0 = tile.dot %p0, %vr0, %accr {label = "pv.right.0"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %ck : !keys
      %x1 = tile.reduce max %s1 {axis = 1 : i32} : tensor<64x64xf32> -> tensor<64xf32>
      %m1 = arith.maxnumf %m0, %x1 : tensor<64xf32>
      %c1 = tile.expand_dims %m1 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
      %b1 = tile.broadcast %c1 : tensor<64x1xf32> -> tensor<64x64xf32>
      %d1 = arith.subf %s1, %b1 : tensor<64x64xf32>
      %e1 = math.exp %d1 : tensor<64x64xf32>
      %p1 = arith.truncf %e1 : tensor<64x64xf32> to tensor<64x64xbf16>
      %vl1 = tile.slice %k1 [0, 0] : !tile -> tensor<64x64xbf16>
      %l1 = tile.dot %p1, %vl1, %l0 {label = "pv.left.1"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      %vr1 = tile.slice %k1 [0, 64] : !tile -> tensor<64x64xbf16>
      %r1 = tile.dot %p1, %vr1, %r0 {label = "pv.right.1"} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
      ws.release %ck : !keys
      scf.yield %m1, %l1, %r1 : tensor<64xf32>, tensor<64x64xf32>, tensor<64x64xf32>
    }
    ws.release %cq : !queries
    scf.if %if {
      tile.store %outl, %r#1 : tensor<64x64x!tile.ptr<f32>>
      tile.store %outr, %r#2 : tensor<64x64x!tile.ptr<f32>>
      tile.store %outm, %r#0 : tensor<64x!tile.ptr<f32>>
    }
  }
  ws.role "copy" warps(8, 4) registers(40) {
    %lower = arith.constant 0 : i32
    %step = arith.constant 1 : i32
    ws.put_view %cq, %v[%row, %row] : !queries, !view
    scf.for %i = %lower to %n step %step : i32 {
      ws.put_view %ck, %v[%row, %row] : !keys, !view
      ws.put_view %ck, %v[%row, %row] : !keys, !view
    }
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16>>
!out = tensor<64x64x!tile.ptr<f32>>

// A product that is under way keeps its tile until its result is used, or until the role may have to wait for another tile. Of
// products that add up the last one counts.
// CHECK-LABEL: func.func @releases
// CHECK-DAG:   %[[A:.*]] = ws.channel {label = "a"}
// CHECK-DAG:   %[[B:.*]] = ws.channel {label = "b"}
// CHECK-DAG:   %[[C:.*]] = ws.channel {label = "c"}
// CHECK:       ws.role "left"
// CHECK:         ws.get %[[A]]
// CHECK-NEXT:    %[[D0:.*]] = tile.dot {{.*}} {label = "l.0"}
// CHECK-NEXT:    ws.release %[[A]]
// CHECK-NEXT:    ws.get %[[B]]
// CHECK-NEXT:    %[[D1:.*]] = tile.dot {{.*}} {label = "l.1"}
// CHECK-NEXT:    %[[N0:.*]] = arith.negf %[[D0]]
// CHECK-NEXT:    ws.release %[[B]]
// CHECK-NEXT:    %[[N1:.*]] = arith.mulf %[[N0]], %[[D1]]
// CHECK-NEXT:    ws.get %[[A]]
// CHECK-NEXT:    %[[D2:.*]] = tile.dot {{.*}}, %[[N1]] {label = "l.2"}
// CHECK-NEXT:    ws.get %[[B]]
// CHECK-NEXT:    %[[D3:.*]] = tile.dot {{.*}}, %[[D2]] {label = "l.3"}
// CHECK-NEXT:    ws.release %[[A]]
// CHECK-NEXT:    ws.release %[[B]]
// CHECK-NEXT:    tile.store %{{.*}}, %[[D3]]
// CHECK-NEXT:  }
// CHECK-NEXT:  ws.role "right"
// CHECK:         ws.get %[[C]]
// CHECK-NEXT:    %[[D4:.*]] = tile.dot {{.*}} {label = "r"}
// CHECK-NEXT:    ws.release %[[C]]
// CHECK-NEXT:    tile.store %{{.*}}, %[[D4]]
func.func @releases(%out: !out) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["l.*"]}, {name = "right", warps = 4 : i32, ops = ["r"]}]} {
  %a = ws.channel {label = "a"} : !channel
  %b = ws.channel {label = "b"} : !channel
  %c = ws.channel {label = "c"} : !channel
  ws.role "compute" warps(0, 8) {
    %zero = arith.constant dense<0.0> : !sums
    %t0 = ws.get %a : !channel
    %t1 = ws.get %b : !channel
    %d0 = tile.dot %t0, %t0, %zero {label = "l.0"} : !tile, !tile, !sums
    %d1 = tile.dot %t1, %t1, %zero {label = "l.1"} : !tile, !tile, !sums
    %n0 = arith.negf %d0 : !sums
    %n1 = arith.mulf %n0, %d1 : !sums
    ws.release %a : !channel
    ws.release %b : !channel
    %t2 = ws.get %a : !channel
    %d2 = tile.dot %t2, %t2, %n1 {label = "l.2"} : !tile, !tile, !sums
    ws.release %a : !channel
    %t3 = ws.get %b : !channel
    %d3 = tile.dot %t3, %t3, %d2 {label = "l.3"} : !tile, !tile, !sums
    ws.release %b : !channel
    tile.store %out, %d3 : !out
    %t4 = ws.get %c : !channel
    %d4 = tile.dot %t4, %t4, %zero {label = "r"} : !tile, !tile, !sums
    ws.release %c : !channel
    tile.store %out, %d4 : !out
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16>>
!out = tensor<64x64x!tile.ptr<f32>>

// Three roles. The maxima of both products go through one channel to whom it may concern: "second" needs the first and takes both,
// "third" needs the second and takes both, each right behind the other. "third" needs no tile of channel a and takes none.
// CHECK-LABEL: func.func @three_roles
// CHECK-DAG:   %[[A:.*]] = ws.channel {label = "a"}
// CHECK-DAG:   %[[B:.*]] = ws.channel {label = "b"}
// CHECK-DAG:   %[[MAX:.*]] = ws.channel {label = "max"}
// CHECK-DAG:   %[[P:.*]] = ws.channel {label = "truncf"}
// CHECK-NOT:   ws.channel
// CHECK:       ws.role "first" warps(0, 4) {
// CHECK-NOT:     ws.get %[[B]]
// CHECK:         ws.put_tile %[[MAX]]
// CHECK:         ws.put_tile %[[P]]
// CHECK:         ws.put_tile %[[MAX]]
// CHECK-NEXT:  }
// CHECK:       ws.role "second" warps(4, 8) {
// CHECK-NOT:     tile.reduce
// CHECK:         %[[X:.*]] = ws.get %[[MAX]]
// CHECK-NEXT:    ws.release %[[MAX]]
// CHECK-NEXT:    tile.expand_dims %[[X]]
// CHECK:         tile.dot {{.*}} {label = "pv.left"}
// CHECK:         ws.get %[[MAX]]
// CHECK-NEXT:    ws.release %[[MAX]]
// CHECK-NEXT:  }
// CHECK-NEXT:  ws.role "third" warps(12, 4) {
// CHECK-NOT:     %[[A]]
// CHECK:         ws.get %[[MAX]]
// CHECK-NEXT:    ws.release %[[MAX]]
// CHECK:         %[[Y:.*]] = ws.get %[[MAX]]
// CHECK-NEXT:    ws.release %[[MAX]]
// CHECK-NEXT:    tile.expand_dims %[[Y]]
// CHECK-NOT:     %[[A]]
// CHECK:       return
func.func @three_roles(%outl: !out, %outr: !out) attributes {tile.kernel, tile.num_warps = 20 : i32, tile.roles = [
      {name = "first", warps = 4 : i32, ops = ["qk.*"]}, {name = "second", warps = 8 : i32, ops = ["pv.left"]},
      {name = "third", warps = 4 : i32, ops = ["pv.right"]}]} {
  %a = ws.channel {label = "a"} : !channel
  %b = ws.channel {label = "b"} : !channel
  ws.role "compute" warps(0, 16) {
    %zero = arith.constant dense<0.0> : !sums
    %t = ws.get %a : !channel
    %u = ws.get %b : !channel
    %s0 = tile.dot %t, %t, %zero {label = "qk.0"} : !tile, !tile, !sums
    %m0 = tile.reduce max %s0 {axis = 1 : i32} : !sums -> tensor<64xf32>
    %s1 = tile.dot %t, %t, %s0 {label = "qk.1"} : !tile, !tile, !sums
    %m1 = tile.reduce max %s1 {axis = 1 : i32} : !sums -> tensor<64xf32>
    %p = arith.truncf %s1 : !sums to !tile
    %e0 = tile.expand_dims %m0 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %b0 = tile.broadcast %e0 : tensor<64x1xf32> -> !sums
    %e1 = tile.expand_dims %m1 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %b1 = tile.broadcast %e1 : tensor<64x1xf32> -> !sums
    %l = tile.dot %p, %t, %b0 {label = "pv.left"} : !tile, !tile, !sums
    %r = tile.dot %p, %u, %b1 {label = "pv.right"} : !tile, !tile, !sums
    ws.release %a : !channel
    ws.release %b : !channel
    tile.store %outl, %l : !out
    tile.store %outr, %r : !out
  }
  ws.role "copy" warps(16, 4) {
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16>>
!out = tensor<64x64x!tile.ptr<f32>>

// Nobody but its own role needs the sum of the left product: it has no channel. What is called like another crossing value but
// has another type has a channel of its own; a product that adds to one of another role takes it as a tile.
// CHECK-LABEL: func.func @kinds_and_types
// CHECK-DAG:   %[[A:.*]] = ws.channel {label = "a"}
// CHECK-DAG:   %[[M0:.*]] = ws.channel {label = "max"} : <1 x tensor<64xf32, #{{.*}}>>
// CHECK-DAG:   %[[M1:.*]] = ws.channel {label = "max"} : <1 x tensor<64xbf16, #{{.*}}>>
// CHECK-DAG:   %[[S:.*]] = ws.channel {label = "qk"} : <1 x tensor<64x64xf32, #{{.*}}>>
// CHECK-NOT:   ws.channel
// CHECK:       ws.role "left"
// CHECK:         %[[D:.*]] = tile.dot {{.*}} {label = "qk.left"}
// CHECK-NEXT:    ws.release %[[A]]
// CHECK-NEXT:    ws.put_tile %[[S]], %[[D]]
// CHECK:         ws.put_tile %[[M0]]
// CHECK:         ws.put_tile %[[M1]]
// CHECK:         tile.reduce {{ ?}}sum
// CHECK-NEXT:    tile.store
// CHECK:       ws.role "right"
// CHECK-NOT:     tile.reduce
// CHECK:         %[[ACC:.*]] = ws.get %[[S]]
// CHECK:         tile.dot %{{.*}}, %{{.*}}, %[[ACC]] {label = "qk.right"}
// CHECK-NOT:     tile.reduce
// CHECK:       return
func.func @kinds_and_types(%out: !out, %outl: tensor<64x!tile.ptr<f32>>) attributes {tile.kernel, tile.num_warps = 12 : i32, tile.roles = [
      {name = "left", warps = 4 : i32, ops = ["qk.left"]}, {name = "right", warps = 4 : i32, ops = ["qk.right"]}]} {
  %a = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %zero = arith.constant dense<0.0> : !sums
    %t = ws.get %a : !channel
    %l = tile.dot %t, %t, %zero {label = "qk.left"} : !tile, !tile, !sums
    %p = arith.truncf %l : !sums to !tile
    %m0 = tile.reduce max %l {axis = 1 : i32} : !sums -> tensor<64xf32>
    %m1 = tile.reduce max %p {axis = 1 : i32} : !tile -> tensor<64xbf16>
    %s = tile.reduce sum %l {axis = 1 : i32} : !sums -> tensor<64xf32>
    tile.store %outl, %s : tensor<64x!tile.ptr<f32>>
    %w = arith.extf %m1 : tensor<64xbf16> to tensor<64xf32>
    %m = arith.addf %m0, %w : tensor<64xf32>
    %e = tile.expand_dims %m {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %b = tile.broadcast %e : tensor<64x1xf32> -> !sums
    %r = tile.dot %t, %t, %l {label = "qk.right"} : !tile, !tile, !sums
    %o = arith.subf %r, %b : !sums
    ws.release %a : !channel
    tile.store %out, %o : !out
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}

// -----

!tile = tensor<64x64xbf16>
!sums = tensor<64x64xf32>
!channel = !ws.channel<2 x tensor<64x64xbf16>>
!out = tensor<64x64x!tile.ptr<f32>>

// CHECK-LABEL: func.func @without_roles
// CHECK:       ws.role "compute" warps(0, 8)
// CHECK:         tile.dot
// CHECK-NEXT:    ws.release
// CHECK-NOT:   ws.role
// CHECK:       return
func.func @without_roles(%out: !out) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  %a = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 8) {
    %zero = arith.constant dense<0.0> : !sums
    %t = ws.get %a : !channel
    %d = tile.dot %t, %t, %zero : !tile, !tile, !sums
    ws.release %a : !channel
    tile.store %out, %d : !out
  }
  ws.role "copy" warps(8, 4) {
  }
  return
}
