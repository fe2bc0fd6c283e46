//===- Positions.h - places in a text, as the protocol counts them --------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LSP/Protocol.h"
#include <vector>

namespace mla::lsp {

/// Converts between offsets and the protocol's positions: lines from 0, and in a line units of
/// UTF-16, of which a character of up to 3 bytes is one and any other two. Positions past the end
/// of a line or of the text mean that end.
class Positions {
public:
  explicit Positions(llvm::StringRef text);

  llvm::lsp::Position position(size_t offset) const;
  llvm::lsp::Range range(size_t begin, size_t end) const {
    return {position(begin), position(end)};
  }
  size_t offset(llvm::lsp::Position position) const;
  /// Offset of a line and a column in bytes, both from 1.
  size_t offset(unsigned line, unsigned column) const;
  /// The name or number that begins at `offset`, or one character.
  llvm::lsp::Range tokenRange(size_t offset) const;

private:
  llvm::StringRef lineAt(size_t index) const;

  llvm::StringRef text;
  std::vector<size_t> lineStarts;
};

} // namespace mla::lsp
