//===- InsertChannels.cpp - the default recipe ----------------------------===//
// One role with all warps; one channel per load whose only readers are matrix products. A load that
// must stay where it is (another access of the loop may write what it reads) keeps depth 1 and gets
// a remark.
#include "mla/Transforms/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace mla {
#define GEN_PASS_DEF_INSERTCHANNELS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// The pointer argument (or other value) that a pointer is computed from, through arithmetic and
/// loops.
static Value pointerRoot(Value ptr) {
  llvm::SmallPtrSet<Value, 8> seen;
  while (seen.insert(ptr).second) {
    if (auto arg = dyn_cast<BlockArgument>(ptr)) {
      auto loop = dyn_cast<LoopLikeOpInterface>(arg.getOwner()->getParentOp());
      OpOperand *init = loop ? loop.getTiedLoopInit(arg) : nullptr;
      if (!init)
        return ptr;
      ptr = init->get();
      continue;
    }
    Operation *def = ptr.getDefiningOp();
    if (isa<tile::AddPtrOp, tile::SplatOp, tile::BroadcastOp, tile::ExpandDimsOp>(def))
      ptr = def->getOperand(0);
    else if (auto loop = dyn_cast<LoopLikeOpInterface>(def))
      ptr = loop.getInits()[cast<OpResult>(ptr).getResultNumber()];
    else
      return ptr;
  }
  return ptr;
}

/// Distinct function arguments do not alias (design: aliasing); anything else may.
static bool mayAlias(Value rootA, Value rootB) {
  auto isArgument = [](Value root) {
    auto arg = dyn_cast<BlockArgument>(root);
    return arg && isa<func::FuncOp>(arg.getOwner()->getParentOp());
  };
  return rootA == rootB || !isArgument(rootA) || !isArgument(rootB);
}

/// A load that becomes a channel: a 2-D tile of 16-bit elements read only by matrix products, zero
/// where masked.
static bool feedsOnlyDots(tile::LoadOp load) {
  auto type = dyn_cast<RankedTensorType>(load.getResult().getType());
  if (!type || type.getRank() != 2 || load->use_empty())
    return false;
  if (load.getOther() && !matchPattern(load.getOther(), m_AnyZeroFloat()))
    return false;
  return llvm::all_of(load->getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    return dot && use.getOperandNumber() < 2;
  });
}

/// The ops in the body of `loop` that `value` comes from, through carried values too.
static void collectOrigins(Value value, scf::ForOp loop, DenseSet<Value> &seen,
                           SmallVectorImpl<Operation *> &origins) {
  if (!seen.insert(value).second)
    return;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    if (arg.getOwner() == loop.getBody() && arg.getArgNumber() > 0)
      collectOrigins(loop.getYieldedValues()[arg.getArgNumber() - 1], loop, seen, origins);
    return;
  }
  Operation *def = value.getDefiningOp();
  if (!loop->isProperAncestor(def))
    return;
  origins.push_back(def);
  for (Value operand : def->getOperands())
    collectOrigins(operand, loop, seen, origins);
}

/// What an iteration ahead does not have yet: a matrix product, a reduction, another tile of a
/// channel, or what an inner loop or branch leaves.
static bool isLaterStage(Operation *op) {
  auto load = dyn_cast<tile::LoadOp>(op);
  return isa<tile::DotOp, tile::ReduceOp>(op) || (load && feedsOnlyDots(load)) ||
         op->getNumRegions() != 0;
}

/// The op in the loop that keeps `load` from running ahead, or null.
static Operation *findConflict(tile::LoadOp load, scf::ForOp loop) {
  Value root = pointerRoot(load.getPtr());
  Operation *conflict = nullptr;
  loop.walk([&](tile::StoreOp store) {
    if (!conflict && mayAlias(root, pointerRoot(store.getPtr())))
      conflict = store;
  });
  return conflict;
}

/// Depth of the channel for `load`.
static int32_t channelDepth(tile::LoadOp load, int32_t numStages) {
  auto loop = dyn_cast<scf::ForOp>(load->getParentOp());
  if (!loop || numStages < 2)
    return 1;
  // The load runs ahead with everything that its address and mask come from, other loads included.
  DenseSet<Value> seen;
  SmallVector<Operation *> origins = {load};
  for (Value operand : load->getOperands())
    collectOrigins(operand, loop, seen, origins);
  for (Operation *origin : origins) {
    auto read = dyn_cast<tile::LoadOp>(origin);
    if (Operation *conflict = read ? findConflict(read, loop) : nullptr) {
      InFlightDiagnostic remark = load.emitRemark(
          "load is not pipelined: a store in the same loop may write what it reads");
      remark.attachNote(conflict->getLoc()) << "the store";
      return 1;
    }
    if (origin != load && isLaterStage(origin)) {
      load.emitRemark(
          "load is not pipelined: its address depends on a result of the same iteration");
      return 1;
    }
  }
  return numStages;
}

