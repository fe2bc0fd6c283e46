//===- RolesToSm.cpp - channels between roles become barriers and bulk copies
//===//
// A channel of depth D is a buffer of D tiles, D "full" barriers that complete
// when the bytes of a tile have arrived, and D "empty" barriers that complete
// when every computing warp has released the slot. A fresh barrier counts as
// completed for parity 1, so that the first round of puts does not wait.
#include "RolesToSm.h"
#include "MmaProducts.h"
#include "WgmmaProducts.h"

#include "mla/Arch/Arch.h"
#include "mla/Layout/Tma.h"
#include "mla/Layout/Wgmma.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mla;

static IntegerAttr i32Attr(OpBuilder &builder, int64_t value) {
  return builder.getI32IntegerAttr(value);
}

namespace {
/// What a channel becomes.
struct Ring {
  Value buffer, full, empty;
  sm::L2HintAttr hint;
  /// The CTAs of a cluster fill it together.
  bool isMulticast = false;
};

class RolesToSm {
public:
  explicit RolesToSm(func::FuncOp func) : func(func) {}
  LogicalResult run();

private:
  LogicalResult makeRings(OpBuilder &builder);
  LogicalResult convertRole(ws::RoleOp role);
  LogicalResult convertPut(ws::PutViewOp put);
  void convertPutTile(ws::PutTileOp put);
  void convertGet(ws::GetOp get);
  void convertRelease(ws::ReleaseOp release);
  LogicalResult convertPart(Operation *part);
  LogicalResult convertDot(tile::DotOp dot, int32_t numWarps);
  bool frees(Operation *op, sm::WgmmaOp product);
  FailureOr<Value> tensorMap(ws::PutViewOp put);
  FailureOr<Attribute> argumentName(Operation *user, Value argument);
  Value slotOf(OpBuilder &builder, Location loc, Value channel, Value index);

  func::FuncOp func;
  const Arch *arch = nullptr;  ///< unknown: one with wgmma
  DenseMap<Value, Ring> rings; ///< by channel
  /// Channels of computed tiles, which are read into registers.
  DenseSet<Value> valueChannels;
  /// Those that the role has put into since its warps last met.
  DenseSet<Value> unfinishedPuts;
  DenseMap<Value, Value> slots; ///< tile of a get, or part of it → slot it lies in
  SmallVector<Attribute> mapDescriptions;
  SmallVector<Value> maps; ///< kernel arguments, one per description
};
} // namespace

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

namespace {
/// How many warps arrive at the barriers of a channel for each tile.
struct Arrivals {
  int32_t full = 0, empty = 0;
};
} // namespace

/// Whether the CTAs of a cluster fill `channel` together.
static bool isMulticast(Value channel) {
  return llvm::any_of(channel.getUsers(), [](Operation *user) {
    auto put = dyn_cast<ws::PutViewOp>(user);
    return put && put.getMulticast();
  });
}

/// Each role that uses the channel takes part in every tile: one puts it, the others get it. The
/// bulk copy engine's bytes complete a tile, else every warp that puts it.
static FailureOr<Arrivals> arrivalsOf(ws::ChannelOp channel) {
  llvm::MapVector<Operation *, bool> roles; ///< role → whether it puts computed tiles
  bool isBulk = false;
  for (Operation *user : channel.getChannel().getUsers()) {
    auto role = user->getParentOfType<ws::RoleOp>();
    if (isa<ws::PutViewOp>(user))
      isBulk = true;
    else
      roles[role] |= isa<ws::PutTileOp>(user);
  }
  Arrivals arrivals{isBulk ? 1 : 0, 0};
  int32_t putting = 0;
  for (auto [role, puts] : roles) {
    int32_t warps = cast<ws::RoleOp>(role).getNumWarps();
    arrivals.empty += warps;
    if (puts && putting != 0 && putting != warps)
      return channel.emitOpError("is filled in turns by roles of ")
             << putting << " and " << warps << " warps, expected equally many";
    putting = puts ? warps : putting;
  }
  if (isMulticast(channel.getChannel()))
    arrivals.empty *= sm::clusterSize(channel); // what is freed is written to by every CTA
  if (isBulk)
    return arrivals;
  arrivals.full = putting;
  arrivals.empty -= putting;
  return arrivals;
}

