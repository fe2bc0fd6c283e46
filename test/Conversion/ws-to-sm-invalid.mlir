// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(convert-ws-to-sm))' -verify-diagnostics

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>
!channel = !ws.channel<1 x tensor<16x16xbf16, #shared>>

func.func @no_slot(%p: tensor<16x16x!tile.ptr<bf16>>) attributes {tile.kernel, tile.num_warps = 2 : i32} {
  %a = ws.channel {label = "a"} : !channel
  ws.role "all" warps(0, 2) {
    // expected-error @below {{has no slot: run ws-pipeline-loops first}}
    ws.put %a, %p : !channel, tensor<16x16x!tile.ptr<bf16>>
  }
  return
}

// -----

// expected-error @below {{expects at least 1 role, found 0}}
func.func @no_role() attributes {tile.kernel, tile.num_warps = 2 : i32} {
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #a>>

func.func @tile_that_is_also_computed_with(%v: !tile.view<?x?xbf16>, %acc: tensor<64x64xf32>, %i: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    // expected-error @below {{is read by more than matrix products}}
    %t = ws.get %c[%i] parity %i : !channel
    %s = arith.negf %t : tensor<64x64xbf16>
    %d = tile.dot %s, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c[%i] : !channel
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #a>>

func.func @computed_right_operand(%b: tensor<64x64xbf16>, %acc: tensor<64x64xf32>, %i: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %c[%i] parity %i : !channel
    // expected-error @below {{expects its right operand from a channel in a kernel with several roles}}
    %d = tile.dot %t, %b, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c[%i] : !channel
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #a>>

func.func @part_inside_a_swizzled_row(%a: tensor<64x64xbf16>, %acc: tensor<64x32xf32>, %i: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %c[%i] parity %i : !channel
    // expected-error @below {{takes a part that has no layout of its own in shared memory: 'tensor<64x32xbf16>' of}}
    %s = tile.slice %t [0, 32] : tensor<64x64xbf16> -> tensor<64x32xbf16>
    %d = tile.dot %a, %s, %acc : tensor<64x64xbf16>, tensor<64x32xbf16>, tensor<64x32xf32>
    ws.release %c[%i] : !channel
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}

// -----

#a = #sm.layout<[3, 3], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<192x192xbf16, #a>>

func.func @segments_in_both_dimensions(%a: tensor<64x192xbf16>, %acc: tensor<64x192xf32>, %i: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %c[%i] parity %i : !channel
    // expected-error @below {{transposes a tile that has no transposed layout: }}
    %s = tile.trans %t : tensor<192x192xbf16> -> tensor<192x192xbf16>
    %d = tile.dot %a, %s, %acc : tensor<64x192xbf16>, tensor<192x192xbf16>, tensor<64x192xf32>
    ws.release %c[%i] : !channel
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}

// -----

#v = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32]]}, [64]>
!maxima = !ws.channel<1 x tensor<64xf32, #v>>

func.func @putters_of_unequal_size(%x: tensor<64xf32>, %i: i32) attributes {tile.kernel, tile.num_warps = 12 : i32} {
  // expected-error @below {{is filled in turns by roles of 8 and 4 warps, expected equally many}}
  %c = ws.channel {label = "max"} : !maxima
  ws.role "left" warps(0, 4) {
    ws.put_tile %c[%i] parity %i, %x : !maxima, tensor<64xf32>
    %t = ws.get %c[%i] parity %i : !maxima
    ws.release %c[%i] : !maxima
  }
  ws.role "right" warps(4, 8) {
    %t = ws.get %c[%i] parity %i : !maxima
    ws.release %c[%i] : !maxima
    ws.put_tile %c[%i] parity %i, %x : !maxima, tensor<64xf32>
  }
  return
}

// -----

#v = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32]]}, [64]>
!maxima = !ws.channel<1 x tensor<64xf32, #v>>

func.func @put_tile_without_a_slot(%x: tensor<64xf32>, %i: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "max"} : !maxima
  ws.role "left" warps(0, 4) {
    // expected-error @below {{has no slot: run ws-assign-phases first}}
    ws.put_tile %c, %x : !maxima, tensor<64xf32>
  }
  ws.role "right" warps(4, 4) {
    %t = ws.get %c[%i] parity %i : !maxima
    ws.release %c[%i] : !maxima
  }
  return
}

// -----

#v = #sm.layout<[1], {offset = [[1], [2], [4], [8], [16], [32]]}, [64]>
!maxima = !ws.channel<1 x tensor<64xf32, #v>>

func.func @get_without_a_parity(%x: tensor<64xf32>, %i: i32) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "max"} : !maxima
  ws.role "left" warps(0, 4) {
    ws.put_tile %c[%i] parity %i, %x : !maxima, tensor<64xf32>
  }
  ws.role "right" warps(4, 4) {
    // expected-error @below {{has no slot: run ws-assign-phases first}}
    %t = ws.get %c[%i] : !maxima
    ws.release %c[%i] : !maxima
  }
  return
}

// -----

#a = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}, [64, 64]>
!channel = !ws.channel<1 x tensor<64x64xbf16, #a>>

func.func @computed_tile_as_right_operand(%a: tensor<64x64xbf16>, %acc: tensor<64x64xf32>, %i: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "p"} : !channel
  ws.role "left" warps(0, 4) {
    ws.put_tile %c[%i] parity %i, %a : !channel, tensor<64x64xbf16>
  }
  ws.role "right" warps(4, 4) {
    %t = ws.get %c[%i] parity %i : !channel
    // expected-error @below {{expects its right operand from a channel in a kernel with several roles}}
    %d = tile.dot %a, %t, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    ws.release %c[%i] : !channel
  }
  return
}

// -----

#b = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 4], [2, 8], [4, 16], [8, 0], [16, 0], [32, 0]]}, [64, 32]>
!channel = !ws.channel<1 x tensor<64x32xf32, #b>>

func.func @product_of_f32_between_roles(%a: tensor<64x64xf32>, %acc: tensor<64x32xf32>, %i: i32)
    attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "b"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %c[%i] parity %i : !channel
    // expected-error @below {{expects factors of f16 or bf16 in a kernel with several roles, got 'f32'}}
    %d = tile.dot %a, %t, %acc {precision = #tile.dot_precision<tf32>} : tensor<64x64xf32>, tensor<64x32xf32>, tensor<64x32xf32>
    ws.release %c[%i] : !channel
  }
  ws.role "copy" warps(4, 4) {
  }
  return
}
