//===- TensorMaps.cpp - tensor maps say what their copies need ------------===//
// The launcher sees the description only, the hardware the copies only: here they meet.
#include "TensorMaps.h"

#include "mla/Layout/Tma.h"

using namespace mlir;
using namespace mla;

/// Name of an element type in a signature; unsigned integers have the bits of signed ones.
static std::string signatureName(Type element) {
  if (element.isF16())
    return "fp16";
  if (element.isF32())
    return "fp32";
  if (element.isF64())
    return "fp64";
  if (isa<Float8E4M3FNType>(element))
    return "fp8e4nv";
  if (isa<Float8E5M2Type>(element))
    return "fp8e5";
  std::string name;
  llvm::raw_string_ostream(name) << element;
  return name;
}

/// Names of arguments, or constants.
static bool isSizes(Attribute attribute, size_t count) {
  auto list = dyn_cast_or_null<ArrayAttr>(attribute);
  return list && list.size() == count &&
         llvm::all_of(list, [](Attribute each) { return isa<StringAttr, IntegerAttr>(each); });
}

/// An entry is complete.
static LogicalResult verifyEntry(func::FuncOp func, Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  auto box = entry ? entry.getAs<DenseI32ArrayAttr>("box") : DenseI32ArrayAttr();
  bool ok = box && !box.empty() && box.size() <= int64_t(kTmaMaxRank) &&
            entry.getAs<StringAttr>("name") && entry.getAs<StringAttr>("pointer") &&
            entry.getAs<StringAttr>("type") && entry.getAs<IntegerAttr>("swizzle") &&
            isSizes(entry.get("extents"), box.size()) &&
            isSizes(entry.get("strides"), box.size() - 1);
  if (ok)
    return success();
  return func.emitError("an entry of `")
         << sm::kTensorMapsAttr
         << "` is not {name, pointer, type, box, swizzle, extents, strides} (and stores) with 1 to "
         << kTmaMaxRank << " dimensions and one stride fewer: " << attribute;
}

/// The copy moves boxes of what the entry describes.
static LogicalResult verifyCopy(Operation *op, DictionaryAttr entry, sm::BufferType slot,
                                size_t rank) {
  Type element = slot.getTile().getElementType();
  std::optional<TmaTile> tile = matchTma(slot.getLayout().getLayout(), tile::elementBytes(element));
  SmallVector<int32_t> box(tile->box.begin(), tile->box.end());
  box.append(rank - box.size(), 1); // The dimensions in front of the tile.
  auto described = entry.getAs<DenseI32ArrayAttr>("box").asArrayRef();
  int64_t swizzle = entry.getAs<IntegerAttr>("swizzle").getInt();
  if (described != ArrayRef<int32_t>(box) || swizzle != tile->swizzleBytes)
    return op->emitOpError("copies boxes [")
           << box << "] with a swizzle of " << tile->swizzleBytes << " bytes, tensor map "
           << entry.get("name") << " has [" << described << "] with " << swizzle;
  StringRef type = entry.getAs<StringAttr>("type").getValue();
  std::string wanted = signatureName(element);
  bool isSameInteger = element.isInteger() && type.starts_with("u") &&
                       type.drop_front() == StringRef(wanted).drop_front();
  if (type != wanted && !isSameInteger)
    return op->emitOpError("copies elements of type ")
           << wanted << ", tensor map " << entry.get("name") << " has " << type;
  return success();
}

LogicalResult mla::verifyTensorMaps(func::FuncOp func) {
  auto entries = func->getAttrOfType<ArrayAttr>(sm::kTensorMapsAttr);
  SmallVector<unsigned> arguments;
  for (BlockArgument argument : func.getArguments())
    if (isa<sm::TensorMapType>(argument.getType()))
      arguments.push_back(argument.getArgNumber());
  size_t numEntries = entries ? entries.size() : 0;
  if (numEntries != arguments.size())
    return func.emitError("kernel has ") << arguments.size() << " tensor maps, `"
                                         << sm::kTensorMapsAttr << "` describes " << numEntries;
  if (!arguments.empty() && arguments.front() + arguments.size() != func.getNumArguments())
    return func.emitError("tensor maps must be the last arguments of the kernel");
  for (size_t i = 0; i < numEntries; ++i)
    if (failed(verifyEntry(func, entries[i])))
      return failure();

  auto entryOf = [&](Value map) {
    return cast<DictionaryAttr>(entries[cast<BlockArgument>(map).getArgNumber() - arguments[0]]);
  };
  WalkResult result = func.walk([&](Operation *op) -> WalkResult {
    auto check = [&](Value map, Value slot, size_t rank) -> LogicalResult {
      auto argument = dyn_cast<BlockArgument>(map);
      if (!argument || argument.getOwner() != &func.getBody().front())
        return op->emitOpError("expects a tensor map that is an argument of the kernel");
      return verifyCopy(op, entryOf(map), cast<sm::BufferType>(slot.getType()), rank);
    };
    LogicalResult status = success();
    if (auto load = dyn_cast<sm::TmaLoadOp>(op))
      status = check(load.getMap(), load.getSlot(), load.getCoords().size());
    else if (auto store = dyn_cast<sm::TmaStoreOp>(op))
      status = check(store.getMap(), store.getSlot(), store.getCoords().size());
    if (succeeded(status) && isa<sm::TmaStoreOp>(op)) {
      auto entry = entryOf(cast<sm::TmaStoreOp>(op).getMap());
      auto stores = entry.getAs<BoolAttr>("stores");
      if (!stores || !stores.getValue())
        status = op->emitOpError("writes through tensor map ")
                 << entry.get("name") << ", which does not say `stores = true`";
    }
    return succeeded(status) ? WalkResult::advance() : WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}
