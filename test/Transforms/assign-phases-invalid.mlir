// RUN: mla-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(ws-assign-phases))' -verify-diagnostics

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<3 x tensor<64x64xbf16>>

func.func @put_under_a_condition(%v: !view, %if: i1, %row: i64) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %c : !channel
    ws.release %c : !channel
  }
  ws.role "copy" warps(4, 4) {
    // expected-error @below {{holds channel ops of a role: only for loops may, so that all roles agree how often they run}}
    scf.if %if {
      ws.put_view %c, %v[%row, %row] : !channel, !view
    }
  }
  return
}

// -----

!view = !tile.view<?x?xbf16>
!channel = !ws.channel<3 x tensor<64x64xbf16>>

func.func @release_without_a_tile(%v: !view, %row: i64) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "compute" warps(0, 4) {
    %t = ws.get %c : !channel
    ws.release %c : !channel
    // expected-error @below {{releases a tile that the role has not taken}}
    ws.release %c : !channel
  }
  ws.role "copy" warps(4, 4) {
    ws.put_view %c, %v[%row, %row] : !channel, !view
  }
  return
}

// -----

!channel = !ws.channel<1 x tensor<64xf32>>

// A tile that the role puts is no tile that it has taken.
func.func @release_behind_a_put(%x: tensor<64xf32>) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "left" warps(0, 4) {
    ws.put_tile %c, %x : !channel, tensor<64xf32>
    // expected-error @below {{releases a tile that the role has not taken}}
    ws.release %c : !channel
  }
  ws.role "right" warps(4, 4) {
    %t = ws.get %c : !channel
    ws.release %c : !channel
  }
  return
}

// -----

!channel = !ws.channel<1 x tensor<64xf32>>

func.func @put_tile_under_a_condition(%x: tensor<64xf32>, %if: i1) attributes {tile.kernel, tile.num_warps = 8 : i32} {
  %c = ws.channel {label = "a"} : !channel
  ws.role "left" warps(0, 4) {
    // expected-error @below {{holds channel ops of a role: only for loops may, so that all roles agree how often they run}}
    scf.if %if {
      ws.put_tile %c, %x : !channel, tensor<64xf32>
    }
  }
  ws.role "right" warps(4, 4) {
    %t = ws.get %c : !channel
    ws.release %c : !channel
  }
  return
}
