//===- KernelFile.cpp - an open kernel file -------------------------------===//
#include "KernelFile.h"

#include "Launches.h"
#include "mla/Frontend/Check.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
namespace protocol = llvm::lsp;

namespace mla::lsp {

/// Descriptions of one variable that are kept; unrolled loops may make many.
static constexpr size_t kMaxDescriptions = 4;
/// Findings that are shown; static_print in an unrolled loop may make many.
static constexpr size_t kMaxFindings = 500;

KernelFile::KernelFile(protocol::URIForFile uri, std::string text)
    : uri(std::move(uri)), text(std::move(text)), positions(this->text), document(this->text) {
  check();
}

/// The place in the file that a location names, innermost first if it is in a helper.
static FileLineColLoc placeOf(mlir::Location location) {
  while (auto call = dyn_cast<CallSiteLoc>(location))
    location = call.getCallee();
  return dyn_cast<FileLineColLoc>(location);
}

static protocol::DiagnosticSeverity severityOf(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return protocol::DiagnosticSeverity::Error;
  case DiagnosticSeverity::Warning:
    return protocol::DiagnosticSeverity::Warning;
  case DiagnosticSeverity::Note:
  case DiagnosticSeverity::Remark:
    return protocol::DiagnosticSeverity::Information;
  }
  llvm_unreachable("all severities have a counterpart");
}

/// Translates a diagnostic, with the calls that led to it and its notes as related places.
static protocol::Diagnostic translate(const mlir::Diagnostic &said, const Positions &positions,
                                      const protocol::URIForFile &uri) {
  auto rangeOf = [&](mlir::Location location) {
    FileLineColLoc place = placeOf(location);
    return place ? positions.tokenRange(positions.offset(place.getLine(), place.getColumn()))
                 : protocol::Range();
  };
  protocol::Diagnostic result;
  result.range = rangeOf(said.getLocation());
  result.severity = severityOf(said.getSeverity());
  result.source = "mla";
  result.message = said.str();
  std::vector<protocol::DiagnosticRelatedInformation> related;
  auto relate = [&](mlir::Location location, std::string message) {
    related.emplace_back(protocol::Location(uri, rangeOf(location)), std::move(message));
  };
  mlir::Location location = said.getLocation();
  while (auto call = dyn_cast<CallSiteLoc>(location)) {
    relate(call.getCaller(), "called from here");
    location = call.getCaller();
  }
  for (const mlir::Diagnostic &note : said.getNotes())
    relate(note.getLocation(), note.str());
  if (!related.empty())
    result.relatedInformation = std::move(related);
  return result;
}

/// Keeps a finding unless there is one like it: launches that differ in types find the same error
/// in other words.
void KernelFile::note(protocol::Diagnostic finding) {
  auto isLike = [&](const protocol::Diagnostic &other) {
    return other.range == finding.range && other.severity == finding.severity &&
           (finding.severity == protocol::DiagnosticSeverity::Error ||
            other.message == finding.message);
  };
  if (found.size() < kMaxFindings && llvm::none_of(found, isLike))
    found.push_back(std::move(finding));
}

void KernelFile::check() {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &said) {
    note(translate(said, positions, uri));
    return success();
  });
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBuffer(text, uri.file(), /*RequiresNullTerminator=*/false), {});
  auto onVariable = [this](size_t offset, std::string description) {
    std::vector<std::string> &known = variables[offset];
    if (known.size() < kMaxDescriptions && !llvm::is_contained(known, description))
      known.push_back(std::move(description));
  };
  frontend::check(sources, findLaunches(uri.file()), onVariable, context);
  llvm::sort(found, [](const protocol::Diagnostic &a, const protocol::Diagnostic &b) {
    return std::tie(a.range, a.message) < std::tie(b.range, b.message);
  });
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

std::optional<protocol::Hover> KernelFile::hover(protocol::Position position) const {
  std::optional<frontend::Meaning> meaning = document.meaningAt(positions.offset(position));
  if (!meaning)
    return std::nullopt;
  protocol::Hover hover(positions.range(meaning->span.begin, meaning->span.end));
  hover.contents.value = meaning->text;
  if (auto it = variables.find(meaning->span.begin); it != variables.end())
    for (const std::string &description : it->second)
      hover.contents.value += "\n`" + description + "`\n";
  return hover;
}

std::vector<protocol::Location> KernelFile::definition(protocol::Position position) const {
  std::optional<frontend::Meaning> meaning = document.meaningAt(positions.offset(position));
  if (!meaning || !meaning->definition)
    return {};
  return {{uri, positions.range(meaning->definition->begin, meaning->definition->end)}};
}

static protocol::CompletionItemKind kindOf(frontend::Suggestion::Kind kind) {
  using Kind = frontend::Suggestion::Kind;
  switch (kind) {
  case Kind::Function:
    return protocol::CompletionItemKind::Function;
  case Kind::Method:
    return protocol::CompletionItemKind::Method;
  case Kind::Module:
    return protocol::CompletionItemKind::Module;
  case Kind::Type:
    return protocol::CompletionItemKind::Class;
  case Kind::Property:
    return protocol::CompletionItemKind::Property;
  case Kind::Constant:
    return protocol::CompletionItemKind::Constant;
  case Kind::Variable:
  case Kind::Parameter:
    return protocol::CompletionItemKind::Variable;
  case Kind::Keyword:
    return protocol::CompletionItemKind::Keyword;
  }
  llvm_unreachable("all kinds have a counterpart");
}

protocol::CompletionList KernelFile::completion(protocol::Position position) const {
  protocol::CompletionList list;
  for (frontend::Suggestion &each : document.suggestionsAt(positions.offset(position))) {
    protocol::CompletionItem item(each.name, kindOf(each.kind));
    item.detail = std::move(each.detail);
    if (!each.text.empty())
      item.documentation = protocol::MarkupContent{protocol::MarkupKind::Markdown, each.text};
    list.items.push_back(std::move(item));
  }
  return list;
}

protocol::SignatureHelp KernelFile::signatureHelp(protocol::Position position) const {
  protocol::SignatureHelp help;
  std::optional<frontend::CallHelp> call = document.callAt(positions.offset(position));
  if (!call)
    return help;
  protocol::SignatureInformation signature;
  signature.label = call->form.label;
  signature.documentation = call->form.text;
  for (frontend::Span span : call->form.parameters) {
    protocol::ParameterInformation parameter;
    parameter.labelString = signature.label.substr(span.begin, span.end - span.begin);
    signature.parameters.push_back(std::move(parameter));
  }
  help.signatures.push_back(std::move(signature));
  help.activeParameter = call->active;
  return help;
}

std::vector<protocol::DocumentSymbol> KernelFile::symbols() const {
  std::vector<protocol::DocumentSymbol> all;
  for (const frontend::Symbol &symbol : document.symbols()) {
    bool isConstant = symbol.kind == frontend::Symbol::Kind::Constant;
    protocol::DocumentSymbol &each = all.emplace_back(
        symbol.name, isConstant ? protocol::SymbolKind::Constant : protocol::SymbolKind::Function,
        positions.range(symbol.whole.begin, symbol.whole.end),
        positions.range(symbol.span.begin, symbol.span.end));
    if (symbol.kind == frontend::Symbol::Kind::Kernel)
      each.detail = "kernel";
  }
  return all;
}

} // namespace mla::lsp
