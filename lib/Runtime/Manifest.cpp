//===- Manifest.cpp - reads and checks a kernel's manifest ----------------===//
// Every value is taken through one of the small readers below, so that a wrong file is refused with
// the path of the key ("variants[2].threads") instead of being half understood.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Manifest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

using namespace mla::runtime;
using nlohmann::json;

static constexpr int kManifestVersion = 1;
/// CUDA's limit on the threads of a block.
static constexpr int64_t kMaxThreads = 1024;

std::string_view Argument::elementType() const {
  std::string_view view = type;
  return kind == ArgumentKind::Pointer ? view.substr(1) : view;
}

int64_t Variant::constant(const std::string &name, int64_t otherwise) const {
  auto found = constants.find(name);
  return found == constants.end() ? otherwise : found->second;
}

std::string Manifest::variantNames() const {
  std::string names;
  for (const Variant &variant : variants)
    names += (names.empty() ? "" : ", ") + variant.arch +
             (variant.kind == ImageKind::Ptx ? " (ptx)" : " (cubin)");
  return names.empty() ? "none" : names;
}

bool mla::runtime::parseArgumentType(std::string_view type, ArgumentKind &kind, int &bytes) {
  struct Entry {
    std::string_view name;
    ArgumentKind kind;
    int bytes;
  };
  static constexpr Entry kScalars[] = {
      {"i1", ArgumentKind::SignedInteger, 1},    {"i8", ArgumentKind::SignedInteger, 1},
      {"i16", ArgumentKind::SignedInteger, 2},   {"i32", ArgumentKind::SignedInteger, 4},
      {"i64", ArgumentKind::SignedInteger, 8},   {"u1", ArgumentKind::UnsignedInteger, 1},
      {"u8", ArgumentKind::UnsignedInteger, 1},  {"u16", ArgumentKind::UnsignedInteger, 2},
      {"u32", ArgumentKind::UnsignedInteger, 4}, {"u64", ArgumentKind::UnsignedInteger, 8},
      {"fp32", ArgumentKind::Float, 4},          {"f32", ArgumentKind::Float, 4},
      {"fp64", ArgumentKind::Float, 8},          {"f64", ArgumentKind::Float, 8}};
  if (type.size() > 1 && type.front() == '*') {
    kind = ArgumentKind::Pointer;
    bytes = 8;
    return true;
  }
  for (const Entry &entry : kScalars) {
    if (entry.name == type) {
      kind = entry.kind;
      bytes = entry.bytes;
      return true;
    }
  }
  return false;
}

bool mla::runtime::parseArchName(std::string_view name, int &major, int &minor,
                                 bool &archSpecific) {
  if (name.substr(0, 3) != "sm_")
    return false;
  int number = 0;
  const char *end = name.data() + name.size();
  auto [rest, error] = std::from_chars(name.data() + 3, end, number);
  if (error != std::errc() || number < 10)
    return false;
  std::string_view suffix(rest, end - rest);
  if (!suffix.empty() && suffix != "a" && suffix != "f")
    return false;
  major = number / 10;
  minor = number % 10;
  archSpecific = !suffix.empty();
  return true;
}

namespace {

/// Reads values out of a JSON tree and keeps the first complaint.
class Reader {
public:
  explicit Reader(std::string origin) : origin(std::move(origin)) {}

  Status status;

  void fail(const std::string &path, const std::string &what) {
    if (status.ok())
      status = Status::error(StatusCode::InvalidManifest, origin + ": key '" + path + "' " + what);
  }

  /// The member `key` of `object`, or nullptr after a complaint.
  const json *member(const json &object, const std::string &path, const char *key) {
    if (!object.is_object()) {
      fail(path, "must be an object, got " + text(object));
      return nullptr;
    }
    auto found = object.find(key);
    if (found == object.end()) {
      fail(join(path, key), "is missing");
      return nullptr;
    }
    return &*found;
  }

