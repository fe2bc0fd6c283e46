// No assembler, one that crashes, one that writes nothing: each is one clear message and no output.
// RUN: env MLA_PTXAS=%t.none not mla-translate %s --arch sm_80 --emit cubin -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ENV
// RUN: not mla-translate %s --arch sm_80 --emit cubin -o %t.cubin --ptxas %t.none 2>&1 | FileCheck %s --check-prefix=FLAG
// RUN: env MLA_PTXAS=%t.none mla-translate %s --arch sm_80 --emit ptx | FileCheck %s --check-prefix=PTX
// RUN: not mla-translate %s --arch sm_80 --emit cubin -o %t.cubin --ptxas %S/Inputs/ptxas-crash 2>&1 | FileCheck %s --check-prefix=CRASH
// RUN: not mla-translate %s --arch sm_80 --emit cubin -o %t.cubin --ptxas %S/Inputs/ptxas-silent 2>&1 | FileCheck %s --check-prefix=SILENT
// RUN: not ls %t.cubin

// ENV: error: '{{.*}}.none' (from MLA_PTXAS) is not an executable file; install the CUDA 13 toolkit
// FLAG: error: '{{.*}}.none' (from --ptxas) is not an executable file
// PTX: .entry does_nothing
// CRASH: error: {{.*}}ptxas-crash failed on the PTX for sm_80: {{.*}}; it printed: about to crash
// SILENT: error: {{.*}}ptxas-silent wrote no machine code for sm_80
llvm.func @does_nothing() attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>} {
  llvm.return
}
