//===- ScheduleProgramTest.cpp - the proof against brute force ------------===//
// findDeadlock looks at one run of each loop and claims to know all trip counts. Here every role is
// a coroutine over its unrolled steps, channels are rings of slots, and loops take every trip count
// that can make a difference, another one in each run of the loop round them.

#include "mla/Analysis/ScheduleProgram.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <queue>
#include <random>
#include <set>

using namespace mla;

namespace {

using Kind = ScheduleStep::Kind;
using Program = std::vector<ScheduleBlock>; ///< by role

ScheduleStep put(unsigned channel) { return {Kind::Put, channel}; }
ScheduleStep get(unsigned channel) { return {Kind::Get, channel}; }
ScheduleStep release(unsigned channel) { return {Kind::Release, channel}; }
ScheduleStep loop(unsigned index, ScheduleBlock body) {
  return {Kind::Region, index, nullptr, {std::move(body)}};
}
ScheduleStep branch(unsigned index, ScheduleBlock yes, ScheduleBlock no) {
  return {Kind::Region, index, nullptr, {std::move(yes), std::move(no)}};
}

/// How often the n-th run of region `index` repeats its body, or which side of a branch it takes;
/// alike in all roles.
using Decide = std::function<unsigned(unsigned index, unsigned run)>;

void unroll(const ScheduleBlock &block, const Decide &decide, std::map<unsigned, unsigned> &runs,
            ScheduleBlock &steps) {
  for (const ScheduleStep &step : block) {
    if (step.kind != Kind::Region) {
      steps.push_back(step);
      continue;
    }
    unsigned decision = decide(step.index, runs[step.index]++);
    if (step.bodies.size() == 2)
      unroll(step.bodies[decision % 2], decide, runs, steps);
    else
      for (unsigned i = 0; i < decision; ++i)
        unroll(step.bodies[0], decide, runs, steps);
  }
}

/// One place for a tile, as the hardware has it: who must still release what lies there.
struct Slot {
  int64_t number = -1; ///< of the tile, none at first
  std::set<size_t> readers;
};

/// Where a role stands in a channel.
struct End {
  int64_t next = 0;
  std::queue<int64_t> held;
};

/// Roles over their unrolled steps and channels as rings of slots.
class Machine {
public:
  Machine(std::vector<ScheduleBlock> steps, const std::vector<int64_t> &depths)
      : steps(std::move(steps)), position(this->steps.size()), users(depths.size()),
        ends(depths.size(), std::vector<End>(this->steps.size())) {
    for (int64_t depth : depths)
      slots.push_back(std::vector<Slot>(depth));
    for (size_t role = 0; role < this->steps.size(); ++role)
      for (const ScheduleStep &step : this->steps[role])
        users[step.index].insert(role);
  }

  /// True if all roles come to their end, served in turns from role `first` on.
  bool run(size_t first) {
    for (bool progress = true; progress;) {
      progress = false;
      for (size_t i = 0; i < steps.size(); ++i) {
        size_t role = (first + i) % steps.size();
        for (; position[role] < steps[role].size() && tryStep(role); ++position[role])
          progress = true;
      }
    }
    for (size_t role = 0; role < steps.size(); ++role)
      if (position[role] < steps[role].size())
        return false;
    return true;
  }

private:
  Slot &slotOf(unsigned channel, int64_t number) {
    return slots[channel][number % slots[channel].size()];
  }

  bool tryStep(size_t role) {
    const ScheduleStep &step = steps[role][position[role]];
    End &end = ends[step.index][role];
    if (step.kind == Kind::Release) {
      EXPECT_FALSE(end.held.empty());
      Slot &slot = slotOf(step.index, end.held.front());
      EXPECT_EQ(slot.number, end.held.front()) << "overwritten while held";
      EXPECT_EQ(slot.readers.erase(role), 1u);
      end.held.pop();
      return true;
    }
    Slot &slot = slotOf(step.index, end.next);
    if (step.kind == Kind::Get) {
      if (slot.number < end.next)
        return false;
      EXPECT_EQ(slot.number, end.next) << "overwritten before it was taken";
      end.held.push(end.next++);
      return true;
    }
    if (!slot.readers.empty())
      return false;
    slot.number = end.next++;
    slot.readers = users[step.index];
    slot.readers.erase(role);
    return true;
  }

