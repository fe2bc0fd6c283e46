//===- EmitRearrangements.cpp - built-ins that give elements other coordinates //
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

#include <numeric>

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitRearrangement(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::ExpandDims:
    return emitExpandDims(call);
  case BuiltinId::Broadcast: {
    auto input = toTensor(call["input"], call.offsetOf("input"));
    if (failed(input))
      return failure();
    auto other = toTensor(call["other"], call.offsetOf("other"));
    if (failed(other))
      return failure();
    Tensor both[] = {*input, *other};
    if (failed(broadcastAll(both, call.offset)))
      return failure();
    return Object::tuple({Object(both[0]), Object(both[1])});
  }
  case BuiltinId::BroadcastTo:
    return emitBroadcastTo(call);
  case BuiltinId::Join:
  case BuiltinId::Interleave:
    return emitJoin(call);
  case BuiltinId::Split:
    return emitSplit(call);
  case BuiltinId::Cat:
    return emitCat(call);
  case BuiltinId::Trans:
  case BuiltinId::Permute:
    return emitPermutation(call);
  default: // reshape, view, ravel, item
    return emitReshape(call);
  }
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// The elements of `*name`, or of the only one if that is a tuple.
static ArrayRef<Object> variadicElements(const BuiltinCall &call, StringRef name) {
  ArrayRef<Object> given = *call[name].elements();
  if (given.size() == 1 && given.front().elements())
    return *given.front().elements();
  return given;
}

FailureOr<SmallVector<Integer>> Emitter::integersArgument(const BuiltinCall &call, StringRef name) {
  SmallVector<Integer> integers;
  for (const Object &object : variadicElements(call, name)) {
    std::optional<Integer> integer = object.integer();
    if (!integer)
      return error(call.offsetOf(name)) << "expected compile-time integers for '" << name << "' of "
                                        << call.info->name << ", got " << object.describe();
    integers.push_back(*integer);
  }
  return integers;
}

FailureOr<SmallVector<int64_t, 2>> Emitter::variadicShape(const BuiltinCall &call, StringRef name) {
  return shapeOf(call, name, variadicElements(call, name));
}

FailureOr<int64_t> Emitter::axisArgument(const BuiltinCall &call, StringRef name, int64_t rank) {
  auto given = integerArgument(call, name);
  if (failed(given))
    return failure();
  if (*given < -rank || *given >= rank)
    return error(call.offsetOf(name))
           << "expected '" << name << "' of " << call.info->name << " between " << -rank << " and "
           << rank - 1 << ", got " << toString(*given);
  return int64_t(*given < 0 ? *given + rank : *given);
}

FailureOr<std::pair<Tensor, Tensor>> Emitter::equalTiles(const BuiltinCall &call, StringRef first,
                                                         StringRef second) {
  auto a = toTensor(call[first], call.offsetOf(first));
  if (failed(a))
    return failure();
  auto b = toTensor(call[second], call.offsetOf(second));
  if (failed(b))
    return failure();
  if (a->type.element != b->type.element)
    return error(call.offset) << call.info->name << " expects one element type, got "
                              << a->type.name() << " and " << b->type.name()
                              << "; convert one with .to";
  Tensor both[] = {*a, *b};
  if (failed(broadcastAll(both, call.offset)))
    return failure();
  return std::pair(both[0], both[1]);
}

//===----------------------------------------------------------------------===//
// Permutations
//===----------------------------------------------------------------------===//

Tensor Emitter::permute(const Tensor &tile, ArrayRef<int32_t> order, uint32_t offset) {
  SmallVector<int64_t> shape =
      llvm::map_to_vector(order, [&](int32_t dim) { return tile.type.shape[size_t(dim)]; });
  if (llvm::is_sorted(order))
    return tile;
  return {mla::tile::TransOp::create(builder, at(offset), tile.value, order),
          ValueType(tile.type.element, shape)};
}

FailureOr<Object> Emitter::transpose(const Object &object, uint32_t offset) {
  const Tensor *tile = object.tensor();
  if (!tile || tile->type.shape.size() < 2)
    return error(offset) << "expected a tile of at least two dimensions to transpose, got "
                         << object.describe();
  SmallVector<int32_t> order(tile->type.shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order.back(), order[order.size() - 2]);
  return Object(permute(*tile, order, offset));
}

