//===- Kernel.h - parses LLVM-dialect kernels for tests -------------------===//
#pragma once

#include "mla/Target/Ptx.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

namespace mla {

/// A module with its context; errors are collected instead of printed.
struct ParsedKernel {
  explicit ParsedKernel(llvm::StringRef text)
      : handler(&context, [this](mlir::Diagnostic &diagnostic) {
          errors += diagnostic.str() + "\n";
          return mlir::success();
        }) {
    context.loadDialect<mlir::LLVM::LLVMDialect, mlir::NVVM::NVVMDialect>();
    context.printOpOnDiagnostic(false);
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }
  /// The first kernel.
  mlir::LLVM::LLVMFuncOp kernel() { return kernelsOf(*module).front(); }

  mlir::MLIRContext context;
  std::string errors;
  mlir::ScopedDiagnosticHandler handler;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace mla
