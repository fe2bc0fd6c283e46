// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt --mlir-print-op-generic %s | mla-opt | FileCheck %s

// CHECK: #[[S:.*]] = #sm.layout
#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>

// CHECK-LABEL: func @channels_with_and_without_encoding
func.func @channels_with_and_without_encoding() {
  // CHECK: ws.channel {label = "a"} : <3 x tensor<16x16xbf16>>
  %a = ws.channel {label = "a"} : !ws.channel<3 x tensor<16x16xbf16>>
  // CHECK: ws.channel {label = "b"} : <1 x tensor<16x16xbf16, #[[S]]>>
  %b = ws.channel {label = "b"} : !ws.channel<1 x tensor<16x16xbf16, #shared>>
  return
}

// CHECK-LABEL: func @roles_with_and_without_registers
func.func @roles_with_and_without_registers() {
  // CHECK: ws.role "load" warps(0, 1) registers(40) {
  ws.role "load" warps(0, 1) registers(40) {
    // CHECK: tile.program_id 0
    %pid = tile.program_id 0
  }
  // CHECK: ws.role "math" warps(1, 4) {
  // CHECK-NEXT: }
  ws.role "math" warps(1, 4) {
  }
  return
}

// CHECK-LABEL: func @puts_with_every_optional_part
// CHECK-SAME: (%[[P:.*]]: tensor<16x16x!tile.ptr<bf16>>, %[[M:.*]]: tensor<16x16xi1>, %[[IF:.*]]: i1, %[[I:.*]]: i32)
func.func @puts_with_every_optional_part(%p: tensor<16x16x!tile.ptr<bf16>>, %m: tensor<16x16xi1>, %if: i1, %i: i32) {
  // CHECK: %[[C:.*]] = ws.channel
  %c = ws.channel {label = "a"} : !ws.channel<3 x tensor<16x16xbf16>>
  // CHECK: ws.put %[[C]], %[[P]] : <3 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
  ws.put %c, %p : !ws.channel<3 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
  // CHECK: ws.put %[[C]], %[[P]], mask %[[M]] : <
  ws.put %c, %p, mask %m : !ws.channel<3 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
  // CHECK: ws.put %[[C]][%[[I]]], %[[P]] if %[[IF]] : <
  ws.put %c[%i], %p if %if : !ws.channel<3 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
  // CHECK: ws.put %[[C]][%[[I]]], %[[P]], mask %[[M]] if %[[IF]] {access = #tile.access<dim = 1, elems = 8>} : <
  ws.put %c[%i], %p, mask %m if %if {access = #tile.access<dim = 1, elems = 8>}
      : !ws.channel<3 x tensor<16x16xbf16>>, tensor<16x16x!tile.ptr<bf16>>
  return
}

// A channel's encoding is not part of the tile that a get gives.
// CHECK-LABEL: func @gets_and_releases
// CHECK-SAME: (%[[I:.*]]: i32, %[[N:.*]]: i64)
func.func @gets_and_releases(%i: i32, %n: i64) {
  // CHECK: %[[C:.*]] = ws.channel
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: %[[T:.*]] = ws.get %[[C]] : <2 x tensor<16x16xbf16, #[[S]]>>
  %t = ws.get %c : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: arith.addf %[[T]], %[[T]] : tensor<16x16xbf16>
  %sum = arith.addf %t, %t : tensor<16x16xbf16>
  // CHECK: ws.release %[[C]] : <
  ws.release %c : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: ws.get %[[C]][%[[I]]] parity %[[I]] : <
  %w = ws.get %c[%i] parity %i : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: ws.release %[[C]][%[[I]]] : <
  ws.release %c[%i] : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: ws.get %[[C]][%[[I]]] : <
  %u = ws.get %c[%i] : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: ws.get %[[C]] valid %[[N]] : <
  %v = ws.get %c valid %n : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  // CHECK: ws.get %[[C]][%[[I]]] parity %[[I]] valid %[[N]] {ahead = 1 : i32} : <
  %x = ws.get %c[%i] parity %i valid %n {ahead = 1 : i32} : !ws.channel<2 x tensor<16x16xbf16, #shared>>
  return
}

// CHECK-LABEL: func.func @bulk_copies
// CHECK-SAME:  %[[V:[^:]*]]: !tile.view<?x?xbf16>, %[[W:[^:]*]]: !tile.view<?x4x?x16xbf16>, %[[I:[^:]*]]: i32, %[[J:[^:]*]]: i64
func.func @bulk_copies(%v: !tile.view<?x?xbf16>, %w: !tile.view<?x4x?x16xbf16>, %i: i32, %j: i64) {
  // CHECK: %[[C:.*]] = ws.channel
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<16x16xbf16>>
  // CHECK: ws.put_view %[[C]], %[[V]][%[[J]], %[[J]]] : <
  ws.put_view %c, %v[%j, %j] : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x?xbf16>
  // CHECK: ws.put_view %[[C]][%[[I]]] parity %[[I]], %[[V]][%[[J]], %[[J]]] : <
  ws.put_view %c[%i] parity %i, %v[%j, %j] : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x?xbf16>
  // CHECK: ws.put_view %[[C]], %[[V]][%[[J]], %[[J]]] multicast : <
  ws.put_view %c, %v[%j, %j] multicast : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x?xbf16>
  // CHECK: ws.put_view %[[C]][%[[I]]] parity %[[I]], %[[V]][%[[J]], %[[J]]] multicast {note = "x"} : <
  ws.put_view %c[%i] parity %i, %v[%j, %j] multicast {note = "x"} : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x?xbf16>
  // The tile runs along the last dimensions of the view.
  // CHECK: ws.put_view %[[C]], %[[W]][%[[J]], %[[J]], %[[J]], %[[J]]] : <2 x tensor<16x16xbf16>>, <?x4x?x16xbf16>
  ws.put_view %c, %w[%j, %j, %j, %j] : !ws.channel<2 x tensor<16x16xbf16>>, !tile.view<?x4x?x16xbf16>
  return
}

// A computed tile goes in without the channel's encoding.
// CHECK-LABEL: func.func @computed_tiles
// CHECK-SAME:  %[[T:[^:]*]]: tensor<16x16xbf16>, %[[R:[^:]*]]: tensor<16xf32>, %[[I:[^:]*]]: i32
func.func @computed_tiles(%t: tensor<16x16xbf16>, %r: tensor<16xf32>, %i: i32) {
  // CHECK: %[[C:.*]] = ws.channel {label = "p"}
  %c = ws.channel {label = "p"} : !ws.channel<1 x tensor<16x16xbf16, #shared>>
  // CHECK: %[[D:.*]] = ws.channel {label = "max"}
  %d = ws.channel {label = "max"} : !ws.channel<2 x tensor<16xf32>>
  // CHECK: ws.put_tile %[[C]], %[[T]] : <1 x tensor<16x16xbf16, #[[S]]>>, tensor<16x16xbf16>
  ws.put_tile %c, %t : !ws.channel<1 x tensor<16x16xbf16, #shared>>, tensor<16x16xbf16>
  // CHECK: ws.put_tile %[[D]][%[[I]]], %[[R]] : <2 x tensor<16xf32>>, tensor<16xf32>
  ws.put_tile %d[%i], %r : !ws.channel<2 x tensor<16xf32>>, tensor<16xf32>
  // CHECK: ws.put_tile %[[D]][%[[I]]] parity %[[I]], %[[R]] {note = "x"} : <2 x tensor<16xf32>>, tensor<16xf32>
  ws.put_tile %d[%i] parity %i, %r {note = "x"} : !ws.channel<2 x tensor<16xf32>>, tensor<16xf32>
  return
}
