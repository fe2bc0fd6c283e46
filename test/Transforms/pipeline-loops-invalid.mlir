// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(ws-pipeline-loops))' -verify-diagnostics

!ptrs = tensor<16x16x!tile.ptr<bf16>>
!two = !ws.channel<2 x tensor<16x16xbf16>>
!three = !ws.channel<3 x tensor<16x16xbf16>>

func.func @two_depths_in_one_loop(%p: !ptrs, %n: i32) {
  %c = ws.channel {label = "a"} : !two
  %d = ws.channel {label = "b"} : !three
  %lower = arith.constant 0 : i32
  scf.for %i = %lower to %n step %n : i32 {
    ws.put %c, %p : !two, !ptrs
    // expected-error @below {{into a channel of depth 3: the channels of one loop must have one depth, another has 2}}
    ws.put %d, %p : !three, !ptrs
    %t = ws.get %c : !two
    %u = ws.get %d : !three
    ws.release %c : !two
    ws.release %d : !three
  }
  return
}
