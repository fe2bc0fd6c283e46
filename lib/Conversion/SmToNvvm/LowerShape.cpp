//===- LowerShape.cpp - indices, shape changes, pointer arithmetic --------===//
// Shape changes cost nothing: they only say which register stands for which element. Those for
// which threads exchange elements are in LowerReshape.cpp.

#include "Addressing.h"
#include "Lower.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <numeric>

using namespace mlir;

namespace mla {

/// Special registers of the three grid axes.
template <typename X, typename Y, typename Z>
static LogicalResult lowerGrid(ThreadEmitter &emitter, Operation *op, int32_t axis) {
  OpBuilder &b = emitter.builder();
  Type i32 = b.getI32Type();
  Value index = axis == 0   ? Value(X::create(b, op->getLoc(), i32))
                : axis == 1 ? Value(Y::create(b, op->getLoc(), i32))
                            : Value(Z::create(b, op->getLoc(), i32));
  emitter.define(op->getResult(0), index);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::ProgramIdOp op) {
  return lowerGrid<NVVM::BlockIdXOp, NVVM::BlockIdYOp, NVVM::BlockIdZOp>(emitter, op, op.getAxis());
}

LogicalResult lower(ThreadEmitter &emitter, tile::NumProgramsOp op) {
  return lowerGrid<NVVM::GridDimXOp, NVVM::GridDimYOp, NVVM::GridDimZOp>(emitter, op, op.getAxis());
}

LogicalResult lower(ThreadEmitter &emitter, tile::RangeOp op) {
  OpBuilder &b = emitter.builder();
  TileLayout layout = emitter.layoutOf(op.getType());
  LinearIndex index = coordinateIndex(layout, 0);
  Value thread = emitter.threadPart(index.threadImages);
  llvm::DenseMap<int64_t, Value> flippedThread, values;
  SmallVector<Value> registers;
  for (int64_t reg = 0; reg < layout.numRegisters(); ++reg) {
    auto [flipped, added] = index.constantOf(reg);
    Value &value = values[flipped + added];
    if (!value) {
      Value &base = flippedThread[flipped];
      if (!base)
        base = flipped ? Value(arith::XOrIOp::create(b, op.getLoc(), thread, emitter.i32(flipped)))
                       : thread;
      int64_t offset = added + int64_t(op.getStart());
      value =
          offset ? Value(arith::AddIOp::create(b, op.getLoc(), base, emitter.i32(offset))) : base;
    }
    registers.push_back(value);
  }
  emitter.define(op.getResult(), registers);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::SplatOp op) {
  SmallVector<Value> registers(emitter.layoutOf(op.getType()).numRegisters(),
                               emitter.scalar(op.getSource()));
  emitter.define(op.getResult(), registers);
  return success();
}

LogicalResult renameRegisters(ThreadEmitter &emitter, Operation *op,
                              const std::optional<std::vector<int32_t>> &match) {
  Value source = op->getOperand(0), result = op->getResult(0);
  if (!match)
    return op->emitOpError("expects layouts in which every thread holds what it needs, got ")
           << source.getType() << " and " << result.getType();
  ArrayRef<Value> held = emitter.registers(source);
  emitter.define(result, llvm::map_to_vector(*match, [&](int32_t reg) { return held[reg]; }));
  return success();
}

/// The same with `project` as for matchRegisters.
static LogicalResult projectRegisters(ThreadEmitter &emitter, Operation *op,
                                      const std::vector<int> &project) {
  return renameRegisters(emitter, op,
                         matchRegisters(emitter.layoutOf(op->getOperand(0).getType()),
                                        emitter.layoutOf(op->getResult(0).getType()), project));
}

LogicalResult lower(ThreadEmitter &emitter, tile::TransOp op) {
  std::vector<int> project;
  for (int64_t dim = 0; dim < cast<RankedTensorType>(op.getType()).getRank(); ++dim)
    project.push_back(int(op.sourceDim(dim)));
  return projectRegisters(emitter, op, project);
}

/// For each register of the pairs' layout the register of `single` that holds the same element
/// without its last coordinate.
static std::optional<std::vector<int32_t>> matchPairs(const TileLayout &single,
                                                      const TileLayout &pairs) {
  std::vector<int> project(pairs.rank(), -1);
  std::iota(project.begin(), project.end() - 1, 0);
  return isInRegisters(pairs, pairs.rank() - 1) ? matchRegisters(single, pairs, project)
                                                : std::nullopt;
}

LogicalResult lower(ThreadEmitter &emitter, tile::JoinOp op) {
  TileLayout pairs = emitter.layoutOf(op.getType());
  auto match = matchPairs(emitter.layoutOf(op.getLhs().getType()), pairs);
  if (!match)
    return op.emitOpError("expects layouts in which every thread holds what it needs, got ")
           << op.getLhs().getType() << " and " << op.getType();
  ArrayRef<Value> sides[] = {emitter.registers(op.getLhs()), emitter.registers(op.getRhs())};
  SmallVector<Value> registers;
  for (auto [reg, held] : llvm::enumerate(*match))
    registers.push_back(sides[pairs.coords(int64_t(reg), 0, 0).back()][held]);
  emitter.define(op.getResult(), registers);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::SplitOp op) {
  TileLayout pairs = emitter.layoutOf(op.getSource().getType());
  TileLayout single = emitter.layoutOf(op.getLhs().getType());
  auto match = matchPairs(single, pairs);
  SmallVector<Value> sides[2];
  for (SmallVector<Value> &side : sides)
    side.resize(single.numRegisters());
  // A register that the single layout repeats is found once: the others are copies of it.
  UniqueRegisters unique(single);
  if (match)
    for (auto [reg, held] : llvm::enumerate(*match))
      sides[pairs.coords(int64_t(reg), 0, 0).back()][held] = emitter.registers(op.getSource())[reg];
  for (SmallVector<Value> &side : sides) {
    SmallVector<Value> once(unique.representative.size());
    for (auto [reg, value] : llvm::enumerate(side))
      if (value)
        once[unique.unique[reg]] = value;
    if (!match || llvm::is_contained(once, Value()))
      return op.emitOpError("expects layouts in which every thread holds what it needs, got ")
             << op.getSource().getType() << " and " << op.getLhs().getType();
    side = unique.expand(once);
  }
  emitter.define(op.getLhs(), sides[0]);
  emitter.define(op.getRhs(), sides[1]);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::UnsplatOp op) {
  emitter.define(op.getResult(), emitter.registers(op.getSource()).front());
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::SliceOp op) {
  return renameRegisters(emitter, op,
                         matchPart(emitter.layoutOf(op.getSource().getType()),
                                   emitter.layoutOf(op.getType()), op.getOffsets().vec()));
}

LogicalResult lower(ThreadEmitter &emitter, tile::ExpandDimsOp op) {
  std::vector<int> project;
  int rank = cast<RankedTensorType>(op.getType()).getRank(), axis = op.getAxis();
  for (int dim = 0; dim < rank; ++dim)
    project.push_back(dim == axis ? -1 : dim < axis ? dim : dim - 1);
  return projectRegisters(emitter, op, project);
}

LogicalResult lower(ThreadEmitter &emitter, tile::BroadcastOp op) {
  std::vector<int> project;
  auto source = cast<RankedTensorType>(op.getSource().getType());
  for (int dim = 0; dim < source.getRank(); ++dim)
    project.push_back(source.getDimSize(dim) == 1 ? -1 : dim);
  return projectRegisters(emitter, op, project);
}

LogicalResult lower(ThreadEmitter &emitter, tile::AddPtrOp op) {
  OpBuilder &b = emitter.builder();
  Type pointee = registerType(tile::pointeeOf(op.getPtr().getType()));
  if (!pointee)
    return op.emitOpError("cannot be lowered: pointers to ")
           << tile::pointeeOf(op.getPtr().getType()) << ", " << kRegisterTypes;
  // An i1 takes a byte in memory.
  if (pointee.isInteger(1))
    pointee = b.getI8Type();
  llvm::DenseMap<std::pair<Value, Value>, Value> moved;
  SmallVector<Value> registers;
  for (auto [pointer, offset] :
       llvm::zip_equal(emitter.registers(op.getPtr()), emitter.registers(op.getOffset()))) {
    Value &result = moved[{pointer, offset}];
    // Indices of getelementptr are signed.
    if (!result)
      result = LLVM::GEPOp::create(b, op.getLoc(), pointer.getType(), pointee, pointer,
                                   ValueRange{offset});
    registers.push_back(result);
  }
  emitter.define(op.getResult(), registers);
  return success();
}

/// Pointers have no type in registers.
LogicalResult lower(ThreadEmitter &emitter, tile::PtrCastOp op) {
  emitter.define(op.getResult(), emitter.registers(op.getSource()));
  return success();
}

} // namespace mla