  std::vector<ScheduleBlock> steps; ///< by role, like positions
  std::vector<size_t> position;
  std::vector<std::set<size_t>> users; ///< by channel, like slots and ends
  std::vector<std::vector<Slot>> slots;
  std::vector<std::vector<End>> ends;
};

/// True if all roles come to their end.
bool completes(const Program &program, const std::vector<int64_t> &depths, const Decide &decide,
               size_t first = 0) {
  std::vector<ScheduleBlock> steps(program.size());
  for (size_t role = 0; role < program.size(); ++role) {
    std::map<unsigned, unsigned> runs;
    unroll(program[role], decide, runs, steps[role]);
  }
  return Machine(std::move(steps), depths).run(first);
}

/// A key loop with its own channel inside a loop over requests, whose tile is held all along.
TEST(ScheduleProgram, HoldsATileAcrossAnInnerLoop) {
  Program program = {{loop(0, {get(0), loop(1, {get(1), release(1)}), release(0)})},
                     {loop(0, {put(0), loop(1, {put(1)})})}};
  EXPECT_FALSE(findDeadlock(program, {1, 2}));
  // The key loop first: the copying role cannot know that it must stop.
  program[1] = {loop(0, {loop(1, {put(1)}), put(0)})};
  std::optional<Deadlock> deadlock = findDeadlock(program, {1, 2});
  ASSERT_TRUE(deadlock);
  EXPECT_EQ(deadlock->waiting[0]->kind, Kind::Get);
  EXPECT_EQ(deadlock->waiting[0]->index, 0u);
  EXPECT_EQ(deadlock->waiting[1]->kind, Kind::Region);
  EXPECT_EQ(deadlock->channels[0].put, 0);
}

TEST(ScheduleProgram, WaitsInACircle) {
  // Each role first takes what the other puts last.
  Program program = {{get(0), release(0), put(1)}, {get(1), release(1), put(0)}};
  std::optional<Deadlock> deadlock = findDeadlock(program, {4, 4});
  ASSERT_TRUE(deadlock);
  EXPECT_EQ(deadlock->waiting[0]->index, 0u);
  EXPECT_EQ(deadlock->waiting[1]->index, 1u);
}

TEST(ScheduleProgram, DepthDecides) {
  Program program = {{put(0), put(0), put(1)},
                     {get(1), release(1), get(0), release(0), get(0), release(0)}};
  EXPECT_FALSE(findDeadlock(program, {2, 1}));
  EXPECT_TRUE(findDeadlock(program, {1, 1}));
}

/// Two roles share the tiles that a third copies, and hand each other theirs in turns.
TEST(ScheduleProgram, Broadcasts) {
  Program program = {{loop(0, {get(0), put(1), get(1), release(1), release(0)})},
                     {loop(0, {get(0), get(1), release(1), put(1), release(0)})},
                     {loop(0, {put(0)})}};
  EXPECT_FALSE(findDeadlock(program, {1, 1}));
  // The right role wants a second tile before it gives the first back.
  program = {{loop(0, {get(0), release(0), get(0), release(0)})},
             {loop(0, {get(0), get(0), release(0), release(0)})},
             {loop(0, {put(0), put(0)})}};
  EXPECT_FALSE(findDeadlock(program, {2}));
  std::optional<Deadlock> deadlock = findDeadlock(program, {1});
  ASSERT_TRUE(deadlock);
  EXPECT_EQ(deadlock->waiting[2]->kind, Kind::Put);
  const ChannelState &channel = deadlock->channels[0];
  EXPECT_EQ(channel.put, 1);
  EXPECT_TRUE(channel.ends[0].isThroughWith(0));
  EXPECT_FALSE(channel.ends[1].isThroughWith(0));
  EXPECT_TRUE(channel.ends[2].isThroughWith(0));
}

TEST(ScheduleProgram, AlternatesDirection) {
  // One slot: what came must be released before what goes is put.
  Program program = {{loop(0, {put(0), get(0), release(0)})},
                     {loop(0, {get(0), put(0), release(0)})}};
  EXPECT_TRUE(findDeadlock(program, {1}));
  EXPECT_FALSE(findDeadlock(program, {2}));
  program[1] = {loop(0, {get(0), release(0), put(0)})};
  EXPECT_FALSE(findDeadlock(program, {1}));
  // Two rounds back and forth at depth 2: the third tile needs the slot of the first.
  program = {{put(0), get(0), put(0), release(0)},
             {get(0), put(0), get(0), release(0), release(0)}};
  EXPECT_TRUE(findDeadlock(program, {2}));
  EXPECT_FALSE(findDeadlock(program, {3}));
}

TEST(ScheduleProgram, NothingToDo) {
  EXPECT_FALSE(findDeadlock({}, {}));
  EXPECT_FALSE(findDeadlock({{}, {loop(0, {})}}, {1}));
}

/// Random balanced programs of three roles. In each block of a joint region the roles of a channel
/// have the same tiles in the same order, at random with regard to other channels and to their own
/// releases. Channels have two roles or three, one that puts or several by turns.
class RandomProgram {
public:
  static constexpr unsigned kMaxChannels = 4;

