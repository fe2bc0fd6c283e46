// RUN: mla-opt --split-input-file --verify-diagnostics %s

// channel type
// expected-error @below {{a channel's depth must be at least 1, got 0}}
func.func @channel_holds_a_tile(%c: !ws.channel<0 x tensor<4xf16>>) {
  return
}

// -----

// channel type
#regs = #sm.layout<[1], {register = [], lane = [[1], [2], [4], [8], [16]], warp = []}, [32]>
// expected-error @below {{a channel's encoding must be a shared-memory layout, got #sm.layout}}
func.func @channel_encoding_is_shared(%c: !ws.channel<1 x tensor<32xf16, #regs>>) {
  return
}

// -----

// channel C1
func.func @channel_stands_at_the_top() {
  ws.role "all" warps(0, 4) {
    // expected-error @below {{must stand at the top of the kernel, outside roles and loops}}
    %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16>>
  }
  return
}

// -----

// channel C2
func.func @channel_is_no_value() -> !ws.channel<1 x tensor<4xf16>> {
  // expected-error @below {{may only be used by puts, gets and releases}}
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16>>
  // expected-note @below {{other user: func.return}}
  return %c : !ws.channel<1 x tensor<4xf16>>
}

// -----

// role C1
func.func @role_has_warps() {
  // expected-error @below {{expects at least 1 warp from warp 0 on, got 0 from warp 0}}
  ws.role "all" warps(0, 0) {
  }
  return
}

// -----

// role C1
func.func @role_starts_at_a_warp() {
  // expected-error @below {{expects at least 1 warp from warp 0 on, got 4 from warp -1}}
  ws.role "all" warps(-1, 4) {
  }
  return
}

// -----

// role C2
func.func @role_names_are_unique() {
  ws.role "math" warps(0, 4) {
  }
  // expected-error @below {{repeats the name "math"}}
  ws.role "math" warps(4, 4) {
  }
  return
}

// -----

// role C2
func.func @role_warps_do_not_overlap() {
  ws.role "load" warps(0, 2) {
  }
  // expected-error @below {{overlaps the warps of role "load"}}
  ws.role "math" warps(1, 4) {
  }
  return
}

// -----

// put C1
func.func @put_fills_the_tile(%p: tensor<8x!tile.ptr<f16>>) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16>>
  // expected-error @below {{expects pointers in the shape of the channel's tile 'tensor<4xf16>', got 'tensor<8x!tile.ptr<f16>>'}}
  ws.put %c, %p : !ws.channel<1 x tensor<4xf16>>, tensor<8x!tile.ptr<f16>>
  return
}

// -----

// put C2
func.func @put_runs_ahead_by_the_depth(%p: tensor<4x!tile.ptr<f16>>) {
  %c = ws.channel {label = "a"} : !ws.channel<2 x tensor<4xf16>>
  // expected-error @below {{expects `ahead` to be the channel's depth 2 or one less, got 3}}
  ws.put %c, %p {ahead = 3 : i32} : !ws.channel<2 x tensor<4xf16>>, tensor<4x!tile.ptr<f16>>
  return
}

// -----

// put C1
func.func @put_keeps_the_type(%p: tensor<4x!tile.ptr<f32>>) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16>>
  // expected-error @below {{expects pointers in the shape of the channel's tile 'tensor<4xf16>', got 'tensor<4x!tile.ptr<f32>>'}}
  ws.put %c, %p : !ws.channel<1 x tensor<4xf16>>, tensor<4x!tile.ptr<f32>>
  return
}

// -----

// put C1
func.func @put_mask_has_the_shape_of_pointers(%p: tensor<4x!tile.ptr<f16>>, %m: tensor<8xi1>) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16>>
  // expected-error @below {{expects a mask in the shape of the pointers 'tensor<4x!tile.ptr<f16>>', got 'tensor<8xi1>'}}
  "ws.put"(%c, %p, %m) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}
      : (!ws.channel<1 x tensor<4xf16>>, tensor<4x!tile.ptr<f16>>, tensor<8xi1>) -> ()
  return
}

// -----

// get C1
func.func @get_gives_the_tile() {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16>>
  // expected-error @below {{expects the channel's tile 'tensor<4xf16>', got 'tensor<8xf16>'}}
  %t = "ws.get"(%c) {operandSegmentSizes = array<i32: 1, 0, 0, 0>} : (!ws.channel<1 x tensor<4xf16>>) -> tensor<8xf16>
  return
}

// -----

// get C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @get_gives_a_value_without_encoding() {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16, #shared>>
  // expected-error @below {{expects the channel's tile 'tensor<4xf16>', got 'tensor<4xf16, #sm.layout}}
  %t = "ws.get"(%c) {operandSegmentSizes = array<i32: 1, 0, 0, 0>} : (!ws.channel<1 x tensor<4xf16, #shared>>) -> tensor<4xf16, #shared>
  return
}

// -----

// put_view C1
func.func @put_view_has_an_offset_per_dimension(%v: !tile.view<?x?xbf16>, %i: i64) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  // expected-error @below {{expects 2 offsets, one per dimension of the view, got 1}}
  ws.put_view %c, %v[%i] : !ws.channel<1 x tensor<16x16xbf16>>, !tile.view<?x?xbf16>
  return
}

// -----

// put_view C1
func.func @put_view_keeps_the_element_type(%v: !tile.view<?x?xf16>, %i: i64) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  // expected-error @below {{expects a view of the element type and at least the rank of the channel's tile 'tensor<16x16xbf16>', got '!tile.view<?x?xf16>'}}
  ws.put_view %c, %v[%i, %i] : !ws.channel<1 x tensor<16x16xbf16>>, !tile.view<?x?xf16>
  return
}

// -----

// put_tile C1
func.func @put_tile_fills_the_tile(%t: tensor<8x16xbf16>) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  // expected-error @below {{expects the channel's tile 'tensor<16x16xbf16>', got 'tensor<8x16xbf16>'}}
  ws.put_tile %c, %t : !ws.channel<1 x tensor<16x16xbf16>>, tensor<8x16xbf16>
  return
}

// -----

// put_tile C1
func.func @put_tile_keeps_the_element_type(%t: tensor<16x16xf32>) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<16x16xbf16>>
  // expected-error @below {{expects the channel's tile 'tensor<16x16xbf16>', got 'tensor<16x16xf32>'}}
  ws.put_tile %c, %t : !ws.channel<1 x tensor<16x16xbf16>>, tensor<16x16xf32>
  return
}

// -----

// put_tile C1
#shared = #sm.layout<[1], {offset = [[1], [2]]}, [4]>
func.func @put_tile_takes_a_value_without_encoding(%t: tensor<4xf16, #shared>) {
  %c = ws.channel {label = "a"} : !ws.channel<1 x tensor<4xf16, #shared>>
  // expected-error @below {{expects the channel's tile 'tensor<4xf16>', got 'tensor<4xf16, #sm.layout}}
  ws.put_tile %c, %t : !ws.channel<1 x tensor<4xf16, #shared>>, tensor<4xf16, #shared>
  return
}
