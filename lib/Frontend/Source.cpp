//===- Source.cpp - offsets to lines and columns --------------------------===//
#include "Source.h"

#include "mlir/IR/Builders.h"
#include <algorithm>

using namespace mla::frontend;

Source::Source(llvm::StringRef text, llvm::StringRef name, mlir::MLIRContext *context)
    : contents(text), name(mlir::StringAttr::get(context, name)), mlirContext(context) {
  lineStarts.push_back(0);
  for (size_t i = 0; i < text.size(); ++i) {
    // A lone carriage return ends a line, as it does for Python.
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
      lineStarts.push_back(i + 1);
  }
}

unsigned Source::line(size_t offset) const {
  return std::upper_bound(lineStarts.begin(), lineStarts.end(), offset) - lineStarts.begin();
}

mlir::Location Source::location(size_t offset) const {
  unsigned lineNumber = line(offset);
  return mlir::FileLineColLoc::get(name, lineNumber, offset - lineStarts[lineNumber - 1] + 1);
}

mlir::InFlightDiagnostic Source::error(size_t offset) const {
  return mlir::emitError(location(offset));
}
