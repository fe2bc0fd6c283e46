//===- WsToSm.cpp - channels become shared buffers and copies -------------===//
#include "MmaProducts.h"
#include "RolesToSm.h"
#include "WgmmaProducts.h"

#include "mla/Analysis/AsyncCopies.h"
#include "mla/Arch/Arch.h"
#include "mla/Layout/Wgmma.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mla {
#define GEN_PASS_DEF_CONVERTWSTOSM
#include "mla/Conversion/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// The next op of the block that touches memory, or null.
static Operation *nextEffect(Operation *op) {
  do
    op = op->getNextNode();
  while (op && isMemoryEffectFree(op));
  return op;
}

namespace {
class WsToSm {
public:
  explicit WsToSm(func::FuncOp func) : func(func) {}
  LogicalResult run();

private:
  LogicalResult convertDot(tile::DotOp dot);
  bool convertToWgmma(tile::DotOp dot, int32_t numWarps);
  void orderWgmma();
  void inlineRole(ws::RoleOp role);
  void convertChannel(ws::ChannelOp channel);
  void convertPut(ws::PutOp put);
  void convertPutTile(ws::PutTileOp put);
  void convertGets(ws::GetOp first);
  void convertParts(Value tile);
  void readIntoRegisters(Operation *op);
  Value slotOf(OpBuilder &builder, Location loc, Value channel, Value index);

  func::FuncOp func;
  DenseMap<Value, Value> buffers; ///< channel → buffer
  DenseMap<Value, Value> slots;   ///< value of a get, or part of one → slot it lies in
  SmallVector<Operation *> parts; ///< transpositions and parts in `slots`, in order
  /// Buffers that are filled through registers, being too narrow for cp.async. The loads
  /// must find registers to be under way together, which an accumulator of wgmma takes away.
  DenseSet<Value> narrow;
  DenseSet<Value> stored; ///< buffers that are filled with computed tiles
  /// Loops that fill slots behind their last reader.
  DenseSet<Operation *> lateLoops;
  const Arch *arch = nullptr; ///< may be unknown
};
} // namespace

LogicalResult WsToSm::run() {
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  if (roles.size() != 1)
    return func.emitError("expects at least 1 role, found ") << roles.size();
  if (func->getParentOfType<ModuleOp>()->hasAttr(sm::kArchAttr)) {
    arch = sm::targetArch(func);
    if (!arch)
      return failure();
  }
  inlineRole(roles[0]);
  SmallVector<ws::ChannelOp> channels(func.getOps<ws::ChannelOp>());
  for (ws::ChannelOp channel : channels)
    convertChannel(channel);

  SmallVector<ws::PutOp> puts;
  SmallVector<ws::PutTileOp> tilePuts;
  SmallVector<ws::GetOp> gets;
  SmallVector<tile::DotOp> dots;
  func.walk([&](Operation *op) {
    if (auto put = dyn_cast<ws::PutOp>(op))
      puts.push_back(put);
    else if (auto put = dyn_cast<ws::PutTileOp>(op))
      tilePuts.push_back(put);
    else if (auto get = dyn_cast<ws::GetOp>(op))
      gets.push_back(get);
    else if (auto dot = dyn_cast<tile::DotOp>(op))
      dots.push_back(dot);
    else if (isa<ws::ReleaseOp>(op)) // of a computed tile: barriers follow from the accesses
      op->erase();
  });
  for (ws::PutTileOp put : tilePuts)
    convertPutTile(put);
  for (Operation *op :
       llvm::concat<Operation *>(SmallVector<Operation *>(puts.begin(), puts.end()),
                                 SmallVector<Operation *>(gets.begin(), gets.end())))
    if (!stored.contains(buffers[op->getOperand(0)]) &&
        !op->getOperands().back().getType().isInteger(32))
      return op->emitOpError("has no slot: run ws-pipeline-loops first");

  for (ws::PutOp put : puts)
    convertPut(put);
  for (ws::GetOp get : gets)
    if (!slots.contains(get.getResult()))
      convertGets(get);
  for (ws::GetOp get : gets)
    convertParts(get.getResult());
  for (tile::DotOp dot : dots)
    if (failed(convertDot(dot)))
      return failure();
  orderWgmma();
  for (Operation *part : llvm::reverse(parts))
    readIntoRegisters(part);
  for (ws::GetOp get : gets)
    readIntoRegisters(get);
  for (ws::ChannelOp channel : channels)
    channel.erase();
  return success();
}

