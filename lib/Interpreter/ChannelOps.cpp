//===- ChannelOps.cpp - the ws dialect ------------------------------------===//
// See Channels.h for what the ops do.
#include "Channels.h"
#include "GlobalAccess.h"
#include "Registry.h"

using namespace mlir;

namespace mla::interp {

namespace {
/// What the channel ops have in common.
template <typename Op>
class ChannelAccess {
public:
  ChannelAccess(Machine &machine, Operation *op)
      : machine(machine), op(cast<Op>(op)), channels(*machine.program.channels),
        state(channels[this->op.getChannel()]), end(state.ends[machine.role]) {}

  bool hasSlots() { return state.hasOneRole() && op.getSlot(); }
  int64_t slot() { return machine[op.getSlot()].scalar(); }

  /// False after an error: the op names another slot or parity than tile `number` has.
  bool agrees(int64_t number) {
    if (op.getSlot() && slot() != number % state.depth) {
      machine.fail(op, text("names slot " + Twine(slot()) + " for tile " + Twine(number)));
      return false;
    }
    if constexpr (!std::is_same_v<Op, ws::PutOp> && !std::is_same_v<Op, ws::ReleaseOp>)
      if (op.getParity() && machine[op.getParity()].scalar() != ((number / state.depth) & 1)) {
        machine.fail(op, text("names parity " + Twine(machine[op.getParity()].scalar()) +
                              " for tile " + Twine(number)));
        return false;
      }
    return true;
  }
  std::string text(const Twine &what) {
    return ("channel \"" + state.label + "\" of depth " + Twine(state.depth) + ": " + what).str();
  }
  bool isSlot(int64_t slot) {
    if (slot >= 0 && slot < state.depth)
      return true;
    machine.fail(op, text("has no slot " + Twine(slot)));
    return false;
  }

