//===- Warp.h - 32 lanes and where they are -------------------------------===//
// A warp is a set of groups: lanes that stand at the same instruction. Mostly there is one. A
// branch splits a group; groups that meet become one again.
//
// **Order.** The group with the lowest rank goes first (reverse post-order of the basic blocks), so
// that lanes wait at the end of an `if` or a loop for those that are still inside, and meet them
// there. A group that has run for long without meeting others lets the next one go, so that lanes
// that wait for other lanes of their warp do not wait forever.
//
// **Waiting.** A handler that cannot go on calls wait() and returns its result. It is called again
// when the group is woken, with `granted` set if what it waited for has happened.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Async.h"
#include "Grid.h"
#include "Products.h"
#include "Races.h"

namespace mla::sim {

class Cta;

/// What a group waits for.
enum class WaitKind : uint8_t {
  None,
  Converge,       ///< other lanes of a mask at the same instruction; key: the mask
  WarpBarrier,    ///< other lanes of a mask at any bar.warp.sync; key: the mask
  Barrier,        ///< a barrier of the block; key: its number
  ClusterBarrier, ///< the barrier of the cluster
  Phase,          ///< an mbarrier; key: its address
  Registers       ///< other warps to release registers; key: how many
};

/// A call that has not returned.
struct Frame {
  uint32_t back = 0;     ///< the operation behind the call
  uint32_t function = 0; ///< that was called: of Program::functions
  bool isKept = false;   ///< it ran already: what it had lies on the lanes' stacks
  friend bool operator==(const Frame &, const Frame &) = default;
};

/// Lanes at one instruction.
struct Group {
  uint32_t pc = 0;
  LaneMask mask = 0;
  WaitKind waits = WaitKind::None;
  uint64_t key = 0;
  bool granted = false;
  uint64_t answer = 0; ///< of what it waited for
  uint32_t turns = 0;  ///< slices of instructions that it has had
  uint32_t spent = 0;  ///< instructions since the last one
  std::vector<Frame> calls;
};

/// A cp.async of one lane that has not happened yet.
struct PendingCopy {
  uint64_t to = 0, from = 0;
  uint8_t bytes = 0;
  uint8_t source = 0; ///< bytes that are read; zeros follow
  uint8_t lane = 0;
  uint32_t operation = 0;
  uint32_t group = 0; ///< of the lane
  uint16_t agent = 0; ///< Races::Work
  uint32_t time = 0;
  bool isDone = false;
};

inline constexpr unsigned kEveryCopy = ~0u;

/// State spaces of addresses.
enum class AddressSpace : uint8_t { Generic, Global, Shared, Local };

class Warp {
public:
  Warp(Cta &cta, unsigned index);

  /// Makes a warp ready to run the kernel.
  void start(LaneMask lanes);

  enum class Stop { Budget, Blocked, Finished, Fault };
  /// Runs until nothing can go on or `budget` instructions are spent.
  Stop run(uint64_t &budget);

  template <typename T>
  T *lanes(uint32_t offset) {
    return reinterpret_cast<T *>(registers.get() + offset);
  }
  LaneMask &predicate(uint32_t offset) { return *lanes<LaneMask>(offset); }

  Group &group() { return groups[current]; }
  /// Where the current group is; what findings name.
  uint32_t pc() const { return reportAt != kNoRegister ? reportAt : groups[current].pc; }

