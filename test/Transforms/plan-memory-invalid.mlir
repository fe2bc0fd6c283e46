// RUN: mla-opt %s -pass-pipeline='builtin.module(func.func(sm-plan-memory))' -verify-diagnostics

#shared = #sm.layout<[1, 1], {offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}, [16, 16]>

module attributes {sm.arch = "sm_89"} {
// expected-error @below {{the kernel needs 102400 bytes of shared memory, sm_89 allows 101376: reduce num_stages or the tiles}}
func.func @too_many_slots() attributes {tile.kernel} {
  // expected-note @below {{buffer "a": 200 x [16, 16] 'bf16' = 102400 bytes}}
  %a = sm.alloc {label = "a"} : !sm.buffer<200 x tensor<16x16xbf16, #shared>>
  sm.wait_group 0 for %a : !sm.buffer<200 x tensor<16x16xbf16, #shared>>
  return
}
}
