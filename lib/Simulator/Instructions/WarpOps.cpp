//===- WarpOps.cpp - what lanes of a warp do together ---------------------===//
// PTX ISA, "shfl.sync", "vote.sync", "match.sync", "redux.sync", "elect.sync", "activemask",
// "bar.warp.sync". A group waits until the lanes of the member mask stand at the same instruction.
// SPDX-License-Identifier: Apache-2.0
#include "FloatModes.h"

namespace mla::sim {

/// The member mask of a .sync instruction; nothing when the group must wait or has failed, which
/// `outcome` says then. Lanes with other masks execute the instruction apart: `mask` loses them.
static std::optional<LaneMask> meetMembers(Warp &warp, uint32_t members, LaneMask &mask,
                                           Outcome &outcome) {
  const uint32_t *masks = warp.lanes<uint32_t>(members);
  for (LaneMask open = mask; open;) {
    LaneMask wanted = masks[std::countr_zero(open)], same = 0;
    forEachLane(mask, [&](unsigned lane) { same |= LaneMask(masks[lane] == wanted) << lane; });
    if (same & ~wanted) {
      outcome = warp.fail(FindingKind::Invalid, "executes this and is not in the member mask",
                          unsigned(std::countr_zero(same & ~wanted)));
      return std::nullopt;
    }
    if (warp.hasAll(same, wanted)) {
      if (same != mask)
        warp.stay(mask & ~same);
      mask = same;
      return wanted;
    }
    open &= ~same;
  }
  outcome = warp.wait(mask, WaitKind::Converge, masks[std::countr_zero(mask)]);
  return std::nullopt;
}

//===-- shfl --------------------------------------------------------------===//

namespace {
enum class Shuffle { Up, Down, Butterfly, Index };
struct ShuffleDetails {
  Shuffle mode;
  uint32_t members;
};
} // namespace

static Outcome runShuffle(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const ShuffleDetails *>(operation.details);
  Outcome outcome;
  if (!meetMembers(warp, details.members, mask, outcome))
    return outcome;
  const uint32_t *a = warp.lanes<uint32_t>(operation.sources[0]);
  const uint32_t *b = warp.lanes<uint32_t>(operation.sources[1]);
  const uint32_t *c = warp.lanes<uint32_t>(operation.sources[2]);
  uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
  uint32_t values[kLanes];
  LaneMask inRange = 0;
  forEachLane(mask, [&](unsigned lane) {
    int by = int(b[lane] & 31), clamp = int(c[lane] & 31), segment = int(c[lane] >> 8 & 31);
    int self = int(lane);
    int last = (self & segment) | (clamp & ~segment), first = self & segment;
    int from = 0;
    bool isIn = false;
    switch (details.mode) {
    case Shuffle::Up:
      from = self - by;
      isIn = from >= last;
      break;
    case Shuffle::Down:
      from = self + by;
      isIn = from <= last;
      break;
    case Shuffle::Butterfly:
      from = self ^ by;
      isIn = from <= last;
      break;
    case Shuffle::Index:
      from = first | (by & ~segment);
      isIn = from <= last;
      break;
    }
    if (!isIn)
      from = self;
    values[lane] = a[from];
    inRange |= LaneMask(isIn) << lane;
  });
  forEachLane(mask, [&](unsigned lane) { result[lane] = values[lane]; });
  if (operation.results[1] != kNoRegister) {
    LaneMask &predicate = warp.predicate(operation.results[1]);
    predicate = (predicate & ~mask) | inRange;
  }
  return Outcome::Next;
}

static bool decodeShuffle(Decoder &d) {
  static constexpr std::pair<std::string_view, Shuffle> kModes[] = {{"up", Shuffle::Up},
                                                                    {"down", Shuffle::Down},
                                                                    {"bfly", Shuffle::Butterfly},
                                                                    {"idx", Shuffle::Index}};
  std::optional<Shuffle> mode = d.takeOf(kModes);
  if (!mode || !d.take("sync") || !d.take("b32") || !d.expectOperands(5, 5))
    return d.fail("expected .sync, a mode, .b32 and 5 operands");
  Operation &operation = *d.operation;
  const ptx::Operand &target = d.operand(0);
  bool isPair = target.kind == ptx::Operand::Kind::Pair;
  operation.results[0] = d.result(isPair ? target.elements[0] : target, 32);
  if (isPair)
    operation.results[1] = d.result(target.elements[1], 1);
  for (size_t i = 0; i < 3; ++i)
    operation.sources[i] = d.source(i + 1, 32);
  d.keep(ShuffleDetails{*mode, d.source(4, 32)});
  operation.handler = runShuffle;
  return true;
}

//===-- vote, activemask, elect -------------------------------------------===//

namespace {
enum class Vote { All, Any, Uniform, Ballot };
struct VoteDetails {
  Vote mode;
  LaneMask flip;
  uint32_t members;
};
} // namespace

static Outcome runVote(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const VoteDetails *>(operation.details);
  Outcome outcome;
  if (!meetMembers(warp, details.members, mask, outcome))
    return outcome;
  LaneMask yes = (warp.predicate(operation.sources[0]) ^ details.flip) & mask;
  if (details.mode == Vote::Ballot) {
    uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
    forEachLane(mask, [&](unsigned lane) { result[lane] = yes; });
    return Outcome::Next;
  }
  bool holds = details.mode == Vote::All   ? yes == mask
               : details.mode == Vote::Any ? yes != 0
                                           : yes == mask || yes == 0;
  LaneMask &result = warp.predicate(operation.results[0]);
  result = (result & ~mask) | (holds ? mask : 0);
  return Outcome::Next;
}

static bool decodeVote(Decoder &d) {
  static constexpr std::pair<std::string_view, Vote> kModes[] = {
      {"all", Vote::All}, {"any", Vote::Any}, {"uni", Vote::Uniform}, {"ballot", Vote::Ballot}};
  std::optional<Vote> mode = d.takeOf(kModes);
  if (!mode || !d.take("sync") || !d.expectOperands(3, 3))
    return d.fail("expected .sync, a mode and 3 operands");
  bool isBallot = *mode == Vote::Ballot;
  if (!d.take(isBallot ? "b32" : "pred"))
    return d.fail("expected .b32 of .ballot and .pred of others");
  VoteDetails details{*mode, 0, d.source(2, 32)};
  d.operation->results[0] = d.result(0, isBallot ? 32 : 1);
  d.operation->sources[0] = d.predicate(d.operand(1), details.flip);
  d.keep(details);
  d.operation->handler = runVote;
  return true;
}

static Outcome runActiveMask(Warp &warp, const Operation &operation, LaneMask mask) {
  uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
  forEachLane(mask, [&](unsigned lane) { result[lane] = mask; });
  return Outcome::Next;
}

static bool decodeActiveMask(Decoder &d) {
  if (!d.take("b32") || !d.expectOperands(1, 1))
    return d.fail("expected .b32 and one operand");
  d.operation->results[0] = d.result(0, 32);
  d.operation->handler = runActiveMask;
  return true;
}

/// elect.sync: hardware chooses the lowest lane.
static Outcome runElect(Warp &warp, const Operation &operation, LaneMask mask) {
  Outcome outcome;
  if (!meetMembers(warp, operation.sources[0], mask, outcome))
    return outcome;
  LaneMask leader = mask & -mask;
  uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
  forEachLane(mask, [&](unsigned lane) { result[lane] = uint32_t(std::countr_zero(mask)); });
  if (operation.results[1] != kNoRegister) {
    LaneMask &predicate = warp.predicate(operation.results[1]);
    predicate = (predicate & ~mask) | leader;
  }
  return Outcome::Next;
}

static bool decodeElect(Decoder &d) {
  if (!d.take("sync") || !d.expectOperands(2, 2))
    return d.fail("expected .sync and 2 operands");
  const ptx::Operand &target = d.operand(0);
  bool isPair = target.kind == ptx::Operand::Kind::Pair;
  d.operation->results[0] = d.result(isPair ? target.elements[0] : target, 32);
  if (isPair)
    d.operation->results[1] = d.result(target.elements[1], 1);
  d.operation->sources[0] = d.source(1, 32);
  d.operation->handler = runElect;
  return true;
}

//===-- redux, match ------------------------------------------------------===//

/// F(a, b) combines all lanes; the result goes to all.
template <typename F>
static Outcome runRedux(Warp &warp, const Operation &operation, LaneMask mask) {
  const F &combine = *static_cast<const F *>(operation.details);
  Outcome outcome;
  if (!meetMembers(warp, operation.sources[1], mask, outcome))
    return outcome;
  const uint32_t *a = warp.lanes<uint32_t>(operation.sources[0]);
  uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
  LaneMask rest = mask & (mask - 1);
  uint32_t value = a[std::countr_zero(mask)];
  for (; rest; rest &= rest - 1)
    value = combine(value, a[std::countr_zero(rest)]);
  forEachLane(mask, [&](unsigned lane) { result[lane] = value; });
  return Outcome::Next;
}

static bool decodeRedux(Decoder &d) {
  if (!d.take("sync") || !d.expectOperands(3, 3))
    return d.fail("expected .sync and 3 operands");
  d.operation->results[0] = d.result(0, 32);
  d.operation->sources[0] = d.source(1, 32);
  d.operation->sources[1] = d.source(2, 32);
  auto with = [&](auto combine) {
    d.keep(combine);
    d.operation->handler = runRedux<decltype(combine)>;
    return true;
  };
  bool isMin = d.take("min"), isMax = d.take("max"), takesMagnitudes = d.take("abs");
  MinMaxMode mode;
  mode.nan = d.take("NaN");
  static constexpr std::pair<std::string_view, char> kOthers[] = {
      {"add", '+'}, {"and", '&'}, {"or", '|'}, {"xor", '^'}};
  char other = d.takeOf(kOthers).value_or(0);
  ElementType type = d.takeType();
  if (type.isFloat())
    return with([=](uint32_t a, uint32_t b) {
      if (takesMagnitudes) {
        a &= 0x7fffffffu;
        b &= 0x7fffffffu;
      }
      return uint32_t(minMax(kF32, isMax, a, b, mode));
    });
  if (isMin || isMax) {
    if (type.isSigned())
      return with(
          [=](uint32_t a, uint32_t b) { return (int32_t(a) < int32_t(b)) == isMax ? b : a; });
    return with([=](uint32_t a, uint32_t b) { return (a < b) == isMax ? b : a; });
  }
  switch (other) {
  case '+':
    return with([](uint32_t a, uint32_t b) { return a + b; });
  case '&':
    return with([](uint32_t a, uint32_t b) { return a & b; });
  case '|':
    return with([](uint32_t a, uint32_t b) { return a | b; });
  case '^':
    return with([](uint32_t a, uint32_t b) { return a ^ b; });
  }
  return d.fail("expected an operation such as .add");
}

template <typename T, bool isAll>
static Outcome runMatch(Warp &warp, const Operation &operation, LaneMask mask) {
  Outcome outcome;
  if (!meetMembers(warp, operation.sources[1], mask, outcome))
    return outcome;
  const T *a = warp.lanes<T>(operation.sources[0]);
  uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
  LaneMask same[kLanes] = {};
  forEachLane(mask, [&](unsigned lane) {
    forEachLane(mask,
                [&](unsigned other) { same[lane] |= LaneMask(a[other] == a[lane]) << other; });
  });
  bool holds = same[std::countr_zero(mask)] == mask;
  forEachLane(mask, [&](unsigned lane) { result[lane] = isAll ? (holds ? mask : 0) : same[lane]; });
  if (operation.results[1] != kNoRegister) {
    LaneMask &predicate = warp.predicate(operation.results[1]);
    predicate = (predicate & ~mask) | (holds ? mask : 0);
  }
  return Outcome::Next;
}

static bool decodeMatch(Decoder &d) {
  bool isAll = d.take("all");
  if ((!isAll && !d.take("any")) || !d.take("sync") || !d.expectOperands(3, 3))
    return d.fail("expected .any or .all, .sync and 3 operands");
  unsigned bits = d.takeType().bits;
  const ptx::Operand &target = d.operand(0);
  bool isPair = target.kind == ptx::Operand::Kind::Pair;
  d.operation->results[0] = d.result(isPair ? target.elements[0] : target, 32);
  if (isPair)
    d.operation->results[1] = d.result(target.elements[1], 1);
  d.operation->sources[0] = d.source(1, bits);
  d.operation->sources[1] = d.source(2, 32);
  if (bits == 64)
    d.operation->handler = isAll ? runMatch<uint64_t, true> : runMatch<uint64_t, false>;
  else
    d.operation->handler = isAll ? runMatch<uint32_t, true> : runMatch<uint32_t, false>;
  return true;
}

void addWarpOps(Registry &registry) {
  registry["shfl"] = decodeShuffle;
  registry["vote"] = decodeVote;
  registry["activemask"] = decodeActiveMask;
  registry["elect"] = decodeElect;
  registry["redux"] = registry["redux.f"] = decodeRedux;
  registry["match"] = decodeMatch;
}

} // namespace mla::sim
