//===- InsertChannels.cpp - the default recipe ----------------------------===//
// One role with all warps; one channel per load whose only readers are matrix products. A load that
// must stay where it is (another access of the loop may write what it reads) keeps depth 1 and gets
// a remark. Bulk loads that a transform made of one load share a channel; other loads do not, since
// ws-pipeline-loops moves one tile into each channel per iteration.
#include "mla/Transforms/Passes.h"

#include "ChannelBytes.h"
#include "Labels.h"
#include "RunAhead.h"
#include "mla/Analysis/Aliasing.h"
#include "mla/Analysis/AsyncCopies.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include <map>

namespace mla {
#define GEN_PASS_DEF_INSERTCHANNELS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
/// What may stand between a tile and the matrix products that read it, each with what is before it.
enum class Between { Parts, Casts, Arithmetic };
} // namespace

/// Whether `op` makes of one tile what is still that tile, as far as `between` goes.
static bool passes(Operation *op, Between between) {
  if (isa<tile::TransOp, tile::SliceOp>(op))
    return true;
  bool isArith = isa<arith::ArithDialect>(op->getDialect());
  if (between == Between::Casts)
    return isArith && isa<CastOpInterface>(op);
  return between == Between::Arithmetic &&
         (isArith || isa<tile::ExpandDimsOp, tile::BroadcastOp, tile::ReshapeOp>(op));
}

/// Whether matrix products are the only readers of `tile`, with what is `between`.
static bool isReadOnlyByDots(Value tile, Between between) {
  return llvm::all_of(tile.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (passes(user, between))
      return isReadOnlyByDots(user->getResult(0), between);
    return isa<tile::DotOp>(user) && use.getOperandNumber() < 2;
  });
}

/// Rows of a tile of scales are not longer.
static constexpr int64_t kMaxScaleBytes = 16;

/// How a load in a loop may be changed on its way to a product and still be copied ahead. Codes and
/// their scales are computed with; of others only the type changes.
static Between changesOf(RankedTensorType type) {
  int64_t bytes = tile::elementBytes(type.getElementType());
  bool isCoded = bytes == 1 || type.getDimSize(1) * bytes <= kMaxScaleBytes;
  return isCoded ? Between::Arithmetic : Between::Casts;
}

/// A load that becomes a channel: a 2-D tile read only by matrix products, zero where masked. In a
/// loop it may be converted on the way: it goes through registers then, but need not be waited for.
static bool feedsOnlyDots(tile::LoadOp load) {
  auto type = dyn_cast<RankedTensorType>(load.getResult().getType());
  if (!type || type.getRank() != 2 || load->use_empty() || load.getIsVolatile() ||
      type.getElementType().isInteger(1))
    return false;
  if (load.getOther() && !matchPattern(load.getOther(), m_AnyZeroFloat()) &&
      !matchPattern(load.getOther(), m_Zero()))
    return false;
  return isReadOnlyByDots(load.getResult(),
                          isa<scf::ForOp>(load->getParentOp()) ? changesOf(type) : Between::Parts);
}

/// What an iteration ahead does not have yet, or must not do twice: a matrix product, a reduction,
/// another tile of a channel, an atomic, a volatile load, or what an inner loop or branch leaves.
static bool isLaterStage(Operation *op) {
  auto load = dyn_cast<tile::LoadOp>(op);
  return isa<tile::DotOp, tile::ReduceOp>(op) ||
         (load && (feedsOnlyDots(load) || load.getIsVolatile())) || writesMemory(op) ||
         op->getNumRegions() != 0;
}

/// Stages that the source asks for in the loop round `load`, or `numStages`. A recipe or a command
/// line that chooses stages wins.
static int32_t stagesOf(Operation *load, func::FuncOp func, int32_t numStages) {
  auto provenance = func->getAttrOfType<DictionaryAttr>(tile::kProvenanceAttr);
  auto origin = provenance ? provenance.getAs<StringAttr>("num_stages") : StringAttr();
  if (origin && origin.getValue() != "source" && origin.getValue() != "default")
    return numStages;
  auto own = load->getParentOp()->getAttrOfType<IntegerAttr>(tile::kNumStagesAttr);
  return own && isa<scf::ForOp>(load->getParentOp()) ? int32_t(own.getInt()) : numStages;
}

/// Depth of the channel for `load`. It runs ahead with everything that its address and mask come
/// from, other loads included.
static int32_t channelDepth(tile::LoadOp load, int32_t numStages) {
  auto loop = dyn_cast<scf::ForOp>(load->getParentOp());
  return loop && numStages > 1 && canRunAhead(load, loop, "load", isLaterStage) ? numStages : 1;
}

namespace {
/// A load that becomes a put and a get.
struct ChannelPlan {
  Operation *load;
  std::string label; ///< of the channel
  int32_t depth = 1;
  bool isShared = false; ///< by all loads with this label
};
} // namespace

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

