//===- WsDialect.cpp - the schedule dialect: registration, types, verifiers ===//
#include "mla/Dialect/Ws/Ws.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FoldInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mla;
using namespace mla::ws;
using tile::OptionalOperand;
using tile::parseMaskType;
using tile::printMaskType;

#include "mla/Dialect/Ws/WsDialect.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "mla/Dialect/Ws/WsTypes.cpp.inc"

/// The value of a channel follows from the channel.
static ParseResult parseTileOfChannel(OpAsmParser &, Type channel, Type &result) {
  result = cast<ChannelType>(channel).getValueType();
  return success();
}
static void printTileOfChannel(OpAsmPrinter &, Operation *, Type, Type) {}

#define GET_OP_CLASSES
#include "mla/Dialect/Ws/WsOps.cpp.inc"

namespace {
/// Constants of a role stay inside: roles share nothing but channels.
struct ConstantsStayInside : DialectFoldInterface {
  using DialectFoldInterface::DialectFoldInterface;

  bool shouldMaterializeInto(Region *region) const override {
    return isa<RoleOp>(region->getParentOp());
  }
};
} // namespace

void WsDialect::initialize() {
  addInterfaces<ConstantsStayInside>();
  addTypes<
#define GET_TYPEDEF_LIST
#include "mla/Dialect/Ws/WsTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mla/Dialect/Ws/WsOps.cpp.inc"
      >();
}

LogicalResult ChannelType::verify(function_ref<InFlightDiagnostic()> emitError, int32_t depth,
                                  RankedTensorType tile) {
  if (depth < 1)
    return emitError() << "a channel's depth must be at least 1, got " << depth;
  if (auto encoding = tile.getEncoding()) {
    auto layout = dyn_cast<sm::LayoutAttr>(encoding);
    if (!layout || !layout.isShared())
      return emitError() << "a channel's encoding must be a shared-memory layout, got " << encoding;
  }
  return success();
}

int64_t ChannelType::getBytes() const {
  return getDepth() * getTile().getNumElements() * tile::elementBytes(getTile().getElementType());
}

LogicalResult ChannelOp::verify() {
  if (!isa<func::FuncOp>((*this)->getParentOp())) // channel C1
    return emitOpError("must stand at the top of the kernel, outside roles and loops");
  for (Operation *user : getChannel().getUsers())
    if (!isa<PutOp, PutViewOp, PutTileOp, GetOp, ReleaseOp>(user)) // channel C2
      return emitOpError("may only be used by puts, gets and releases").attachNote(user->getLoc())
             << "other user: " << user->getName();
  return success();
}

LogicalResult RoleOp::verify() {
  if (int32_t(getNumWarps()) < 1 || int32_t(getFirstWarp()) < 0) // role C1
    return emitOpError("expects at least 1 warp from warp 0 on, got ")
           << int32_t(getNumWarps()) << " from warp " << int32_t(getFirstWarp());
  for (Operation *other = (*this)->getNextNode(); other; other = other->getNextNode()) {
    auto role = dyn_cast<RoleOp>(other);
    if (!role)
      continue;
    if (role.getRole() == getRole()) // role C2
      return role.emitOpError("repeats the name \"") << getRole() << '"';
    uint32_t begin = getFirstWarp(), end = begin + getNumWarps();
    uint32_t otherBegin = role.getFirstWarp(), otherEnd = otherBegin + role.getNumWarps();
    if (begin < otherEnd && otherBegin < end) // role C2
      return role.emitOpError("overlaps the warps of role \"") << getRole() << '"';
  }
  return success();
}

LogicalResult PutOp::verify() {
  auto tile = cast<ChannelType>(getChannel().getType()).getTile();
  auto ptr = cast<RankedTensorType>(getPtr().getType());
  if (ptr.getShape() != tile.getShape() || tile::pointeeOf(ptr) != tile.getElementType()) // put C1
    return emitOpError("expects pointers in the shape of the channel's tile ")
           << tile << ", got " << ptr;
  if (getMask() && getMask().getType() !=
                       tile::withElementType(ptr, IntegerType::get(getContext(), 1))) // put C1
    return emitOpError("expects a mask in the shape of the pointers ")
           << ptr << ", got " << getMask().getType();
  int32_t depth = cast<ChannelType>(getChannel().getType()).getDepth();
  if (auto ahead = getAhead(); ahead && int32_t(*ahead) != depth && int32_t(*ahead) != depth - 1)
    return emitOpError("expects `ahead` to be the channel's depth ") // put C2
           << depth << " or one less, got " << int32_t(*ahead);
  return success();
}

LogicalResult PutViewOp::verify() {
  auto tile = cast<ChannelType>(getChannel().getType()).getTile();
  auto view = cast<tile::ViewType>(getView().getType());
  if (getOffsets().size() != view.getRank()) // put_view C1
    return emitOpError("expects ")
           << view.getRank() << " offsets, one per dimension of the view, got "
           << getOffsets().size();
  if (tile.getRank() > int64_t(view.getRank()) || tile.getElementType() != view.getElementType())
    return emitOpError("expects a view of the element type and at least the rank of the channel's "
                       "tile ") // put_view C1
           << tile << ", got " << view;
  return success();
}

LogicalResult PutTileOp::verify() {
  auto expected = cast<ChannelType>(getChannel().getType()).getValueType();
  if (getValue().getType() != expected) // put_tile C1
    return emitOpError("expects the channel's tile ")
           << expected << ", got " << getValue().getType();
  return success();
}

LogicalResult GetOp::verify() {
  auto expected = cast<ChannelType>(getChannel().getType()).getValueType();
  if (getResult().getType() != expected) // get C1
    return emitOpError("expects the channel's tile ")
           << expected << ", got " << getResult().getType();
  return success();
}
