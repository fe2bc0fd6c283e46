//===- Literals.h - values of literals ------------------------------------===//
#pragma once

#include "Source.h"
#include "mlir/Support/LLVM.h"
#include <optional>
#include <string>

namespace mla::frontend {

/// Value of a lexed integer ("0x_ff"), or nothing if it exceeds 127 bits.
std::optional<__int128> integerValue(llvm::StringRef digits);
/// Value of a lexed float ("1_0.5e3"), correctly rounded.
double floatValue(llvm::StringRef digits);
/// Reads what Python's float() accepts: digits, sign, "inf", "nan", spaces around.
std::optional<double> parseFloat(llvm::StringRef text);
/// Decimal digits of an integer.
std::string toString(__int128 value);
/// Shortest text that reads back as the same float, as Python prints it.
std::string toString(double value);

/// Replaces escape sequences in the text between a string's quotes; `offset` is where it begins in
/// the file.
mlir::FailureOr<std::string> unescape(const Source &source, llvm::StringRef body, size_t offset);

} // namespace mla::frontend