  // For handlers.
  /// Moves lanes of the current group to an operation; the others go on.
  Outcome branch(LaneMask mask, uint32_t target);
  /// Whether the current group is inside a function of the program.
  bool runs(uint32_t function) const;
  /// Gives lanes a frame of a function, keeping the one that they have; false after a finding.
  bool enter(LaneMask mask, uint32_t function);
  /// Gives lanes of the current group back what their last call kept.
  void restore(LaneMask mask);
  /// Sends lanes to a function that they have a frame of, and back.
  Outcome call(LaneMask mask, uint32_t function);
  /// Takes memory of each lane's stack; its offset in local memory, or nothing if there is none.
  std::optional<uint32_t> push(unsigned lane, uint64_t bytes, unsigned alignment);
  std::array<uint32_t, kLanes> stackPointers = {}; ///< offsets in local memory
  Outcome leave(LaneMask mask);                    ///< ret from a function
  Outcome exit(LaneMask mask);
  /// Lets lanes of the current group execute the operation again, apart from the others.
  void stay(LaneMask mask) { split(mask, groups[current].pc); }
  /// Lets lanes of the current group wait; the others go on behind the operation.
  Outcome wait(LaneMask mask, WaitKind kind, uint64_t key);
  /// Whether all lanes of `members` that have not exited are in `mask`.
  bool hasAll(LaneMask mask, LaneMask members) const { return !(members & live & ~mask); }
  /// Wakes groups that wait for this, and says whether there were any.
  bool wake(WaitKind kind, uint64_t key, uint64_t answer = 0);
  /// Notes lanes that store different bytes at one address.
  void checkSameAddress(unsigned bytes, const uint64_t *addresses, LaneMask mask,
                        uint8_t *const *pointers, const uint8_t *values);
  /// A finding at the current operation, with thread and block of a lane.
  Outcome fail(FindingKind kind, const std::string &text, unsigned lane);
  void note(FindingKind kind, const std::string &text, unsigned lane);

  /// Host pointers of `bytes` bytes at each lane's address; checks bounds, alignment, initialised
  /// bytes and races. Returns false after a finding that ends the grid.
  bool resolve(AddressSpace space, Use use, unsigned bytes, const uint64_t *addresses,
               LaneMask mask, uint8_t **pointers);
  /// The same for one lane, without alignment.
  uint8_t *resolveLane(AddressSpace space, Use use, unsigned bytes, uint64_t address,
                       unsigned lane);

  // Counters of the current operation, where lines are counted.
  /// Adds sectors of global memory and bank conflicts of one access of the warp.
  void countTraffic(AddressSpace space, unsigned bytes, const uint64_t *addresses, LaneMask mask);
  /// Adds eight rows of 16 bytes in shared memory that are read together.
  void countRows(const std::array<uint64_t, 8> &rows);

  bool isStrong = false; ///< whether accesses are of instructions with .relaxed and the like
  /// What a load with .acquire and the like, or a store with .release, orders. Loads come behind
  /// it, stores before it, atomics between both.
  void acquireAt(const uint64_t *addresses, LaneMask mask);
  void releaseAt(const uint64_t *addresses, LaneMask mask);
  /// Whether shared memory of a block of the cluster may be used now; false after a finding that
  /// ends the grid.
  bool reaches(Cta &block, unsigned lane);
  uint64_t phasesPassed = 0; ///< of the barrier of the cluster, that it has waited for
  /// Among the warps of the cluster.
  unsigned number() const;

  // Global memory (GlobalRaces.h); all do nothing where its races are not looked for.
  void acquireGlobal(const uint64_t *addresses, LaneMask mask, const Ordering &ordering);
  void releaseGlobal(const uint64_t *addresses, LaneMask mask, const Ordering &ordering);
  /// A fence of a scope beyond the block.
  void fenceGlobal();
  void checkGlobal(const GlobalAccess &access, unsigned lane);
  void checkGlobalReads(const uint64_t *addresses, unsigned bytes, LaneMask mask, bool isStrong);
  /// A write that may change nothing.
  void checkGlobalWrite(uint64_t address, const uint8_t *before, const uint8_t *after,
                        unsigned bytes, bool isStrong, unsigned lane);

  void issueCopy(PendingCopy copy);
  void commitCopies(LaneMask mask);
  /// Ends the copies of all but the last `groupsLeft` committed groups; kEveryCopy: all there are.
  void finishCopies(LaneMask mask, unsigned groupsLeft);
  /// The last copy of a lane that it has not waited for; time 0: none.
  Races::Work lastCopy(unsigned lane) const;
  /// Ends the copies of a lane up to one.
  void endCopiesOf(unsigned lane, uint32_t time);
  /// Ends some copies at random.
  void finishSomeCopies();