  void string(const json &object, const std::string &path, const char *key, std::string &value) {
    const json *found = member(object, path, key);
    if (!found)
      return;
    if (!found->is_string() || found->get_ref<const std::string &>().empty())
      return fail(join(path, key), "must be a non-empty string, got " + text(*found));
    value = found->get<std::string>();
  }

  template <typename Integer>
  void integer(const json &object, const std::string &path, const char *key, int64_t low,
               int64_t high, Integer &value) {
    const json *found = member(object, path, key);
    if (!found)
      return;
    if (!found->is_number_integer() || found->get<int64_t>() < low || found->get<int64_t>() > high)
      return fail(join(path, key), "must be an integer from " + std::to_string(low) + " to " +
                                       std::to_string(high) + ", got " + text(*found));
    value = Integer(found->get<int64_t>());
  }

  void boolean(const json &object, const std::string &path, const char *key, bool &value) {
    const json *found = member(object, path, key);
    if (!found)
      return;
    if (!found->is_boolean())
      return fail(join(path, key), "must be true or false, got " + text(*found));
    value = found->get<bool>();
  }

  const json *array(const json &object, const std::string &path, const char *key) {
    const json *found = member(object, path, key);
    if (found && !found->is_array()) {
      fail(join(path, key), "must be an array, got " + text(*found));
      return nullptr;
    }
    return found;
  }

  static std::string join(const std::string &path, const char *key) {
    return path.empty() ? key : path + "." + key;
  }

  static std::string text(const json &value) {
    std::string dumped = value.dump(-1, ' ', false, json::error_handler_t::replace);
    return dumped.size() > 60 ? dumped.substr(0, 57) + "..." : dumped;
  }

private:
  std::string origin;
};

} // namespace

static void readArgument(Reader &reader, const json &tree, const std::string &path,
                         Argument &argument) {
  reader.string(tree, path, "name", argument.name);
  reader.string(tree, path, "type", argument.type);
  reader.integer(tree, path, "divisibility", 1, int64_t(1) << 30, argument.divisibility);
  if (reader.status.ok() && !parseArgumentType(argument.type, argument.kind, argument.bytes))
    reader.fail(path + ".type",
                "must be a pointer such as '*bf16' or one of i1, i8, i16, i32, i64, "
                "u8, u16, u32, u64, fp32, fp64, got '" +
                    argument.type + "'");
}

/// Index of the argument `name` of a kind that `accepts`, or -1.
static int argumentNamed(const Variant &variant, const std::string &name,
                         bool (*accepts)(ArgumentKind)) {
  for (size_t i = 0; i < variant.arguments.size(); ++i)
    if (variant.arguments[i].name == name && accepts(variant.arguments[i].kind))
      return int(i);
  return -1;
}

static bool isPointer(ArgumentKind kind) { return kind == ArgumentKind::Pointer; }
static bool isInteger(ArgumentKind kind) {
  return kind == ArgumentKind::SignedInteger || kind == ArgumentKind::UnsignedInteger;
}

static bool parseTensorElement(std::string_view type, TensorMap &map) {
  struct Entry {
    std::string_view name;
    TensorElement element;
    int bytes;
  };
  static constexpr Entry kElements[] = {
      {"fp16", TensorElement::Fp16, 2},    {"bf16", TensorElement::Bf16, 2},
      {"fp32", TensorElement::Fp32, 4},    {"fp64", TensorElement::Fp64, 8},
      {"fp8e4nv", TensorElement::Byte, 1}, {"fp8e5", TensorElement::Byte, 1},
      {"i8", TensorElement::Byte, 1},      {"u8", TensorElement::Byte, 1},
      {"i16", TensorElement::Word16, 2},   {"u16", TensorElement::Word16, 2},
      {"i32", TensorElement::Word32, 4},   {"u32", TensorElement::Word32, 4},
      {"i64", TensorElement::Word64, 8},   {"u64", TensorElement::Word64, 8}};
  for (const Entry &entry : kElements) {
    if (entry.name == type) {
      map.element = entry.element;
      map.elementBytes = entry.bytes;
      return true;
    }
  }
  return false;
}