void WsToSm::inlineRole(ws::RoleOp role) {
  Block &body = role.getBody().front();
  role->getBlock()->getOperations().splice(Block::iterator(role), body.getOperations());
  role.erase();
}

void WsToSm::convertChannel(ws::ChannelOp channel) {
  auto type = cast<ws::ChannelType>(channel.getChannel().getType());
  OpBuilder builder(channel);
  auto bufferType = sm::BufferType::get(type.getContext(), type.getDepth(), type.getTile());
  buffers[channel.getChannel()] = sm::AllocOp::create(builder, channel.getLoc(), bufferType,
                                                      channel.getLabelAttr(), IntegerAttr());
}

Value WsToSm::slotOf(OpBuilder &builder, Location loc, Value channel, Value index) {
  Value buffer = buffers[channel];
  if (!index) // of a computed tile
    index = arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(0));
  auto type = cast<sm::BufferType>(buffer.getType());
  return sm::SlotOp::create(builder, loc, sm::BufferType::get(type.getContext(), 1, type.getTile()),
                            buffer, index);
}

/// Puts into the same slot number (of one iteration) without other memory accesses between them
/// share one group. One group for two iterations would break the count of sm.wait_group; one more
/// than needed only waits longer.
void WsToSm::convertPut(ws::PutOp put) {
  OpBuilder builder(put);
  Value slot = slotOf(builder, put.getLoc(), put.getChannel(), put.getSlot());
  auto next = dyn_cast_or_null<ws::PutOp>(nextEffect(put));
  if (!canCopyAsync(put.getPtr().getType(), put.getAccess()))
    narrow.insert(buffers[put.getChannel()]);
  bool isLastOfRun = !next || next.getSlot() != put.getSlot();
  sm::AsyncCopyOp::create(builder, put.getLoc(), put.getPtr(), slot, put.getMask(),
                          put.getPredicate(), put.getAccessAttr());
  if (isLastOfRun)
    sm::CommitGroupOp::create(builder, put.getLoc());
  put.erase();
}

/// Barriers between the store and the tile's readers follow from the accesses.
void WsToSm::convertPutTile(ws::PutTileOp put) {
  OpBuilder builder(put);
  Value slot = slotOf(builder, put.getLoc(), put.getChannel(), put.getSlot());
  sm::StoreSharedOp::create(builder, put.getLoc(), put.getValue(), slot, /*ordered=*/false);
  stored.insert(buffers[put.getChannel()]);
  put.erase();
}

/// A run of gets waits once, for all of them.
void WsToSm::convertGets(ws::GetOp first) {
  if (stored.contains(buffers[first.getChannel()])) {
    OpBuilder builder(first);
    slots[first.getResult()] = slotOf(builder, first.getLoc(), first.getChannel(), first.getSlot());
    return;
  }
  SmallVector<ws::GetOp> run;
  for (Operation *op = first; isa_and_nonnull<ws::GetOp>(op); op = nextEffect(op)) {
    auto get = cast<ws::GetOp>(op);
    if (stored.contains(buffers[get.getChannel()]))
      break;
    run.push_back(get);
  }
  int32_t pending = INT32_MAX;
  SmallVector<Value> waited;
  for (ws::GetOp get : run) {
    // At most `ahead` later puts are under way, the newest of which is issued only after this get.
    pending = std::min(pending, std::max(0, int32_t(get.getAhead()) - 1));
    waited.push_back(buffers[get.getChannel()]);
    if (int32_t(get.getAhead()) == cast<ws::ChannelType>(get.getChannel().getType()).getDepth())
      lateLoops.insert(get->getParentOp());
  }
  OpBuilder builder(first);
  sm::WaitGroupOp::create(builder, first.getLoc(), pending, waited);
  for (ws::GetOp get : run) {
    builder.setInsertionPoint(get);
    slots[get.getResult()] = slotOf(builder, get.getLoc(), get.getChannel(), get.getSlot());
  }
}

