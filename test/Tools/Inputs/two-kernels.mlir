llvm.func @first() attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>} {
  llvm.return
}
llvm.func @second(%out: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>} {
  %zero = llvm.mlir.constant(0 : i32) : i32
  llvm.store %zero, %out : i32, !llvm.ptr<1>
  llvm.return
}
