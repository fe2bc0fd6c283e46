//===- EmitBlocks.cpp - block pointers and tensor descriptors -------------===//
// Both are an array in memory and a block's shape; their accesses are those of views. An array
// whose contiguous dimension is the first of two becomes the transposed view; one without a
// dimension known to be contiguous becomes a view with a last dimension of extent 1.
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

namespace tile = mla::tile;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// A tuple of integers, known or not; a lone integer counts as one.
FailureOr<std::vector<Object>> Emitter::scalarsArgument(const BuiltinCall &call, StringRef name) {
  const Object &given = call[name];
  std::vector<Object> integers = given.elements() ? *given.elements() : std::vector<Object>{given};
  for (const Object &each : integers) {
    const Tensor *tensor = each.tensor();
    bool isScalar = tensor && !tensor->type.isTile && tensor->type.element.isInteger();
    if (!isScalar && !each.get<Integer>())
      return error(call.offsetOf(name))
             << "expected integers for '" << name << "', got " << each.describe();
  }
  return integers;
}

/// The same, `count` of them, as int64.
FailureOr<std::vector<Tensor>> Emitter::positionsArgument(const BuiltinCall &call, StringRef name,
                                                          size_t count) {
  auto integers = scalarsArgument(call, name);
  if (failed(integers))
    return failure();
  if (integers->size() != count)
    return error(call.offsetOf(name)) << "expected " << count << " integers for '" << name
                                      << "', one for each dimension, got " << integers->size();
  std::vector<Tensor> positions;
  for (const Object &each : *integers) {
    auto position = toTensorOf(each, Scalar::Int64, call.offsetOf(name));
    if (failed(position))
      return failure();
    positions.push_back(*position);
  }
  return positions;
}

