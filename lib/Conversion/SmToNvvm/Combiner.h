//===- Combiner.h - how two groups of elements become one -----------------===//
// What reductions and scans share: the operation on scalars, shuffles, the exchange of warps.
#pragma once

#include "ThreadEmitter.h"

#include "mla/Layout/AxisSteps.h"

namespace mla {

/// One value for each operand of a reduction or scan.
using Elements = llvm::SmallVector<Value, 2>;

class Combiner {
public:
  /// `source` are the tiles that `op`, a reduction or scan, combines along `axis`.
  Combiner(ThreadEmitter &emitter, Operation *op, mlir::ValueRange sources, unsigned axis);
  virtual ~Combiner() = default;

  /// Reports layouts along which `op` cannot combine.
  LogicalResult plan(bool ordered);
  const std::vector<AxisStep> &steps() const { return allSteps; }

  /// The element of register `reg` of the sources.
  Elements element(int32_t reg);
  /// Elements as results.
  virtual Value narrow(Value value, size_t component) { return value; }
  /// Whether the operands of `combine` may change places.
  virtual bool isCommutative() const = 0;
  virtual Elements combine(const Elements &left, const Elements &right) = 0;
  /// Combines neighbours until one is left.
  Elements combineAll(llvm::SmallVector<Elements> groups);
  /// Combines what one thread holds: chains of at most kChain one after another, then those. Short
  /// chains round less and do not wait long; a chain holds one value at a time, and a product joins
  /// a sum without one.
  Elements combineRegisters(ArrayRef<Elements> groups);

  /// The value of the lane whose index differs in `laneBits`.
  Elements exchange(const Elements &value, int32_t laneBits);
  /// `whenTrue` where `condition`, else `whenFalse`.
  Elements select(Value condition, const Elements &whenTrue, const Elements &whenFalse);

  /// Gives each thread the groups of all warps that `step` combines, in order. groups[s] are those
  /// of slice register s, replaced by parts[s][group].
  using Parts = llvm::SmallVector<llvm::SmallVector<llvm::SmallVector<Elements>>>;
  mlir::FailureOr<Parts> exchangeWarps(const AxisStep &step,
                                       ArrayRef<llvm::SmallVector<Elements>> groups);

  /// Whether an error was reported while combining.
  bool failed() const { return hasFailed; }

protected:
  /// The type that groups have, and an element of a source in it.
  virtual Type groupType(Type element) const { return element; }
  virtual Value widen(Value value, size_t component) { return value; }

  ThreadEmitter &emitter;
  mlir::OpBuilder &b;
  Operation *op;
  Location loc;
  bool hasFailed = false;
  /// Whether a product and the sum it goes to may be rounded once. Not across threads: they must
  /// all compute the same bits, and would fuse their own products only.
  bool mayContract = false;

private:
  static constexpr size_t kChain = 8;

  Value exchange(Value value, int32_t laneBits);
  Value shuffle(Value word, int32_t laneBits);
  Type registerGroupType(Value source) const;

  llvm::SmallVector<Value> sources;
  unsigned axis;
  TileLayout layout;
  std::vector<AxisStep> allSteps;
};

/// Combines by a kind of tile.reduce.
std::unique_ptr<Combiner> createCombiner(ThreadEmitter &emitter, tile::ReduceOp op);
/// Combines by a region.
std::unique_ptr<Combiner> createCombiner(ThreadEmitter &emitter, tile::GenericReduceOp op);
std::unique_ptr<Combiner> createCombiner(ThreadEmitter &emitter, tile::ScanOp op);

} // namespace mla
