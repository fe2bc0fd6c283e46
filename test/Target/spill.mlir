// Spills are a warning at the kernel, or an error.
// REQUIRES: ptxas
// RUN: mla-translate %s --arch sm_80 --emit cubin -o %t.cubin 2>&1 | FileCheck %s --check-prefix=WARN
// RUN: rm -f %t.strict.cubin
// RUN: not mla-translate %s --arch sm_80 --emit cubin -o %t.strict.cubin --Werror=spill 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not ls %t.strict.cubin
// RUN: mla-translate %s --arch sm_80 --emit cubin -o %t.cubin --Werror=serialise
// RUN: mla-translate %s --arch sm_80 --emit manifest -o - 2>&1 | FileCheck %s --check-prefix=MANIFEST

// WARN: spill.mlir:[[@LINE+6]]:1: warning: registers spill to local memory on sm_80: [[STORED:[1-9][0-9]*]] bytes stored, {{[1-9][0-9]*}} bytes loaded per thread, 24 registers
// WARN-NEXT: llvm.func @holds_more_values_than_registers
// ERROR: spill.mlir:[[@LINE+4]]:1: error: registers spill to local memory on sm_80
// MANIFEST: "registers": 24,
// MANIFEST-NEXT: "spill_bytes": {{[1-9][0-9]*}},
// MANIFEST: "registers spill to local memory on sm_80
llvm.func @holds_more_values_than_registers(%p: !llvm.ptr<1>)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, nvvm.maxnreg = 24 : i32} {
  %a = llvm.load volatile %p : !llvm.ptr<1> -> vector<64xf32>
  %b = llvm.load volatile %p : !llvm.ptr<1> -> vector<64xf32>
  %c = llvm.fmul %a, %b : vector<64xf32>
  llvm.store volatile %c, %p : vector<64xf32>, !llvm.ptr<1>
  llvm.return
}
