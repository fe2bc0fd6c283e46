//===- LowerScan.cpp - scans ----------------------------------------------===//
// The steps of a reduction (AxisSteps.h). Beside the total of each group they leave, for every run
// of a thread's registers, what all groups before the run make together: its carry. A run is what
// the first step scans in place; carries are applied to its elements once, at the end.

#include "Addressing.h"
#include "Combiner.h"
#include "Lower.h"

using namespace mlir;

namespace mla {

namespace {
/// Neighbouring registers of a thread, scanned among themselves.
struct Run {
  SmallVector<int32_t> registers;
  /// What comes before them; empty if nothing does in any thread.
  Elements carry;
  /// i1: nothing comes before them in this thread. Null if something does in every thread.
  Value isFirst;
};

/// Neighbouring elements: what they make together, and the thread's share of them.
struct Group {
  Elements total;
  SmallVector<Run> runs;
};

class Scanner {
public:
  Scanner(ThreadEmitter &emitter, Combiner &combiner, tile::ScanOp op)
      : emitter(emitter), b(emitter.builder()), loc(op.getLoc()), combiner(combiner),
        isReverse(op.getReverse()) {}

  LogicalResult run(tile::ScanOp op);

private:
  void scanRegisters(SmallVector<Group> &row, int64_t count, bool isFirstStep);
  void scanLanes(Group &group, const AxisStep &step);
  LogicalResult scanWarps(MutableArrayRef<SmallVector<Group>> rows, const AxisStep &step);
  Group mergeFirst(ArrayRef<Group> groups);
  Group merge(ArrayRef<Group> groups);
  void prepend(Group &group, const Elements &carry, Value isFirst);
  Value threadsBeforeOthers(uint32_t bits);

