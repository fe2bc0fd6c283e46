//===- LowerWgmma.cpp - matrix products of warpgroups ---------------------===//
// wgmma.mma_async m64nNk16 (PTX ISA §9.7.15). Each instruction is one inline PTX whose accumulators
// are tied in and out, and the wait is another: no other form keeps LLVM from touching registers
// that the hardware is still writing, on which ptxas would run one product after the other.

#include "Lower.h"
#include "MemoryWords.h"
#include "mla/Layout/Wgmma.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mla {

/// 32-bit registers of the fragment of A that one instruction takes.
static constexpr int64_t kFragmentWords = 4;
static constexpr int64_t kStepElems = 16;

//===----------------------------------------------------------------------===//
// Inline PTX
//===----------------------------------------------------------------------===//

static std::string list(int64_t first, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return text;
}

/// Runs `text` with `tied` as operands $0, $1, … that it reads and writes, then `inputs`. Replaces
/// `tied` by the results.
static void emitTied(ThreadEmitter &emitter, Location loc, MutableArrayRef<Value> tied,
                     ArrayRef<Value> inputs, StringRef text, StringRef inputConstraints,
                     bool onlyWrites = false) {
  OpBuilder &b = emitter.builder();
  int64_t count = int64_t(tied.size());
  SmallVector<Type> types;
  std::string outputs, matches;
  for (auto [i, value] : llvm::enumerate(tied)) {
    types.push_back(value.getType());
    outputs += value.getType().isF32() ? "=f," : "=r,";
    matches += std::to_string(i) + ",";
  }
  SmallVector<Value> operands(inputs);
  if (!onlyWrites)
    llvm::append_range(operands, tied);
  Type result = types.empty() ? Type()
                : count == 1  ? types.front()
                              : LLVM::LLVMStructType::getLiteral(b.getContext(), types);
  std::string constraints = outputs + inputConstraints.str() +
                            (inputConstraints.empty() ? "" : ",") + (onlyWrites ? "" : matches) +
                            "~{memory}";
  LLVM::InlineAsmOp op = emitAsm(emitter, loc, result, operands, text, constraints);
  for (auto [i, value] : llvm::enumerate(tied))
    value = count == 1 ? op.getRes()
                       : Value(LLVM::ExtractValueOp::create(b, loc, op.getRes(), int64_t(i)));
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

namespace {
/// Matrix descriptors of an operand in shared memory.
class Descriptors {
public:
  /// `warpgroups` share the operand, each with `adjacent` pieces in a row; `group` is the index of
  /// the present one, null if there is only one.
  Descriptors(ThreadEmitter &emitter, Location loc, Value slot, unsigned kDim, int64_t maxExtent,
              int32_t warpgroups, int64_t adjacent, Value group);

  bool isTransposed() const { return operand.transposed; }
  /// Pieces of the first warpgroup, in order.
  SmallVector<WgmmaOperand::Piece> pieces() const;
  /// 64-bit descriptor of a step of a piece: of the present warpgroup's, given the first one's.
  Value of(const WgmmaOperand::Piece &piece, int64_t step);

private:
  ThreadEmitter &emitter;
  Location loc;
  WgmmaOperand operand;
  int64_t warpgroups, adjacent;
  /// Where the tile starts, in units of 16 bytes.
  Value start;
};
} // namespace

Descriptors::Descriptors(ThreadEmitter &emitter, Location loc, Value slot, unsigned kDim,
                         int64_t maxExtent, int32_t warpgroups, int64_t adjacent, Value group)
    : emitter(emitter), loc(loc), warpgroups(warpgroups), adjacent(adjacent) {
  OpBuilder &b = emitter.builder();
  auto type = cast<sm::BufferType>(slot.getType());
  operand = *matchWgmma(type.getLayout().getLayout(), kDim,
                        tile::elementBytes(type.getTile().getElementType()), maxExtent);
  Value offset = emitter.scalar(slot);
  if (group) {
    Value distance = emitter.i32(*warpgroupDistance(operand, warpgroups, adjacent));
    Value moved = arith::MulIOp::create(b, loc, group, distance);
    offset = arith::AddIOp::create(b, loc, offset, moved);
  }
  Value address = sharedRegister(emitter, loc, emitter.sharedPointer(loc, offset));
  // A descriptor takes bits 4-17. Where CTAs form a cluster, bits 24 on say which one it is.
  if (sm::clusterSize(slot.getDefiningOp()) > 1)
    address = arith::AndIOp::create(b, loc, address, emitter.i32((1 << 18) - 1));
  Value units = arith::ShRUIOp::create(b, loc, address, emitter.i32(4));
  start = arith::ExtUIOp::create(b, loc, b.getI64Type(), units);
}

SmallVector<WgmmaOperand::Piece> Descriptors::pieces() const {
  SmallVector<WgmmaOperand::Piece> first;
  for (auto [i, piece] : llvm::enumerate(operand.pieces))
    if (int64_t(i) % (warpgroups * adjacent) < adjacent)
      first.push_back(piece);
  return first;
}

Value Descriptors::of(const WgmmaOperand::Piece &piece, int64_t step) {
  uint64_t bits = wgmmaDescriptorBits(operand, piece) + uint64_t(piece.startBytes[step] / 16);
  Value constant = emitter.constant(emitter.builder().getI64Type(), int64_t(bits));
  return arith::AddIOp::create(emitter.builder(), loc, start, constant);
}

/// Fragments of A in registers as words: entry [row atom][step] has kFragmentWords of them.
static SmallVector<SmallVector<SmallVector<Value>>>
fragmentsOf(ThreadEmitter &emitter, Location loc, Value tile, int64_t rowsPerAtom) {
  auto type = cast<RankedTensorType>(tile.getType());
  TileLayout layout = emitter.layoutOf(type);
  ArrayRef<Value> registers = emitter.registers(tile);
  int64_t numAtoms = type.getDimSize(0) / rowsPerAtom, numSteps = type.getDimSize(1) / kStepElems;
  SmallVector<SmallVector<SmallVector<Value>>> fragments(
      numAtoms, SmallVector<SmallVector<Value>>(numSteps, SmallVector<Value>(kFragmentWords)));
  WordFormat format(type.getElementType(), 2);
  for (int64_t reg = 0; reg < layout.numRegisters(); reg += 2) {
    std::vector<int64_t> coords = layout.coords(reg, 0, 0);
    int64_t row = coords[0] % rowsPerAtom, k = coords[1] % kStepElems;
    fragments[coords[0] / rowsPerAtom][coords[1] / kStepElems][row / 8 + k / 8 * 2] =
        packWords(emitter, loc, format, {registers[reg], registers[reg + 1]}).front();
  }
  return fragments;
}

/// Positions of the accumulators of an instruction in the tile's registers, in the order of its
/// fragment.
static SmallVector<int64_t> accumulatorsOf(const TileLayout &layout, int64_t firstRow,
                                           const WgmmaOperand::Piece &columns) {
  SmallVector<int64_t> positions(columns.extent / 2);
  for (int64_t reg = 0; reg < layout.numRegisters(); ++reg) {
    std::vector<int64_t> coords = layout.coords(reg, 0, 0);
    int64_t row = coords[0] - firstRow, column = coords[1] - columns.first;
    if (row < 0 || row >= kWgmmaRows || column < 0 || column >= columns.extent)
      continue;
    positions[column / 8 * 4 + row / 8 * 2 + column % 2] = reg;
  }
  return positions;
}

//===----------------------------------------------------------------------===//
// The product
//===----------------------------------------------------------------------===//

/// Whether the product need not read `acc`.
static bool isZero(Value acc) {
  DenseElementsAttr constant;
  return matchPattern(acc, m_Constant(&constant)) && constant.isSplat() &&
         constant.getSplatValue<APFloat>().isPosZero();
}

LogicalResult lower(ThreadEmitter &emitter, sm::WgmmaOp op) {
  Location loc = op.getLoc();
  WarpGrid grid{op.getWarps()[0], op.getWarps()[1]};
  int32_t groupsM = grid.m / sm::kWarpgroupWarps;
  int64_t rowsPerAtom = groupsM * kWgmmaRows;
  if (grid.m * grid.n != emitter.numWarps())
    return op.emitOpError("cannot be lowered: it is for ")
           << grid.m * grid.n << " warps and runs on " << emitter.numWarps();
  if (emitter.firstWarp() % sm::kWarpgroupWarps != 0)
    return op.emitOpError("cannot be lowered: its first warp is ")
           << emitter.firstWarp() << ", expected a multiple of " << sm::kWarpgroupWarps;

  // Warpgroups along M come first.
  OpBuilder &builder = emitter.builder();
  Value groupM, groupN;
  if (grid.m * grid.n > sm::kWarpgroupWarps) {
    Value group = arith::ShRUIOp::create(builder, loc, emitter.warpIndex(),
                                         emitter.i32(llvm::Log2_32(sm::kWarpgroupWarps)));
    if (groupsM > 1)
      groupM = arith::AndIOp::create(builder, loc, group, emitter.i32(groupsM - 1));
    if (grid.n > 1)
      groupN = arith::ShRUIOp::create(builder, loc, group, emitter.i32(llvm::Log2_32(groupsM)));
  }
  auto accType = cast<RankedTensorType>(op.getType());
  std::optional<Descriptors> a;
  SmallVector<SmallVector<SmallVector<Value>>> fragments;
  if (isa<sm::BufferType>(op.getA().getType()))
    a.emplace(emitter, loc, op.getA(), /*kDim=*/1, kWgmmaRows, groupsM, /*adjacent=*/1, groupM);
  else
    fragments = fragmentsOf(emitter, loc, op.getA(), rowsPerAtom);
  int64_t columns = wgmmaColumnsPerPiece(accType.getDimSize(1), grid);
  int64_t adjacent = segmentExtent(accType.getDimSize(1))->block / grid.n / columns;
  Descriptors b(emitter, loc, op.getB(), /*kDim=*/0, columns, grid.n,
                std::max<int64_t>(adjacent, 1), groupN);

  TileLayout layout = emitter.layoutOf(op.getType());
  SmallVector<Value> acc(emitter.registers(op.getAcc()));
  bool startsAtZero = isZero(op.getAcc());
  // Ordinary writes to registers that the products use come before the fence; registers that
  // products still write are left alone.
  bool fencesAcc = !startsAtZero && !sm::isInFlight(op.getAcc());
  SmallVector<Value> fenced;
  if (fencesAcc)
    fenced = acc;
  for (auto &atom : fragments)
    for (auto &step : atom)
      fenced.append(step);
  emitTied(emitter, loc, fenced, {}, "wgmma.fence.sync.aligned;", "");
  ArrayRef<Value> rest = fenced;
  if (fencesAcc) {
    acc.assign(rest.take_front(acc.size()).begin(), rest.take_front(acc.size()).end());
    rest = rest.drop_front(acc.size());
  }
  for (auto &atom : fragments)
    for (auto &step : atom)
      for (Value &word : step) {
        word = rest.front();
        rest = rest.drop_front();
      }

  Type element = cast<sm::BufferType>(op.getB().getType()).getTile().getElementType();
  std::string type = element.isF16() ? "f16" : "bf16";
  std::string transposeB = b.isTransposed() ? ", 1" : ", 0";
  int64_t numAtoms = accType.getDimSize(0) / rowsPerAtom;
  SmallVector<WgmmaOperand::Piece> piecesB = b.pieces(), piecesA;
  if (a)
    piecesA = a->pieces();
  int64_t numSteps = int64_t(piecesB.front().startBytes.size());
  for (int64_t step = 0; step < numSteps; ++step)
    for (int64_t atom = 0; atom < numAtoms; ++atom)
      for (const WgmmaOperand::Piece &columns : piecesB) {
        SmallVector<int64_t> positions = accumulatorsOf(layout, atom * rowsPerAtom, columns);
        SmallVector<Value> products =
            llvm::map_to_vector(positions, [&](int64_t reg) { return acc[reg]; });
        bool onlyWrites = startsAtZero && step == 0;
        int64_t count = int64_t(products.size());
        SmallVector<Value> inputs;
        std::string constraints, operandA, flags;
        if (a) {
          inputs.push_back(a->of(piecesA[atom], step));
          constraints = "l,l";
          operandA = "$" + std::to_string(count);
          flags = std::string(a->isTransposed() ? ", 1" : ", 0") + transposeB;
        } else {
          llvm::append_range(inputs, fragments[atom][step]);
          constraints = "r,r,r,r,l";
          operandA = "{" + list(count, kFragmentWords) + "}";
          flags = transposeB;
        }
        inputs.push_back(b.of(columns, step));
        std::string text = "wgmma.mma_async.sync.aligned.m64n" + std::to_string(columns.extent) +
                           "k16.f32." + type + "." + type + " {" + list(0, count) + "}, " +
                           operandA + ", $" + std::to_string(count + inputs.size() - 1) + ", " +
                           (onlyWrites ? "0" : "1") + ", 1, 1" + flags + ";";
        emitTied(emitter, loc, products, inputs, text, constraints, onlyWrites);
        for (auto [reg, value] : llvm::zip_equal(positions, products))
          acc[reg] = value;
      }
  emitAsm(emitter, loc, {}, {}, "wgmma.commit_group.sync.aligned;", "~{memory}");
  emitter.define(op.getResult(), acc);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::WgmmaWaitOp op) {
  SmallVector<Value> all;
  for (Value acc : op.getAccs())
    llvm::append_range(all, emitter.registers(acc));
  std::string text = "wgmma.wait_group.sync.aligned " + std::to_string(op.getPending()) + ";";
  emitTied(emitter, op.getLoc(), all, {}, text, "");
  ArrayRef<Value> rest = all;
  for (auto [acc, result] : llvm::zip_equal(op.getAccs(), op.getResults())) {
    size_t count = emitter.registers(acc).size();
    emitter.define(result, rest.take_front(count));
    rest = rest.drop_front(count);
  }
  return success();
}

} // namespace mla
