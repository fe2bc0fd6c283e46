//===- VerifyRolesPhases.cpp - slots and parities follow the count --------===//
// A role counts every tile, whether it puts or gets it. Tile n of a channel of depth D lies in slot
// n mod D and in round n / D, whose parity is that of the round. Both depend on n mod 2D only. For
// one role and one channel at a time, every integer is therefore evaluated once for each value of n
// mod 2D with which its block can be entered: a table of 2D constants. Loops are repeated until
// their tables no longer change, so that the result holds for every trip count; behind a loop n may
// be any that the loop can leave. A wrong slot of the first runs is one of all runs, so that the
// first finding can be reported at once.
#include "VerifyRoles.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mla;

namespace {
/// A constant, or nothing if the value is not known or not always the same.
using Cell = std::optional<APInt>;
/// A cell for each n mod 2D when the block was entered.
using Table = SmallVector<Cell>;

/// Where the role stands: in a block (or behind a loop in one) that was entered with some counts.
struct Point {
  unsigned epoch = 0;        ///< numbers the tables that are valid here
  SmallVector<bool> reached; ///< n mod 2D with which the epoch can start
  int64_t passed = 0;        ///< puts and gets since then
  SmallVector<int64_t> held; ///< which of them got tiles that are not released; none at the start
};

class PhaseChecker {
public:
  PhaseChecker(const RoleChannel &channel, ws::RoleOp role)
      : channel(channel), role(role), depth(channel.depth()), period(2 * channel.depth()) {}
  LogicalResult run();

private:
  LogicalResult visit(Block &block, Point &point);
  LogicalResult visit(scf::ForOp loop, Point &point);
  LogicalResult visit(scf::IfOp branch, Point &point);
  LogicalResult check(Operation *op, Point &point);
  LogicalResult check(Operation *op, const Point &point, Value value, StringRef what,
                      llvm::function_ref<int64_t(int64_t)> expected);
  void evaluate(Operation *op, const Point &point);
  Cell evaluate(Operation *op, ArrayRef<Cell> operands);
  Cell lookup(Value value, const Point &point, int64_t residue);
  bool join(const Point &end, ValueRange values, Point &into, MutableArrayRef<Table> tables);
  Point newEpoch() { return {++numEpochs, SmallVector<bool>(period, false), 0, {}}; }
  SmallVector<Value> knownAt(const Point &point) const;
  void define(ValueRange values, const Point &point, ArrayRef<Table> tables) {
    for (auto [value, table] : llvm::zip_equal(values, tables))
      known[value] = {point.epoch, table};
  }

  const RoleChannel &channel;
  ws::RoleOp role;
  int64_t depth, period;
  unsigned numEpochs = 0;
  llvm::MapVector<Value, std::pair<unsigned, Table>> known; ///< with the epoch
};
} // namespace

/// What `value` is if the epoch started with `residue`. Of values of other epochs only constants
/// are known.
Cell PhaseChecker::lookup(Value value, const Point &point, int64_t residue) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant;
  auto found = known.find(value);
  if (found == known.end())
    return std::nullopt;
  auto &[epoch, table] = found->second;
  return epoch == point.epoch ? table[residue] : std::nullopt;
}

Cell PhaseChecker::evaluate(Operation *op, ArrayRef<Cell> operands) {
  if (isa<arith::SelectOp>(op)) {
    if (operands[0])
      return operands[0]->isZero() ? operands[2] : operands[1];
    return operands[1] && operands[2] && *operands[1] == *operands[2] ? operands[1] : std::nullopt;
  }
  if (llvm::any_of(operands, [](const Cell &cell) { return !cell; }))
    return std::nullopt;
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return APInt(1, arith::applyCmpPredicate(compare.getPredicate(), *operands[0], *operands[1]));
  if (isa<arith::AddIOp>(op))
    return *operands[0] + *operands[1];
  if (isa<arith::SubIOp>(op))
    return *operands[0] - *operands[1];
  if (isa<arith::XOrIOp>(op))
    return *operands[0] ^ *operands[1];
  if (isa<arith::AndIOp>(op))
    return *operands[0] & *operands[1];
  if (isa<arith::RemUIOp>(op) && !operands[1]->isZero())
    return operands[0]->urem(*operands[1]);
  if (isa<arith::DivUIOp>(op) && !operands[1]->isZero())
    return operands[0]->udiv(*operands[1]);
  return std::nullopt;
}

void PhaseChecker::evaluate(Operation *op, const Point &point) {
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isSignlessInteger())
    return;
  Table table(period);
  for (int64_t residue = 0; residue < period; ++residue) {
    if (!point.reached[residue])
      continue;
    SmallVector<Cell> operands;
    for (Value operand : op->getOperands())
      operands.push_back(lookup(operand, point, residue));
    table[residue] = evaluate(op, operands);
  }
  define(op->getResult(0), point, table);
}

LogicalResult PhaseChecker::check(Operation *op, const Point &point, Value value, StringRef what,
                                  llvm::function_ref<int64_t(int64_t)> expected) {
  int64_t passed = isa<ws::ReleaseOp>(op) ? point.held.front() : point.passed;
  for (int64_t residue = 0; residue < period; ++residue) {
    if (!point.reached[residue])
      continue;
    int64_t number = (residue + passed) % period;
    Cell found = lookup(value, point, residue);
    if (found && found->getZExtValue() == uint64_t(expected(number)))
      continue;
    InFlightDiagnostic error = op->emitOpError("of channel \"")
                               << channel.label() << "\" in role \"" << role.getRole()
                               << "\": expected " << what << ' ' << expected(number) << " for tile "
                               << number << " (counted modulo " << period << "), found ";
    if (found)
      error << found->getZExtValue();
    else
      error << "one that does not follow from the number of tiles";
    return failure();
  }
  return success();
}

