// A kernel that asks for more CTAs per SM than its registers allow is assembled again without asking; one that asks for few
// keeps its request, and PTX for other machines too.
// REQUIRES: ptxas
// RUN: mla-translate %s --arch sm_80 --emit cubin -o %t.cubin --Werror=spill 2>&1 | count 0
// RUN: mla-translate %s --arch sm_80 --emit ptx -o - | FileCheck %s

// CHECK: .minnctapersm 16
llvm.func @asks_for_more_than_fits(%p: !llvm.ptr<1>)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, nvvm.minctasm = 16 : i32} {
  %a = llvm.load volatile %p : !llvm.ptr<1> -> vector<64xf32>
  %b = llvm.load volatile %p : !llvm.ptr<1> -> vector<64xf32>
  %c = llvm.fmul %a, %b : vector<64xf32>
  llvm.store volatile %c, %p : vector<64xf32>, !llvm.ptr<1>
  llvm.return
}
