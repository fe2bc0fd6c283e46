//===- KernelFile.h - an open kernel file ---------------------------------===//
// Answers the protocol's questions about one text by asking the front end.
#pragma once

#include "Positions.h"
#include "mla/Frontend/Document.h"
#include <map>
#include <optional>
#include <string>

namespace mla::lsp {

class KernelFile {
public:
  /// Checks the text.
  KernelFile(llvm::lsp::URIForFile uri, std::string text);

  /// What the front end finds wrong, in the order of the text; one error at a place.
  const std::vector<llvm::lsp::Diagnostic> &diagnostics() const { return found; }
  /// What the name at a place means; with its types, if they are known.
  std::optional<llvm::lsp::Hover> hover(llvm::lsp::Position position) const;
  /// Where the name at a place is defined.
  std::vector<llvm::lsp::Location> definition(llvm::lsp::Position position) const;
  llvm::lsp::CompletionList completion(llvm::lsp::Position position) const;
  llvm::lsp::SignatureHelp signatureHelp(llvm::lsp::Position position) const;
  std::vector<llvm::lsp::DocumentSymbol> symbols() const;

private:
  void check();
  void note(llvm::lsp::Diagnostic finding);

  llvm::lsp::URIForFile uri;
  std::string text;
  Positions positions;
  frontend::Document document;
  std::vector<llvm::lsp::Diagnostic> found;
  /// What the variable at an offset is, where that is known; differing launches may differ.
  std::map<size_t, std::vector<std::string>> variables;
};

} // namespace mla::lsp
