//===- RolesToSm.cpp - channels between roles become barriers and bulk copies
//===//
// A channel of depth D is a buffer of D tiles, D "full" barriers that complete
// when the bytes of a tile have arrived, and D "empty" barriers that complete
// when every computing warp has released the slot. A fresh barrier counts as
// completed for parity 1, so that the first round of puts does not wait.
#include "RolesToSm.h"

#include "mla/Layout/Tma.h"

using namespace mlir;
using namespace mla;

static IntegerAttr i32Attr(OpBuilder &builder, int64_t value) {
  return builder.getI32IntegerAttr(value);
}

namespace {
/// What a channel becomes.
struct Ring {
  Value buffer, full, empty;
};

class RolesToSm {
public:
  explicit RolesToSm(func::FuncOp func) : func(func) {}
  LogicalResult run();

private:
  void makeRings(OpBuilder &builder);
  LogicalResult convertRole(ws::RoleOp role);
  LogicalResult convertPut(ws::PutViewOp put);
  void convertGet(ws::GetOp get);
  void convertRelease(ws::ReleaseOp release);
  LogicalResult convertDot(tile::DotOp dot, int32_t numWarps);
  FailureOr<Value> tensorMap(ws::PutViewOp put);
  FailureOr<Attribute> argumentName(Operation *user, Value argument);
  Value slotOf(OpBuilder &builder, Location loc, Value channel, Value index);

  func::FuncOp func;
  DenseMap<Value, Ring> rings;  ///< by channel
  DenseMap<Value, Value> slots; ///< value of a get → slot it lies in
  SmallVector<Attribute> mapDescriptions;
  SmallVector<Value> maps; ///< kernel arguments, one per description
};
} // namespace

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

/// Warps of the role that takes tiles out of `channel`.
static int32_t consumerWarps(ws::ChannelOp channel) {
  for (Operation *user : channel.getChannel().getUsers())
    if (isa<ws::GetOp>(user))
      return user->getParentOfType<ws::RoleOp>().getNumWarps();
  return 0;
}

