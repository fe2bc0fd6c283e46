//===- ShareTiles.cpp - computed tiles that several products read ----------===//
// A matrix product reads its right factor from shared memory piece by piece; from registers every
// warp would have to hold all of it that it multiplies. Keys that are decoded on the way are such a
// factor of two products: of the scores transposed, and of the values. They are stored once; with
// two slots the next iteration's are computed behind the products of this one. So is a wide left
// factor that a loop reads again and again, such as queries that are decoded: its rows would take
// more registers than a thread has beside the sums.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "RunAhead.h"
#include "mla/Analysis/Aliasing.h"
#include "mla/Dialect/Sm/Sm.h"

#include "mlir/Interfaces/LoopLikeInterface.h"

namespace mla {
#define GEN_PASS_DEF_SHARETILES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Registers of a thread for a left factor above which it is stored. Its warp holds rows of 16 at
/// least.
static constexpr int64_t kWideRegisters = 64;
static constexpr int64_t kWarpRows = 16, kWarpThreads = 32, kRegisterBytes = 4;

namespace {
/// How matrix products read a tile, transposed or in parts too.
struct Readers {
  SmallVector<tile::DotOp> products;
  bool asRight = false;
  Operation *last = nullptr; ///< in the tile's block
};
} // namespace

/// Adds the readers of `tile`; false if one is no product in the block of `readers.last` or inside.
static bool findReaders(Value tile, Readers &readers) {
  for (OpOperand &use : tile.getUses()) {
    Operation *user = use.getOwner();
    Operation *inBlock = readers.last->getBlock()->findAncestorOpInBlock(*user);
    if (!inBlock)
      return false;
    if (readers.last->isBeforeInBlock(inBlock))
      readers.last = inBlock;
    if (isa<tile::TransOp, tile::SliceOp>(user)) {
      if (!findReaders(user->getResult(0), readers))
        return false;
      continue;
    }
    auto product = dyn_cast<tile::DotOp>(user);
    if (!product || use.getOperandNumber() > 1)
      return false;
    readers.products.push_back(product);
    readers.asRight |= use.getOperandNumber() == 1;
  }
  return true;
}

/// Whether `op` computes, in front of a loop whose products read it, rows that are wide.
static bool isWideOfLoop(Operation *op, RankedTensorType type, const Readers &readers) {
  int64_t bytes = kWarpRows * type.getDimSize(1) * tile::elementBytes(type.getElementType());
  return bytes > kWideRegisters * kRegisterBytes * kWarpThreads &&
         llvm::any_of(readers.products, [&](tile::DotOp product) {
           auto loop = product->getParentOfType<LoopLikeOpInterface>();
           return loop && !loop->isAncestor(op);
         });
}

/// The readers of the tile that `op` computes if it is to lie in shared memory.
static std::optional<Readers> sharedReaders(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      isa<ws::GetOp, tile::TransOp, tile::SliceOp, tile::DotOp>(op))
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || type.getRank() != 2 || !type.getElementType().isIntOrFloat() ||
      type.getElementTypeBitWidth() > 32 || op->hasTrait<OpTrait::ConstantLike>())
    return std::nullopt;
  Readers readers;
  readers.last = op;
  if (!findReaders(op->getResult(0), readers))
    return std::nullopt;
  bool isShared = readers.asRight ? readers.products.size() > 1 : isWideOfLoop(op, type, readers);
  return isShared ? std::optional(std::move(readers)) : std::nullopt;
}

/// What the channel of a tile with these readers is called.
static std::string channelLabel(Operation *op, const Readers &readers) {
  Block *block = op->getBlock();
  StringRef label = labelOf(*llvm::min_element(readers.products, [&](Operation *a, Operation *b) {
    Operation *first = block->findAncestorOpInBlock(*a), *second = block->findAncestorOpInBlock(*b);
    return first != second && first->isBeforeInBlock(second);
  }));
  return label.empty() ? "shared" : (label + kSharedSuffix).str();
}

/// What an iteration ahead does not have yet, or must not do twice.
static bool isLaterStage(Operation *op) {
  auto load = dyn_cast<tile::LoadOp>(op);
  return isa<tile::DotOp, tile::ReduceOp>(op) || isa<ws::WsDialect>(op->getDialect()) ||
         (load && load.getIsVolatile()) || writesMemory(op) || op->getNumRegions() != 0;
}

