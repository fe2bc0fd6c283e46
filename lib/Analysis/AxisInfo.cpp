//===- AxisInfo.cpp - contiguity, alignment and constancy of tiles ---------===//
// A sparse forward dataflow analysis whose lattice descends by greatest common divisors, so that it
// ends and holds around loops.

#include "mla/Analysis/AxisInfo.h"

#include "AxisRules.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Analysis/DataFlow/SparseAnalysis.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <numeric>

using namespace mlir;
using namespace mla;

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

int64_t mla::powerOfTwoDivisor(int64_t value) {
  uint64_t bits = uint64_t(value) | uint64_t(AxisInfo::kMaxDivisibility);
  return int64_t(bits & -bits);
}

SmallVector<int64_t> mla::shapeOf(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile && tile.getRank() > 0 ? llvm::to_vector(tile.getShape()) : SmallVector<int64_t>{1};
}

AxisInfo AxisInfo::unknown(Type type) {
  AxisInfo info;
  info.dims.resize(shapeOf(type).size());
  if (Type pointee = tile::pointeeOf(type))
    info.unit = tile::elementBytes(pointee);
  return info;
}

AxisInfo AxisInfo::uniform(Type type, int64_t divisor) {
  AxisInfo info = unknown(type);
  for (auto [dim, extent] : llvm::zip_equal(info.dims, shapeOf(type)))
    dim = {1, powerOfTwoDivisor(divisor), extent};
  return info;
}

AxisInfo AxisInfo::constantOf(Type type, int64_t value) {
  AxisInfo info = uniform(type, value);
  info.constant = value;
  info.nonNegative = value >= 0;
  return info;
}

AxisInfo AxisInfo::join(const AxisInfo &a, const AxisInfo &b) {
  if (a.dims.empty() || b.dims.empty())
    return a.dims.empty() ? b : a;
  AxisInfo info = a;
  for (auto [d, dim] : llvm::enumerate(info.dims)) {
    int64_t run = std::gcd(a.dims[d].contiguity, b.dims[d].contiguity);
    dim = {run, std::gcd(a.divisorAt(d, run), b.divisorAt(d, run)),
           std::gcd(a.dims[d].constancy, b.dims[d].constancy)};
  }
  if (a.constant != b.constant)
    info.constant = std::nullopt;
  info.nonNegative = a.nonNegative && b.nonNegative;
  info.assumed = a.assumed || b.assumed;
  return info;
}

int64_t AxisInfo::divisorAt(unsigned dim, int64_t run) const {
  auto [contiguity, divisibility, constancy] = dims[dim];
  if (run % contiguity == 0)
    return divisibility;
  // Inside a run, multiples of `run` lie multiples of gcd(run, contiguity) after its first element.
  return std::gcd(divisibility, std::gcd(run, contiguity) * unit);
}

int64_t AxisInfo::elementDivisor() const {
  int64_t divisor = 1;
  for (unsigned d = 0; d < dims.size(); ++d)
    divisor = std::max(divisor, divisorAt(d, 1));
  return divisor;
}

int64_t AxisInfo::alignedRun(unsigned dim) const {
  return std::gcd(dims[dim].contiguity, std::max<int64_t>(dims[dim].divisibility / unit, 1));
}

void AxisInfo::print(raw_ostream &os) const {
  auto list = [&](StringRef name, int64_t Dim::*member) {
    os << name << " [";
    llvm::interleaveComma(dims, os, [&](const Dim &dim) { os << dim.*member; });
    os << ']';
  };
  list("contiguity", &Dim::contiguity);
  list(", divisibility", &Dim::divisibility);
  list(", constancy", &Dim::constancy);
  if (constant)
    os << ", constant " << *constant;
  else if (nonNegative)
    os << ", non-negative";
  if (assumed)
    os << ", assumed";
}

//===----------------------------------------------------------------------===//
// Dataflow
//===----------------------------------------------------------------------===//

namespace {
struct AxisInfoLattice : dataflow::Lattice<AxisInfo> {
  using Lattice::Lattice;
};

/// Whether the rule of `op`, whose operands are as `in` says, takes the elements of its dividend
/// for non-negative without proof.
bool assumesSign(Operation *op, ArrayRef<AxisInfo> in) {
  return isa<arith::DivSIOp, arith::RemSIOp>(op) &&
         isa<RankedTensorType>(op->getResult(0).getType()) && !in[0].nonNegative;
}

class AxisInfoDataflow : public dataflow::SparseForwardDataFlowAnalysis<AxisInfoLattice> {
public:
  using SparseForwardDataFlowAnalysis::SparseForwardDataFlowAnalysis;

