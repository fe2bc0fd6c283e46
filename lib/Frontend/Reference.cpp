//===- Reference.cpp - the language as Markdown ---------------------------===//
#include "mla/Frontend/Reference.h"

#include "Describe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mla::frontend;

namespace {
/// Entries of Language.td.
struct ChapterInfo {
  uint16_t position;
  const char *title, *text;
};
struct RefusalInfo {
  const char *form, *instead;
};
} // namespace

/// Position of the chapter that lists what is refused.
static constexpr uint16_t kRefusedChapter = 1000;

namespace {
#define GET_ChapterTable_IMPL
#define GET_RefusalTable_IMPL
#include "Builtins.inc"
} // namespace

static std::vector<ChapterInfo> chapters() {
  std::vector<ChapterInfo> all(std::begin(ChapterTable), std::end(ChapterTable));
  llvm::sort(all,
             [](const ChapterInfo &a, const ChapterInfo &b) { return a.position < b.position; });
  return all;
}

/// What an entry is called: "ml.attn.mask".
static std::string entryName(const BuiltinInfo &info) {
  Spelling spelling = spellings(info).front();
  return spelling.prefix + spelling.name.str();
}

static void printTypes(raw_ostream &os) {
  os << "| type | short | in signatures | bits |\n|---|---|---|---|\n";
  for (StringRef name : dtypeNames()) {
    DType type = *dtypeFromName(name);
    os << "| `ml." << name << "` | `ml." << dtypeAlias(type) << "` | `" << type.shortName()
       << "` | " << type.bits() << " |\n";
  }
}

static void printRefusals(raw_ostream &os) {
  os << "\n| form | instead |\n|---|---|\n";
  for (const RefusalInfo &refusal : RefusalTable)
    os << "| " << refusal.form << " | " << refusal.instead << " |\n";
}

/// Built-ins of a chapter, by name.
static std::vector<const BuiltinInfo *> builtinsOf(const ChapterInfo &chapter) {
  std::vector<const BuiltinInfo *> found;
  for (const BuiltinInfo &info : builtins())
    if (info.chapter == chapter.position)
      found.push_back(&info);
  llvm::sort(found, [](const BuiltinInfo *a, const BuiltinInfo *b) {
    return entryName(*a) < entryName(*b);
  });
  return found;
}

/// Anchor that Markdown viewers give a heading of this name.
static std::string anchor(StringRef name) {
  std::string result;
  for (char c : name.lower())
    if (llvm::isAlnum(c) || c == '_' || c == '-')
      result += c;
    else if (c == ' ')
      result += '-';
  return result;
}

static void printChapter(raw_ostream &os, const ChapterInfo &chapter) {
  static constexpr StringLiteral kTypes = "{types}\n";
  os << "\n## " << chapter.title << '\n';
  StringRef text = StringRef(chapter.text).trim();
  auto [before, after] = text.split(kTypes);
  if (!text.empty())
    os << '\n' << before;
  if (!after.empty()) {
    printTypes(os);
    os << after;
  }
  if (!text.empty())
    os << '\n';
  if (chapter.position == kRefusedChapter)
    printRefusals(os);
  for (const BuiltinInfo *info : builtinsOf(chapter))
    os << "\n### `" << entryName(*info) << "`\n\n" << describe(*info);
}

void mla::frontend::printReference(raw_ostream &os) {
  os << "# The kernel language\n\n"
        "This page is made from the compiler's own table of built-ins; every example in it is "
        "compiled by a test.\n"
        "Where a name is Triton's, its meaning is that of Triton 3.6 unless its text says "
        "otherwise.\n\n";
  for (const ChapterInfo &chapter : chapters()) {
    os << "- [" << chapter.title << "](#" << anchor(chapter.title) << ")";
    const char *separator = ": ";
    for (const BuiltinInfo *info : builtinsOf(chapter)) {
      std::string name = entryName(*info);
      os << separator << "[" << info->name << "](#" << anchor(name) << ")";
      separator = ", ";
    }
    os << '\n';
  }
  for (const ChapterInfo &chapter : chapters())
    printChapter(os, chapter);
}

std::string mla::frontend::referenceOf(StringRef name, std::string &similar) {
  std::string text;
  std::vector<std::string> names;
  for (const BuiltinInfo &info : builtins()) {
    bool isMeant = info.name == name;
    for (const Spelling &spelling : spellings(info)) {
      StringRef full = names.emplace_back(spelling.prefix + spelling.name.str());
      isMeant |= full == name || (full.consume_front("ml.") && full == name);
    }
    names.push_back(info.name);
    if (isMeant)
      text += (text.empty() ? "### `" : "\n### `") + entryName(info) + "`\n\n" + describe(info);
  }
  similar = similarName(name, SmallVector<StringRef>(names.begin(), names.end()));
  return text;
}
