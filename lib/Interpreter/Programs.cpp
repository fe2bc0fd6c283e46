//===- Programs.cpp - where values begin: constants, ranges, the grid -----===//
#include "Registry.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/UB/IR/UBOps.h"

using namespace mlir;

namespace mla::interp {

static ArrayRef<int64_t> shapeOf(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile ? tile.getShape() : ArrayRef<int64_t>();
}

static uint64_t bitsOf(Attribute attribute) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return number.getValue().bitcastToAPInt().getZExtValue();
  return cast<IntegerAttr>(attribute).getValue().getZExtValue();
}

static Tile makeConstant(arith::ConstantOp op) {
  std::vector<uint64_t> bits;
  if (auto dense = dyn_cast<DenseElementsAttr>(op.getValue())) {
    if (dense.isSplat())
      bits.assign(dense.getNumElements(), bitsOf(dense.getSplatValue<Attribute>()));
    else
      for (Attribute element : dense.getValues<Attribute>())
        bits.push_back(bitsOf(element));
  } else {
    bits.push_back(bitsOf(op.getValue()));
  }
  return Tile::fromBits(*elementOf(op.getType()), shapeOf(op.getType()), bits);
}

static Outcome constantOp(Machine &machine, Operation *op) {
  auto [it, isNew] = machine.program.constants.try_emplace(op);
  if (isNew)
    it->second = makeConstant(cast<arith::ConstantOp>(op));
  machine.set(op->getResult(0), it->second);
  return Outcome::Next;
}

/// A value that is not used where it matters; zero will do.
static Outcome poisonOp(Machine &machine, Operation *op) {
  Type type = op->getResult(0).getType();
  machine.set(op->getResult(0), Tile(*elementOf(type), shapeOf(type)));
  return Outcome::Next;
}

static Outcome programIdOp(Machine &machine, Operation *op) {
  int64_t id = machine.program.id[cast<tile::ProgramIdOp>(op).getAxis()];
  machine.set(op->getResult(0), Tile::integer(Element::I32, id));
  return Outcome::Next;
}

static Outcome numProgramsOp(Machine &machine, Operation *op) {
  int64_t count = machine.program.launch.grid[cast<tile::NumProgramsOp>(op).getAxis()];
  machine.set(op->getResult(0), Tile::integer(Element::I32, count));
  return Outcome::Next;
}

static Outcome rangeOp(Machine &machine, Operation *op) {
  auto range = cast<tile::RangeOp>(op);
  Tile result(Element::I32, shapeOf(range.getType()));
  for (size_t i = 0; i < result.size(); ++i)
    result.makeIntegers()[i] = int32_t(range.getStart()) + int64_t(i);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

void addPrograms(Registry &registry) {
  registry.add<arith::ConstantOp>(constantOp);
  registry.add<ub::PoisonOp>(poisonOp);
  registry.add<tile::ProgramIdOp>(programIdOp);
  registry.add<tile::NumProgramsOp>(numProgramsOp);
  registry.add<tile::RangeOp>(rangeOp);
}

} // namespace mla::interp