/// How long L2 should keep what `label` copies.
static sm::L2HintAttr hintOf(func::FuncOp func, StringRef label) {
  auto hints = func->getAttrOfType<DictionaryAttr>(tile::kL2HintsAttr);
  auto name = hints ? hints.getAs<StringAttr>(label) : StringAttr();
  std::optional<sm::L2Hint> hint = name ? sm::symbolizeL2Hint(name.getValue()) : std::nullopt;
  return hint ? sm::L2HintAttr::get(func.getContext(), *hint) : sm::L2HintAttr();
}

/// True if computed tiles travel through `channel`.
static bool carriesComputedTiles(Value channel) {
  return llvm::any_of(channel.getUsers(), [](Operation *user) { return isa<ws::PutTileOp>(user); });
}

LogicalResult RolesToSm::makeRings(OpBuilder &builder) {
  SmallVector<Value> barriers;
  for (auto channel : llvm::make_early_inc_range(func.getOps<ws::ChannelOp>())) {
    auto type = cast<ws::ChannelType>(channel.getChannel().getType());
    Location loc = channel.getLoc();
    auto barrierType = sm::MbarrierType::get(builder.getContext(), type.getDepth());
    std::string label = channel.getLabel().str();
    FailureOr<Arrivals> arrivals = arrivalsOf(channel);
    if (failed(arrivals))
      return failure();
    if (carriesComputedTiles(channel.getChannel()))
      valueChannels.insert(channel.getChannel());
    Ring &ring = rings[channel.getChannel()];
    ring.buffer = sm::AllocOp::create(
        builder, loc, sm::BufferType::get(builder.getContext(), type.getDepth(), type.getTile()),
        label, IntegerAttr());
    ring.full = sm::MbarrierAllocOp::create(builder, loc, barrierType, label + ".full",
                                            arrivals->full, IntegerAttr());
    ring.empty = sm::MbarrierAllocOp::create(builder, loc, barrierType, label + ".empty",
                                             arrivals->empty, IntegerAttr());
    ring.hint = hintOf(func, label);
    ring.isMulticast = isMulticast(channel.getChannel());
    ring.isMulticast = isMulticast(channel.getChannel());
    barriers.append({ring.full, ring.empty});
  }
  sm::MbarrierInitOp::create(builder, func.getLoc(), barriers);
  if (sm::clusterSize(func) > 1)
    sm::ClusterBarrierOp::create(builder, func.getLoc());
  else
    sm::BarrierOp::create(builder, func.getLoc());
  return success();
}

Value RolesToSm::slotOf(OpBuilder &builder, Location loc, Value channel, Value index) {
  auto type = cast<sm::BufferType>(rings[channel].buffer.getType());
  return sm::SlotOp::create(builder, loc,
                            sm::BufferType::get(builder.getContext(), 1, type.getTile()),
                            rings[channel].buffer, index);
}

//===----------------------------------------------------------------------===//
// Tensor maps
//===----------------------------------------------------------------------===//

/// The name under which a launcher knows `argument`, extended or not; or a constant.
FailureOr<Attribute> RolesToSm::argumentName(Operation *user, Value argument) {
  argument = tile::unextended(argument);
  IntegerAttr constant;
  if (matchPattern(argument, m_Constant(&constant)))
    return Attribute(Builder(func.getContext()).getI64IntegerAttr(constant.getInt()));
  auto arg = dyn_cast<BlockArgument>(argument);
  auto arguments = func->getAttrOfType<ArrayAttr>(tile::kArgumentsAttr);
  if (!arg || arg.getOwner() != &func.getBody().front() || !arguments ||
      arg.getArgNumber() >= arguments.size())
    return user->emitOpError("needs a view of kernel arguments, listed in `tile.arguments`");
  return cast<DictionaryAttr>(arguments[arg.getArgNumber()]).get("name");
}

