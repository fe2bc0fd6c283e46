//===- ScheduleProgram.h - roles that wait for each other -----------------===//
// What roles do with channels and nothing else: blocks of puts, gets, releases, and of loops and
// branches. A channel carries numbered tiles through `depth` slots. Each role that uses it takes
// part in each tile: one role puts it, perhaps another one than the tile before, all others get and
// release it. Tile n waits in the slot of tile n - depth, which is free when all roles that got
// that one have released it. A loop or branch of one role that decides as those of other roles do
// is *joint* with them. Roles that use a channel have the same tiles of it in each run of each
// joint region, and hold none of them when a region that uses it begins or ends.
//
// Why one run of each block decides for every trip count. A put waits for releases, a get for a
// put, always of a tile with a fixed number, so that no order of execution gets stuck if one order
// does not (a Kahn network with bounded channels). `findDeadlock` tries one order: all roles meet
// at every joint region and leave each of its runs together. The channels used in it are empty then
// before and after each run, the others are as they were, so that the next run starts from the same
// state, and one run stands for any number of them, also if each run of an outer loop has another
// number. If that order gets stuck, so does every other one as soon as loops run often enough: a
// role that went ahead through its loop is stopped when its channels are full or empty, and gives
// the others nothing meanwhile but tiles of later runs. A branch runs once, so that a role might
// get ahead through it; that is refused all the same.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace mlir {
class Operation;
} // namespace mlir

namespace mla {

/// One step of a role.
struct ScheduleStep {
  /// A release frees the oldest tile that its role holds, of which there must be one.
  enum class Kind { Put, Get, Release, Region };
  Kind kind;
  /// Of the channel; for a region, the number that joint regions share. A role has one region of
  /// each number at most.
  unsigned index;
  /// For messages; may be null.
  mlir::Operation *op = nullptr;
  /// Of a region: the body of a loop, or the two sides of a branch.
  std::vector<std::vector<ScheduleStep>> bodies = {};
};
using ScheduleBlock = std::vector<ScheduleStep>;

/// Where a role stands in a channel.
struct ChannelEnd {
  /// False if the role does not use the channel.
  bool takesPart = false;
  /// Tiles that the role has put or got: the number of its next one.
  int64_t passed = 0;
  /// Numbers of the tiles got and not released, oldest first.
  std::deque<int64_t> held;

  /// True if tile `number` need not stay in its slot for this role.
  bool isThroughWith(int64_t number) const {
    return !takesPart || (passed > number && (held.empty() || held.front() > number));
  }
};

/// Tiles that went through a channel.
struct ChannelState {
  int64_t put = 0;
  std::vector<ChannelEnd> ends; ///< by role
};

/// Where all roles stand when none can go on.
struct Deadlock {
  /// By role; null if the role is through with the block in which the others wait.
  std::vector<const ScheduleStep *> waiting;
  /// By channel, each loop having run once.
  std::vector<ChannelState> channels;
};

/// A deadlock that happens for some trip counts, or nothing if there is none for any. `depths` are
/// those of the channels.
std::optional<Deadlock> findDeadlock(const std::vector<ScheduleBlock> &roles,
                                     const std::vector<int64_t> &depths);

} // namespace mla