/// What the transposition or part `op` of the tile in `slot` is in the same bytes; null if no
/// layout describes it.
static Value partOfSlot(Operation *op, Value slot) {
  auto buffer = cast<sm::BufferType>(slot.getType());
  const TileLayout &shared = buffer.getLayout().getLayout();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  OpBuilder builder(op);
  auto partType = [&](const TileLayout &layout) {
    return sm::BufferType::get(op->getContext(), 1,
                               sm::withLayout(type, sm::LayoutAttr::get(op->getContext(), layout)));
  };
  if (isa<tile::TransOp>(op)) {
    std::optional<TileLayout> layout = transposeSharedLayout(shared);
    return layout ? sm::TransOp::create(builder, op->getLoc(), partType(*layout), slot) : Value();
  }
  ArrayRef<int64_t> offsets = cast<tile::SliceOp>(op).getOffsets();
  std::optional<SharedSubtile> subtile = sharedSubtile(shared, offsets.vec(), type.getShape().vec(),
                                                       tile::elementBytes(type.getElementType()));
  return subtile ? sm::SubslotOp::create(builder, op->getLoc(), partType(subtile->layout), slot,
                                         offsets)
                 : Value();
}

/// Names the slots of all transpositions and parts of `tile`, which lies in one.
void WsToSm::convertParts(Value tile) {
  for (Operation *user : tile.getUsers()) {
    if (!isa<tile::TransOp, tile::SliceOp>(user))
      continue;
    Value part = partOfSlot(user, slots[tile]);
    if (!part)
      continue;
    slots[user->getResult(0)] = part;
    parts.push_back(user);
    convertParts(user->getResult(0));
  }
}

/// Readers other than matrix products take the tile that `op` makes out of its slot.
void WsToSm::readIntoRegisters(Operation *op) {
  Value tile = op->getResult(0);
  if (!tile.use_empty()) {
    OpBuilder builder(op);
    tile.replaceAllUsesWith(
        sm::LoadSharedOp::create(builder, op->getLoc(), tile.getType(), slots[tile]));
  }
  op->erase();
}

/// An 8-bit factor for a target whose matrix unit lacks them: f16 holds its numbers.
static Value toHalf(tile::DotOp dot, Value factor) {
  OpBuilder builder(dot);
  Type type = tile::withElementType(factor.getType(), builder.getF16Type());
  return arith::ExtFOp::create(builder, dot.getLoc(), type, factor);
}

/// The right factor lies in shared memory, the left one there or in registers, both as wgmma takes
/// them.
bool WsToSm::convertToWgmma(tile::DotOp dot, int32_t numWarps) {
  auto type = cast<RankedTensorType>(dot.getType());
  Type element = tile::elementTypeOf(dot.getA().getType());
  if (!arch || !arch->has(Feature::Wgmma) || numWarps % sm::kWarpgroupWarps != 0 ||
      !(element.isF16() || element.isBF16()) || !type.getElementType().isF32())
    return false;
  std::optional<WarpGrid> grid = chooseWgmmaGrid(type.getShape().vec(), numWarps);
  Value a = slots.lookup(dot.getA()), b = slots.lookup(dot.getB());
  auto fits = [&](Value slot, unsigned kDim, int64_t maxExtent) {
    if (narrow.contains(slotOfOperand(slot).getBuffer()))
      return false;
    const TileLayout &layout = cast<sm::BufferType>(slot.getType()).getLayout().getLayout();
    return matchWgmma(layout, kDim, tile::elementBytes(element), maxExtent).has_value();
  };
  if (!grid || !b || (a && !fits(a, /*kDim=*/1, kWgmmaRows)) ||
      !fits(b, /*kDim=*/0, wgmmaColumnsPerPiece(type.getDimSize(1), *grid)))
    return false;
  OpBuilder builder(dot);
  auto product = sm::WgmmaOp::create(builder, dot.getLoc(), type, a ? a : dot.getA(), b,
                                     dot.getAcc(), ArrayRef<int32_t>{grid->m, grid->n});
  dot.getResult().replaceAllUsesWith(product.getResult());
  dot.erase();
  return true;
}