  /// While it lives, findings name another operation: that of asynchronous work.
  struct ReportAt {
    ReportAt(Warp &warp, uint32_t operation) : warp(warp), before(warp.reportAt) {
      warp.reportAt = operation;
    }
    ~ReportAt() { warp.reportAt = before; }
    Warp &warp;
    uint32_t before;
  };
  /// Where asynchronous work reads or writes shared memory of a block; checks bounds.
  uint8_t *resolveAsync(Cta &owner, Use use, uint64_t offset, unsigned bytes);
  /// Looks for races of work when it is issued; does nothing out of bounds.
  void checkRace(Cta &owner, uint64_t address, unsigned bytes, bool writes, Races::Work work);

  // Matrix products and bulk copies of the lanes, in groups like those of copies.
  void issueWork(bool isProduct, unsigned lane, AsyncHandle work, Races::Work race);
  void commitWork(bool isProduct, LaneMask mask);
  void finishWork(bool isProduct, LaneMask mask, unsigned groupsLeft);
  /// Ends some products at random; those of a warp end in order.
  void finishSomeProducts();

  // The protocol of products (Products.h): each notes a finding if something is wrong.
  void issueProduct(AsyncHandle work, Races::Work race, unsigned shape);
  /// An .aligned instruction of the warpgroup.
  void alignWarpgroup(const Warpgroup::Step &step);

  Cta &cta;
  const unsigned index;
  LaneMask live = 0;    ///< not exited
  LaneMask started = 0; ///< that exist
  std::vector<Group> groups;
  bool isBlocked = false;
  Count *counts = nullptr;
  ProductWatch products;
  unsigned registerBudget = 0; ///< of a thread
  unsigned numBudgets = 0;     ///< times that the warp has set it
  uint32_t budgetTime = 0;     ///< when it last did, by its clock

private:
  void watchProducts(unsigned lane);
  void checkEnd(unsigned lane);
  bool pick();
  Stop runGroup(uint64_t &budget);
  bool meet(size_t which);
  size_t split(LaneMask mask, uint32_t pc);
  void setKnown();
  uint64_t valueOf(const KnownRegister &known, unsigned lane) const;
  uint8_t *resolveShared(Use use, unsigned bytes, uint64_t address, unsigned lane);
  bool checkWritten(const uint8_t *written, unsigned bytes, uint64_t address, unsigned lane);
  std::string threadOf(unsigned lane) const;
  void finishCopy(PendingCopy &copy);
  void checkRace(Cta &owner, uint64_t offset, unsigned bytes, Use use, unsigned lane);
  void noteRace(uint64_t offset, const char *verb, const AccessHistory::Access &other,
                unsigned lane);

  void keep(unsigned lane, const void *data, size_t bytes);
  void giveBack(unsigned lane, void *data, size_t bytes);
  template <typename Body>
  void forKept(unsigned lane, const Callable &callee, Body body);

  std::unique_ptr<uint8_t[]> registers;
  std::unique_ptr<uint8_t[]> local; ///< of each lane in turn
  std::unique_ptr<uint8_t[]> localWritten;
  std::array<std::vector<uint8_t>, kLanes> kept; ///< by calls
  size_t current = 0;
  uint32_t reportAt = kNoRegister;
  struct GroupedWork {
    AsyncHandle handle;
    Races::Work race;
    unsigned lane;
    uint32_t group;
    uint32_t operation;
  };
  std::vector<GroupedWork> works[2]; ///< bulk copies; products
  std::array<uint32_t, kLanes> workGroups[2] = {};
  std::vector<PendingCopy> copies;
  std::array<uint32_t, kLanes> copyGroups = {}; ///< that each lane has committed
  GridWarp gridWarp() const;
  ForeignClock fenced;          ///< what the warp knew and had done at its last fence
  ForeignClock seen;            ///< what relaxed loads have seen since
  Allocation *recent = nullptr; ///< the last allocation that was accessed
};

} // namespace mla::sim