/// Slots for the tile of `op`: what `tile.channel_depths` says if it can be computed ahead.
static int32_t depthOf(Operation *op, StringRef label) {
  auto func = op->getParentOfType<func::FuncOp>();
  auto given = func->getAttrOfType<DictionaryAttr>(tile::kChannelDepthsAttr);
  auto depth = given ? given.getAs<IntegerAttr>(label) : IntegerAttr();
  auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
  return depth && depth.getInt() > 1 && loop && canRunAhead(op, loop, "computed tile", isLaterStage)
             ? int32_t(depth.getInt())
             : 1;
}

/// Puts the tile of `op` into a channel and lets its readers take it from there. `numLeft` left
/// factors have one already.
static void share(Operation *op, const Readers &readers, int numLeft, OpBuilder &top) {
  Value tile = op->getResult(0);
  auto type = cast<RankedTensorType>(tile.getType());
  TileLayout layout = swizzledSharedLayout(type.getShape().vec(), /*fastest=*/1,
                                           tile::elementBytes(type.getElementType()));
  auto tileType = sm::withLayout(type, sm::LayoutAttr::get(type.getContext(), layout));
  // Channels of one name and type are one: a left factor outlives the right ones of its product.
  std::string label = channelLabel(op, readers);
  int32_t depth = readers.asRight ? depthOf(op, label) : 1;
  if (!readers.asRight)
    label += ".left" + (numLeft > 0 ? "." + std::to_string(numLeft) : "");
  auto channelType = ws::ChannelType::get(type.getContext(), depth, tileType);
  Value channel = ws::ChannelOp::create(top, op->getLoc(), channelType, label);
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  auto put = ws::PutTileOp::create(builder, op->getLoc(), channel, tile, /*slot=*/Value(),
                                   /*parity=*/Value());
  auto get = ws::GetOp::create(builder, op->getLoc(), type, channel, /*slot=*/Value(),
                               /*parity=*/Value(), /*valid=*/Value());
  tile.replaceAllUsesExcept(get.getResult(), put);
  builder.setInsertionPointAfter(readers.last);
  ws::ReleaseOp::create(builder, op->getLoc(), channel, /*slot=*/Value());
}

namespace {
struct ShareTiles : mla::impl::ShareTilesBase<ShareTiles> {
  void runOnOperation() override {
    SmallVector<ws::RoleOp> roles(getOperation().getOps<ws::RoleOp>());
    if (roles.size() != 1)
      return;
    SmallVector<std::pair<Operation *, Readers>> found;
    roles.front().walk([&](Operation *op) {
      if (std::optional<Readers> readers = sharedReaders(op))
        found.push_back({op, std::move(*readers)});
    });
    if (failed(checkDepths(found)))
      return signalPassFailure();
    OpBuilder top(roles.front());
    int numLeft = 0;
    for (auto &[op, readers] : found) {
      share(op, readers, numLeft, top);
      numLeft += !readers.asRight;
    }
  }

  /// Depths are given for tiles that there are.
  LogicalResult checkDepths(ArrayRef<std::pair<Operation *, Readers>> found) {
    auto given = getOperation()->getAttrOfType<DictionaryAttr>(tile::kChannelDepthsAttr);
    for (NamedAttribute entry : given ? given.getValue() : ArrayRef<NamedAttribute>()) {
      StringRef name = entry.getName().getValue();
      auto isNamed = [&](const auto &tile) {
        return tile.second.asRight && channelLabel(tile.first, tile.second) == name;
      };
      if (!name.ends_with(kSharedSuffix) || llvm::any_of(found, isNamed))
        continue;
      auto error = getOperation().emitError("`")
                   << tile::kChannelDepthsAttr << "` names \"" << name
                   << "\", but the kernel's computed tiles that several products read are: ";
      llvm::interleaveComma(found, error, [&](const auto &tile) {
        error << "\"" << channelLabel(tile.first, tile.second) << "\"";
      });
      return error;
    }
    return success();
  }
};
} // namespace