/// Fences and waits of wgmma, which reads shared memory by the async proxy, at its own pace.
void WsToSm::orderWgmma() {
  DenseSet<Value> read;
  SmallVector<scf::ForOp> loops;
  // A tile that the iteration computes reaches its products through memory alone: nothing that
  // moves them sees the store.
  DenseSet<Operation *> storing;
  func.walk([&](sm::WgmmaOp product) {
    for (Value operand : product->getOperands())
      if (sm::SlotOp slot = slotOfOperand(operand)) {
        read.insert(slot.getBuffer());
        if (stored.contains(slot.getBuffer()))
          storing.insert(product->getParentOp());
      }
    auto loop = dyn_cast<scf::ForOp>(product->getParentOp());
    if (loop && !llvm::is_contained(loops, loop))
      loops.push_back(loop);
  });
  if (read.empty())
    return;
  // What this thread copied or stored must be visible to the async proxy before the barrier behind
  // it (PTX ISA §9.7.15.5, proxy fence).
  auto fenceAfter = [](Operation *op) {
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    sm::FenceProxyAsyncOp::create(builder, op->getLoc());
  };
  func.walk([&](sm::WaitGroupOp wait) {
    if (llvm::any_of(wait.getBuffers(), [&](Value buffer) { return read.contains(buffer); }))
      fenceAfter(wait);
  });
  func.walk([&](sm::StoreSharedOp store) {
    if (read.contains(slotOfOperand(store.getSlot()).getBuffer()))
      fenceAfter(store);
  });
  // Outside loops memory may be planned for others behind the product. Inside them copies and tiles
  // that are computed ahead go into a slot that no product of the iteration reads, unless they are
  // late or there is only one.
  placeWgmmaWaits(func.getBody().front(), [&](Operation *op, sm::WgmmaOp product) {
    auto loop = product->getParentOfType<scf::ForOp>();
    if (!loop || op->getNumRegions() > 0 || isa<tile::BarrierOp>(op))
      return true;
    Value filled;
    if (auto store = dyn_cast<sm::StoreSharedOp>(op))
      filled = store.getSlot();
    else if (auto copy = dyn_cast<sm::AsyncCopyOp>(op))
      filled = copy.getSlot();
    return filled &&
           (lateLoops.contains(loop) ||
            cast<sm::BufferType>(slotOfOperand(filled).getBuffer().getType()).getDepth() == 1);
  });
  for (scf::ForOp loop : loops)
    if (!lateLoops.contains(loop) && !storing.contains(loop))
      keepProductsInFlight(loop);
}

LogicalResult WsToSm::convertDot(tile::DotOp dot) {
  auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
  if (!numWarps)
    return func.emitError("kernel has no `tile.num_warps`");
  if (convertToWgmma(dot, numWarps.getInt()))
    return success();
  Type element = tile::elementTypeOf(dot.getA().getType());
  bool isFloat8 = tile::isFloat8(element);
  if (isFloat8 && !arch)
    return dot.emitError("needs a target: set `") << sm::kArchAttr << "` of the module";
  bool extends = isFloat8 && !arch->has(Feature::MmaSyncFp8);
  if (extends)
    dot.emitRemark("the factors are extended to fp16: ") << arch->name << " has no 8-bit products";
  auto operand = [&](Value value) {
    if (extends)
      return toHalf(dot, value);
    auto slot = slots.find(value);
    return slot == slots.end() || element.isF64() ? value : slot->second;
  };
  makeMma(dot, operand(dot.getA()), operand(dot.getB()), numWarps.getInt());
  return success();
}

namespace {
struct ConvertWsToSm : mla::impl::ConvertWsToSmBase<ConvertWsToSm> {
  using ConvertWsToSmBase::ConvertWsToSmBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    auto roles = func.getOps<ws::RoleOp>();
    bool severalRoles = std::distance(roles.begin(), roles.end()) > 1;
    if (failed(severalRoles ? convertRolesToSm(func) : WsToSm(func).run()))
      signalPassFailure();
  }
};
} // namespace