/// Moves `last` to the last op of its block in which `tile` is read, transposed or in parts too.
static void findLastReader(Value tile, Operation *&last) {
  for (Operation *user : tile.getUsers()) {
    Operation *inBlock = last->getBlock()->findAncestorOpInBlock(*user);
    if (last->isBeforeInBlock(inBlock))
      last = inBlock;
    if (isa<tile::TransOp, tile::SliceOp>(user))
      findLastReader(user->getResult(0), last);
  }
}

namespace {
/// Replaces loads by channels, in program order.
class ChannelMaker {
public:
  explicit ChannelMaker(OpBuilder &top) : top(top) {}

  void make(const ChannelPlan &plan);

private:
  Value declare(const ChannelPlan &plan, unsigned fastest);
  void replaceByGet(Operation *load, Value channel, Value valid);

  OpBuilder &top;
  std::map<std::string, Value> shared; ///< by label
  /// By channel and block: a release frees the oldest tile, so that each one stands behind those
  /// before it.
  DenseMap<std::pair<Value, Block *>, Operation *> lastRelease;
};
} // namespace

/// The channel of `plan`, with dimension `fastest` contiguous in shared memory.
Value ChannelMaker::declare(const ChannelPlan &plan, unsigned fastest) {
  Value known = plan.isShared ? shared[plan.label] : Value();
  if (known)
    return known;
  Value channel = declareChannel(plan.load, fastest, plan.depth, plan.label, top);
  if (plan.isShared)
    shared[plan.label] = channel;
  return channel;
}

/// Replaces `load` by a get of `channel`, released after the last reader; rows from `valid` (may be
/// null) on read as zero.
void ChannelMaker::replaceByGet(Operation *load, Value channel, Value valid) {
  OpBuilder builder(load);
  auto get = ws::GetOp::create(builder, load->getLoc(), load->getResult(0).getType(), channel,
                               /*slot=*/Value(), /*parity=*/Value(), valid);
  Operation *last = get;
  findLastReader(load->getResult(0), last);
  Operation *&earlier = lastRelease[{channel, load->getBlock()}];
  if (earlier && last->isBeforeInBlock(earlier))
    last = earlier;
  builder.setInsertionPointAfter(last);
  earlier = ws::ReleaseOp::create(builder, load->getLoc(), channel, /*slot=*/Value());
  load->getResult(0).replaceAllUsesWith(get);
  load->erase();
}

