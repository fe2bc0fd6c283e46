//===- Source.h - the kernel file: positions and errors -------------------===//
// Offsets into the text are the only positions the front end stores; lines and columns are made
// here.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace mla::frontend {

/// Starts an error at an offset. During emission the error also shows the calls that led there.
using ErrorAt = llvm::function_ref<mlir::InFlightDiagnostic(size_t offset)>;

class Source {
public:
  Source(llvm::StringRef text, llvm::StringRef name, mlir::MLIRContext *context);

  /// The whole file.
  llvm::StringRef text() const { return contents; }
  /// What stands at [begin, end).
  llvm::StringRef slice(size_t begin, size_t end) const { return contents.slice(begin, end); }
  /// 1-based line of an offset.
  unsigned line(size_t offset) const;
  /// File, line and column of an offset.
  mlir::Location location(size_t offset) const;
  /// Starts an error at an offset. Callers return failure, so that the first error is the only one.
  mlir::InFlightDiagnostic error(size_t offset) const;
  mlir::MLIRContext *context() const { return mlirContext; }

private:
  llvm::StringRef contents;
  mlir::StringAttr name;
  mlir::MLIRContext *mlirContext;
  /// Offset of the first character of each line.
  std::vector<size_t> lineStarts;
};

} // namespace mla::frontend
