//===- VerifyRolesValues.cpp - roles compute the same ---------------------===//
// Two roles that compute a value alike from the same arguments, and from memory that the kernel
// does not write, have the same value.
#include "VerifyRoles.h"

#include "mla/Analysis/Aliasing.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mla;

bool ValueMatcher::matchLoops(scf::ForOp a, scf::ForOp b) {
  if (a == b || regions.isEquivalent(a, b) || !loops.insert({a, b}).second)
    return true;
  return a.getUnsignedCmp() == b.getUnsignedCmp() && match(a.getLowerBound(), b.getLowerBound()) &&
         match(a.getUpperBound(), b.getUpperBound()) && match(a.getStep(), b.getStep());
}

bool ValueMatcher::matchCarried(scf::ForOp a, unsigned indexA, scf::ForOp b, unsigned indexB) {
  return matchLoops(a, b) && match(a.getInitArgs()[indexA], b.getInitArgs()[indexB]) &&
         match(a.getYieldedValues()[indexA], b.getYieldedValues()[indexB]);
}

/// True if reading again, in another role, gives the same.
static bool isRepeatable(Operation *op) {
  return !op->walk([](Operation *nested) {
              bool repeatable = nested->hasTrait<OpTrait::HasRecursiveMemoryEffects>() ||
                                isMemoryEffectFree(nested) || readsConstantMemory(nested);
              return repeatable ? WalkResult::advance() : WalkResult::interrupt();
            }).wasInterrupted();
}

bool ValueMatcher::matchResults(OpResult a, OpResult b) {
  Operation *opA = a.getOwner(), *opB = b.getOwner();
  auto loopA = dyn_cast<scf::ForOp>(opA), loopB = dyn_cast<scf::ForOp>(opB);
  if (loopA && loopB)
    return matchCarried(loopA, a.getResultNumber(), loopB, b.getResultNumber());
  if (opA->getName() != opB->getName() || isa<ub::PoisonOp>(opA) ||
      a.getResultNumber() != b.getResultNumber() ||
      opA->getAttrDictionary() != opB->getAttrDictionary() ||
      opA->getResultTypes() != opB->getResultTypes() ||
      opA->getNumOperands() != opB->getNumOperands() ||
      opA->getNumRegions() != opB->getNumRegions() || !isRepeatable(opA) || !isRepeatable(opB))
    return differ(opA, opB);
  for (auto [operandA, operandB] : llvm::zip_equal(opA->getOperands(), opB->getOperands()))
    if (!match(operandA, operandB))
      return false;
  for (auto [regionA, regionB] : llvm::zip_equal(opA->getRegions(), opB->getRegions())) {
    bool alike = OperationEquivalence::isRegionEquivalentTo(
        &regionA, &regionB,
        [&](Value valueA, Value valueB) { return success(match(valueA, valueB)); },
        [&](Value valueA, Value valueB) { assumed.insert({valueA, valueB}); },
        OperationEquivalence::IgnoreLocations);
    if (!alike)
      return differ(opA, opB);
  }
  return true;
}

bool ValueMatcher::match(Value a, Value b) {
  if (a == b || !assumed.insert({a, b}).second)
    return true;
  auto argA = dyn_cast<BlockArgument>(a), argB = dyn_cast<BlockArgument>(b);
  if (!argA && !argB)
    return matchResults(cast<OpResult>(a), cast<OpResult>(b));
  Operation *ownerA = argA ? argA.getOwner()->getParentOp() : a.getDefiningOp();
  Operation *ownerB = argB ? argB.getOwner()->getParentOp() : b.getDefiningOp();
  auto loopA = dyn_cast<scf::ForOp>(ownerA), loopB = dyn_cast<scf::ForOp>(ownerB);
  if (!argA || !argB || !loopA || !loopB)
    return differ(ownerA, ownerB);
  unsigned indexA = argA.getArgNumber(), indexB = argB.getArgNumber();
  if (indexA == 0 && indexB == 0)
    return matchLoops(loopA, loopB);
  if (indexA == 0 || indexB == 0)
    return differ(loopA, loopB);
  return matchCarried(loopA, indexA - 1, loopB, indexB - 1);
}
