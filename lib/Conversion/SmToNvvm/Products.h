//===- Products.h - one 16x8 product of fragments, by type ----------------===//
#pragma once

#include "ThreadEmitter.h"

#include <memory>

namespace mla {

/// Lanes that hold one row of A, or one column of B.
inline constexpr int32_t kLanesAlongK = 4;

/// A fragment of A or B in the form that the products take it.
struct Factor {
  llvm::SmallVector<Value, 4> words;
  /// What the words leave out, for products in several parts.
  llvm::SmallVector<Value, 4> rest;
};

/// Multiplies fragments of the types of one sm.mma.
class Products {
public:
  /// `presentK` of an atom's elements along K exist.
  static std::unique_ptr<Products> create(ThreadEmitter &emitter, sm::MmaOp op, int64_t presentK);
  virtual ~Products() = default;

  /// Whether steps along K may be added up in any order.
  virtual bool reassociates() const { return false; }

  virtual Factor prepare(MmaOperand which, ArrayRef<Value> words) = 0;
  /// Adds to the four accumulators of an atom, which begin at register `firstRegister`.
  virtual void multiply(const Factor &a, const Factor &b, mlir::MutableArrayRef<Value> acc,
                        int64_t firstRegister) = 0;
  /// After the last product.
  virtual void finish(mlir::MutableArrayRef<Value> acc) {}
};

} // namespace mla