  Machine &machine;
  Op op;
  Channels &channels;
  ChannelState &state;
  ChannelEnd &end;
};
} // namespace

/// Ends what a slot's readers may read.
static void endLease(ChannelTile &tile, const std::string &why) {
  if (!tile.lease)
    return;
  tile.lease->isValid = false;
  tile.lease->ended = why;
  tile.lease.reset();
}

/// Puts into a queue: the tile of the role's next number.
template <typename Op>
static Outcome putIntoQueue(ChannelAccess<Op> &access, Fetch fetch, bool arrivesLater) {
  int64_t number = Channels::nextPut(access.state, access.machine.role);
  if (!access.channels.putWaitsFor(access.state, access.machine.role).empty())
    return Outcome::Blocked;
  if (number != access.state.put)
    return access.machine.fail(
        access.op, access.text("puts tile " + Twine(number) + ", but another role has put it"));
  if (!access.agrees(number))
    return Outcome::Failed;
  access.state.tiles.erase(number - access.state.depth);
  access.channels.begin(access.op.getChannel(), number, std::move(fetch));
  access.state.tiles[number].isComputed = !arrivesLater;
  ++access.state.put;
  ++access.end.puts;
  if (!arrivesLater && !access.channels.completeAllBut(access.op.getChannel(), 0))
    return Outcome::Failed;
  return Outcome::Paused;
}

//===----------------------------------------------------------------------===//
// Puts
//===----------------------------------------------------------------------===//

static Outcome putOp(Machine &machine, Operation *op) {
  ChannelAccess<ws::PutOp> access(machine, op);
  ws::PutOp put = access.op;
  std::optional<Tile> mask;
  if (put.getMask())
    mask = machine[put.getMask()];
  const Tile &pointers = machine[put.getPtr()];
  ws::ChannelType type = put.getChannel().getType();
  Element element = *elementOf(type.getTile());
  bool happens = !put.getPredicate() || machine[put.getPredicate()].scalar();
  if (happens &&
      !keepsPromise(machine, op, put.getAccessAttr(), pointers, mask ? &*mask : nullptr, element))
    return Outcome::Failed;
  Fetch fetch = [&machine, op, element, pointers = pointers, mask]() {
    return readPointers(machine, op, element, pointers, mask ? &*mask : nullptr, nullptr);
  };
  if (!access.hasSlots())
    return putIntoQueue(access, std::move(fetch), /*arrivesLater=*/true);
  int64_t slot = access.slot();
  if (!access.isSlot(slot))
    return Outcome::Failed;
  if (happens) {
    endLease(access.state.tiles[slot],
             "its slot of channel \"" + access.state.label + "\" was given to the next tile");
    access.channels.begin(put.getChannel(), slot, std::move(fetch));
  } else {
    // Counts among those under way; what the slot holds afterwards is never looked at.
    Tile undefined(element, type.getTile().getShape());
    access.channels.begin(put.getChannel(), slot, [undefined] { return undefined; });
  }
  return Outcome::Paused;
}

static Outcome putViewOp(Machine &machine, Operation *op) {
  ChannelAccess<ws::PutViewOp> access(machine, op);
  ws::PutViewOp put = access.op;
  ArrayRef<int64_t> shape = put.getChannel().getType().getTile().getShape();
  tile::ViewType type = put.getView().getType();
  SmallVector<int64_t> offsets;
  for (Value offset : put.getOffsets())
    offsets.push_back(machine[offset].scalar());
  SmallVector<int32_t> dims;
  for (unsigned dim = type.getRank() - shape.size(); dim < type.getRank(); ++dim)
    dims.push_back(dim);
  Fetch fetch = [&machine, op, type, view = machine[put.getView()], offsets, dims, shape]() {
    return readView(machine, op, type, view, offsets, dims, shape, std::nullopt);
  };
  return putIntoQueue(access, std::move(fetch), /*arrivesLater=*/true);
}

static Outcome putTileOp(Machine &machine, Operation *op) {
  ChannelAccess<ws::PutTileOp> access(machine, op);
  Tile value = machine[access.op.getValue()];
  value.lease.reset();
  Fetch fetch = [value] { return value; };
  if (!access.hasSlots())
    return putIntoQueue(access, std::move(fetch), /*arrivesLater=*/false);
  int64_t slot = access.slot();
  if (!access.isSlot(slot))
    return Outcome::Failed;
  endLease(access.state.tiles[slot],
           "its slot of channel \"" + access.state.label + "\" was given to the next tile");
  access.state.tiles[slot].contents = std::move(value);
  access.state.tiles[slot].isUnderWay = false;
  return Outcome::Paused;
}

//===----------------------------------------------------------------------===//
// Gets and releases
//===----------------------------------------------------------------------===//

/// `contents` with zeros in the rows at and past `valid`.
static Tile validRows(const Tile &contents, int64_t valid) {
  std::vector<int64_t> sources(contents.size());
  int64_t row = rowMajorStrides(contents.shape)[0];
  for (size_t i = 0; i < sources.size(); ++i)
    sources[i] = int64_t(i) / row < valid ? int64_t(i) : -1;
  return contents.gathered(contents.shape, sources);
}

static Outcome finishGet(ChannelAccess<ws::GetOp> &access, const Tile &contents,
                         std::shared_ptr<Lease> lease) {
  Tile result = contents;
  if (Value valid = access.op.getValid())
    result = validRows(contents, access.machine[valid].scalar());
  result.lease = std::move(lease);
  access.machine.set(access.op.getResult(), std::move(result));
  return Outcome::Paused;
}

static Outcome getFromSlot(ChannelAccess<ws::GetOp> &access) {
  int64_t slot = access.slot();
  // The newest of the puts that may be under way is issued only behind this get.
  size_t ahead = std::max(1u, access.op.getAhead()) - 1;
  if (!access.isSlot(slot) || !access.channels.completeAllBut(access.op.getChannel(), ahead))
    return Outcome::Failed;
  ChannelTile &tile = access.state.tiles[slot];
  if (tile.isUnderWay)
    return access.machine.fail(
        access.op, access.text("takes slot " + Twine(slot) + " while a copy into it is under way"));
  if (!tile.contents)
    return access.machine.fail(access.op,
                               access.text("takes slot " + Twine(slot) + ", which is empty"));
  if (!tile.lease)
    tile.lease = std::make_shared<Lease>();
  return finishGet(access, *tile.contents, tile.lease);
}

static Outcome getOp(Machine &machine, Operation *op) {
  ChannelAccess<ws::GetOp> access(machine, op);
  if (access.hasSlots())
    return getFromSlot(access);
  int64_t number = Channels::nextGet(access.state, machine.role);
  // The only role cannot wait for its own copy to arrive by itself.
  if (access.state.hasOneRole() && !access.channels.completeAllBut(access.op.getChannel(), 0))
    return Outcome::Failed;
  if (!access.channels.getWaitsFor(access.state, machine.role).empty())
    return Outcome::Blocked;
  if (!access.agrees(number))
    return Outcome::Failed;
  auto lease = std::make_shared<Lease>();
  ++access.end.gets;
  access.end.held.push_back({number, lease});
  const ChannelTile &tile = access.state.tiles[number];
  return finishGet(access, *tile.contents, tile.isComputed ? nullptr : lease);
}

static Outcome releaseOp(Machine &machine, Operation *op) {
  ChannelAccess<ws::ReleaseOp> access(machine, op);
  if (access.end.held.empty())
    return machine.fail(op, access.text("releases a tile that the role has not taken"));
  auto [number, lease] = access.end.held.front();
  if (!access.agrees(number))
    return Outcome::Failed;
  lease->isValid = false;
  lease->ended = "its slot of channel \"" + access.state.label + "\" was released";
  access.end.held.pop_front();
  return Outcome::Paused;
}

static Outcome declaration(Machine &, Operation *) { return Outcome::Next; }

std::string waitReason(Machine &machine, Operation *op) {
  Channels &channels = *machine.program.channels;
  if (auto get = dyn_cast<ws::GetOp>(op)) {
    ChannelState &state = channels[get.getChannel()];
    return "gets from \"" + state.label + "\" and waits " +
           channels.getWaitsFor(state, machine.role);
  }
  ChannelState &state = channels[op->getOperand(0)];
  return "puts into \"" + state.label + "\" and waits " + channels.putWaitsFor(state, machine.role);
}

void addChannels(Registry &registry) {
  registry.add<ws::ChannelOp>(declaration);
  registry.add<ws::RoleOp>(declaration);
  registry.add<ws::PutOp>(putOp);
  registry.add<ws::PutViewOp>(putViewOp);
  registry.add<ws::PutTileOp>(putTileOp);
  registry.add<ws::GetOp>(getOp);
  registry.add<ws::ReleaseOp>(releaseOp);
}

} // namespace mla::interp
