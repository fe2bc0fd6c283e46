//===- Channels.cpp - bounded queues of tiles between roles ----------------===//
// See Channels.h.
#include "Channels.h"

using namespace mlir;

namespace mla::interp {

bool ChannelState::hasOneRole() const {
  return llvm::count_if(ends, [](const ChannelEnd &end) { return end.takesPart; }) <= 1;
}

Channels::Channels(func::FuncOp kernel, ArrayRef<ws::RoleOp> roles, uint64_t seed)
    : generator(seed) {
  for (ws::RoleOp role : roles)
    names.push_back(role.getRole().str());
  kernel.walk([&](ws::ChannelOp op) {
    ChannelState state;
    state.label = op.getLabel().str();
    state.depth = op.getChannel().getType().getDepth();
    state.ends.resize(roles.size());
    for (auto [index, role] : llvm::enumerate(roles))
      state.ends[index].takesPart = llvm::any_of(op.getChannel().getUsers(), [&](Operation *user) {
        return role->isProperAncestor(user);
      });
    states.insert({op.getChannel(), std::move(state)});
  });
}

/// Tiles that the role has passed: the only role of a channel meets each of them twice.
int64_t Channels::nextPut(const ChannelState &channel, unsigned role) {
  const ChannelEnd &end = channel.ends[role];
  return channel.hasOneRole() ? end.puts : end.puts + end.gets;
}

int64_t Channels::nextGet(const ChannelState &channel, unsigned role) {
  const ChannelEnd &end = channel.ends[role];
  return channel.hasOneRole() ? end.gets : end.puts + end.gets;
}

std::string Channels::putWaitsFor(const ChannelState &channel, unsigned role) const {
  int64_t previous = nextPut(channel, role) - channel.depth;
  for (unsigned other = 0; previous >= 0 && other < channel.ends.size(); ++other) {
    const ChannelEnd &end = channel.ends[other];
    if (!end.takesPart)
      continue;
    bool isThrough = nextGet(channel, other) > previous &&
                     (end.held.empty() || end.held.front().first > previous);
    if (!isThrough)
      return "for role \"" + names[other] + "\" to release tile " + std::to_string(previous);
  }
  return "";
}

std::string Channels::getWaitsFor(const ChannelState &channel, unsigned role) const {
  int64_t number = nextGet(channel, role);
  if (number >= channel.put)
    return "for tile " + std::to_string(number) + ", which nobody has put";
  if (channel.tiles.at(number).isUnderWay)
    return "for tile " + std::to_string(number) + " to arrive";
  return "";
}

void Channels::begin(Value channel, int64_t key, Fetch fetch) {
  ChannelTile &tile = (*this)[channel].tiles[key];
  tile.contents.reset();
  tile.isUnderWay = true;
  copies.push_back({channel, key, std::move(fetch)});
}

bool Channels::complete(size_t index) {
  Copy copy = std::move(copies[index]);
  copies.erase(copies.begin() + index);
  std::optional<Tile> contents = copy.fetch();
  ChannelTile &tile = (*this)[copy.channel].tiles[copy.key];
  tile.isUnderWay = llvm::any_of(copies, [&](const Copy &other) {
    return other.channel == copy.channel && other.key == copy.key;
  });
  tile.contents = contents;
  return contents.has_value();
}

bool Channels::completeAllBut(Value channel, size_t ahead) {
  auto isOurs = [&](const Copy &copy) { return copy.channel == channel; };
  for (size_t count = llvm::count_if(copies, isOurs); count > ahead; --count)
    if (!complete(llvm::find_if(copies, isOurs) - copies.begin()))
      return false;
  return true;
}

bool Channels::completeAny() { return complete(random() % copies.size()); }

std::string Channels::leftOver() const {
  for (const auto &[value, channel] : states) {
    if (channel.hasOneRole())
      continue;
    for (auto [role, end] : llvm::enumerate(channel.ends)) {
      if (!end.takesPart)
        continue;
      if (!end.held.empty())
        return "role \"" + names[role] + "\" still holds tile " +
               std::to_string(end.held.front().first) + " of channel \"" + channel.label + "\"";
      if (end.puts + end.gets != channel.put)
        return "role \"" + names[role] + "\" never took tile " +
               std::to_string(end.puts + end.gets) + " of channel \"" + channel.label + "\"";
    }
  }
  return "";
}

} // namespace mla::interp
