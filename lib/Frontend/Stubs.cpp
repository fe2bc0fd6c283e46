//===- Stubs.cpp - the language as Python stubs ---------------------------===//
// For editors and type checkers only: nothing in them runs. Arguments are not typed, since numbers,
// constants and tiles may stand for each other; names, defaults and results are.
#include "Describe.h"
#include "Members.h"
#include "mla/Frontend/Reference.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mla::frontend;
using Which = ModuleObject::Which;

/// Number of elements of "(a, b[c, d]) …" or "2 × a", 0 if the result is no tuple.
static unsigned tupleElements(StringRef result) {
  unsigned count = 0;
  StringRef rest = result;
  if (!rest.consumeInteger(10, count) && rest.starts_with(" ×"))
    return count;
  if (!result.starts_with("("))
    return 0;
  count = 1;
  for (int depth = 0; char c : result) {
    depth += c == '(' || c == '[';
    depth -= c == ')' || c == ']';
    count += c == ',' && depth == 1;
    if (depth == 0)
      break;
  }
  return count;
}

/// What the table's `Result` is in Python.
static std::string pythonResult(StringRef result) {
  if (result == "None" || result == "tensor descriptor")
    return result == "None" ? "None" : "tensor_descriptor";
  if (result == "block pointer" || result == "type")
    return result == "type" ? "_dtype" : "_block_pointer";
  if (result.starts_with("constant") || result == "value" || result.contains("a tuple") ||
      result.contains("iterator"))
    return "Any";
  unsigned elements = tupleElements(result);
  if (!elements)
    return "_tile";
  std::string text = "builtins.tuple[_tile";
  for (unsigned i = 1; i < elements; ++i)
    text += ", _tile";
  return text + "]";
}

/// Docstring: text, result, example.
static void printDocstring(raw_ostream &os, const BuiltinInfo &info, StringRef indent) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << info.doc << "\n\nResult: " << info.result << ".\n\nExample:\n";
  SmallVector<StringRef> example;
  StringRef(info.example).split(example, '\n');
  for (StringRef line : example)
    stream << "    " << line << '\n';
  SmallVector<StringRef> lines;
  StringRef(text).rtrim().split(lines, '\n');
  os << indent << "\"\"\"";
  for (auto [i, line] : llvm::enumerate(lines)) {
    if (i && !line.empty())
      os << indent;
    for (char c : line) {
      if (c == '\\' || c == '"')
        os << '\\';
      os << c;
    }
    os << '\n';
  }
  os << indent << "\"\"\"\n";
}

/// A function, or with a receiver ("self" or "cls") a method, which is `parameters` without it.
static void printFunction(raw_ostream &os, const BuiltinInfo &info, StringRef receiver,
                          StringRef parameters) {
  StringRef indent = receiver.empty() ? "" : "    ";
  os << '\n' << indent << "def " << info.name << "(" << receiver;
  if (!receiver.empty() && !parameters.empty())
    os << ", ";
  os << parameters << ") -> " << pythonResult(info.result) << ":\n";
  printDocstring(os, info, indent.empty() ? "    " : "        ");
}

/// Built-ins of some homes, by name.
static std::vector<const BuiltinInfo *> builtinsIn(ArrayRef<BuiltinHome> homes) {
  std::vector<const BuiltinInfo *> found;
  for (const BuiltinInfo &info : builtins())
    if (llvm::is_contained(homes, info.home))
      found.push_back(&info);
  llvm::sort(found, [](const BuiltinInfo *a, const BuiltinInfo *b) {
    return StringRef(a->name) < StringRef(b->name);
  });
  return found;
}

static void printMethods(raw_ostream &os, ArrayRef<BuiltinHome> homes) {
  for (const BuiltinInfo *info : builtinsIn(homes))
    printFunction(os, *info, "self",
                  takesReceiver(info->home) ? parametersWithoutReceiver(*info) : info->parameters);
}

/// ml.gather is a function and has functions.
static void printGather(raw_ostream &os) {
  os << "\n\nclass _gather:\n    \"\"\"Elements by index, and rows of caches.\"\"\"\n";
  BuiltinInfo call = *findBuiltin("gather", BuiltinHome::Both);
  call.name = "__call__";
  printFunction(os, call, "self", call.parameters);
  printMethods(os, BuiltinHome::GatherModule);
  os << "\n\ngather: _gather\n";
}

static constexpr StringLiteral kHeading =
    "# Made from the compiler's table of built-ins by mla-language. For editors and type checkers; "
    "kernels are\n"
    "# compiled from their text and nothing here runs.\n";

/// Names of the classes below that functions refer to.
static constexpr StringLiteral kClassNames = "_block_pointer, _dtype, _tile, tensor_descriptor";

/// Python's operators on tiles. Comparison gives a tile too.
static void printOperators(raw_ostream &os) {
  for (StringRef name : {"add", "sub", "mul", "truediv", "floordiv", "mod", "lshift", "rshift",
                         "and", "or", "xor"}) {
    os << "    def __" << name << "__(self, other) -> _tile: ...\n";
    os << "    def __r" << name << "__(self, other) -> _tile: ...\n";
  }
  for (StringRef name : {"lt", "le", "gt", "ge"})
    os << "    def __" << name << "__(self, other) -> _tile: ...\n";
  for (StringRef name : {"eq", "ne"})
    os << "    def __" << name << "__(self, other) -> _tile: ...  # type: ignore[override]\n";
  for (StringRef name : {"neg", "pos", "invert"})
    os << "    def __" << name << "__(self) -> _tile: ...\n";
  os << "    def __getitem__(self, index) -> _tile: ...\n"
        "    def __index__(self) -> int: ...\n"
        "    def __bool__(self) -> bool: ...\n";
}

