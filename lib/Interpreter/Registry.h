//===- Registry.h - which function executes which op ----------------------===//
// One evaluator per op, one file per family of ops. The execution of an op that has none is an
// error of its own.
#pragma once

#include "Machine.h"
#include "llvm/ADT/StringMap.h"

namespace mla::interp {

/// Executes `op`: reads its operands from the machine and sets its results.
using Evaluator = Outcome (*)(Machine &machine, mlir::Operation *op);

class Registry {
public:
  /// All families.
  static const Registry &get();

  template <typename Op>
  void add(Evaluator evaluator) {
    evaluators[Op::getOperationName()] = evaluator;
  }
  Evaluator find(llvm::StringRef name) const { return evaluators.lookup(name); }

private:
  llvm::StringMap<Evaluator> evaluators;
};

void addIntegers(Registry &registry);
void addFloats(Registry &registry);
void addMath(Registry &registry);
void addConversions(Registry &registry);
void addControlFlow(Registry &registry);
void addPrograms(Registry &registry);
void addShapes(Registry &registry);
void addSelections(Registry &registry);
void addMemoryAccesses(Registry &registry);
void addViews(Registry &registry);
void addAtomics(Registry &registry);
void addProducts(Registry &registry);
void addReductions(Registry &registry);
void addCombinations(Registry &registry);
void addAttention(Registry &registry);
void addGather(Registry &registry);
void addRecords(Registry &registry);
void addIndexer(Registry &registry);
void addChannels(Registry &registry);

} // namespace mla::interp
