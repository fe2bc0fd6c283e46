// The PTX of LLVM-dialect kernels: version and target, short shared pointers, contraction only where
// asked for.
// RUN: mla-translate %s --arch sm_80 --kernel keeps_shared_addresses_in_32_bits --emit ptx | FileCheck %s --check-prefix=SHORT
// RUN: mla-translate %s --arch sm_121a --kernel fuses_only_contractable_products --emit ptx | FileCheck %s --check-prefix=FMA

// SHORT: .version 9.0
// SHORT: .target sm_80
// SHORT-LABEL: .entry keeps_shared_addresses_in_32_bits(
// SHORT: .reqntid 64
// SHORT: ld.shared.b32 %r{{[0-9]+}}, [%r{{[0-9]+}}];
llvm.func @keeps_shared_addresses_in_32_bits(%out: !llvm.ptr<1>, %offset: i32)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 64>} {
  %shared = llvm.inttoptr %offset : i32 to !llvm.ptr<3>
  %x = llvm.load %shared : !llvm.ptr<3> -> i32
  llvm.store %x, %out : i32, !llvm.ptr<1>
  llvm.return
}

// FMA: .target sm_121a
// FMA-LABEL: .entry fuses_only_contractable_products(
// FMA-COUNT-1: fma.rn.f32
// FMA-NOT: fma.rn
// FMA: add.rn.f32
// FMA-NOT: fma.rn
llvm.func @fuses_only_contractable_products(%out: !llvm.ptr<1>, %a: f32, %b: f32, %c: f32)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 64>} {
  %p = llvm.fmul %a, %b {fastmathFlags = #llvm.fastmath<contract>} : f32
  %q = llvm.fadd %p, %c {fastmathFlags = #llvm.fastmath<contract>} : f32
  llvm.store volatile %q, %out : f32, !llvm.ptr<1>
  %r = llvm.fmul %a, %c : f32
  %s = llvm.fadd %r, %b : f32
  llvm.store volatile %s, %out : f32, !llvm.ptr<1>
  llvm.return
}

// Attributes that other dialects put on parameters are no business of LLVM's.
// RUN: mla-translate %s --arch sm_80 --kernel keeps_alignment_and_drops_the_rest --emit ptx 2>&1 | FileCheck %s --check-prefix=PARAM
// PARAM-NOT: warning
// PARAM: .param .u64 .ptr .global .align 16
llvm.func @keeps_alignment_and_drops_the_rest(%out: !llvm.ptr<1> {llvm.align = 16 : i64, tile.divisibility = 16 : i32})
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 64>} {
  llvm.return
}
