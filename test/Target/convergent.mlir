// Barriers written as inline assembly are neither merged nor duplicated across divergent branches: LLVM would
// send each path through its own copy of @one_barrier_for_both_paths's, which then never meet.
// RUN: mla-translate %s --arch sm_90a --kernel one_barrier_for_both_paths --emit ptx | FileCheck %s --check-prefix=ONE
// RUN: mla-translate %s --arch sm_90a --kernel a_barrier_per_path --emit ptx | FileCheck %s --check-prefix=TWO

// ONE-LABEL: .entry one_barrier_for_both_paths(
// ONE-COUNT-1: bar.sync 2, 128;
// ONE-NOT: bar.sync
llvm.func @one_barrier_for_both_paths(%out: !llvm.ptr<1>, %c: i1, %i: i32, %n: i32)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>} {
  %true = llvm.mlir.constant(true) : i1
  %false = llvm.mlir.constant(false) : i1
  llvm.cond_br %c, ^then, ^join(%false : i1)
^then:
  llvm.store %i, %out : i32, !llvm.ptr<1>
  llvm.br ^join(%true : i1)
^join(%again: i1):
  nvvm.inline_ptx "bar.sync 2, 128;"
  llvm.cond_br %again, ^store, ^end
^store:
  llvm.store %n, %out : i32, !llvm.ptr<1>
  llvm.br ^end
^end:
  llvm.return
}

// TWO-LABEL: .entry a_barrier_per_path(
// TWO: @%p{{.*}} bra
// TWO: bar.sync 1, 128;
// TWO: {{^}}$L__BB
// TWO: bar.sync 1, 128;
// TWO: {{^}}$L__BB
// TWO-COUNT-1: bar.sync 2, 128;
// TWO-NOT: bar.sync
llvm.func @a_barrier_per_path(%out: !llvm.ptr<1>, %c: i1, %i: i32)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>} {
  llvm.cond_br %c, ^then, ^else
^then:
  nvvm.inline_ptx "bar.sync 1, 128;"
  llvm.store %i, %out : i32, !llvm.ptr<1>
  llvm.br ^join
^else:
  nvvm.inline_ptx "bar.sync 1, 128;"
  llvm.br ^join
^join:
  nvvm.inline_ptx "bar.sync 2, 128;"
  llvm.return
}
