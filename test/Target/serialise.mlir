// An accumulator that is read before its wait makes ptxas serialise: a warning at the kernel, or an error.
// REQUIRES: ptxas
// RUN: mla-translate %s --arch sm_90a --emit cubin -o %t.cubin --Werror=spill 2>&1 | FileCheck %s --check-prefix=WARN
// RUN: not mla-translate %s --arch sm_90a --emit cubin -o %t.cubin --Werror=spill,serialise 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not mla-translate %s --arch sm_80 --emit cubin -o %t.cubin 2>&1 | FileCheck %s --check-prefix=REJECTED

// WARN: serialise.mlir:[[@LINE+6]]:1: warning: ptxas C751{{[0-9]}} on sm_90a: {{.*}}'reads_an_accumulator_in_flight'
// ERROR: serialise.mlir:[[@LINE+5]]:1: error: ptxas C751{{[0-9]}} on sm_90a: {{.*}}'reads_an_accumulator_in_flight'
// REJECTED: serialise.mlir:[[@LINE+4]]:1: error: ptxas rejected the PTX for sm_80
// REJECTED-NEXT: line {{[0-9]+}}: {{.*}}'wgmma.fence' not supported on .target 'sm_80'
// REJECTED-NEXT: wgmma.fence.sync.aligned;
// REJECTED-NOT: aborted
llvm.func @reads_an_accumulator_in_flight(%out: !llvm.ptr<1>, %a: i64, %b: i64)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>} {
  %zero = llvm.mlir.constant(0.0 : f32) : f32
  llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "~{memory}" : () -> ()
  %d = llvm.inline_asm has_side_effects "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, 1, 1, 1, 0, 0;", "=f,=f,=f,=f,l,l,0,1,2,3" %a, %b, %zero, %zero, %zero, %zero : (i64, i64, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
  %x = llvm.extractvalue %d[0] : !llvm.struct<(f32, f32, f32, f32)>
  %y = llvm.fadd %x, %x : f32
  llvm.inline_asm has_side_effects "wgmma.commit_group.sync.aligned;", "~{memory}" : () -> ()
  llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;", "~{memory}" : () -> ()
  llvm.store %y, %out : f32, !llvm.ptr<1>
  llvm.return
}