/// trans(x), trans(x, 1, 0), trans(x, (1, 0)), permute(x, 1, 0)
FailureOr<Object> Emitter::emitPermutation(const BuiltinCall &call) {
  auto dims = integersArgument(call, "dims");
  if (failed(dims))
    return failure();
  if (dims->empty() && call.info->id == BuiltinId::Trans)
    return transpose(call["input"], call.offsetOf("input"));
  const Tensor *tile = call["input"].tensor();
  if (!tile || !tile->type.isTile)
    return error(call.offsetOf("input"))
           << call.info->name << " expects a tile, got " << call["input"].describe();
  int64_t rank = tile->type.shape.size();
  SmallVector<int32_t> order;
  SmallVector<bool> named(rank, false);
  for (Integer dim : *dims) {
    bool isNew = dim >= 0 && dim < rank && !std::exchange(named[size_t(dim)], true);
    if (isNew)
      order.push_back(int32_t(dim));
  }
  if (int64_t(order.size()) != rank || int64_t(dims->size()) != rank) {
    auto failure = error(call.offsetOf("dims"));
    failure << "expected each of the dimensions 0 to " << rank - 1 << " of " << tile->type.name()
            << " once, got ";
    llvm::interleaveComma(*dims, failure, [&](Integer dim) { failure << toString(dim); });
    return failure;
  }
  return Object(permute(*tile, order, call.offset));
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

Tensor Emitter::reshape(const Tensor &value, ArrayRef<int64_t> shape, uint32_t offset) {
  if (shape.empty() && value.type.isTile)
    return {mla::tile::UnsplatOp::create(builder, at(offset), value.type.element.irType(context),
                                         value.value),
            ValueType(value.type.element)};
  if (!value.type.isTile)
    return shape.empty() ? value : splat(value, shape, offset);
  if (ArrayRef<int64_t>(value.type.shape) == shape)
    return value;
  ValueType type(value.type.element, shape);
  return {mla::tile::ReshapeOp::create(builder, at(offset), type.irType(context), value.value,
                                       DenseI64ArrayAttr(), DenseI64ArrayAttr()),
          type};
}

/// reshape, view, ravel, item
FailureOr<Object> Emitter::emitReshape(const BuiltinCall &call) {
  StringRef name = call.info->id == BuiltinId::Ravel ? "x" : "input";
  auto value = toTensor(call[name], call.offsetOf(name));
  if (failed(value))
    return failure();
  int64_t elements = value->type.isTile ? *tileElements(value->type.shape) : 1;
  if (call.info->id == BuiltinId::Ravel)
    return Object(reshape(*value, elements, call.offset));
  if (call.info->id == BuiltinId::Item) {
    if (elements != 1)
      return error(call.offsetOf(name))
             << "item expects a tile of one element, got " << value->type.name();
    return Object(reshape(*value, {}, call.offset));
  }
  auto shape = variadicShape(call, "shape");
  if (failed(shape))
    return failure();
  if (*tileElements(*shape) != elements)
    return error(call.offsetOf("shape"))
           << "expected a shape of " << elements << " elements, as " << value->type.name()
           << " has, got " << shapeName(*shape) << " of " << *tileElements(*shape);
  return Object(reshape(*value, *shape, call.offset));
}

//===----------------------------------------------------------------------===//
// Dimensions of extent 1
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitExpandDims(const BuiltinCall &call) {
  auto value = toTensor(call["input"], call.offsetOf("input"));
  if (failed(value))
    return failure();
  const Object &given = call["axis"];
  SmallVector<Object> axes;
  if (given.elements())
    llvm::append_range(axes, *given.elements());
  else
    axes.push_back(given);
  Integer rank = Integer(value->type.shape.size() + axes.size());
  if (rank > 8)
    return error(call.offset) << "a tile has at most 8 dimensions, got " << toString(rank);
  SmallVector<int64_t> inserted;
  for (const Object &object : axes) {
    std::optional<Integer> axis = object.integer();
    if (!axis || *axis < -rank || *axis >= rank)
      return error(call.offsetOf("axis"))
             << "expected a dimension of the result between " << toString(-rank) << " and "
             << toString(rank - 1) << ", got " << object.describe();
    int64_t position = int64_t(*axis < 0 ? *axis + rank : *axis);
    if (llvm::is_contained(inserted, position))
      return error(call.offsetOf("axis")) << "dimension " << position << " is inserted twice";
    inserted.push_back(position);
  }
  llvm::sort(inserted);
  Tensor result = *value;
  for (int64_t axis : inserted)
    result = expandDims(result, axis, call.offset);
  return Object(result);
}

FailureOr<Object> Emitter::emitBroadcastTo(const BuiltinCall &call) {
  auto value = toTensor(call["input"], call.offsetOf("input"));
  if (failed(value))
    return failure();
  auto shape = variadicShape(call, "shape");
  if (failed(shape))
    return failure();
  ArrayRef<int64_t> from = value->type.shape;
  auto repeats = [](auto pair) {
    return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
  };
  if (value->type.isTile &&
      (from.size() != shape->size() || !llvm::all_of(llvm::zip(from, *shape), repeats)))
    return error(call.offsetOf("shape"))
           << "cannot repeat " << value->type.name() << " to " << shapeName(*shape)
           << ": expected the same rank, and the same extents except where the tile's is 1";
  return Object(broadcastTo(*value, *shape, call.offset));
}

//===----------------------------------------------------------------------===//
// Pairs
//===----------------------------------------------------------------------===//

Tensor Emitter::join(Tensor a, Tensor b, uint32_t offset) {
  SmallVector<int64_t> shape(ArrayRef<int64_t>(a.type.shape));
  shape.push_back(2);
  if (!a.type.isTile) {
    a = splat(a, 1, offset);
    b = splat(b, 1, offset);
  }
  SmallVector<int64_t> pairs(ArrayRef<int64_t>(a.type.shape));
  pairs.push_back(2);
  ValueType type(a.type.element, pairs);
  Tensor joined{
      mla::tile::JoinOp::create(builder, at(offset), type.irType(context), a.value, b.value), type};
  return reshape(joined, shape, offset);
}

FailureOr<Object> Emitter::emitJoin(const BuiltinCall &call) {
  auto both = equalTiles(call, "a", "b");
  if (failed(both))
    return failure();
  SmallVector<int64_t> shape(ArrayRef<int64_t>(both->first.type.shape));
  shape.push_back(2);
  if (shape.size() > 8)
    return error(call.offset) << "a tile has at most 8 dimensions, got " << shape.size();
  if (!tileElements(shape))
    return error(call.offset) << "a tile of shape " << shapeName(shape) << " has more than "
                              << kMaxTileElements << " elements";
  Tensor joined = join(both->first, both->second, call.offset);
  if (call.info->id == BuiltinId::Interleave && shape.size() > 1) {
    shape.pop_back();
    shape.back() *= 2;
    joined = reshape(joined, shape, call.offset);
  }
  return Object(joined);
}

FailureOr<Object> Emitter::emitSplit(const BuiltinCall &call) {
  const Tensor *input = call["a"].tensor();
  if (!input || !input->type.isTile || input->type.shape.back() != 2)
    return error(call.offsetOf("a"))
           << "split expects a tile whose last extent is 2, got " << call["a"].describe();
  Tensor pairs = *input;
  bool givesScalars = pairs.type.shape.size() == 1;
  if (givesScalars)
    pairs = expandDims(pairs, 0, call.offset);
  ValueType type(pairs.type.element, ArrayRef<int64_t>(pairs.type.shape).drop_back());
  Type irType = type.irType(context);
  auto split = mla::tile::SplitOp::create(builder, at(call.offset), irType, irType, pairs.value);
  std::vector<Object> halves;
  for (Value half : split->getResults()) {
    Tensor tile{half, type};
    halves.push_back(Object(givesScalars ? reshape(tile, {}, call.offset) : tile));
  }
  return Object::tuple(std::move(halves));
}

/// Joined along a new last dimension, which then moves in front of `dim` and merges with it.
Tensor Emitter::concatenate(const Tensor &a, const Tensor &b, int64_t dim, uint32_t offset) {
  SmallVector<int64_t> shape(ArrayRef<int64_t>(a.type.shape));
  shape[dim] *= 2;
  SmallVector<int32_t> order(a.type.shape.size());
  std::iota(order.begin(), order.end(), 0);
  order.insert(order.begin() + dim, int32_t(order.size()));
  return reshape(permute(join(a, b, offset), order, offset), shape, offset);
}

FailureOr<Object> Emitter::emitCat(const BuiltinCall &call) {
  const Tensor *a = call["input"].tensor(), *b = call["other"].tensor();
  for (auto [tile, name] : {std::pair(a, "input"), std::pair(b, "other")})
    if (!tile || !tile->type.isTile)
      return error(call.offsetOf(name))
             << "cat expects a tile for '" << name << "', got " << call[name].describe();
  if (a->type != b->type)
    return error(call.offset) << "cat expects tiles of one element type and shape, got "
                              << a->type.name() << " and " << b->type.name();
  int64_t rank = a->type.shape.size();
  auto dim = axisArgument(call, "dim", rank);
  if (failed(dim))
    return failure();
  SmallVector<int64_t> shape(ArrayRef<int64_t>(a->type.shape));
  shape[size_t(*dim)] *= 2;
  if (!tileElements(shape))
    return error(call.offset) << "a tile of shape " << shapeName(shape) << " has more than "
                              << kMaxTileElements << " elements";
  return Object(concatenate(*a, *b, *dim, call.offset));
}
