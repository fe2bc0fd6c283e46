//===- ThreadEmitter.h - what one thread does, op by op -------------------===//
// Walks a kernel at the hardware level and emits scalar ops. A tile becomes the registers that its
// layout gives a thread, a scalar one value, a buffer or a ring of mbarriers its byte offset from
// the start of shared memory.
#pragma once

#include "mla/Analysis/AxisInfo.h"
#include "mla/Arch/Arch.h"
#include "mla/Dialect/Sm/Sm.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

#include <map>

namespace mla {

using mlir::ArrayRef;
using mlir::Location;
using mlir::LogicalResult;
using mlir::Operation;
using mlir::Type;
using mlir::Value;

/// Bits of a thread index that count the threads of a warp.
inline constexpr unsigned kLaneBits = 5;

/// Address spaces of NVPTX.
inline constexpr unsigned kGlobalSpace = 1;
inline constexpr unsigned kSharedSpace = 3;

/// Dynamic shared memory of a kernel: one symbol per module.
inline constexpr llvm::StringLiteral kSharedSymbol = "mla_shared";
/// Swizzles repeat every 1024 bytes.
inline constexpr uint64_t kSharedAlignment = 1024;

/// Type of a register that holds elements of type `element`; null if there is none. 8-bit floats
/// are bytes.
Type registerType(Type element);
/// The element types that registers have, for messages.
inline constexpr llvm::StringLiteral kRegisterTypes =
    "expected integers without sign, f16, bf16, f32, f64, f8E4M3FN, f8E5M2 or pointers to them";

class ThreadEmitter {
public:
  /// Emits into `kernel`, which has an entry block whose arguments stand for those of the source.
  /// `axes` knows the source's values.
  ThreadEmitter(mlir::LLVM::LLVMFuncOp kernel, int32_t numWarps, const AxisInfoAnalysis &axes);

  /// Emits the body of `source`. Reports ops and types that have no lowering.
  LogicalResult emitBody(mlir::func::FuncOp source);

  mlir::OpBuilder &builder() { return b; }
  /// Warps that run the present code: the kernel's, or those of the role inside sm.warps.
  int32_t numWarps() const { return role->numWarps; }
  /// The first of them.
  int32_t firstWarp() const { return role->firstWarp; }
  /// Whether the code refers to shared memory.
  bool usesShared() const { return sharedUsed; }

  /// Emits the ops of `function`, a block of scalar ops, with `arguments` as its arguments. The
  /// operands of its terminator.
  mlir::FailureOr<llvm::SmallVector<Value>> emitFunction(mlir::Block &function,
                                                         ArrayRef<Value> arguments);

  /// The registers that stand for `value`.
  ArrayRef<Value> registers(Value value) const;
  /// The only register of a scalar, a buffer or a ring of mbarriers.
  Value scalar(Value value) const { return registers(value).front(); }
  void define(Value value, ArrayRef<Value> registers);

  /// Where a tile's elements are known to be equal in aligned runs: for each register the first of
  /// the thread's registers that holds an element of the same run. Empty if nothing is known.
  llvm::SmallVector<int64_t> equalRuns(Value value) const;

  /// Layout of a tile; a scalar is a tile of rank 0 that every thread holds.
  TileLayout layoutOf(Type type) const;

  /// Constants stand at the kernel's entry, one per value and type.
  Value constant(mlir::TypedAttr value);
  Value constant(Type type, int64_t value);
  Value i32(int64_t value) { return constant(b.getI32Type(), value); }

  /// Index of the thread in the CTA, inside sm.warps in the role.
  Value threadIndex();
  /// XOR of `images[i]` over the bits i that are set in the thread index. Computed once at the
  /// kernel's or role's entry.
  Value threadPart(ArrayRef<int64_t> images);
  /// True (i1) in threads whose index has none of `bits` set. Computed once; null if that is every
  /// thread.
  Value threadsWithout(uint32_t bits);
  /// True (i1) in threads whose index, of its `bits`, has those of `set` set. Computed once.
  Value threadsWhere(uint32_t bits, uint32_t set);
  /// Index of the warp in the CTA, inside sm.warps in the role; the compiler sees that a warp's
  /// threads agree on it.
  Value warpIndex();
  /// True (i1) in one thread of each warp, and in one thread of all.
  Value electedInWarp();
  Value elected();
  /// Waits for the threads that run the present code.
  void barrier(Location loc);
  /// Pointer to byte `offset` (i32) of shared memory.
  Value sharedPointer(Location loc, Value offset);

private:
  /// Warps that run one piece of code, and what was computed for them where it begins.
  struct Role {
    int32_t firstWarp, numWarps;
    /// Number of their hardware barrier.
    int32_t barrier;
    mlir::Block *entry;
    /// Last op of the code at the entry; null while there is none.
    Operation *lastEntryOp;
    std::map<std::vector<int64_t>, Value> threadParts;
    llvm::DenseMap<std::pair<uint32_t, uint32_t>, Value> threadConditions;
    Value warp, electedInWarp, elected;

    Role(int32_t firstWarp, int32_t numWarps, int32_t barrier, mlir::Block *entry,
         Operation *lastEntryOp)
        : firstWarp(firstWarp), numWarps(numWarps), barrier(barrier), entry(entry),
          lastEntryOp(lastEntryOp) {}
  };

  LogicalResult emitBlock(mlir::Block &block);
  LogicalResult emitOp(Operation *op);
  /// An op with regions, or the end of one: the same op on registers.
  LogicalResult emitStructured(Operation *op);
  /// Warp ranges without ops between them: each branches round the next.
  LogicalResult emitWarps(ArrayRef<sm::WarpsOp> ranges);
  LogicalResult emitRole(sm::WarpsOp range);
  /// Every result type has a register type, every tile a layout of this kernel's warps.
  LogicalResult checkTypes(Operation *op, mlir::TypeRange types);
  /// Runs `emit` with the builder at the end of the code at the entry of `where`.
  Value atEntry(Role &where, llvm::function_ref<Value()> emit);

  mlir::LLVM::LLVMFuncOp kernel;
  const AxisInfoAnalysis &axes;
  mlir::OpBuilder b;
  /// All warps; and those that run the present code.
  Role everyone;
  Role *role = &everyone;
  int32_t numRoles = 0;
  bool sharedUsed = false;
  llvm::BumpPtrAllocator allocator;
  llvm::DenseMap<Value, ArrayRef<Value>> valueRegisters;
  llvm::DenseMap<mlir::Attribute, Value> constants;
};

} // namespace mla