/// The kernel argument that describes the view of `put` in boxes of its
/// channel's tile; made at the first use.
FailureOr<Value> RolesToSm::tensorMap(ws::PutViewOp put) {
  auto view = put.getView().getDefiningOp<tile::ViewOp>();
  if (!view)
    return put.emitOpError("needs a view made by tile.view");
  auto viewType = cast<tile::ViewType>(view.getType());
  auto tile = cast<ws::ChannelType>(put.getChannel().getType()).getTile();
  std::optional<TmaTile> boxes =
      matchTma(sm::layoutOf(tile).getLayout(), tile::elementBytes(tile.getElementType()));
  if (!boxes)
    return put.emitOpError("cannot fill the channel's tile with bulk copies: ") << tile;

  Builder builder(func.getContext());
  FailureOr<Attribute> pointer = argumentName(put, view.getPtr());
  if (failed(pointer))
    return failure();
  // Dimensions run from the contiguous one outwards.
  SmallVector<Attribute> extents, strides;
  unsigned dynamic = viewType.numDynamicExtents();
  for (int64_t extent : llvm::reverse(viewType.getShape())) {
    if (!ShapedType::isDynamic(extent)) {
      extents.push_back(builder.getI64IntegerAttr(extent));
      continue;
    }
    FailureOr<Attribute> name = argumentName(put, view.getExtents()[--dynamic]);
    if (failed(name))
      return failure();
    extents.push_back(*name);
  }
  for (Value stride : llvm::reverse(view.getStrides())) {
    FailureOr<Attribute> name = argumentName(put, stride);
    if (failed(name))
      return failure();
    strides.push_back(*name);
  }
  std::vector<int32_t> box(boxes->box.begin(), boxes->box.end());
  box.resize(viewType.getRank(), 1); // the dimensions in front of the tile
  std::string name = cast<StringAttr>(*pointer).str() + "_map" + std::to_string(maps.size());
  auto describe = [&](StringRef name) -> Attribute {
    return builder.getDictionaryAttr(
        {builder.getNamedAttr("name", builder.getStringAttr(name)),
         builder.getNamedAttr("pointer", *pointer),
         builder.getNamedAttr(
             "type", builder.getStringAttr(tile.getElementType().isF16() ? "fp16" : "bf16")),
         builder.getNamedAttr("box", builder.getDenseI32ArrayAttr(box)),
         builder.getNamedAttr("swizzle", builder.getI32IntegerAttr(boxes->swizzleBytes)),
         builder.getNamedAttr("extents", builder.getArrayAttr(extents)),
         builder.getNamedAttr("strides", builder.getArrayAttr(strides))});
  };
  // Two puts with the same description share a map.
  for (auto [index, map] : llvm::enumerate(maps))
    if (describe(cast<StringAttr>(cast<DictionaryAttr>(mapDescriptions[index]).get("name"))
                     .getValue()) == mapDescriptions[index])
      return map;
  mapDescriptions.push_back(describe(name));
  unsigned position = func.getNumArguments();
  if (failed(func.insertArgument(position, sm::TensorMapType::get(func.getContext()), {},
                                 put.getLoc())))
    return put.emitOpError("cannot add a kernel argument");
  maps.push_back(func.getArgument(position));
  return maps.back();
}

//===----------------------------------------------------------------------===//
// Ops of a role
//===----------------------------------------------------------------------===//

