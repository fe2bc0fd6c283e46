// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-assign-phases))' -verify-diagnostics

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
