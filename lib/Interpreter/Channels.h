//===- Channels.h - bounded queues of tiles between roles ------------------===//
// Two kinds, as the schedule stage leaves them.
//
// *Queues*: tiles are numbered. Each role that uses the channel takes part in each tile: one puts
// it, the others get and release it; the only role of a channel does all three. A put of tile n
// waits until every role is through with tile n - depth, a get of tile n until it has arrived.
// Slots and parities, where ops name them, must be those of the tile's number.
//
// *Slots* (one role, after ws-pipeline-loops): a put names its slot and gives it to the new tile at
// once; a get waits until at most `ahead` later puts are under way, and its tile may be read until
// its slot is given away.
//
// A tile that a role has computed is read into registers by the get; any other one may be read in
// shared memory until it is released. Copies arrive later than they are issued: any time until a
// get waits for them.
#pragma once

#include "Machine.h"
#include "mla/Dialect/Ws/Ws.h"
#include "llvm/ADT/MapVector.h"
#include <deque>
#include <map>
#include <random>

namespace mla::interp {

/// The contents of a tile; nothing after an error.
using Fetch = std::function<std::optional<Tile>()>;

/// Where a role stands in a channel.
struct ChannelEnd {
  bool takesPart = false;
  int64_t puts = 0, gets = 0;
  /// Tiles taken and not released, oldest first.
  std::deque<std::pair<int64_t, std::shared_ptr<Lease>>> held;
};

/// A tile in a channel.
struct ChannelTile {
  std::optional<Tile> contents; ///< nothing: under way, or unspecified
  bool isUnderWay = false;
  bool isComputed = false;      ///< by a role: not copied from global memory
  std::shared_ptr<Lease> lease; ///< of a slot's readers
};

/// One channel of one program.
struct ChannelState {
  std::string label;
  int64_t depth = 1;
  int64_t put = 0;                      ///< tiles put so far
  std::vector<ChannelEnd> ends;         ///< by role
  std::map<int64_t, ChannelTile> tiles; ///< by number, or by slot

  bool hasOneRole() const;
};

/// All channels of one program, and the copies that are under way.
class Channels {
public:
  Channels(mlir::func::FuncOp kernel, llvm::ArrayRef<ws::RoleOp> roles, uint64_t seed);

  ChannelState &operator[](mlir::Value channel) { return states.find(channel)->second; }
  llvm::ArrayRef<std::string> roleNames() const { return names; }

  /// The number of the next tile that `role` puts or gets.
  static int64_t nextPut(const ChannelState &channel, unsigned role);
  static int64_t nextGet(const ChannelState &channel, unsigned role);
  /// Whom a put of the next tile has to wait for, "" if nobody.
  std::string putWaitsFor(const ChannelState &channel, unsigned role) const;
  std::string getWaitsFor(const ChannelState &channel, unsigned role) const;

  /// Begins a copy that fills tile (or slot) `key` of `channel` some time later.
  void begin(mlir::Value channel, int64_t key, Fetch fetch);
  /// Completes the copies into `channel` but for the newest `ahead`. False after an error.
  bool completeAllBut(mlir::Value channel, size_t ahead);
  /// Completes one copy, whichever. False after an error.
  bool completeAny();
  size_t numUnderWay() const { return copies.size(); }
  uint64_t random() { return generator(); }

  /// What is left at the end and should not be, "" if nothing.
  std::string leftOver() const;

private:
  struct Copy {
    mlir::Value channel;
    int64_t key;
    Fetch fetch;
  };
  bool complete(size_t index);

  llvm::MapVector<mlir::Value, ChannelState> states;
  std::vector<std::string> names;
  std::vector<Copy> copies; ///< under way, oldest first
  std::mt19937_64 generator;
};

/// Why a role cannot execute `op` now, for the report of a deadlock.
std::string waitReason(Machine &machine, mlir::Operation *op);

/// Runs the roles of a program until all are done. `outer` has executed what stands beside them.
mlir::LogicalResult runRoles(Program &program, mlir::func::FuncOp kernel,
                             llvm::ArrayRef<ws::RoleOp> roles, Machine &outer);

} // namespace mla::interp
