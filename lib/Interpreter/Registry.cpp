//===- Registry.cpp - which function executes which op --------------------===//
// See Registry.h.
#include "Registry.h"

namespace mla::interp {

const Registry &Registry::get() {
  static const Registry registry = [] {
    Registry all;
    for (auto add :
         {addIntegers, addFloats, addMath, addConversions, addControlFlow, addPrograms, addShapes,
          addSelections, addMemoryAccesses, addViews, addAtomics, addProducts, addReductions,
          addCombinations, addAttention, addGather, addRecords, addIndexer, addChannels})
      add(all);
    return all;
  }();
  return registry;
}

bool isSupported(llvm::StringRef opName) { return Registry::get().find(opName) != nullptr; }

} // namespace mla::interp
