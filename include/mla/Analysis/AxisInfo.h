//===- AxisInfo.h - contiguity, alignment and constancy of tiles -----------===//
// What is known about the integers and pointers of a tile along each dimension; vector widths of
// memory accesses follow from it. The transfer rule of each op is tabled in AxisInfo.cpp.
#pragma once

#include "mlir/Analysis/DataFlowFramework.h"
#include "mlir/IR/Types.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mla {

/// Facts about one value. A scalar has one dimension of extent 1.
///
/// A *run* of length r along dimension d is a group of r elements whose coordinates differ only in
/// d and start at a multiple of r there. Every fact about runs of length r also holds for runs
/// whose length divides r.
///
/// Integers wrap. A run of `contiguity` elements is consecutive modulo 2^w, w being the narrowest
/// width the value was computed in; a run of `alignedRun` elements starts at a multiple of its own
/// (power-of-two) length, so that no wraparound can fall inside it: there the elements are
/// consecutive as signed, as unsigned and as extended integers. Decisions that need real
/// consecutive values use `alignedRun`.
///
/// One thing is assumed, not proven: a tile of indices that `//` or `%` is applied to as signed
/// integers holds no negative numbers. Truncation would split runs of them, and the sign of an
/// index such as `(pid // group * BLOCK + range) % n` cannot be known. Triton assumes the same;
/// the interpreter reports an access whose addresses are not as promised. `assumed` marks what
/// rests on this: it may make accesses wider, but must not change what is computed.
struct AxisInfo {
  /// Facts along one dimension.
  struct Dim {
    /// Elements of a run are consecutive: x, x + 1, … (pointers: consecutive elements in memory).
    int64_t contiguity = 1;
    /// Power of two that divides the first element of every run of `contiguity` elements (pointers:
    /// bytes).
    int64_t divisibility = 1;
    /// Elements of a run are equal.
    int64_t constancy = 1;
    bool operator==(const Dim &) const = default;
  };

  /// Largest divisibility that is tracked; zero is divisible by everything.
  static constexpr int64_t kMaxDivisibility = int64_t(1) << 30;

  /// Empty until something is known about the value at all (the bottom of the lattice).
  llvm::SmallVector<Dim, 2> dims;
  /// Distance of consecutive elements: 1, or the bytes of the pointee.
  int64_t unit = 1;
  /// Value of all elements, sign-extended.
  std::optional<int64_t> constant;
  /// All elements are at least 0 as signed integers.
  bool nonNegative = false;
  /// The facts hold only if what is assumed does.
  bool assumed = false;

  /// Nothing is known about a value of `type`.
  static AxisInfo unknown(mlir::Type type);
  /// All elements of a value of `type` are one unknown multiple of `divisor`.
  static AxisInfo uniform(mlir::Type type, int64_t divisor);
  /// All elements of a value of `type` are `value`.
  static AxisInfo constantOf(mlir::Type type, int64_t value);
  /// What holds for a value that is either.
  static AxisInfo join(const AxisInfo &a, const AxisInfo &b);

  /// Power of two that divides (pointers: bytes) the elements at multiples of `run` along `dim`.
  int64_t divisorAt(unsigned dim, int64_t run) const;
  /// Power of two that divides every element.
  int64_t elementDivisor() const;
  /// Longest power-of-two run along `dim` that is consecutive and starts at a multiple of its
  /// length.
  int64_t alignedRun(unsigned dim) const;

  bool operator==(const AxisInfo &) const = default;
  void print(llvm::raw_ostream &os) const;
};

/// Largest power of two that divides `value`, at most kMaxDivisibility (also for 0).
int64_t powerOfTwoDivisor(int64_t value);

/// The facts of all values under an op, for `getAnalysis<AxisInfoAnalysis>()`. Loops and branches
/// are joined to a fixed point. Function arguments are as divisible as their `tile.divisibility`
/// says.
class AxisInfoAnalysis {
public:
  explicit AxisInfoAnalysis(mlir::Operation *root);
  /// Facts about `value`; nothing is known about values in code that is never reached.
  AxisInfo lookup(mlir::Value value) const;

private:
  mlir::DataFlowSolver solver;
};

} // namespace mla