/// `count` names of integer arguments or constants.
static void readTensorSizes(Reader &reader, const json &tree, const std::string &path,
                            const char *key, const Variant &variant, size_t count,
                            std::vector<TensorSize> &sizes) {
  const json *list = reader.array(tree, path, key);
  if (list && list->size() != count)
    return reader.fail(Reader::join(path, key), "must have " + std::to_string(count) +
                                                    " entries, got " + Reader::text(*list));
  for (size_t i = 0; list && i < count; ++i) {
    const json &entry = (*list)[i];
    TensorSize &size = sizes.emplace_back();
    if (entry.is_number_integer() && entry.get<int64_t>() >= 0)
      size.constant = entry.get<int64_t>();
    else if (entry.is_string())
      size.argument = argumentNamed(variant, entry.get<std::string>(), isInteger);
    if (size.argument < 0 && !(entry.is_number_integer() && entry.get<int64_t>() >= 0))
      reader.fail(Reader::join(path, key) + "[" + std::to_string(i) + "]",
                  "must be an integer or name an integer argument, got " + Reader::text(entry));
  }
}

static void readTensorMap(Reader &reader, const json &tree, const std::string &path,
                          const Variant &variant, TensorMap &map) {
  std::string pointer, type;
  reader.string(tree, path, "name", map.name);
  reader.string(tree, path, "pointer", pointer);
  reader.string(tree, path, "type", type);
  reader.integer(tree, path, "swizzle", 0, 128, map.swizzle);
  const json *box = reader.array(tree, path, "box");
  reader.boolean(tree, path, "stores", map.stores);
  if (!reader.status.ok())
    return;
  map.pointer = argumentNamed(variant, pointer, isPointer);
  if (map.pointer < 0)
    return reader.fail(path + ".pointer", "must name a pointer argument, got '" + pointer + "'");
  if (!parseTensorElement(type, map))
    return reader.fail(path + ".type",
                       "must be an element type such as 'bf16', got '" + type + "'");
  if (map.swizzle != 0 && map.swizzle != 32 && map.swizzle != 64 && map.swizzle != 128)
    return reader.fail(path + ".swizzle",
                       "must be 0, 32, 64 or 128, got " + std::to_string(map.swizzle));
  constexpr int64_t kMaxBox = 256;
  bool isBox = !box->empty() && box->size() <= kMaxTensorRank &&
               std::all_of(box->begin(), box->end(), [](const json &extent) {
                 return extent.is_number_integer() && extent.get<int64_t>() >= 1 &&
                        extent.get<int64_t>() <= kMaxBox;
               });
  if (!isBox)
    return reader.fail(path + ".box",
                       "must be 1 to 5 integers from 1 to 256, got " + Reader::text(*box));
  for (const json &extent : *box)
    map.box.push_back(extent.get<uint32_t>());
  readTensorSizes(reader, tree, path, "extents", variant, map.box.size(), map.extents);
  readTensorSizes(reader, tree, path, "strides", variant, map.box.size() - 1, map.strides);
}

static void readConstants(Reader &reader, const json &tree, const std::string &path,
                          Variant &variant) {
  const json *constants = reader.member(tree, path, "constants");
  if (!constants)
    return;
  if (!constants->is_object())
    return reader.fail(path + ".constants", "must be an object, got " + Reader::text(*constants));
  // Launchers only use whole numbers (tile sizes, flags); strings and fractions matter to the
  // compiler alone.
  for (auto &[name, value] : constants->items()) {
    if (value.is_boolean())
      variant.constants[name] = value.get<bool>();
    else if (value.is_number_integer())
      variant.constants[name] = value.get<int64_t>();
  }
}