LogicalResult RolesToSm::convertPut(ws::PutViewOp put) {
  if (!put.getSlot() || !put.getParity())
    return put.emitOpError("has no slot: run ws-assign-phases first");
  FailureOr<Value> map = tensorMap(put);
  if (failed(map))
    return failure();
  OpBuilder builder(put);
  Location loc = put.getLoc();
  const Ring &ring = rings[put.getChannel()];
  // The slot must have been released in the round before.
  Value one = arith::ConstantOp::create(builder, loc, i32Attr(builder, 1));
  Value before = arith::XOrIOp::create(builder, loc, put.getParity(), one);
  sm::MbarrierWaitOp::create(builder, loc, ring.empty, put.getSlot(), before, /*elected=*/true);
  int64_t bytes = cast<sm::BufferType>(ring.buffer.getType()).getTileBytes();
  sm::MbarrierExpectTxOp::create(builder, loc, ring.full, put.getSlot(), bytes);
  SmallVector<Value> coords;
  for (Value offset : put.getOffsets())
    coords.push_back(arith::TruncIOp::create(builder, loc, builder.getI32Type(), offset));
  Value slot = slotOf(builder, loc, put.getChannel(), put.getSlot());
  sm::TmaLoadOp::create(builder, loc, *map, coords, slot, ring.full, put.getSlot(), ring.hint,
                        put.getMulticast());
  put.erase();
  return success();
}

void RolesToSm::convertPutTile(ws::PutTileOp put) {
  OpBuilder builder(put);
  Location loc = put.getLoc();
  const Ring &ring = rings[put.getChannel()];
  Value one = arith::ConstantOp::create(builder, loc, i32Attr(builder, 1));
  Value before = arith::XOrIOp::create(builder, loc, put.getParity(), one);
  sm::MbarrierWaitOp::create(builder, loc, ring.empty, put.getSlot(), before, /*elected=*/false);
  Value slot = slotOf(builder, loc, put.getChannel(), put.getSlot());
  sm::StoreSharedOp::create(builder, loc, put.getValue(), slot, /*ordered=*/true);
  sm::MbarrierArriveOp::create(builder, loc, ring.full, put.getSlot(), sm::Arrivers::Warp);
  unfinishedPuts.insert(put.getChannel());
  put.erase();
}

void RolesToSm::convertGet(ws::GetOp get) {
  OpBuilder builder(get);
  Location loc = get.getLoc();
  // A warp that waits for the next tile while others of its role still put the last one would be
  // content with the phase before that: their parities are the same.
  if (unfinishedPuts.contains(get.getChannel())) {
    sm::BarrierOp::create(builder, loc);
    unfinishedPuts.clear();
  }
  sm::MbarrierWaitOp::create(builder, loc, rings[get.getChannel()].full, get.getSlot(),
                             get.getParity(), /*elected=*/false);
  Value slot = slotOf(builder, loc, get.getChannel(), get.getSlot());
  if (valueChannels.contains(get.getChannel())) {
    auto load = sm::LoadSharedOp::create(builder, loc, get.getType(), slot, /*ordered=*/true);
    get.getResult().replaceAllUsesWith(load.getResult());
    return;
  }
  slots[get.getResult()] = slot;
  if (!get.getValid() || get->use_empty())
    return;
  // Seldom: only the last tile of a sequence has rows to hide.
  int64_t rows = cast<RankedTensorType>(get.getType()).getDimSize(0);
  Value limit = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(rows));
  Value hides =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, get.getValid(), limit);
  auto branch = scf::IfOp::create(builder, loc, hides, /*withElseRegion=*/false);
  builder.setInsertionPointToStart(branch.thenBlock());
  Value zero = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  Value clamped = arith::MaxSIOp::create(builder, loc, get.getValid(), zero);
  Value first = arith::TruncIOp::create(builder, loc, builder.getI32Type(), clamped);
  sm::ZeroRowsOp::create(builder, loc, slot, first);
  sm::FenceProxyAsyncOp::create(builder, loc);
  sm::BarrierOp::create(builder, loc);
}

