//===- Positions.cpp - places in a text, as the protocol counts them ------===//
#include "Positions.h"

#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using llvm::StringRef;

namespace mla::lsp {

/// UTF-16 units of the character that begins with `byte`; 0 for a byte inside of one.
static int unitsOf(unsigned char byte) {
  if ((byte & 0xc0) == 0x80)
    return 0;
  return byte >= 0xf0 ? 2 : 1;
}

Positions::Positions(StringRef text) : text(text) {
  lineStarts.push_back(0);
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
      lineStarts.push_back(i + 1);
}

StringRef Positions::lineAt(size_t index) const {
  size_t end = index + 1 < lineStarts.size() ? lineStarts[index + 1] : text.size();
  return text.slice(lineStarts[index], end).rtrim("\r\n");
}

llvm::lsp::Position Positions::position(size_t offset) const {
  offset = std::min(offset, text.size());
  size_t line =
      std::upper_bound(lineStarts.begin(), lineStarts.end(), offset) - lineStarts.begin() - 1;
  int units = 0;
  for (char byte : text.slice(lineStarts[line], offset))
    units += unitsOf(byte);
  return {int(line), units};
}

size_t Positions::offset(llvm::lsp::Position position) const {
  if (position.line < 0)
    return 0;
  if (size_t(position.line) >= lineStarts.size())
    return text.size();
  StringRef line = lineAt(position.line);
  size_t at = 0;
  for (int units = 0; at < line.size(); ++at) {
    units += unitsOf(line[at]);
    if (units > position.character)
      break;
  }
  return lineStarts[position.line] + at;
}

size_t Positions::offset(unsigned line, unsigned column) const {
  if (line < 1 || line > lineStarts.size())
    return text.size();
  return std::min(lineStarts[line - 1] + std::max(column, 1u) - 1, text.size());
}

llvm::lsp::Range Positions::tokenRange(size_t offset) const {
  StringRef name = text.substr(offset).take_while(
      [](char c) { return llvm::isAlnum(c) || c == '_' || (c & 0x80); });
  return range(offset, offset + std::max<size_t>(name.size(), 1));
}

} // namespace mla::lsp
