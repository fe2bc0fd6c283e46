//===- ScheduleProgram.cpp - roles that wait for each other ---------------===//
#include "mla/Analysis/ScheduleProgram.h"

#include <set>

using namespace mla;

namespace {
using Kind = ScheduleStep::Kind;

/// Runs all roles in lockstep.
class Lockstep {
public:
  Lockstep(const std::vector<ScheduleBlock> &roles, const std::vector<int64_t> &depths)
      : depths(depths), regionsOf(roles.size()), channels(depths.size()) {
    for (ChannelState &channel : channels)
      channel.ends.resize(roles.size());
    for (size_t role = 0; role < roles.size(); ++role)
      collect(roles[role], role);
  }

  /// Runs one block per role once; null for roles that take no part.
  std::optional<Deadlock> run(const std::vector<const ScheduleBlock *> &blocks);

private:
  void collect(const ScheduleBlock &block, size_t role);
  bool tryStep(const ScheduleStep &step, size_t role);
  bool allAt(unsigned region, const std::vector<const ScheduleStep *> &current) const;
  std::optional<Deadlock> runRegion(unsigned region,
                                    const std::vector<const ScheduleStep *> &current);

  const std::vector<int64_t> &depths;
  std::vector<std::set<unsigned>> regionsOf; ///< by role
  std::vector<ChannelState> channels;
};
} // namespace

/// Finds the regions and channels of a role.
void Lockstep::collect(const ScheduleBlock &block, size_t role) {
  for (const ScheduleStep &step : block) {
    if (step.kind != Kind::Region) {
      channels[step.index].ends[role].takesPart = true;
      continue;
    }
    regionsOf[role].insert(step.index);
    for (const ScheduleBlock &body : step.bodies)
      collect(body, role);
  }
}

/// Does a step that works on a channel, if it need not wait.
bool Lockstep::tryStep(const ScheduleStep &step, size_t role) {
  ChannelState &channel = channels[step.index];
  ChannelEnd &own = channel.ends[role];
  switch (step.kind) {
  case Kind::Put:
    // Also this role may still hold the tile whose slot it needs.
    for (const ChannelEnd &end : channel.ends)
      if (!end.isThroughWith(own.passed - depths[step.index]))
        return false;
    ++own.passed;
    ++channel.put;
    return true;
  case Kind::Get:
    if (own.passed >= channel.put)
      return false;
    own.held.push_back(own.passed++);
    return true;
  case Kind::Release:
    own.held.pop_front();
    return true;
  case Kind::Region:
    return false;
  }
  return false;
}

bool Lockstep::allAt(unsigned region, const std::vector<const ScheduleStep *> &current) const {
  for (size_t role = 0; role < current.size(); ++role) {
    const ScheduleStep *step = current[role];
    bool isAt = step && step->kind == Kind::Region && step->index == region;
    if (regionsOf[role].contains(region) && !isAt)
      return false;
  }
  return true;
}

std::optional<Deadlock> Lockstep::runRegion(unsigned region,
                                            const std::vector<const ScheduleStep *> &current) {
  std::vector<const ScheduleStep *> joint(current.size());
  size_t numBodies = 0;
  for (size_t role = 0; role < current.size(); ++role)
    if (regionsOf[role].contains(region)) {
      joint[role] = current[role];
      numBodies = current[role]->bodies.size();
    }
  for (size_t body = 0; body < numBodies; ++body) {
    std::vector<const ScheduleBlock *> blocks(current.size());
    for (size_t role = 0; role < current.size(); ++role)
      if (joint[role])
        blocks[role] = &joint[role]->bodies[body];
    if (std::optional<Deadlock> deadlock = run(blocks))
      return deadlock;
  }
  return std::nullopt;
}

std::optional<Deadlock> Lockstep::run(const std::vector<const ScheduleBlock *> &blocks) {
  std::vector<size_t> position(blocks.size());
  auto stepsNow = [&] {
    std::vector<const ScheduleStep *> current(blocks.size());
    for (size_t role = 0; role < blocks.size(); ++role)
      if (blocks[role] && position[role] < blocks[role]->size())
        current[role] = &(*blocks[role])[position[role]];
    return current;
  };
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t role = 0; role < blocks.size(); ++role) {
      std::vector<const ScheduleStep *> current = stepsNow();
      const ScheduleStep *step = current[role];
      if (!step)
        continue;
      if (step->kind != Kind::Region) {
        bool done = tryStep(*step, role);
        position[role] += done;
        progress |= done;
        continue;
      }
      if (!allAt(step->index, current))
        continue;
      if (std::optional<Deadlock> deadlock = runRegion(step->index, current))
        return deadlock;
      for (size_t other = 0; other < blocks.size(); ++other)
        position[other] += regionsOf[other].contains(step->index);
      progress = true;
    }
  }
  Deadlock deadlock{stepsNow(), channels};
  for (const ScheduleStep *step : deadlock.waiting)
    if (step)
      return deadlock;
  return std::nullopt;
}

std::optional<Deadlock> mla::findDeadlock(const std::vector<ScheduleBlock> &roles,
                                          const std::vector<int64_t> &depths) {
  std::vector<const ScheduleBlock *> blocks;
  for (const ScheduleBlock &role : roles)
    blocks.push_back(&role);
  return Lockstep(roles, depths).run(blocks);
}