void RolesToSm::convertRelease(ws::ReleaseOp release) {
  OpBuilder builder(release);
  sm::MbarrierArriveOp::create(builder, release.getLoc(), rings[release.getChannel()].empty,
                               release.getSlot(), sm::Arrivers::Warp,
                               rings[release.getChannel()].isMulticast);
  release.erase();
}

/// A transposed tile, or a part of one, is a different look at the same bytes.
LogicalResult RolesToSm::convertPart(Operation *part) {
  Value source = slots.lookup(part->getOperand(0));
  if (!source)
    return success(); // of a computed tile
  OpBuilder builder(part);
  auto slot = cast<sm::BufferType>(source.getType());
  auto type = cast<RankedTensorType>(part->getResult(0).getType());
  auto viewType = [&](const TileLayout &layout) {
    auto attr = sm::LayoutAttr::get(builder.getContext(), layout);
    return sm::BufferType::get(builder.getContext(), 1, sm::withLayout(type, attr));
  };
  const TileLayout &layout = slot.getLayout().getLayout();
  if (auto slice = dyn_cast<tile::SliceOp>(part)) {
    std::optional<SharedSubtile> subtile =
        sharedSubtile(layout, slice.getOffsets().vec(), type.getShape().vec(),
                      tile::elementBytes(type.getElementType()));
    if (!subtile)
      return part->emitOpError("takes a part that has no layout of its own in shared memory: ")
             << type << " of " << slot;
    slots[slice.getResult()] = sm::SubslotOp::create(
        builder, part->getLoc(), viewType(subtile->layout), source, slice.getOffsets());
    return success();
  }
  std::optional<TileLayout> transposed = transposeSharedLayout(layout);
  if (!transposed)
    return part->emitOpError("transposes a tile that has no transposed layout: ") << slot;
  slots[part->getResult(0)] =
      sm::TransOp::create(builder, part->getLoc(), viewType(*transposed), source);
  return success();
}

LogicalResult RolesToSm::convertDot(tile::DotOp dot, int32_t numWarps) {
  Value a = slots.lookup(dot.getA()), b = slots.lookup(dot.getB());
  if (!b)
    return dot.emitOpError(
        "expects its right operand from a channel in a kernel with several roles");
  Type element = cast<RankedTensorType>(dot.getA().getType()).getElementType();
  if (!element.isF16() && !element.isBF16())
    return dot.emitOpError("expects factors of f16 or bf16 in a kernel with several roles, got ")
           << element;
  auto type = cast<RankedTensorType>(dot.getType());
  std::optional<WarpGrid> grid;
  if (!arch || arch->has(Feature::Wgmma))
    grid = chooseWgmmaGrid(type.getShape().vec(), numWarps);
  if (!grid) {
    makeMma(dot, a ? a : dot.getA(), b, numWarps);
    return success();
  }
  OpBuilder builder(dot);
  auto product = sm::WgmmaOp::create(builder, dot.getLoc(), type, a ? a : dot.getA(), b,
                                     dot.getAcc(), ArrayRef<int32_t>{grid->m, grid->n});
  dot.getResult().replaceAllUsesWith(product.getResult());
  dot.erase();
  return success();
}

/// Whether `op` frees a slot that `product` reads.
bool RolesToSm::frees(Operation *op, sm::WgmmaOp product) {
  auto arrive = dyn_cast<sm::MbarrierArriveOp>(op);
  if (!arrive)
    return false;
  return llvm::any_of(ValueRange{product.getA(), product.getB()}, [&](Value operand) {
    sm::SlotOp slot = slotOfOperand(operand);
    return slot && slot.getIndex() == arrive.getIndex() &&
           llvm::any_of(rings, [&](const auto &entry) {
             return entry.second.empty == arrive.getBarrier() &&
                    entry.second.buffer == slot.getBuffer();
           });
  });
}