  ThreadEmitter &emitter;
  OpBuilder &b;
  Location loc;
  Combiner &combiner;
  bool isReverse;
  /// Elements by register: scanned within their runs.
  SmallVector<Elements> values;
};
} // namespace

/// True in threads that come first among those that differ in `bits`.
Value Scanner::threadsBeforeOthers(uint32_t bits) {
  return isReverse ? emitter.threadsWhere(bits, bits) : emitter.threadsWhere(bits, 0);
}

/// `carry` comes before all of `group`, except where `isFirst`.
void Scanner::prepend(Group &group, const Elements &carry, Value isFirst) {
  for (Run &run : group.runs) {
    if (run.carry.empty()) {
      run.carry = carry;
      run.isFirst = isFirst;
      continue;
    }
    Elements both = combiner.combine(carry, run.carry);
    if (run.isFirst)
      both = combiner.select(run.isFirst, carry, both);
    if (isFirst)
      both = combiner.select(isFirst, run.carry, both);
    run.carry = both;
    run.isFirst = run.isFirst && isFirst
                      ? Value(arith::AndIOp::create(b, loc, run.isFirst, isFirst))
                      : Value();
  }
}

/// Groups of one register each become a run.
Group Scanner::mergeFirst(ArrayRef<Group> groups) {
  Run run;
  for (const Group &group : groups) {
    int32_t reg = group.runs.front().registers.front();
    if (!run.registers.empty())
      values[reg] = combiner.combine(values[run.registers.back()], values[reg]);
    run.registers.push_back(reg);
  }
  return {values[run.registers.back()], {run}};
}

Group Scanner::merge(ArrayRef<Group> groups) {
  Group merged = groups.front();
  for (Group next : groups.drop_front()) {
    prepend(next, merged.total, Value());
    merged.total = combiner.combine(merged.total, next.total);
    merged.runs.append(next.runs);
  }
  return merged;
}

void Scanner::scanRegisters(SmallVector<Group> &row, int64_t count, bool isFirstStep) {
  SmallVector<Group> merged;
  for (size_t i = 0; i < row.size(); i += size_t(count)) {
    ArrayRef<Group> groups = ArrayRef(row).slice(i, size_t(count));
    merged.push_back(isFirstStep ? mergeFirst(groups) : merge(groups));
  }
  row = std::move(merged);
}

/// Doubles the number of lanes that are combined, bit by bit.
void Scanner::scanLanes(Group &group, const AxisStep &step) {
  Elements carry;
  uint32_t done = 0;
  for (unsigned bit : step.bits) {
    Elements other = combiner.exchange(group.total, int32_t(1) << bit);
    Value isLeft = threadsBeforeOthers(uint32_t(1) << bit);
    if (carry.empty()) {
      carry = other;
    } else {
      Elements further = combiner.combine(other, carry);
      further = combiner.select(threadsBeforeOthers(done), other, further);
      carry = combiner.select(isLeft, carry, further);
    }
    group.total = combiner.combine(combiner.select(isLeft, group.total, other),
                                   combiner.select(isLeft, other, group.total));
    done |= uint32_t(1) << bit;
  }
  prepend(group, carry, threadsBeforeOthers(done));
}

LogicalResult Scanner::scanWarps(MutableArrayRef<SmallVector<Group>> rows, const AxisStep &step) {
  SmallVector<SmallVector<Elements>> totals;
  for (SmallVector<Group> &row : rows)
    totals.push_back(llvm::map_to_vector(row, [](Group &group) { return group.total; }));
  FailureOr<Combiner::Parts> parts = combiner.exchangeWarps(step, totals);
  if (failed(parts))
    return failure();
  // Threads of the warp at each place.
  SmallVector<Value> isAt;
  uint32_t allBits = 0;
  for (unsigned bit : step.bits)
    allBits |= uint32_t(1) << (kLaneBits + bit);
  for (int64_t place = 0; place < step.count; ++place) {
    int64_t part = isReverse ? step.count - 1 - place : place;
    uint32_t bits = 0;
    for (auto [index, bit] : llvm::enumerate(step.bits))
      bits |= uint32_t(part >> index & 1) << (kLaneBits + bit);
    isAt.push_back(emitter.threadsWhere(allBits, bits));
  }
  for (auto [row, rowParts] : llvm::zip_equal(rows, *parts))
    for (auto [group, inOrder] : llvm::zip_equal(row, rowParts)) {
      if (isReverse)
        std::reverse(inOrder.begin(), inOrder.end());
      Elements total = inOrder.front(), carry = total;
      for (int64_t place = 1; place < step.count; ++place) {
        if (place > 1)
          carry = combiner.select(isAt[place], total, carry);
        total = combiner.combine(total, inOrder[place]);
      }
      group.total = total;
      prepend(group, carry, isAt.front());
    }
  return success();
}

LogicalResult Scanner::run(tile::ScanOp op) {
  if (failed(combiner.plan(/*ordered=*/true)))
    return failure();
  TileLayout layout = emitter.layoutOf(op.getSources().front().getType());
  values.resize(layout.numRegisters());
  SmallVector<SmallVector<Group>> rows;
  for (std::vector<int32_t> &registers : axisRegisters(layout, op.getAxis())) {
    if (isReverse)
      std::reverse(registers.begin(), registers.end());
    SmallVector<Group> &row = rows.emplace_back();
    for (int32_t reg : registers) {
      values[reg] = combiner.element(reg);
      row.push_back({values[reg], {Run{{reg}, {}, Value()}}});
    }
  }
  for (auto [index, step] : llvm::enumerate(combiner.steps())) {
    if (step.owner == kWarp && failed(scanWarps(rows, step)))
      return failure();
    for (SmallVector<Group> &row : rows) {
      if (step.owner == kRegister)
        scanRegisters(row, step.count, /*isFirstStep=*/index == 0);
      else if (step.owner == kLane)
        for (Group &group : row)
          scanLanes(group, step);
    }
  }
  for (SmallVector<Group> &row : rows)
    for (Run &run : row.front().runs)
      for (int32_t reg : run.registers)
        if (!run.carry.empty()) {
          Elements whole = combiner.combine(run.carry, values[reg]);
          values[reg] = run.isFirst ? combiner.select(run.isFirst, values[reg], whole) : whole;
        }
  if (combiner.failed())
    return failure();

  UniqueRegisters unique(layout);
  for (auto [component, result] : llvm::enumerate(op.getResults())) {
    if (emitter.layoutOf(result.getType()) != layout)
      return op.emitOpError("expects results in the layout of the sources, got ")
             << op.getSources().front().getType() << " and " << result.getType();
    emitter.define(result,
                   unique.expand(llvm::map_to_vector(unique.representative, [&](int32_t reg) {
                     return values[reg][component];
                   })));
  }
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::ScanOp op) {
  return Scanner(emitter, *createCombiner(emitter, op), op).run(op);
}

} // namespace mla