/// The class of a kind of values: properties, operators, methods.
static void printClass(raw_ostream &os, ValueKind kind) {
  const MemberContents &contents = membersOf(kind);
  os << "\n\nclass " << contents.className << (kind == ValueKind::Type ? "(type)" : "")
     << ":\n    \"\"\"" << contents.doc << "\"\"\"\n\n";
  for (const Property &property : contents.properties)
    os << "    @property\n    def " << property.name << "(self) -> " << property.type
       << ":\n        \"\"\"" << property.doc << "\"\"\"\n";
  if (kind == ValueKind::Tile)
    printOperators(os);
  if (kind == ValueKind::View)
    os << "    def __getitem__(self, index) -> Any:\n"
          "        \"\"\"A slice, for load and store.\"\"\"\n";
  printMethods(os, contents.homes);
}

/// An import under another name, such as tensor's, is only exported by a list of exports.
static void printExports(raw_ostream &os) {
  os << "\n__all__ = [";
  for (auto [i, name] : llvm::enumerate(memberNames(Which::Language)))
    os << (i % 8 ? " " : "\n    ") << '"' << name << "\",";
  os << "\n]\n";
}

/// Types, values and what belongs to them.
static void printClasses(raw_ostream &os) {
  for (ValueKind kind : {ValueKind::Type, ValueKind::Tile, ValueKind::View, ValueKind::BlockPointer,
                         ValueKind::Descriptor})
    printClass(os, kind);
  os << "\n\nclass PropagateNan:\n    \"\"\"What maximum, minimum and clamp do with NaN.\"\"\"\n\n"
        "    NONE: int\n    ALL: int\n";
  os << "\n\n# `ml.tensor[ml.bfloat16, 'ROWS', 576]` is an array of bfloat16: a class for each "
        "type, with _dtype as its class.\n"
        "tuple = builtins.tuple\ndtype = _dtype\n\n";
  for (StringRef name : dtypeNames()) {
    DType type = *dtypeFromName(name);
    os << "\nclass " << name << "(_view, metaclass=_dtype):\n    \"\"\"" << type.shortName()
       << " in signatures, " << type.bits() << " bits.\"\"\"\n\n";
    os << dtypeAlias(type) << " = " << name << '\n';
  }
  const BuiltinInfo &constexprInfo = *findBuiltin("constexpr", BuiltinHome::Language);
  os << "\n\nclass constexpr(Any):\n";
  printDocstring(os, constexprInfo, "    ");
  os << "    def __init__(self, " << constexprInfo.parameters << ") -> None: ...\n";
}

/// Writes the stubs of a module and of those in it.
static void addModule(Which module, const std::string &folder, const std::string &dotted,
                      llvm::SmallDenseMap<unsigned, std::string> &known,
                      std::vector<StubFile> &files) {
  known[module] = dotted;
  ModuleContents contents = contentsOf(module);
  std::string text;
  llvm::raw_string_ostream os(text);
  bool isLanguage = module == Which::Language;
  os << kHeading;
  if (isLanguage)
    os << "import builtins\nfrom typing import Annotated as tensor, Any\n\n";
  else if (!contents.homes.empty())
    os << "import builtins\nfrom typing import Any\n\nfrom mla.language import " << kClassNames
       << '\n';
  bool isPackage = false;
  for (auto [name, inner] : contents.modules) {
    if (inner == Which::PropagateNan || inner == Which::Gather)
      continue;
    isPackage = true;
    os << "from " << dotted << " import " << name << " as " << name << '\n';
    if (auto it = known.find(inner); it != known.end()) {
      files.push_back({folder + "/" + name.str() + ".pyi",
                       (kHeading + "from " + it->second + " import *\n").str()});
      continue;
    }
    bool innerIsPackage = !contentsOf(inner).modules.empty();
    addModule(inner, folder + "/" + name.str() + (innerIsPackage ? "" : ".pyi"),
              dotted + "." + name.str(), known, files);
  }
  if (isLanguage) {
    printExports(os);
    printClasses(os);
  }
  for (const BuiltinInfo *info : builtinsIn(contents.homes))
    if (StringRef(info->name) == "gather")
      printGather(os);
    else if (StringRef(info->name) != "constexpr")
      printFunction(os, *info, "", info->parameters);
  files.push_back({isPackage ? folder + "/__init__.pyi" : folder, std::move(text)});
}

std::vector<StubFile> mla::frontend::stubFiles() {
  std::vector<StubFile> files;
  llvm::SmallDenseMap<unsigned, std::string> known;
  addModule(Which::Language, "mla/language", "mla.language", known, files);
  std::string package;
  llvm::raw_string_ostream os(package);
  os << kHeading
     << "from typing import Any\n\nfrom mla import language as language\n"
        "from mla.language import cdiv as cdiv\n\n\n"
        "def kernel(function=None, *, num_warps=None, num_stages=None) -> Any:\n"
        "    \"\"\"Marks a kernel. num_warps and num_stages are hints.\"\"\"\n\n\n"
        "def jit(function=None, *, num_warps=None, num_stages=None) -> Any:\n"
        "    \"\"\"Marks a helper that kernels call, or a kernel.\"\"\"\n\n\n"
        "def constexpr_function(function=None) -> Any:\n"
        "    \"\"\"Marks a function that is run at compile time.\"\"\"\n";
  files.push_back({"mla/__init__.pyi", std::move(package)});
  return files;
}
