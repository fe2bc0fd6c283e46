//===- Manifest.cpp - what a launcher has to know about each image --------===//
// Gathers a kernel's attributes and prints the manifest with its keys in a fixed order, so that
// equal kernels have equal manifests.

#include "mla/Target/Manifest.h"

#include "mla/Dialect/Sm/Sm.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mla/Transforms/TransformKinds.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include <nlohmann/json.hpp>

using namespace mlir;
using nlohmann::ordered_json;

namespace mla {

static constexpr int kManifestVersion = 1;
static constexpr int64_t kThreadsPerWarp = 32;

//===----------------------------------------------------------------------===//
// Attributes to values
//===----------------------------------------------------------------------===//

static int64_t integerOr(Attribute attribute, int64_t otherwise) {
  auto integer = dyn_cast_or_null<IntegerAttr>(attribute);
  return integer ? integer.getValue().getSExtValue() : otherwise;
}

static std::string stringOr(Attribute attribute) {
  auto string = dyn_cast_or_null<StringAttr>(attribute);
  return string ? string.str() : std::string();
}

static ConstantValue constantOf(Attribute attribute) {
  if (auto boolean = dyn_cast<BoolAttr>(attribute))
    return boolean.getValue();
  if (auto integer = dyn_cast<IntegerAttr>(attribute))
    return integer.getValue().getSExtValue();
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return number.getValueAsDouble();
  if (auto string = dyn_cast<StringAttr>(attribute))
    return string.str();
  std::string text;
  llvm::raw_string_ostream(text) << attribute;
  return text;
}

/// Threads of `nvvm.reqntid`, or 0.
static int64_t requiredThreads(LLVM::LLVMFuncOp kernel) {
  auto extents = kernel->getAttrOfType<DenseI32ArrayAttr>(NVVM::NVVMDialect::getReqntidAttrName());
  if (!extents)
    return 0;
  int64_t threads = 1;
  for (int32_t extent : extents.asArrayRef())
    threads *= extent;
  return threads;
}

/// Fills `arguments`; false if an entry is not as the tile dialect documents it.
static bool readArguments(ArrayAttr attribute, std::vector<KernelArgument> &arguments) {
  for (Attribute element : attribute) {
    auto entry = dyn_cast<DictionaryAttr>(element);
    if (!entry)
      return false;
    KernelArgument argument;
    argument.name = stringOr(entry.get("name"));
    argument.type = stringOr(entry.get("type"));
    argument.divisibility = integerOr(entry.get("divisibility"), 1);
    if (argument.name.empty() || argument.type.empty())
      return false;
    arguments.push_back(std::move(argument));
  }
  return true;
}

/// Fills `sizes`; false if an entry is neither a name nor a constant.
static bool readSizes(Attribute attribute, std::vector<KernelTensorMap::Size> &sizes) {
  auto list = dyn_cast_or_null<ArrayAttr>(attribute);
  for (Attribute size : list ? list.getValue() : ArrayRef<Attribute>()) {
    if (auto name = dyn_cast<StringAttr>(size))
      sizes.emplace_back(name.str());
    else if (auto integer = dyn_cast<IntegerAttr>(size))
      sizes.emplace_back(integer.getInt());
    else
      return false;
  }
  return bool(list);
}

/// Fills `maps`; false if an entry is not as the sm dialect documents it.
static bool readTensorMaps(ArrayAttr attribute, std::vector<KernelTensorMap> &maps) {
  for (Attribute element : attribute) {
    auto entry = dyn_cast<DictionaryAttr>(element);
    if (!entry)
      return false;
    KernelTensorMap map;
    map.name = stringOr(entry.get("name"));
    map.pointer = stringOr(entry.get("pointer"));
    map.type = stringOr(entry.get("type"));
    map.swizzle = integerOr(entry.get("swizzle"), 0);
    map.stores = entry.get("stores") == BoolAttr::get(entry.getContext(), true);
    auto box = entry.getAs<DenseI32ArrayAttr>("box");
    if (!box || map.name.empty() || !readSizes(entry.get("extents"), map.extents) ||
        !readSizes(entry.get("strides"), map.strides))
      return false;
    map.box.assign(box.asArrayRef().begin(), box.asArrayRef().end());
    maps.push_back(std::move(map));
  }
  return true;
}

/// Fills `entries` with what `read` makes of each value.
template <typename T, typename ReadT>
static void readEntries(DictionaryAttr attribute, std::map<std::string, T> &entries, ReadT read) {
  for (NamedAttribute entry : attribute ? attribute.getValue() : ArrayRef<NamedAttribute>())
    entries[entry.getName().str()] = read(entry.getValue());
}

FailureOr<VariantInfo> describeKernel(LLVM::LLVMFuncOp kernel, const Arch &arch, ImageKind kind) {
  VariantInfo info;
  info.arch = arch.name;
  info.kind = kind;
  info.entry = kernel.getName().str();
  info.numWarps = integerOr(kernel->getAttr("tile.num_warps"), 0);
  info.threads = requiredThreads(kernel);
  if (info.threads == 0)
    info.threads = info.numWarps * kThreadsPerWarp;
  if (info.threads == 0)
    return kernel.emitError("number of threads is unknown: kernel '")
           << kernel.getName() << "' has neither nvvm.reqntid nor tile.num_warps";
  if (info.numWarps == 0)
    info.numWarps = llvm::divideCeil(info.threads, kThreadsPerWarp);
  info.numStages = integerOr(kernel->getAttr("tile.num_stages"), 1);
  info.cluster = integerOr(kernel->getAttr(tile::kClusterAttr), 1);
  if (auto neighbours = kernel->getAttrOfType<ArrayAttr>(sm::kOverlapAttr))
    info.overlapsPrevious =
        arch.has(Feature::GridControl) &&
        llvm::is_contained(neighbours.getAsValueRange<StringAttr>(), "previous");
  info.sharedBytes = integerOr(kernel->getAttr("sm.shared_bytes"), 0);

  auto arguments = kernel->getAttrOfType<ArrayAttr>("tile.arguments");
  if (arguments && !readArguments(arguments, info.arguments))
    return kernel.emitError("tile.arguments must be an array of {name, type, divisibility}, got ")
           << arguments;
  auto tensorMaps = kernel->getAttrOfType<ArrayAttr>("sm.tensor_maps");
  if (tensorMaps && !readTensorMaps(tensorMaps, info.tensorMaps))
    return kernel.emitError(
               "sm.tensor_maps must be an array of {name, pointer, type, box, swizzle, "
               "extents, strides}, got ")
           << tensorMaps;
  if (auto constants = kernel->getAttrOfType<DictionaryAttr>("tile.constants"))
    for (NamedAttribute constant : constants)
      info.constants[constant.getName().str()] = constantOf(constant.getValue());
  readEntries(kernel->getAttrOfType<DictionaryAttr>(tile::kChannelDepthsAttr), info.channelDepths,
              [](Attribute depth) { return integerOr(depth, 0); });
  readEntries(kernel->getAttrOfType<DictionaryAttr>(tile::kRegistersAttr), info.roleRegisters,
              [](Attribute count) { return integerOr(count, 0); });
  readEntries(kernel->getAttrOfType<DictionaryAttr>(tile::kL2HintsAttr), info.l2Hints, stringOr);
  if (auto roles = kernel->getAttrOfType<ArrayAttr>(tile::kRolesAttr))
    for (Attribute role : roles)
      if (std::optional<RolePlan> plan = rolePlanFromAttribute(role))
        info.roles.push_back(std::move(*plan));
  if (auto transforms = kernel->getAttrOfType<ArrayAttr>(tile::kAppliedTransformsAttr))
    for (Attribute transform : transforms)
      if (std::optional<TransformStep> step = transformFromAttribute(transform))
        info.transforms.push_back(step->text());
  if (auto provenance = kernel->getAttrOfType<DictionaryAttr>("tile.provenance"))
    for (NamedAttribute origin : provenance)
      info.provenance[origin.getName().str()] = stringOr(origin.getValue());
  return info;
}

//===----------------------------------------------------------------------===//
// Values to JSON
//===----------------------------------------------------------------------===//

static ordered_json argumentJson(const KernelArgument &argument) {
  return {
      {"name", argument.name}, {"type", argument.type}, {"divisibility", argument.divisibility}};
}

static ordered_json sizesJson(ArrayRef<KernelTensorMap::Size> sizes) {
  ordered_json list = ordered_json::array();
  for (const KernelTensorMap::Size &size : sizes)
    std::visit([&](const auto &held) { list.push_back(held); }, size);
  return list;
}

static ordered_json tensorMapJson(const KernelTensorMap &map) {
  return {{"name", map.name},
          {"pointer", map.pointer},
          {"type", map.type},
          {"box", map.box},
          {"swizzle", map.swizzle},
          {"stores", map.stores},
          {"extents", sizesJson(map.extents)},
          {"strides", sizesJson(map.strides)}};
}

static ordered_json roleJson(const RolePlan &role) {
  ordered_json json = {{"name", role.name}, {"warps", role.warps}};
  if (role.registers)
    json["registers"] = *role.registers;
  json["ops"] = role.ops;
  return json;
}

/// What ptxas said, as it said it; null where it was not asked.
static ordered_json assemblerJson(const std::optional<FunctionReport> &report) {
  if (!report)
    return nullptr;
  ordered_json json = {{"spill_store_bytes", report->spillStoreBytes},
                       {"spill_load_bytes", report->spillLoadBytes},
                       {"stack_bytes", report->stackBytes},
                       {"static_shared_bytes", report->staticSharedBytes},
                       {"notes", ordered_json::array()},
                       {"warnings", report->warnings}};
  for (const AssemblerNote &note : report->notes)
    json["notes"].push_back(
        {{"code", note.code}, {"text", note.text}, {"serialises", note.serialises()}});
  return json;
}

static ordered_json variantJson(const VariantInfo &info) {
  ordered_json variant = {
      {"arch", info.arch}, {"kind", imageKindName(info.kind).str()}, {"entry", info.entry}};
  variant["arguments"] = ordered_json::array();
  for (const KernelArgument &argument : info.arguments)
    variant["arguments"].push_back(argumentJson(argument));
  if (!info.tensorMaps.empty()) {
    variant["tensor_maps"] = ordered_json::array();
    for (const KernelTensorMap &map : info.tensorMaps)
      variant["tensor_maps"].push_back(tensorMapJson(map));
  }
  variant["constants"] = ordered_json::object();
  for (const auto &[name, value] : info.constants)
    std::visit([&](const auto &held) { variant["constants"][name] = held; }, value);
  variant["threads"] = info.threads;
  variant["num_warps"] = info.numWarps;
  variant["num_stages"] = info.numStages;
  variant["cluster"] = info.cluster;
  if (info.overlapsPrevious)
    variant["overlaps_previous"] = true;
  variant["shared_bytes"] = info.sharedBytes;
  // For PTX only the driver that compiles it knows.
  bool known = info.kind == ImageKind::Cubin;
  variant["registers"] = known ? ordered_json(info.registers) : ordered_json();
  variant["spill_bytes"] = known ? ordered_json(info.spillBytes) : ordered_json();
  variant["ptx_version"] = info.ptxVersion;
  variant["ptxas"] = assemblerJson(info.assembler);
  variant["channels"] = info.channelDepths;
  variant["role_registers"] = info.roleRegisters;
  variant["roles"] = ordered_json::array();
  for (const RolePlan &role : info.roles)
    variant["roles"].push_back(roleJson(role));
  variant["hints"] = info.l2Hints;
  variant["transforms"] = info.transforms;
  variant["provenance"] = ordered_json::object();
  for (const auto &[choice, origin] : info.provenance)
    variant["provenance"][choice] = origin;
  variant["warnings"] = info.warnings;
  return variant;
}

std::string manifestText(StringRef kernel, StringRef source, ArrayRef<VariantInfo> variants,
                         ArrayRef<LeftOutImage> leftOut) {
  ordered_json manifest = {{"version", kManifestVersion},
                           {"kernel", kernel.str()},
                           {"source", source.str()},
                           {"variants", ordered_json::array()},
                           {"left_out", ordered_json::array()}};
  for (const VariantInfo &variant : variants)
    manifest["variants"].push_back(variantJson(variant));
  for (const LeftOutImage &image : leftOut)
    manifest["left_out"].push_back({{"arch", image.arch},
                                    {"kind", imageKindName(image.kind).str()},
                                    {"reason", image.reason}});
  // A file name need not be UTF-8.
  return manifest.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace mla
