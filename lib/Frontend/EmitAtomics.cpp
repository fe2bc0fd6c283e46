//===- EmitAtomics.cpp - atomics of pointers and descriptors --------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;

namespace tile = mla::tile;

/// What a built-in does to memory; nothing for atomic_cas.
static std::optional<tile::AtomicKind> atomicKind(BuiltinId id) {
  switch (id) {
  case BuiltinId::AtomicAdd:
  case BuiltinId::DescriptorAtomicAdd:
    return tile::AtomicKind::Add;
  case BuiltinId::AtomicMax:
  case BuiltinId::DescriptorAtomicMax:
    return tile::AtomicKind::Max;
  case BuiltinId::AtomicMin:
  case BuiltinId::DescriptorAtomicMin:
    return tile::AtomicKind::Min;
  case BuiltinId::AtomicAnd:
  case BuiltinId::DescriptorAtomicAnd:
    return tile::AtomicKind::And;
  case BuiltinId::AtomicOr:
  case BuiltinId::DescriptorAtomicOr:
    return tile::AtomicKind::Or;
  case BuiltinId::AtomicXor:
  case BuiltinId::DescriptorAtomicXor:
    return tile::AtomicKind::Xor;
  case BuiltinId::AtomicXchg:
    return tile::AtomicKind::Xchg;
  default:
    return std::nullopt;
  }
}

/// The element types that an atomic takes, for messages; empty if `type` is one of them.
static StringRef atomicTypes(std::optional<tile::AtomicKind> kind, DType type) {
  bool isWide = type.bits() >= 32;
  if (!kind)
    return type.bits() >= 16 ? "" : "elements of 16, 32 or 64 bits";
  switch (*kind) {
  case tile::AtomicKind::Add:
    return isWide || (type.isFloat() && type.bits() == 16)
               ? ""
               : "integers of 32 or 64 bits, fp16, bf16, fp32 or fp64";
  case tile::AtomicKind::Max:
  case tile::AtomicKind::Min:
  case tile::AtomicKind::Xchg:
    return isWide ? "" : "integers of 32 or 64 bits, fp32 or fp64";
  default:
    return isWide && type.isInteger() ? "" : "integers of 32 or 64 bits";
  }
}

FailureOr<tile::MemorySem> Emitter::memorySem(const BuiltinCall &call) {
  auto sem = optionArgument(call, "sem", {"relaxed", "acquire", "release", "acq_rel"});
  if (failed(sem))
    return failure();
  return tile::symbolizeMemorySem(*sem).value_or(tile::MemorySem::AcqRel);
}

FailureOr<tile::MemoryScope> Emitter::memoryScope(const BuiltinCall &call) {
  auto scope = optionArgument(call, "scope", {"cta", "gpu", "sys"});
  if (failed(scope))
    return failure();
  return tile::symbolizeMemoryScope(*scope).value_or(tile::MemoryScope::Gpu);
}

LogicalResult Emitter::checkAtomicType(const BuiltinCall &call, DType type) {
  StringRef allowed = atomicTypes(atomicKind(call.info->id), type);
  if (allowed.empty())
    return success();
  return error(call.offset) << call.info->name << " takes " << allowed << ", got "
                            << type.shortName();
}

FailureOr<Object> Emitter::emitAtomic(const BuiltinCall &call) {
  auto pointer = pointerArgument(call);
  if (failed(pointer))
    return failure();
  DType pointee = pointer->type.element.scalar;
  if (failed(checkAtomicType(call, pointee)))
    return failure();
  auto sem = memorySem(call);
  auto scope = failed(sem) ? FailureOr<tile::MemoryScope>(failure()) : memoryScope(call);
  if (failed(scope))
    return failure();
  std::optional<tile::AtomicKind> kind = atomicKind(call.info->id);
  SmallVector<Tensor> operands{*pointer};
  SmallVector<StringRef, 3> names = {"val"};
  if (!kind)
    names = {"cmp", "val"};
  for (StringRef name : names) {
    if (call[name].isNone())
      return error(call.offsetOf(name)) << "expected a value for '" << name << "', got None";
    auto value = accessOperand(call, name, *pointer, pointee);
    if (failed(value))
      return failure();
    operands.push_back(**value);
  }
  std::optional<Tensor> mask;
  if (kind) {
    auto given = accessOperand(call, "mask", *pointer, Scalar::Int1);
    if (failed(given))
      return failure();
    mask = *given;
  }
  if (mask)
    operands.push_back(*mask);
  if (failed(broadcastToPointers(operands, call.offset)))
    return failure();
  ValueType type = operands[0].type.withElement(pointee);
  Type irType = type.irType(context);
  Location loc = at(call.offset);
  if (!kind)
    return Object(
        Tensor{tile::AtomicCasOp::create(builder, loc, irType, *sem, *scope, operands[0].value,
                                         operands[1].value, operands[2].value, /*mask=*/Value()),
               type});
  bool isUnsigned = pointee.isInteger() && !pointee.isSigned();
  return Object(Tensor{tile::AtomicRmwOp::create(builder, loc, irType, *kind, *sem, *scope,
                                                 operands[0].value, operands[1].value,
                                                 mask ? operands[2].value : Value(), isUnsigned),
                       type});
}

/// desc.atomic_add(offsets, value) and the like: relaxed, and without a result.
FailureOr<Object> Emitter::emitDescriptorAtomic(const BuiltinCall &call) {
  const BlockArray &array = *call.receiver.get<DescriptorObject>()->array;
  DType element = array.view->element;
  if (failed(checkAtomicType(call, element)))
    return failure();
  auto offsets = positionsArgument(call, "offsets", array.rank());
  auto value =
      failed(offsets) ? TensorResult(failure()) : blockValue(array, array.blockShape, call);
  if (failed(value))
    return failure();
  SmallVector<Tensor> positions;
  for (auto [offset, extent] : llvm::zip(*offsets, array.blockShape))
    positions.push_back(consecutive(offset, extent, call.offset));
  auto elements = elementsOf(array, positions, call.offset);
  if (failed(elements))
    return failure();
  bool isUnsigned = element.isInteger() && !element.isSigned();
  tile::AtomicRmwOp::create(builder, at(call.offset), value->value.getType(),
                            *atomicKind(call.info->id), tile::MemorySem::Relaxed,
                            tile::MemoryScope::Gpu, elements->pointers.value, value->value,
                            elements->mask.value, isUnsigned);
  return Object();
}