/// Reads padding_option: whether it asks for NaN.
FailureOr<bool> Emitter::paddingArgument(const BuiltinCall &call, DType element) {
  auto padding = optionArgument(call, "padding_option", {"zero", "nan"});
  if (failed(padding))
    return failure();
  if (*padding == "nan" && !element.isFloat())
    return error(call.offsetOf("padding_option"))
           << "integers cannot be padded with 'nan': the elements are " << element.shortName();
  return *padding == "nan";
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

static bool isOne(const Object &object) {
  auto *constant = object.get<Integer>();
  return constant && *constant == 1;
}

/// 0, 1, …, `rank` - 1
static SmallVector<int32_t> allDims(size_t rank) {
  return llvm::to_vector(llvm::seq<int32_t>(0, int32_t(rank)));
}

/// Chooses the view's dimensions: memory order, with the contiguous one last.
static SmallVector<int32_t> chooseViewDims(ArrayRef<Object> strides) {
  SmallVector<int32_t> dims = allDims(strides.size());
  bool isTransposed = dims.size() == 2 && !isOne(strides[1]) && isOne(strides[0]);
  if (isTransposed)
    std::swap(dims[0], dims[1]);
  return dims;
}

FailureOr<std::shared_ptr<BlockArray>> Emitter::makeBlockArray(const BuiltinCall &call) {
  const Tensor *base = call["base"].tensor();
  if (!base || !base->type.element.isPointer || base->type.isTile)
    return error(call.offsetOf("base"))
           << call.info->name << " expects a pointer, got " << call["base"].describe();
  auto array = std::make_shared<BlockArray>();
  auto shape = scalarsArgument(call, "shape");
  auto strides = failed(shape) ? shape : scalarsArgument(call, "strides");
  if (failed(strides))
    return failure();
  auto blockShape = shapeArgument(call, "block_shape");
  if (failed(blockShape))
    return failure();
  size_t rank = blockShape->size();
  if (rank < 1 || rank > tile::ViewType::kMaxRank)
    return error(call.offsetOf("block_shape"))
           << "expected 1 to " << tile::ViewType::kMaxRank << " dimensions, got " << rank;
  for (auto [name, values] : {std::pair("shape", &*shape), std::pair("strides", &*strides)})
    if (values->size() != rank)
      return error(call.offsetOf(name)) << "expected " << rank << " integers for '" << name
                                        << "', one for each dimension, got " << values->size();
  array->shape = std::move(*shape);
  array->strides = std::move(*strides);
  array->blockShape = std::move(*blockShape);
  array->viewDims = chooseViewDims(array->strides);
  auto view = makeArrayView(call, *base, *array);
  if (failed(view))
    return failure();
  array->view = std::move(*view);
  return array;
}

FailureOr<std::shared_ptr<const View>>
Emitter::makeArrayView(const BuiltinCall &call, const Tensor &base, const BlockArray &array) {
  auto view = std::make_shared<View>();
  // Triton reads a pointer to bools as one to bytes.
  DType element = base.type.element.scalar;
  view->element = element.isBool() ? DType(Scalar::Int8) : element;
  view->pointer = {base.value, DType::pointerTo(view->element.scalar)};
  SmallVector<int32_t> order(array.rank());
  for (auto [dim, viewDim] : llvm::enumerate(array.viewDims))
    order[viewDim] = int32_t(dim);
  bool isStrided = !isOne(array.strides[order.back()]);
  if (isStrided && array.rank() == tile::ViewType::kMaxRank)
    return error(call.offsetOf("strides"))
           << "expected a stride that is the constant 1 for an array of " << array.rank()
           << " dimensions; a signature entry such as 'i32:1' says that an argument is 1";
  SmallVector<int64_t> shape;
  SmallVector<Value> extents, strides;
  auto asInt64 = [&](const Object &object, StringRef name) {
    return toTensorOf(object, Scalar::Int64, call.offsetOf(name));
  };
  for (int32_t dim : order) {
    auto *constant = array.shape[dim].get<Integer>();
    bool isStatic = constant && *constant >= 1 && *constant <= std::numeric_limits<int64_t>::max();
    shape.push_back(isStatic ? int64_t(*constant) : ShapedType::kDynamic);
    if (!isStatic) {
      auto extent = asInt64(array.shape[dim], "shape");
      if (failed(extent))
        return failure();
      extents.push_back(extent->value);
    }
    if (dim == order.back() && !isStrided)
      continue;
    auto stride = asInt64(array.strides[dim], "strides");
    if (failed(stride))
      return failure();
    strides.push_back(stride->value);
  }
  if (isStrided)
    shape.push_back(1);
  auto type = tile::ViewType::get(context, shape, view->element.irType(context));
  view->value = tile::ViewOp::create(builder, at(call.offset), type, base.value, extents, strides);
  return std::shared_ptr<const View>(std::move(view));
}

FailureOr<Object> Emitter::emitMakeBlockPtr(const BuiltinCall &call) {
  auto array = makeBlockArray(call);
  if (failed(array))
    return failure();
  size_t rank = (*array)->rank();
  auto order = scalarsArgument(call, "order");
  if (failed(order))
    return failure();
  std::vector<bool> seen(rank);
  for (const Object &each : *order) {
    auto *dim = each.get<Integer>();
    bool fits = dim && *dim >= 0 && *dim < Integer(rank) && !seen[size_t(*dim)];
    if (!fits || order->size() != rank)
      return error(call.offsetOf("order")) << "expected a permutation of 0 to " << rank - 1
                                           << " for 'order', got " << call["order"].describe();
    seen[size_t(*dim)] = true;
  }
  auto offsets = positionsArgument(call, "offsets", rank);
  if (failed(offsets))
    return failure();
  return Object(BlockPointerObject{std::move(*array), std::move(*offsets)});
}

FailureOr<Object> Emitter::emitAdvance(const BuiltinCall &call) {
  auto *block = call["base"].get<BlockPointerObject>();
  if (!block)
    return error(call.offsetOf("base"))
           << "advance expects a block pointer, got " << call["base"].describe();
  auto distances = positionsArgument(call, "offsets", block->offsets.size());
  if (failed(distances))
    return failure();
  BlockPointerObject moved = *block;
  for (auto [offset, distance] : llvm::zip(moved.offsets, *distances))
    offset.value = integerOp<arith::AddIOp>(offset.value, distance.value, call.offset);
  return Object(std::move(moved));
}

/// Bytes in the last dimension that the copy engine needs at least.
static constexpr int64_t kMinDescriptorBytes = 16;

FailureOr<Object> Emitter::emitMakeTensorDescriptor(const BuiltinCall &call) {
  if (auto strides = scalarsArgument(call, "strides"); failed(strides))
    return failure();
  else if (strides->empty() || !isOne(strides->back()))
    return error(call.offsetOf("strides"))
           << "the last stride of a tensor descriptor must be the constant 1, got "
           << (strides->empty() ? "no strides" : strides->back().describe());
  auto array = makeBlockArray(call);
  if (failed(array))
    return failure();
  DType element = (*array)->view->element;
  int64_t extent = (*array)->blockShape.back(), bytes = extent * (element.bits() / 8);
  if (bytes < kMinDescriptorBytes)
    return error(call.offsetOf("block_shape"))
           << "a descriptor's blocks have at least " << kMinDescriptorBytes
           << " bytes in the last dimension, got " << extent << " elements of "
           << element.shortName();
  auto padsNan = paddingArgument(call, element);
  if (failed(padsNan))
    return failure();
  (*array)->padsNan = *padsNan;
  return Object(DescriptorObject{std::move(*array)});
}

Object Emitter::makeDescriptor(const KernelArgument &parameter, const ViewObject &view) {
  auto array = std::make_shared<BlockArray>();
  array->view = view.view;
  array->blockShape = *parameter.block;
  array->viewDims = allDims(parameter.block->size());
  array->shape = view.view->shape;
  array->strides = view.view->strides;
  return DescriptorObject{std::move(array)};
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

/// Where an access of a block goes: positions in the view, and the view's dimensions that the tile
/// runs along.
struct Emitter::BlockPlace {
  SmallVector<Value> indices;
  SmallVector<int32_t> dims;
  DenseI32ArrayAttr unchecked;
  bool isTransposed = false;
};

Emitter::BlockPlace Emitter::placeBlock(const BlockArray &array, ArrayRef<Tensor> offsets,
                                        ArrayRef<int32_t> unchecked, uint32_t offset) {
  BlockPlace place;
  size_t viewRank = cast<tile::ViewType>(array.view->value.getType()).getRank();
  place.indices.resize(viewRank);
  for (auto [dim, viewDim] : llvm::enumerate(array.viewDims))
    place.indices[viewDim] = offsets[dim].value;
  if (viewRank > array.rank())
    place.indices.back() =
        arith::ConstantOp::create(builder, at(offset), builder.getI64IntegerAttr(0));
  place.dims = allDims(array.rank());
  place.isTransposed = !llvm::is_sorted(array.viewDims);
  SmallVector<int32_t> viewUnchecked =
      llvm::map_to_vector(unchecked, [&](int32_t dim) { return array.viewDims[dim]; });
  llvm::sort(viewUnchecked);
  if (!viewUnchecked.empty())
    place.unchecked = builder.getDenseI32ArrayAttr(viewUnchecked);
  return place;
}

/// The block's shape in the view's order.
static SmallVector<int64_t> shapeInView(const BlockArray &array) {
  SmallVector<int64_t> shape(array.rank());
  for (auto [extent, viewDim] : llvm::zip(array.blockShape, array.viewDims))
    shape[viewDim] = extent;
  return shape;
}

Tensor Emitter::loadBlock(const BlockArray &array, ArrayRef<Tensor> offsets,
                          ArrayRef<int32_t> unchecked, bool padsNan, const AccessOptions &options,
                          uint32_t offset) {
  BlockPlace place = placeBlock(array, offsets, unchecked, offset);
  ValueType type(array.view->element, shapeInView(array));
  Value result = tile::LoadViewOp::create(
      builder, at(offset), type.irType(context), array.view->value, place.indices,
      /*valid=*/Value(), place.dims, options.label, /*bulk_copy=*/false, place.unchecked, padsNan,
      options.cache, options.evict, options.isVolatile);
  if (place.isTransposed)
    result = tile::TransOp::create(builder, at(offset), result, ArrayRef<int32_t>{1, 0});
  return {result, array.blockType()};
}

LogicalResult Emitter::storeBlock(const BlockArray &array, ArrayRef<Tensor> offsets,
                                  ArrayRef<int32_t> unchecked, const BuiltinCall &call,
                                  const AccessOptions &options) {
  auto value = blockValue(array, array.blockShape, call);
  if (failed(value))
    return failure();
  BlockPlace place = placeBlock(array, offsets, unchecked, call.offset);
  Value stored = value->value;
  if (place.isTransposed)
    stored = tile::TransOp::create(builder, at(call.offset), stored, ArrayRef<int32_t>{1, 0});
  tile::StoreViewOp::create(builder, at(call.offset), stored, array.view->value, place.indices,
                            place.dims, place.unchecked, options.cache, options.evict);
  return success();
}

FailureOr<Tensor> Emitter::blockValue(const BlockArray &array, ArrayRef<int64_t> shape,
                                      const BuiltinCall &call) {
  uint32_t offset = call.offsetOf("value");
  auto value = toTensorOf(call["value"], array.view->element, offset);
  if (failed(value))
    return failure();
  ValueType type(array.view->element, shape);
  if (value->type.isTile && ArrayRef<int64_t>(value->type.shape) != shape)
    return error(offset) << "a value " << value->type.name() << " cannot be stored to a block "
                         << type.name();
  return broadcastTo(*value, shape, offset);
}

/// Dimensions of a block that boundary_check does not name.
FailureOr<SmallVector<int32_t>> Emitter::uncheckedDims(const BuiltinCall &call,
                                                       const BlockArray &array) {
  auto checked = scalarsArgument(call, "boundary_check");
  if (failed(checked))
    return failure();
  std::vector<bool> isChecked(array.rank());
  for (const Object &each : *checked) {
    auto *dim = each.get<Integer>();
    bool fits = dim && *dim >= 0 && *dim < Integer(array.rank()) && !isChecked[size_t(*dim)];
    if (!fits)
      return error(call.offsetOf("boundary_check"))
             << "expected different dimensions between 0 and " << array.rank() - 1
             << " for 'boundary_check', got " << call["boundary_check"].describe();
    isChecked[size_t(*dim)] = true;
  }
  SmallVector<int32_t> unchecked;
  for (size_t dim = 0; dim < array.rank(); ++dim)
    if (!isChecked[dim])
      unchecked.push_back(int32_t(dim));
  return unchecked;
}

/// mask and other do not go with a block pointer.
LogicalResult Emitter::checkBlockOptions(const BuiltinCall &call) {
  for (const Formal &formal : parametersOf(*call.info)) {
    bool isForeign = formal.name == "mask" || formal.name == "other" || formal.name == "valid";
    if (isForeign && !call[formal.name].isNone())
      return error(call.offsetOf(formal.name)) << "'" << formal.name
                                               << "' does not apply to a block pointer; use "
                                                  "boundary_check and padding_option";
  }
  return success();
}

FailureOr<Object> Emitter::loadBlockPointer(const BuiltinCall &call, const AccessOptions &options) {
  auto *block = call["pointer"].get<BlockPointerObject>();
  auto unchecked = failed(checkBlockOptions(call)) ? FailureOr<SmallVector<int32_t>>(failure())
                                                   : uncheckedDims(call, *block->array);
  auto padsNan = failed(unchecked) ? FailureOr<bool>(failure())
                                   : paddingArgument(call, block->array->view->element);
  if (failed(padsNan))
    return failure();
  return Object(
      loadBlock(*block->array, block->offsets, *unchecked, *padsNan, options, call.offset));
}

FailureOr<Object> Emitter::storeBlockPointer(const BuiltinCall &call,
                                             const AccessOptions &options) {
  auto *block = call["pointer"].get<BlockPointerObject>();
  auto unchecked = failed(checkBlockOptions(call)) ? FailureOr<SmallVector<int32_t>>(failure())
                                                   : uncheckedDims(call, *block->array);
  if (failed(unchecked) ||
      failed(storeBlock(*block->array, block->offsets, *unchecked, call, options)))
    return failure();
  return Object();
}

FailureOr<Object> Emitter::emitDescriptorAccess(const BuiltinCall &call) {
  bool isMember = call.info->home == BuiltinHome::DescriptorMember;
  const Object &object = isMember ? call.receiver : call["desc"];
  auto *descriptor = object.get<DescriptorObject>();
  if (!descriptor)
    return error(call.offsetOf("desc"))
           << call.info->name << " expects a tensor descriptor, got " << object.describe();
  const BlockArray &array = *descriptor->array;
  BuiltinId id = call.info->id;
  if (id == BuiltinId::DescriptorGather || id == BuiltinId::DescriptorScatter)
    return emitDescriptorRows(call, array);
  auto offsets = positionsArgument(call, "offsets", array.rank());
  if (failed(offsets))
    return failure();
  if (id == BuiltinId::DescriptorLoad || id == BuiltinId::LoadTensorDescriptor)
    return Object(loadBlock(array, *offsets, /*unchecked=*/{}, array.padsNan, {}, call.offset));
  if (failed(storeBlock(array, *offsets, /*unchecked=*/{}, call, {})))
    return failure();
  return Object();
}
