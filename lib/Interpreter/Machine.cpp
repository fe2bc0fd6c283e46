//===- Machine.cpp - one thread of control --------------------------------===//
// See Machine.h.
#include "Machine.h"

#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace mla::interp {

InFlightDiagnostic Machine::error(Operation *op) {
  InFlightDiagnostic diagnostic = op->emitError();
  const auto &[x, y, z] = program.id;
  diagnostic << "program (" << x << ", " << y << ", " << z << "): ";
  return diagnostic;
}

Outcome Machine::fail(Operation *op, const Twine &text) {
  error(op) << text;
  return Outcome::Failed;
}

const Tile &Machine::operator[](Value value) {
  if (auto it = values.find(value); it != values.end())
    return *it->second;
  if (outer)
    return (*outer)[value];
  // Everything else has been computed before: what is left are the kernel's arguments.
  return program.launch.arguments[cast<BlockArgument>(value).getArgNumber()];
}

void Machine::set(Value value, Tile tile) {
  std::unique_ptr<Tile> &place = values[value];
  if (place)
    *place = std::move(tile);
  else
    place = std::make_unique<Tile>(std::move(tile));
}

bool Machine::operandsAreValid(Operation *op) {
  for (Value operand : op->getOperands()) {
    auto it = values.find(operand);
    if (it == values.end() || !it->second->lease || it->second->lease->isValid)
      continue;
    fail(op, "reads a tile after " + it->second->lease->ended);
    return false;
  }
  return true;
}

void Machine::enter(Block &block, Operation *owner) {
  frames.push_back({&block, block.begin(), owner});
}

Outcome Machine::run() {
  while (!frames.empty()) {
    Frame &current = frames.back();
    // Only roles and the kernel's body end without a terminator.
    if (current.next == current.block->end()) {
      leave();
      continue;
    }
    Operation *op = &*current.next;
    Evaluator evaluator = program.registry.find(op->getName().getStringRef());
    if (!evaluator)
      return fail(op, "the interpreter has no meaning for " + op->getName().getStringRef());
    if (++steps > program.launch.maxSteps)
      return fail(op, "no end after " + Twine(program.launch.maxSteps) +
                          " ops: a loop that does not terminate?");
    if (!operandsAreValid(op))
      return Outcome::Failed;
    size_t level = frames.size();
    Outcome outcome = evaluator(*this, op);
    if (outcome == Outcome::Next || outcome == Outcome::Paused)
      ++frames[level - 1].next;
    if (outcome != Outcome::Next && outcome != Outcome::Jumped)
      return outcome;
  }
  return Outcome::Next;
}

std::optional<SmallVector<Tile>> Machine::evaluate(Region &region, ArrayRef<Tile> arguments) {
  Block &block = region.front();
  for (auto [argument, tile] : llvm::zip_equal(block.getArguments(), arguments))
    set(argument, tile);
  Machine inner(program, block, this);
  if (inner.run() != Outcome::Next)
    return std::nullopt;
  return std::move(inner.yielded);
}

Outcome Machine::yieldToEvaluate(Operation *terminator) {
  yielded.clear();
  for (Value operand : terminator->getOperands())
    yielded.push_back((*this)[operand]);
  leave();
  return Outcome::Jumped;
}

std::string Machine::iterations() const {
  std::string text;
  for (const Frame &frame : frames) {
    if (!isa_and_nonnull<scf::ForOp, scf::WhileOp>(frame.owner))
      continue;
    auto label = frame.owner->getAttrOfType<StringAttr>(tile::kLoopLabelAttr);
    text += (text.empty() ? "in iteration " : ", ") + std::to_string(frame.iteration) + " of " +
            (label ? "\"" + label.getValue().str() + "\"" : std::string("a loop"));
  }
  return text;
}

} // namespace mla::interp
