//===- Arguments.cpp - what a kernel is launched with ---------------------===//
// See Arguments.h.
#include "Arguments.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ToolOutputFile.h"
#include <cmath>
#include <cstring>

using namespace mla::interp;
using llvm::StringRef;
using llvm::Twine;

namespace mla::arguments {

namespace {
/// A type of the language.
struct TypeName {
  StringRef name;
  Element element;
};
} // namespace

static constexpr TypeName kTypes[] = {
    {"i1", Element::I1},    {"i8", Element::I8},        {"i16", Element::I16},
    {"i32", Element::I32},  {"i64", Element::I64},      {"u8", Element::I8},
    {"u16", Element::I16},  {"u32", Element::I32},      {"u64", Element::I64},
    {"fp16", Element::F16}, {"bf16", Element::BF16},    {"fp32", Element::F32},
    {"fp64", Element::F64}, {"fp8e4nv", Element::E4M3}, {"fp8e5", Element::E5M2}};

static llvm::Error makeError(const Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

std::optional<Element> findType(StringRef name) {
  for (const TypeName &type : kTypes)
    if (type.name == name)
      return type.element;
  return std::nullopt;
}

static std::string typeNames() {
  return llvm::join(llvm::map_range(kTypes, [](const TypeName &type) { return type.name; }), ", ");
}

/// The bits of a number as it is written.
static llvm::Expected<uint64_t> parseNumber(StringRef text, Element element) {
  text = text.trim();
  if (!isFloat(element)) {
    int64_t number;
    uint64_t large;
    if (!text.getAsInteger(0, number))
      return uint64_t(number);
    if (!text.getAsInteger(0, large))
      return large;
    return makeError("expected an integer, got '" + text + "'");
  }
  double number;
  std::string lower = text.lower();
  if (lower == "nan")
    number = std::nan("");
  else if (lower == "inf" || lower == "-inf")
    number = lower == "inf" ? INFINITY : -INFINITY;
  else if (text.getAsDouble(number))
    return makeError("expected a number, got '" + text + "'");
  Tile tile(element, {});
  if (element == Element::F64)
    tile.makeDoubles()[0] = number;
  else
    tile.makeFloats()[0] = roundFromDouble(element, number);
  return tile.toBits()[0];
}

namespace {
/// One argument of the command line.
struct Spec {
  StringRef name;
  bool isPointer = false;
  Element element;
  StringRef value; ///< behind the type: ":1,2", "@file", ":64?"
};
} // namespace

static llvm::Expected<Spec> parseSpec(StringRef text) {
  auto [name, rest] = text.split('=');
  Spec spec;
  spec.name = name.trim();
  spec.isPointer = rest.consume_front("*");
  size_t end = rest.find_first_of(":@");
  std::optional<Element> element = findType(rest.take_front(end).trim());
  if (spec.name.empty() || end == StringRef::npos)
    return makeError("--argument expects NAME=TYPE:VALUE or NAME=*TYPE:VALUES, got '" + text + "'");
  if (!element)
    return makeError("--argument '" + text + "': unknown type '" + rest.take_front(end) +
                     "', allowed: " + typeNames());
  spec.element = *element;
  spec.value = rest.drop_front(end);
  return spec;
}

/// Of an array that no file holds.
static constexpr int64_t kMaxElements = int64_t(1) << 30;

static llvm::Error fillArray(const Spec &spec, int64_t alignment, Memory &memory) {
  unsigned bytes = bytesOf(spec.element);
  StringRef value = spec.value;
  if (value.consume_front("@")) {
    auto file = llvm::MemoryBuffer::getFile(value, /*IsText=*/false, false);
    if (!file)
      return makeError("cannot read '" + value + "' of argument '" + spec.name +
                       "': " + file.getError().message());
    StringRef content = (*file)->getBuffer();
    Allocation &array =
        memory.allocate(spec.name, spec.element, content.size(), alignment, /*init=*/true);
    std::memcpy(array.bytes.data(), content.data(), content.size());
    return llvm::Error::success();
  }
  value.consume_front(":");
  if (value.consume_back("?")) {
    int64_t count;
    if (value.getAsInteger(10, count) || count < 0 || count > kMaxElements)
      return makeError("argument '" + spec.name + "': expected a count up to " +
                       Twine(kMaxElements) + " before '?', got '" + value + "'");
    memory.allocate(spec.name, spec.element, count * bytes, alignment, /*init=*/false);
    return llvm::Error::success();
  }
  llvm::SmallVector<StringRef> numbers;
  value.split(numbers, ',', -1, /*KeepEmpty=*/false);
  Allocation &array = memory.allocate(spec.name, spec.element, int64_t(numbers.size()) * bytes,
                                      alignment, /*init=*/true);
  for (auto [index, text] : llvm::enumerate(numbers)) {
    llvm::Expected<uint64_t> bits = parseNumber(text, spec.element);
    if (!bits)
      return makeError("argument '" + spec.name + "': " + llvm::toString(bits.takeError()));
    std::memcpy(array.bytes.data() + index * bytes, &*bits, bytes);
  }
  return llvm::Error::success();
}

static llvm::Expected<Tile> makeArgument(const Spec &spec, const Parameter &parameter,
                                         Memory &memory) {
  if (spec.isPointer != parameter.isPointer)
    return makeError("argument '" + spec.name + "' of the kernel is " +
                     (spec.isPointer ? "no pointer" : "a pointer: write *TYPE"));
  if (!parameter.element || bytesOf(*parameter.element) != bytesOf(spec.element) ||
      isFloat(*parameter.element) != isFloat(spec.element))
    return makeError("the type of argument '" + spec.name + "' is not the kernel's");
  if (spec.isPointer) {
    int64_t alignment = std::max<int64_t>(parameter.divisibility, bytesOf(spec.element));
    if (llvm::Error error = fillArray(spec, alignment, memory))
      return std::move(error);
    return Tile::integer(Element::Ptr, memory.all().back().address);
  }
  llvm::Expected<uint64_t> bits = parseNumber(spec.value.drop_front(), *parameter.element);
  if (!bits)
    return makeError("argument '" + spec.name + "': " + llvm::toString(bits.takeError()));
  return Tile::fromBits(*parameter.element, {}, {*bits});
}

llvm::Expected<std::vector<Tile>> makeArguments(llvm::ArrayRef<Parameter> parameters,
                                                llvm::ArrayRef<std::string> specs, Memory &memory) {
  auto nameOf = [](const Parameter &parameter) { return parameter.name; };
  llvm::SmallVector<Spec> parsed;
  for (const std::string &text : specs) {
    llvm::Expected<Spec> spec = parseSpec(text);
    if (!spec)
      return spec.takeError();
    if (!llvm::is_contained(llvm::map_range(parameters, nameOf), spec->name))
      return makeError("the kernel has no argument '" + spec->name +
                       "', it has: " + llvm::join(llvm::map_range(parameters, nameOf), ", "));
    parsed.push_back(*spec);
  }
  std::vector<Tile> arguments;
  for (const Parameter &parameter : parameters) {
    auto spec =
        llvm::find_if(parsed, [&](const Spec &other) { return other.name == parameter.name; });
    if (spec == parsed.end())
      return makeError("argument '" + parameter.name + "' is missing: --argument " +
                       parameter.name + "=…");
    llvm::Expected<Tile> argument = makeArgument(*spec, parameter, memory);
    if (!argument)
      return argument.takeError();
    arguments.push_back(std::move(*argument));
  }
  return arguments;
}

llvm::Expected<std::array<int64_t, 3>> parseGrid(StringRef text) {
  std::array<int64_t, 3> grid = {1, 1, 1};
  llvm::SmallVector<StringRef> parts;
  text.split(parts, ',');
  bool isGrid = parts.size() <= 3;
  for (size_t i = 0; isGrid && i < parts.size(); ++i)
    isGrid = !parts[i].trim().getAsInteger(10, grid[i]) && grid[i] >= 0;
  if (!isGrid)
    return makeError("--grid expects one to three numbers of at least 0, got '" + text + "'");
  return grid;
}

llvm::Error saveArrays(StringRef folder, const Memory &memory) {
  for (const Allocation &array : memory.all()) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, array.name + ".bin");
    std::error_code code;
    llvm::ToolOutputFile file(path, code, llvm::sys::fs::OF_None);
    if (code)
      return llvm::createStringError(code, "cannot write '" + path.str() + "'");
    file.os().write(reinterpret_cast<const char *>(array.bytes.data()), array.bytes.size());
    file.os().flush();
    if (std::error_code failed = file.os().error()) {
      file.os().clear_error();
      return llvm::createStringError(failed, "cannot write '" + path.str() + "'");
    }
    file.keep();
  }
  return llvm::Error::success();
}