static void readVariant(Reader &reader, const json &tree, const std::string &path,
                        Variant &variant) {
  std::string kind;
  reader.string(tree, path, "arch", variant.arch);
  reader.string(tree, path, "kind", kind);
  reader.string(tree, path, "entry", variant.entry);
  reader.integer(tree, path, "threads", 1, kMaxThreads, variant.threads);
  reader.integer(tree, path, "num_warps", 1, kMaxThreads / 32, variant.numWarps);
  reader.integer(tree, path, "num_stages", 0, 64, variant.numStages);
  if (tree.contains("cluster"))
    reader.integer(tree, path, "cluster", 1, 16, variant.cluster);
  if (tree.contains("overlaps_previous"))
    reader.boolean(tree, path, "overlaps_previous", variant.overlapsPrevious);
  reader.integer(tree, path, "shared_bytes", 0, int64_t(1) << 20, variant.sharedBytes);
  readConstants(reader, tree, path, variant);
  if (!reader.status.ok())
    return;
  if (!parseArchName(variant.arch, variant.major, variant.minor, variant.archSpecific))
    return reader.fail(path + ".arch",
                       "must be a target such as 'sm_90a', got '" + variant.arch + "'");
  if (kind != "cubin" && kind != "ptx")
    return reader.fail(path + ".kind", "must be 'cubin' or 'ptx', got '" + kind + "'");
  variant.kind = kind == "ptx" ? ImageKind::Ptx : ImageKind::Cubin;

  // The driver decides these for PTX, so they may be null or absent there.
  if (variant.kind == ImageKind::Cubin) {
    reader.integer(tree, path, "registers", 0, 255, variant.registers);
    reader.integer(tree, path, "spill_bytes", 0, int64_t(1) << 24, variant.spillBytes);
  }
  if (auto warnings = tree.find("warnings"); warnings != tree.end() && warnings->is_array()) {
    for (const json &warning : *warnings)
      variant.warnings.push_back(warning.is_string() ? warning.get<std::string>()
                                                     : Reader::text(warning));
  }
  const json *arguments = reader.array(tree, path, "arguments");
  if (arguments && arguments->size() > kMaxArguments)
    return reader.fail(path + ".arguments", "must have at most " + std::to_string(kMaxArguments) +
                                                " entries, got " +
                                                std::to_string(arguments->size()));
  for (size_t i = 0; arguments && i < arguments->size(); ++i)
    readArgument(reader, (*arguments)[i], path + ".arguments[" + std::to_string(i) + "]",
                 variant.arguments.emplace_back());
  // Kernels without bulk tensor copies have no such key.
  const json *maps =
      tree.contains("tensor_maps") ? reader.array(tree, path, "tensor_maps") : nullptr;
  if (maps && maps->size() > kMaxTensorMaps)
    return reader.fail(path + ".tensor_maps", "must have at most " +
                                                  std::to_string(kMaxTensorMaps) +
                                                  " entries, got " + std::to_string(maps->size()));
  for (size_t i = 0; maps && i < maps->size(); ++i)
    readTensorMap(reader, (*maps)[i], path + ".tensor_maps[" + std::to_string(i) + "]", variant,
                  variant.tensorMaps.emplace_back());
}

Status Manifest::parse(std::string_view text, const std::string &origin, Manifest &manifest) {
  json tree;
  try {
    tree = json::parse(text.begin(), text.end());
  } catch (const json::exception &error) {
    return Status::error(StatusCode::InvalidManifest, origin + ": not JSON: " + error.what());
  }
  Manifest result;
  Reader reader(origin);
  int version = 0;
  if (!tree.is_object())
    return Status::error(StatusCode::InvalidManifest,
                         origin + ": must be an object, got " + Reader::text(tree));
  reader.integer(tree, "", "version", kManifestVersion, kManifestVersion, version);
  reader.string(tree, "", "kernel", result.kernel);
  reader.string(tree, "", "source", result.source);
  const json *variants = reader.array(tree, "", "variants");
  if (variants && variants->empty())
    reader.fail("variants", "must name at least one image, got []");
  for (size_t i = 0; variants && i < variants->size(); ++i)
    readVariant(reader, (*variants)[i], "variants[" + std::to_string(i) + "]",
                result.variants.emplace_back());
  if (reader.status.ok())
    manifest = std::move(result);
  return reader.status;
}

Status Manifest::read(const std::string &path, Manifest &manifest) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Status::error(StatusCode::NotFound, path + ": cannot be read");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return parse(text, path, manifest);
}