  RandomProgram(unsigned seed) : random(seed) {
    unsigned numChannels = 2 + random() % (kMaxChannels - 1);
    for (unsigned channel = 0; channel < numChannels; ++channel) {
      depths.push_back(1 + random() % 2);
      unsigned from = random() % 3, distance = 1 + random() % 2;
      std::vector<unsigned> roles = {from, (from + distance) % 3};
      if (random() % 3 == 0)
        roles = {from, (from + 1) % 3, (from + 2) % 3};
      broadcasts |= roles.size() == 3;
      isAlternating.push_back(random() % 3 == 0);
      alternates |= isAlternating.back();
      users.push_back(roles);
    }
    program = makeBlock(0);
  }

  Program program;
  std::vector<int64_t> depths;
  bool hasBranches = false, broadcasts = false, alternates = false;

private:
  /// One block for each role.
  Program makeBlock(unsigned nesting) {
    Program blocks(3);
    unsigned numParts = 2 + random() % 3;
    for (unsigned part = 0; part < numParts; ++part) {
      unsigned what = random() % 4;
      if (nesting < 2 && what == 0) {
        makeRegion(blocks, nesting);
        continue;
      }
      unsigned channel = random() % depths.size();
      const std::vector<unsigned> &roles = users[channel];
      unsigned from = roles[isAlternating[channel] ? random() % roles.size() : 0];
      for (unsigned role : roles) {
        blocks[role].push_back(role == from ? put(channel) : get(channel));
        if (role != from)
          blocks[role].push_back(release(channel));
      }
    }
    for (ScheduleBlock &block : blocks)
      for (unsigned swaps = random() % 4 * block.size(); block.size() > 1 && swaps > 0; --swaps)
        swapSteps(block, 1 + random() % (block.size() - 1));
    return blocks;
  }

  void makeRegion(Program &blocks, unsigned nesting) {
    Program yes = makeBlock(nesting + 1), no(3);
    bool isBranch = random() % 4 == 0;
    hasBranches |= isBranch;
    if (isBranch)
      no = makeBlock(nesting + 1);
    unsigned index = numRegions++;
    for (unsigned role = 0; role < 3; ++role)
      if (!yes[role].empty() || !no[role].empty())
        blocks[role].push_back(isBranch ? branch(index, yes[role], no[role])
                                        : loop(index, yes[role]));
  }

