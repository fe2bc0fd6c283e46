// Functions of libdevice become part of the kernel; a toolkit without it is an error that says so.
// RUN: mla-translate %s --arch sm_80 --emit ptx | FileCheck %s
// RUN: mla-translate %s --arch sm_90a --emit cubin -o %t.cubin

// RUN: rm -rf %t && mkdir -p %t/bin %t/nvvm/libdevice && cp %S/Inputs/ptxas-silent %t/bin/ptxas
// RUN: not mla-translate %s --arch sm_80 --emit ptx --ptxas %t/bin/ptxas 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MISSING
// MISSING: error: LLVM cannot generate PTX of 'powers' for sm_80: libdevice.10.bc, which mathematical functions of the kernel come from, is not in {{.*}} (nvvm/libdevice/libdevice.10.bc); it is part of the CUDA 13 toolkit

// RUN: echo text > %t/nvvm/libdevice/libdevice.10.bc
// RUN: not mla-translate %s --arch sm_80 --emit ptx --ptxas %t/bin/ptxas 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BROKEN
// BROKEN: error: {{.*}}libdevice.10.bc is no bitcode that this LLVM reads

// Nothing is called, nothing else of the library is left, and subnormal numbers are kept.
// CHECK-NOT: .func
// CHECK:     .visible .entry powers(
// CHECK-NOT: call
// CHECK-NOT: __nvvm_reflect
// CHECK-NOT: sqrt.approx
// CHECK:     ret;
module {
  llvm.func @__nv_powf(f32, f32) -> f32
  llvm.func @__nv_sqrtf(f32) -> f32
  llvm.func @powers(%p: !llvm.ptr<1>, %x: f32, %y: f32) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>} {
    %power = llvm.call @__nv_powf(%x, %y) : (f32, f32) -> f32
    %root = llvm.call @__nv_sqrtf(%power) : (f32) -> f32
    llvm.store %root, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}
