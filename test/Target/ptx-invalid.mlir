// What the back end cannot do is an error at the kernel; the process survives and other archs go on.
// RUN: not mla-translate %s --arch sm_80,sm_90a --kernel needs_clusters --emit ptx -o %t.{arch}.ptx 2>&1 | FileCheck %s --check-prefix=SELECT
// RUN: not ls %t.sm_90a.ptx
// RUN: mla-translate %s --arch sm_90a --kernel needs_clusters --emit ptx | FileCheck %s --check-prefix=CLUSTER
// RUN: not mla-translate %s --arch sm_80 --kernel calls_an_unknown_intrinsic --emit ptx 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// SELECT: ptx-invalid.mlir:[[@LINE+4]]:1: error: LLVM cannot generate PTX of 'needs_clusters' for sm_80: Cannot select: intrinsic %llvm.nvvm.barrier.cluster.arrive
// SELECT-NEXT: llvm.func @needs_clusters()
// SELECT: error: failed for sm_80{{$}}
// CLUSTER: barrier.cluster.arrive
llvm.func @needs_clusters() attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>} {
  nvvm.cluster.arrive
  llvm.return
}

// UNKNOWN: error: could not find LLVM intrinsic{{.*}}llvm.nvvm.no.such.thing
llvm.func @calls_an_unknown_intrinsic() attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>} {
  llvm.call_intrinsic "llvm.nvvm.no.such.thing"() : () -> ()
  llvm.return
}