void RolesToSm::makeRings(OpBuilder &builder) {
  SmallVector<Value> barriers;
  for (auto channel : llvm::make_early_inc_range(func.getOps<ws::ChannelOp>())) {
    auto type = cast<ws::ChannelType>(channel.getChannel().getType());
    Location loc = channel.getLoc();
    auto barrierType = sm::MbarrierType::get(builder.getContext(), type.getDepth());
    std::string label = channel.getLabel().str();
    Ring &ring = rings[channel.getChannel()];
    ring.buffer = sm::AllocOp::create(
        builder, loc, sm::BufferType::get(builder.getContext(), type.getDepth(), type.getTile()),
        label, IntegerAttr());
    ring.full =
        sm::MbarrierAllocOp::create(builder, loc, barrierType, label + ".full", 1, IntegerAttr());
    ring.empty = sm::MbarrierAllocOp::create(builder, loc, barrierType, label + ".empty",
                                             consumerWarps(channel), IntegerAttr());
    barriers.append({ring.full, ring.empty});
  }
  sm::MbarrierInitOp::create(builder, func.getLoc(), barriers);
  sm::BarrierOp::create(builder, func.getLoc());
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

/// The name under which a launcher knows `argument`.
FailureOr<Attribute> RolesToSm::argumentName(Operation *user, Value argument) {
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
  std::string name = cast<StringAttr>(*pointer).str() + "_map" + std::to_string(maps.size());
  auto describe = [&](StringRef name) -> Attribute {
    return builder.getDictionaryAttr(
        {builder.getNamedAttr("name", builder.getStringAttr(name)),
         builder.getNamedAttr("pointer", *pointer),
         builder.getNamedAttr(
             "type", builder.getStringAttr(tile.getElementType().isF16() ? "fp16" : "bf16")),
         builder.getNamedAttr("box", builder.getDenseI32ArrayAttr(boxes->box)),
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
  sm::MbarrierWaitOp::create(builder, loc, ring.empty, put.getSlot(), before);
  int64_t bytes = cast<sm::BufferType>(ring.buffer.getType()).getTileBytes();
  sm::MbarrierExpectTxOp::create(builder, loc, ring.full, put.getSlot(), bytes);
  SmallVector<Value> coords;
  for (Value offset : put.getOffsets())
    coords.push_back(arith::TruncIOp::create(builder, loc, builder.getI32Type(), offset));
  Value slot = slotOf(builder, loc, put.getChannel(), put.getSlot());
  sm::TmaLoadOp::create(builder, loc, *map, coords, slot, ring.full, put.getSlot(),
                        sm::L2HintAttr());
  put.erase();
  return success();
}

void RolesToSm::convertGet(ws::GetOp get) {
  OpBuilder builder(get);
  sm::MbarrierWaitOp::create(builder, get.getLoc(), rings[get.getChannel()].full, get.getSlot(),
                             get.getParity());
  slots[get.getResult()] = slotOf(builder, get.getLoc(), get.getChannel(), get.getSlot());
}

void RolesToSm::convertRelease(ws::ReleaseOp release) {
  OpBuilder builder(release);
  sm::MbarrierArriveOp::create(builder, release.getLoc(), rings[release.getChannel()].empty,
                               release.getSlot(), sm::Arrivers::Warp);
  release.erase();
}

LogicalResult RolesToSm::convertDot(tile::DotOp dot, int32_t numWarps) {
  Value a = slots.lookup(dot.getA()), b = slots.lookup(dot.getB());
  if (!a || !b)
    return dot.emitOpError("expects both operands from channels in a kernel with several roles");
  OpBuilder builder(dot);
  auto product = sm::WgmmaOp::create(builder, dot.getLoc(), dot.getResult().getType(), a, b,
                                     dot.getAcc(), ArrayRef<int32_t>{numWarps, 1});
  auto wait = sm::WgmmaWaitOp::create(builder, dot.getLoc(), TypeRange{dot.getResult().getType()},
                                      0, ValueRange{product.getResult()});
  dot.getResult().replaceAllUsesWith(wait.getResult(0));
  dot.erase();
  return success();
}

LogicalResult RolesToSm::convertRole(ws::RoleOp role) {
  OpBuilder builder(role);
  auto warps = sm::WarpsOp::create(builder, role.getLoc(), role.getFirstWarpAttr(),
                                   role.getNumWarpsAttr(), role.getRegistersAttr());
  warps.getBody().takeBody(role.getBody());
  SmallVector<Operation *> ops;
  warps.walk([&](Operation *op) {
    if (isa<ws::WsDialect>(op->getDialect()) || isa<tile::DotOp>(op))
      ops.push_back(op);
  });
  SmallVector<ws::GetOp> gets;
  for (Operation *op : ops) {
    if (auto put = dyn_cast<ws::PutViewOp>(op)) {
      if (failed(convertPut(put)))
        return failure();
    } else if (auto get = dyn_cast<ws::GetOp>(op)) {
      if (!get.getSlot() || !get.getParity())
        return get.emitOpError("has no slot: run ws-assign-phases first");
      convertGet(get);
      gets.push_back(get);
    } else if (auto release = dyn_cast<ws::ReleaseOp>(op)) {
      convertRelease(release);
    } else if (auto dot = dyn_cast<tile::DotOp>(op)) {
      if (failed(convertDot(dot, role.getNumWarps())))
        return failure();
    } else {
      return op->emitOpError("cannot be used between roles");
    }
  }
  for (ws::GetOp get : gets) {
    if (!get->use_empty())
      return get.emitOpError("is read by more than matrix products");
    get.erase();
  }
  for (auto view : llvm::make_early_inc_range(warps.getBody().front().getOps<tile::ViewOp>()))
    if (view->use_empty())
      view.erase();
  role.erase();
  return success();
}

LogicalResult RolesToSm::run() {
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  OpBuilder builder(roles.front());
  makeRings(builder);
  for (ws::RoleOp role : roles)
    if (failed(convertRole(role)))
      return failure();
  for (auto channel : llvm::make_early_inc_range(func.getOps<ws::ChannelOp>()))
    channel.erase();
  if (!maps.empty())
    func->setAttr(sm::kTensorMapsAttr, ArrayAttr::get(func.getContext(), mapDescriptions));
  return success();
}

LogicalResult mla::convertRolesToSm(func::FuncOp func) { return RolesToSm(func).run(); }