LogicalResult PhaseChecker::check(Operation *op, Point &point) {
  if (failed(check(op, point, slotOf(op), "slot", [&](int64_t n) { return n % depth; })))
    return failure();
  if (Value parity = parityOf(op))
    if (failed(check(op, point, parity, "parity", [&](int64_t n) { return n / depth % 2; })))
      return failure();
  if (isa<ws::ReleaseOp>(op)) {
    point.held.erase(point.held.begin());
    return success();
  }
  if (isa<ws::GetOp>(op))
    point.held.push_back(point.passed);
  ++point.passed;
  return success();
}

LogicalResult PhaseChecker::visit(Block &block, Point &point) {
  for (Operation &op : block) {
    LogicalResult result = success();
    if (channelOf(&op) == channel.value())
      result = check(&op, point);
    else if (op.getNumRegions() == 0)
      evaluate(&op, point);
    else if (!usesChannel(&op, channel.value()))
      continue; // the count stays, the results are unknown
    else if (auto loop = dyn_cast<scf::ForOp>(op))
      result = visit(loop, point);
    else
      result = visit(cast<scf::IfOp>(op), point);
    if (failed(result))
      return failure();
  }
  return success();
}

/// Adds the ways to come from `end` into an epoch whose carried values are `tables`. True if there
/// was something to add.
bool PhaseChecker::join(const Point &end, ValueRange values, Point &into,
                        MutableArrayRef<Table> tables) {
  bool changed = false;
  for (int64_t residue = 0; residue < period; ++residue) {
    if (!end.reached[residue])
      continue;
    int64_t target = (residue + end.passed) % period;
    bool isNew = !into.reached[target];
    into.reached[target] = true;
    changed |= isNew;
    for (auto [value, table] : llvm::zip_equal(values, tables)) {
      Cell cell = lookup(value, end, residue);
      if (isNew) {
        table[target] = cell;
      } else if (table[target] && (!cell || *cell != *table[target])) {
        table[target] = std::nullopt;
        changed = true;
      }
    }
  }
  return changed;
}

/// Values known at `point`. A loop or branch carries them along unchanged.
SmallVector<Value> PhaseChecker::knownAt(const Point &point) const {
  SmallVector<Value> values;
  for (const auto &[value, cells] : known)
    if (cells.first == point.epoch)
      values.push_back(value);
  return values;
}

LogicalResult PhaseChecker::visit(scf::ForOp loop, Point &point) {
  SmallVector<Value> unchanged = knownAt(point);
  auto withUnchanged = [&](ValueRange values) {
    SmallVector<Value> all(values);
    llvm::append_range(all, unchanged);
    return all;
  };
  SmallVector<Value> args = withUnchanged(loop.getRegionIterArgs());
  SmallVector<Value> yields = withUnchanged(loop.getYieldedValues());
  SmallVector<Table> tables(args.size(), Table(period));
  Point head = newEpoch();
  join(point, withUnchanged(loop.getInitArgs()), head, tables);
  for (bool changed = true; changed;) {
    Point inside = head;
    inside.epoch = ++numEpochs;
    define(args, inside, tables);
    if (failed(visit(*loop.getBody(), inside)))
      return failure();
    changed = join(inside, yields, head, tables);
  }
  point = head;
  define(withUnchanged(loop.getResults()), point, tables);
  return success();
}

LogicalResult PhaseChecker::visit(scf::IfOp branch, Point &point) {
  SmallVector<Value> unchanged = knownAt(point);
  SmallVector<Table> before;
  for (Value value : unchanged)
    before.push_back(known.lookup(value).second);
  SmallVector<Value> results(branch.getResults());
  llvm::append_range(results, unchanged);
  SmallVector<Table> tables(results.size(), Table(period));
  Point behind = newEpoch();
  for (Region &region : branch->getRegions()) {
    Point inside = point;
    define(unchanged, inside, before);
    SmallVector<Value> yields;
    if (!region.empty()) {
      if (failed(visit(region.front(), inside)))
        return failure();
      llvm::append_range(yields, region.front().getTerminator()->getOperands());
    }
    llvm::append_range(yields, unchanged);
    join(inside, yields, behind, tables);
  }
  point = behind;
  define(results, point, tables);
  return success();
}

LogicalResult PhaseChecker::run() {
  SmallVector<Operation *> with, without;
  SmallVector<Operation *> users(channel.value().getUsers());
  for (Operation *op : llvm::reverse(users)) { // they come last first
    bool complete = slotOf(op) && (parityOf(op) || isa<ws::PutOp, ws::ReleaseOp>(op));
    (complete ? with : without).push_back(op);
  }
  if (with.empty())
    return success(); // before ws-assign-phases
  if (!without.empty()) {
    InFlightDiagnostic error = without[0]->emitOpError("of channel \"")
                               << channel.label()
                               << "\": expected the slot and the parity that other ops name";
    error.attachNote(with[0]->getLoc()) << "another op";
    return failure();
  }
  Point start = newEpoch();
  start.reached[0] = true;
  return visit(role.getBody().front(), start);
}

LogicalResult mla::verifyPhases(const RoleChannel &channel, ws::RoleOp role) {
  return PhaseChecker(channel, role).run();
}
