//===- Document.h - places of a kernel file, for editors ------------------===//
// Works on tokens alone, so that it answers about text that does not compile, as text in an editor
// mostly is.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mla::frontend {

/// The part [begin, end) of the text.
struct Span {
  size_t begin = 0, end = 0;
};

/// What a name means.
struct Meaning {
  /// Where the name stands.
  Span span;
  /// For people, in Markdown.
  std::string text;
  /// Where it is defined, if that is in the file.
  std::optional<Span> definition;
};

/// A name that could stand somewhere.
struct Suggestion {
  enum class Kind : uint8_t {
    Function,
    Method,
    Module,
    Type,
    Property,
    Constant,
    Variable,
    Parameter,
    Keyword
  };
  std::string name;
  Kind kind;
  /// A line about it, and more in Markdown.
  std::string detail = {}, text = {};
};

/// A call that is being written.
struct CallForm {
  /// "ml.load(pointer, …)"
  std::string label;
  /// Where the parameters stand in the label.
  std::vector<Span> parameters;
  std::string text;
};
struct CallHelp {
  /// As one calls a value's function or a module's.
  CallForm form;
  /// The parameter that the place belongs to; as many as there are if to none.
  size_t active = 0;
};

/// A function or constant of the file.
struct Symbol {
  enum class Kind : uint8_t { Kernel, Function, Constant };
  std::string name;
  Kind kind;
  /// The name, and all of the definition.
  Span span, whole;
};

class Document {
public:
  class Impl;

  /// `text` must outlive the document.
  explicit Document(llvm::StringRef text);
  ~Document();

  /// The name at or just before `offset`.
  std::optional<Meaning> meaningAt(size_t offset) const;
  /// What could be written at `offset`, whatever letters are there already.
  std::vector<Suggestion> suggestionsAt(size_t offset) const;
  /// The innermost call whose parentheses `offset` is in.
  std::optional<CallHelp> callAt(size_t offset) const;
  std::vector<Symbol> symbols() const;

private:
  std::optional<Meaning> meaningOfKeyword(size_t token) const;

  std::unique_ptr<Impl> impl;
};

} // namespace mla::frontend