/// The name that stands for every array.
static constexpr llvm::StringLiteral kAll = "all";

llvm::Error checkNames(llvm::ArrayRef<std::string> names, const Memory &memory) {
  for (const std::string &name : names) {
    if (name == kAll ||
        llvm::any_of(memory.all(), [&](const Allocation &array) { return array.name == name; }))
      continue;
    std::string allowed;
    for (const Allocation &array : memory.all())
      allowed += "'" + array.name + "', ";
    return makeError("--print expects names of arrays, " + allowed + "'all', got '" + name + "'");
  }
  return llvm::Error::success();
}

static void printArray(llvm::raw_ostream &os, const Allocation &array) {
  unsigned bytes = bytesOf(array.element);
  std::vector<uint64_t> bits(array.numElements());
  for (size_t i = 0; i < bits.size(); ++i)
    std::memcpy(&bits[i], array.bytes.data() + i * bytes, bytes);
  Tile tile = Tile::fromBits(array.element, {array.numElements()}, bits);
  os << array.name << " = [";
  for (size_t i = 0; i < bits.size(); ++i) {
    bool isWritten = array.written.empty() || array.written[i * bytes];
    os << (i ? ", " : "") << (isWritten ? tile.elementText(i) : "?");
  }
  os << "]\n";
}

void printArrays(llvm::raw_ostream &os, llvm::ArrayRef<std::string> names, const Memory &memory) {
  for (const Allocation &array : memory.all())
    if (llvm::is_contained(names, kAll) || llvm::is_contained(names, array.name))
      printArray(os, array);
}

} // namespace mla::arguments
