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