  void setToEntryState(AxisInfoLattice *lattice) override {
    Value value = lattice->getAnchor();
    AxisInfo info = AxisInfo::unknown(value.getType());
    if (auto arg = dyn_cast<BlockArgument>(value))
      if (auto function = dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp()))
        if (arg.getOwner()->isEntryBlock())
          if (auto divisor = function.getArgAttrOfType<IntegerAttr>(arg.getArgNumber(),
                                                                    tile::kDivisibilityAttr))
            for (AxisInfo::Dim &dim : info.dims)
              dim.divisibility = powerOfTwoDivisor(divisor.getInt());
    propagateIfChanged(lattice, lattice->join(info));
  }

  LogicalResult visitOperation(Operation *op, ArrayRef<const AxisInfoLattice *> operands,
                               ArrayRef<AxisInfoLattice *> results) override {
    SmallVector<AxisInfo> in;
    for (const AxisInfoLattice *operand : operands) {
      if (operand->getValue().dims.empty())
        return success(); // visited again once the operand is reached
      in.push_back(operand->getValue());
    }
    if (results.size() != 1) {
      setAllToEntryStates(results);
      return success();
    }
    Type type = op->getResult(0).getType();
    // Constants are found by the constant propagation that runs in the same solver.
    const auto *folded = getOrCreateFor<dataflow::Lattice<dataflow::ConstantValue>>(
        getProgramPointAfter(op), op->getResult(0));
    if (folded->getValue().isUninitialized())
      return success();
    Attribute value = folded->getValue().getConstantValue();
    if (auto splat = dyn_cast_or_null<SplatElementsAttr>(value))
      value = splat.getSplatValue<Attribute>();
    AxisInfo info;
    if (auto integer = dyn_cast_or_null<IntegerAttr>(value))
      info = AxisInfo::constantOf(type, integer.getValue().getSExtValue());
    else if (isa_and_nonnull<FloatAttr>(value))
      info = AxisInfo::uniform(type, 1);
    else
      info = transferAxisInfo(op, in);
    info.assumed |= assumesSign(op, in) || llvm::any_of(in, std::mem_fn(&AxisInfo::assumed));
    propagateIfChanged(results[0], results[0]->join(info));
    return success();
  }

  void visitNonControlFlowArguments(Operation *op, const RegionSuccessor &successor,
                                    ArrayRef<AxisInfoLattice *> args,
                                    unsigned firstIndex) override {
    auto loop = dyn_cast<scf::ForOp>(op);
    if (!loop || !successor.getSuccessor())
      return SparseForwardDataFlowAnalysis::visitNonControlFlowArguments(op, successor, args,
                                                                         firstIndex);
    ProgramPoint *point = getProgramPointBefore(loop.getBody());
    const AxisInfo &lower = getLatticeElementFor(point, loop.getLowerBound())->getValue();
    const AxisInfo &step = getLatticeElementFor(point, loop.getStep())->getValue();
    if (lower.dims.empty() || step.dims.empty())
      return;
    AxisInfo info = AxisInfo::unknown(loop.getInductionVar().getType());
    info.dims[0].divisibility = std::gcd(lower.dims[0].divisibility, step.dims[0].divisibility);
    info.nonNegative = lower.nonNegative && !loop.getUnsignedCmp();
    propagateIfChanged(args[0], args[0]->join(info));
  }
};
} // namespace

AxisInfoAnalysis::AxisInfoAnalysis(Operation *root) {
  dataflow::loadBaselineAnalyses(solver);
  solver.load<AxisInfoDataflow>();
  // The rules never fail, so neither does the solver.
  [[maybe_unused]] LogicalResult result = solver.initializeAndRun(root);
  assert(succeeded(result));
}

AxisInfo AxisInfoAnalysis::lookup(Value value) const {
  const auto *lattice = solver.lookupState<AxisInfoLattice>(value);
  return lattice && !lattice->getValue().dims.empty() ? lattice->getValue()
                                                      : AxisInfo::unknown(value.getType());
}