/// A channel for the tile that `load` makes, with dimension `fastest` contiguous in shared memory.
static Value declareChannel(Operation *load, unsigned fastest, int32_t depth, StringRef label,
                            OpBuilder &top) {
  auto type = cast<RankedTensorType>(load->getResult(0).getType());
  TileLayout shared = swizzledSharedLayout(type.getShape().vec(), fastest,
                                           tile::elementBytes(type.getElementType()));
  auto tileType = sm::withLayout(type, sm::LayoutAttr::get(type.getContext(), shared));
  auto channelType = ws::ChannelType::get(type.getContext(), depth, tileType);
  return ws::ChannelOp::create(top, load->getLoc(), channelType, label);
}

/// Replaces `load` by a get of `channel`, released after the last reader.
static void replaceByGet(Operation *load, Value channel) {
  OpBuilder builder(load);
  auto get = ws::GetOp::create(builder, load->getLoc(), load->getResult(0).getType(), channel,
                               /*slot=*/Value(), /*parity=*/Value());
  Operation *last = get;
  for (Operation *user : load->getUsers()) {
    Operation *inBlock = load->getBlock()->findAncestorOpInBlock(*user);
    if (last->isBeforeInBlock(inBlock))
      last = inBlock;
  }
  builder.setInsertionPointAfter(last);
  ws::ReleaseOp::create(builder, load->getLoc(), channel, /*slot=*/Value());
  load->getResult(0).replaceAllUsesWith(get);
  load->erase();
}

/// Replaces `load` by a put and a get of a new channel.
static void makeChannel(tile::LoadOp load, int32_t depth, StringRef label, OpBuilder &top) {
  auto type = cast<RankedTensorType>(load.getResult().getType());
  unsigned fastest = load.getAccess() ? load.getAccess()->getDim() : type.getRank() - 1;
  Value channel = declareChannel(load, fastest, depth, label, top);
  OpBuilder builder(load);
  ws::PutOp::create(builder, load.getLoc(), channel, load.getPtr(), load.getMask(),
                    /*predicate=*/Value(), /*slot=*/Value(), load.getAccessAttr());
  replaceByGet(load, channel);
}

/// Replaces a load of the bulk copy engine by a put and a get of a new channel.
static void makeBulkChannel(tile::LoadViewOp load, int32_t depth, StringRef label, OpBuilder &top) {
  Value channel = declareChannel(load, /*fastest=*/1, depth, label, top);
  OpBuilder builder(load);
  ws::PutViewOp::create(builder, load.getLoc(), channel, load.getView(), load.getIndices(),
                        /*slot=*/Value(), /*parity=*/Value());
  replaceByGet(load, channel);
}

/// Moves the kernel's body into one role with all warps.
static ws::RoleOp makeRole(func::FuncOp func, int32_t numWarps) {
  Block &body = func.getBody().front();
  Operation *terminator = body.getTerminator();
  OpBuilder builder(terminator);
  auto role = ws::RoleOp::create(builder, func.getLoc(), "all", 0, numWarps, IntegerAttr());
  Block &roleBody = role.getBody().emplaceBlock();
  roleBody.getOperations().splice(roleBody.end(), body.getOperations(), body.begin(),
                                  Block::iterator(role));
  return role;
}

namespace {
struct InsertChannels : mla::impl::InsertChannelsBase<InsertChannels> {
  using InsertChannelsBase::InsertChannelsBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
    auto numStages = func->getAttrOfType<IntegerAttr>(tile::kNumStagesAttr);
    if (!numWarps || !numStages) {
      func.emitError("kernel has no `tile.num_warps` or `tile.num_stages`");
      return signalPassFailure();
    }
    ws::RoleOp role = makeRole(func, numWarps.getInt());
    OpBuilder top(role);
    // Decide before rewriting: a depth depends on the other loads of the loop.
    SmallVector<std::pair<Operation *, int32_t>> loads;
    func.walk([&](Operation *op) {
      if (auto load = dyn_cast<tile::LoadOp>(op); load && feedsOnlyDots(load))
        loads.push_back({op, channelDepth(load, numStages.getInt())});
      else if (auto load = dyn_cast<tile::LoadViewOp>(op); load && load.getBulkCopy())
        loads.push_back({op, numStages.getInt()});
    });
    for (auto [index, load] : llvm::enumerate(loads)) {
      auto [op, depth] = load;
      auto given = op->getAttrOfType<StringAttr>("label");
      std::string label = given ? given.str() : "load" + std::to_string(index);
      if (auto bulk = dyn_cast<tile::LoadViewOp>(op))
        makeBulkChannel(bulk, depth, label, top);
      else
        makeChannel(cast<tile::LoadOp>(op), depth, label, top);
    }
  }
};
} // namespace