  static bool uses(const ScheduleStep &step, unsigned channel) {
    if (step.kind != Kind::Region)
      return step.index == channel;
    for (const ScheduleBlock &body : step.bodies)
      for (const ScheduleStep &nested : body)
        if (uses(nested, channel))
          return true;
    return false;
  }

  /// Every release finds a tile, and none is held across a region that uses its channel.
  static bool isBalanced(const ScheduleBlock &block, unsigned channel) {
    int64_t held = 0;
    for (const ScheduleStep &step : block) {
      if (!uses(step, channel))
        continue;
      held += step.kind == Kind::Get;
      held -= step.kind == Kind::Release;
      if (held < 0 || (held > 0 && step.kind == Kind::Region))
        return false;
    }
    return true;
  }

  /// Tiles of one channel keep their order, or roles would no longer match; releases may move.
  static void swapSteps(ScheduleBlock &block, size_t i) {
    ScheduleStep &first = block[i - 1], &second = block[i];
    bool isRelease = (first.kind == Kind::Release) != (second.kind == Kind::Release);
    std::vector<unsigned> shared;
    for (unsigned channel = 0; channel < kMaxChannels; ++channel)
      if (uses(first, channel) && uses(second, channel))
        shared.push_back(channel);
    if (!shared.empty() && !isRelease)
      return;
    std::swap(first, second);
    for (unsigned channel : shared)
      if (!isBalanced(block, channel)) {
        std::swap(first, second);
        return;
      }
  }

  std::mt19937 random;
  unsigned numRegions = 0;
  std::vector<std::vector<unsigned>> users; ///< by channel; the first role puts
  std::vector<bool> isAlternating;          ///< by channel: any role puts
};

/// Programs of one kind, and those of them that get stuck.
struct Tally {
  unsigned programs = 0, deadlocks = 0;
  void add(bool deadlock) {
    ++programs;
    deadlocks += deadlock;
  }
};

/// Exactly for loops; branches are stricter than need be.
TEST(ScheduleProgram, AgreesWithBruteForce) {
  constexpr unsigned kPrograms = 4000;
  Tally all, branching, broadcast, alternating, plain;
  for (unsigned seed = 0; seed < kPrograms; ++seed) {
    RandomProgram random(seed);
    bool found = findDeadlock(random.program, random.depths).has_value();
    // All regions the same number of times; the last of them exceeds all depths together. Both
    // sides of branches in turn, then at random.
    bool stuck = false;
    for (unsigned count = 0; count <= 11; ++count)
      for (unsigned side = 0; side < 2; ++side)
        stuck |= !completes(
            random.program, random.depths,
            [&](unsigned, unsigned run) { return count ^ (run % 2 & side); }, count % 3);
    std::mt19937 more(seed);
    for (unsigned trial = 0; trial < 20; ++trial) {
      unsigned salt = more();
      stuck |= !completes(random.program, random.depths, [&](unsigned index, unsigned run) {
        return std::minstd_rand(salt + 31 * index + 1009 * run)() / 7 % 12;
      });
    }
    EXPECT_TRUE(found || !stuck) << "program " << seed;
    if (!random.hasBranches) {
      EXPECT_EQ(found, stuck) << "program " << seed;
    }
    all.add(found);
    if (random.hasBranches)
      branching.add(found);
    if (random.broadcasts)
      broadcast.add(found);
    if (random.alternates)
      alternating.add(found);
    if (!random.broadcasts && !random.alternates)
      plain.add(found);
  }
  // Both verdicts are common for programs of each kind, or the comparison would say little.
  EXPECT_LT(branching.programs, kPrograms / 2);
  for (const Tally &tally : {all, branching, broadcast, alternating, plain}) {
    EXPECT_GT(tally.programs, kPrograms / 10);
    EXPECT_GT(tally.deadlocks, tally.programs / 10);
    EXPECT_LT(tally.deadlocks, tally.programs * 9 / 10);
  }
}

} // namespace