/// A put and a get for a load; of the bulk copy engine, if it takes the load.
void ChannelMaker::make(const ChannelPlan &plan) {
  OpBuilder builder(plan.load);
  Location loc = plan.load->getLoc();
  if (auto bulk = dyn_cast<tile::LoadViewOp>(plan.load)) {
    Value channel = declare(plan, /*fastest=*/1);
    ws::PutViewOp::create(builder, loc, channel, bulk.getView(), bulk.getIndices(),
                          /*slot=*/Value(), /*parity=*/Value());
    return replaceByGet(bulk, channel, bulk.getValid());
  }
  auto load = cast<tile::LoadOp>(plan.load);
  auto type = cast<RankedTensorType>(load.getResult().getType());
  Value channel =
      declare(plan, load.getAccess() ? load.getAccess()->getDim() : unsigned(type.getRank() - 1));
  ws::PutOp::create(builder, loc, channel, load.getPtr(), load.getMask(), /*predicate=*/Value(),
                    /*slot=*/Value(), load.getAccessAttr(), /*ahead=*/IntegerAttr());
  replaceByGet(load, channel, /*valid=*/Value());
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

//===----------------------------------------------------------------------===//
// Which loads, and how deep
//===----------------------------------------------------------------------===//

static SmallVector<ChannelPlan> planChannels(func::FuncOp func) {
  SmallVector<ChannelPlan> plans;
  func.walk([&](Operation *op) {
    auto load = dyn_cast<tile::LoadOp>(op);
    auto bulk = dyn_cast<tile::LoadViewOp>(op);
    if (!(load && feedsOnlyDots(load)) && !(bulk && bulk.getBulkCopy()))
      return;
    auto given = op->getAttrOfType<StringAttr>("label");
    plans.push_back({op, given ? given.str() : "load" + std::to_string(plans.size())});
  });
  return plans;
}

/// Whether several bulk loads can go through one channel: copies with labels of their own, of one
/// type, none of which runs while another one's tile may be held further out.
static bool canShare(ArrayRef<ChannelPlan *> copies) {
  if (copies.size() < 2)
    return false;
  Type type = copies[0]->load->getResult(0).getType();
  for (auto [i, copy] : llvm::enumerate(copies)) {
    if (copy->load->getResult(0).getType() != type)
      return false;
    for (ChannelPlan *other : copies.drop_front(i + 1)) {
      Block *block = copy->load->getBlock(), *otherBlock = other->load->getBlock();
      bool isNested = block != otherBlock && (block->findAncestorOpInBlock(*other->load) ||
                                              otherBlock->findAncestorOpInBlock(*copy->load));
      if (copy->label == other->label || isNested)
        return false;
    }
  }
  return true;
}

/// Gives copies that share a channel their base label.
static void shareChannels(MutableArrayRef<ChannelPlan> plans) {
  llvm::MapVector<StringRef, SmallVector<ChannelPlan *>> byBase;
  for (ChannelPlan &plan : plans)
    if (isa<tile::LoadViewOp>(plan.load) && !labelOf(plan.load).empty())
      byBase[baseLabel(labelOf(plan.load))].push_back(&plan);
  for (auto &[base, copies] : byBase)
    if (canShare(copies))
      for (ChannelPlan *copy : copies) {
        copy->label = base.str();
        copy->isShared = true;
      }
}

/// What `tile.channel_depths` says about the label, or about that of the load it is a copy of, else
/// `numStages`; less where the load cannot run that far ahead. To be called before anything is
/// rewritten: a depth depends on the other loads of the loop.
static LogicalResult setDepths(func::FuncOp func, MutableArrayRef<ChannelPlan> plans,
                               int32_t numStages) {
  auto given = func->getAttrOfType<DictionaryAttr>(tile::kChannelDepthsAttr);
  for (NamedAttribute entry : given ? given.getValue() : ArrayRef<NamedAttribute>()) {
    auto depth = dyn_cast<IntegerAttr>(entry.getValue());
    if (!depth || depth.getInt() < 1)
      return func.emitError("`") << tile::kChannelDepthsAttr
                                 << "` expects integers of at least 1, got " << entry.getValue()
                                 << " for \"" << entry.getName().getValue() << "\"";
    if (entry.getName().getValue().ends_with(kSharedSuffix) ||
        llvm::any_of(plans, [&](auto &plan) { return isCopyOf(plan.label, entry.getName()); }))
      continue; // a computed tile: ws-share-tiles
    auto error = func.emitError("`")
                 << tile::kChannelDepthsAttr << "` names \"" << entry.getName().getValue()
                 << "\", but the kernel's channels are: ";
    llvm::SetVector<StringRef> labels;
    for (const ChannelPlan &plan : plans)
      labels.insert(plan.label);
    llvm::interleaveComma(labels, error, [&](StringRef label) { error << "\"" << label << "\""; });
    return error;
  }
  for (ChannelPlan &plan : plans) {
    auto depth = given ? given.getAs<IntegerAttr>(plan.label) : IntegerAttr();
    for (NamedAttribute entry : given && !depth ? given.getValue() : ArrayRef<NamedAttribute>())
      if (isCopyOf(plan.label, entry.getName()))
        depth = cast<IntegerAttr>(entry.getValue());
    int32_t wanted = depth ? int32_t(depth.getInt()) : stagesOf(plan.load, func, numStages);
    auto load = dyn_cast<tile::LoadOp>(plan.load);
    plan.depth = load ? channelDepth(load, wanted) : wanted;
  }
  return success();
}

/// Copies through registers are waited for where they are made: two iterations ahead they hide no
/// more than one ahead, and take more code and memory. A loop whose copies are all of this kind
/// fills two slots.
static void limitDepths(MutableArrayRef<ChannelPlan> plans) {
  llvm::MapVector<Operation *, SmallVector<ChannelPlan *>> byLoop;
  for (ChannelPlan &plan : plans)
    if (plan.depth > 1)
      byLoop[plan.load->getParentOp()].push_back(&plan);
  for (auto &[loop, ahead] : byLoop) {
    bool areNarrow = llvm::all_of(ahead, [](ChannelPlan *plan) {
      auto load = dyn_cast<tile::LoadOp>(plan->load);
      return load && !canCopyAsync(load.getPtr().getType(), load.getAccess());
    });
    for (ChannelPlan *plan : ahead)
      if (areNarrow)
        plan->depth = 2;
  }
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
    SmallVector<ChannelPlan> plans = planChannels(func);
    shareChannels(plans);
    if (failed(setDepths(func, plans, numStages.getInt())))
      return signalPassFailure();
    if (!func->hasAttr(tile::kChannelDepthsAttr) && !isStagesFixed(func))
      limitDepths(plans);
    // What cannot run ahead takes no detour to registers.
    llvm::erase_if(plans, [](const ChannelPlan &plan) {
      return plan.depth == 1 && !isReadOnlyByDots(plan.load->getResult(0), Between::Parts);
    });
    ChannelMaker maker(top);
    for (const ChannelPlan &plan : plans)
      maker.make(plan);
  }
};
} // namespace
