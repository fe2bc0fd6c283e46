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
  for (size_t i = 0; arguments && i < arguments->size(); ++i)
    readArgument(reader, (*arguments)[i], path + ".arguments[" + std::to_string(i) + "]",
                 variant.arguments.emplace_back());
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