LogicalResult RolesToSm::convertRole(ws::RoleOp role) {
  OpBuilder builder(role);
  auto warps = sm::WarpsOp::create(builder, role.getLoc(), role.getFirstWarpAttr(),
                                   role.getNumWarpsAttr(), role.getRegistersAttr());
  warps.getBody().takeBody(role.getBody());
  SmallVector<Operation *> ops;
  warps.walk([&](Operation *op) {
    if (isa<ws::WsDialect>(op->getDialect()) || isa<tile::DotOp, tile::TransOp, tile::SliceOp>(op))
      ops.push_back(op);
  });
  DenseSet<Value> filled; ///< channels that the role puts computed tiles into
  for (Operation *op : ops)
    if (auto put = dyn_cast<ws::PutTileOp>(op))
      filled.insert(put.getChannel());
  SmallVector<Operation *> tiles; ///< gets and parts of them, which become slots
  Block *block = nullptr;
  for (Operation *op : ops) {
    // Whatever ran before this block may have ended with puts.
    if (std::exchange(block, op->getBlock()) != op->getBlock())
      unfinishedPuts = filled;
    if (auto put = dyn_cast<ws::PutViewOp>(op)) {
      if (failed(convertPut(put)))
        return failure();
    } else if (auto put = dyn_cast<ws::PutTileOp>(op)) {
      if (!put.getSlot() || !put.getParity())
        return put.emitOpError("has no slot: run ws-assign-phases first");
      convertPutTile(put);
    } else if (auto get = dyn_cast<ws::GetOp>(op)) {
      if (!get.getSlot() || !get.getParity())
        return get.emitOpError("has no slot: run ws-assign-phases first");
      convertGet(get);
      tiles.push_back(get);
    } else if (isa<tile::TransOp, tile::SliceOp>(op)) {
      if (failed(convertPart(op)))
        return failure();
      if (slots.contains(op->getResult(0)))
        tiles.push_back(op);
    } else if (auto release = dyn_cast<ws::ReleaseOp>(op)) {
      convertRelease(release);
    } else if (auto dot = dyn_cast<tile::DotOp>(op)) {
      if (failed(convertDot(dot, role.getNumWarps())))
        return failure();
    } else {
      return op->emitOpError("cannot be used between roles");
    }
  }
  for (Operation *tile : llvm::reverse(tiles)) {
    if (!tile->use_empty())
      return tile->emitOpError("is read by more than matrix products");
    tile->erase();
  }
  placeWgmmaWaits(warps.getBody().front(),
                  [&](Operation *op, sm::WgmmaOp product) { return frees(op, product); });
  for (auto view : llvm::make_early_inc_range(warps.getBody().front().getOps<tile::ViewOp>()))
    if (view->use_empty())
      view.erase();
  role.erase();
  return success();
}

LogicalResult RolesToSm::run() {
  if (func->getParentOfType<ModuleOp>()->hasAttr(sm::kArchAttr)) {
    arch = sm::targetArch(func);
    if (!arch)
      return failure();
  }
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  OpBuilder builder(roles.front());
  if (failed(makeRings(builder)))
    return failure();
  for (ws::RoleOp role : roles)
    if (failed(convertRole(role)))
      return failure();
  for (auto channel : llvm::make_early_inc_range(func.getOps<ws::ChannelOp>()))
    channel.erase();
  if (sm::clusterSize(func) > 1) { // no CTA leaves while others arrive at its barriers
    builder.setInsertionPoint(func.getBody().front().getTerminator());
    sm::ClusterBarrierOp::create(builder, func.getLoc());
  }
  if (!maps.empty())
    func->setAttr(sm::kTensorMapsAttr, ArrayAttr::get(func.getContext(), mapDescriptions));
  return success();
}

LogicalResult mla::convertRolesToSm(func::FuncOp func) { return RolesToSm(func).run(); }
