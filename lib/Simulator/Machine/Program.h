//===- Program.h - a module, decoded --------------------------------------===//
// Each instruction is a function pointer and flat offsets into the register file of a warp.
// Constants and special registers are registers too, so that an operand is always an offset.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Products.h"
#include "mla/Simulator/Lanes.h"
#include "mla/Simulator/Ptx/Module.h"

#include <memory>
#include <vector>

namespace mla::sim {

class Warp;
struct Operation;

/// What happened to the lanes that executed an operation.
enum class Outcome : uint8_t {
  Next,   ///< they go on behind it
  Branch, ///< they are elsewhere: Warp::branch() and so on moved them
  Wait,   ///< they stay before it: Warp::wait() says for what
  Fault   ///< the grid ends
};

/// Executes an operation for the lanes of a mask that is not empty.
using Handler = Outcome (*)(Warp &warp, const Operation &operation, LaneMask mask);

inline constexpr uint32_t kNoRegister = ~0u;

/// One decoded instruction. Results and sources are byte offsets into a warp's registers.
struct Operation {
  Handler handler = nullptr;
  const void *details = nullptr; ///< whatever the family of the instruction needs
  uint32_t results[2] = {kNoRegister, kNoRegister};
  uint32_t sources[4] = {kNoRegister, kNoRegister, kNoRegister, kNoRegister};
  uint32_t guard = kNoRegister;
  LaneMask guardFlip = 0; ///< all lanes of a negated guard
  bool startsBlock = false;
  bool isProduct = false; ///< wgmma.mma_async
  uint32_t rank = 0;      ///< of its block; groups of lanes with lower ranks go first
};

/// Registers whose value a warp knows when it starts.
enum class Known : uint8_t {
  Tid,
  Ntid,
  Ctaid,
  Nctaid,
  LaneId,
  WarpId,
  NwarpId,
  SmId,
  NsmId,
  GridId,
  LaneMaskEq,
  LaneMaskLe,
  LaneMaskLt,
  LaneMaskGe,
  LaneMaskGt,
  ClusterId,
  NclusterId,
  ClusterCtaid,
  ClusterNctaid,
  ClusterCtarank,
  ClusterNctarank,
  IsExplicitCluster,
  DynamicSharedBytes,
  TotalSharedBytes,
  SharedAddress,    ///< plus addend
  DynamicAddress,   ///< of extern .shared, plus addend
  ParameterAddress, ///< of the kernel's parameters, plus addend
  WorkspaceLow,     ///< halves of the address of the grid's workspace
  WorkspaceHigh
};

struct KnownRegister {
  Known known;
  uint8_t axis = 0;       ///< x, y, z
  uint8_t bytes = 4;      ///< 0: a predicate
  bool isGeneric = false; ///< of addresses: in the generic window
  uint32_t offset = 0;
  int64_t addend = 0;
};

/// A piece of what each lane has of its own.
struct Slot {
  unsigned offset = 0, bytes = 0;
};

/// A function as calls see it.
struct Callable {
  std::string name;
  uint32_t entry = kNoRegister;          ///< none of a function without body
  std::vector<Slot> parameters, results; ///< in local memory

  // What a call keeps while the function runs once more below itself.
  std::vector<Slot> registers; ///< places among a warp's; no bytes: a predicate
  Slot locals;                 ///< parameters and whatever else lies at fixed places

  /// Local variables of a function that may call itself lie on the lane's stack: registers that
  /// hold their addresses, and where they are in the function's frame.
  struct Place {
    uint32_t address;
    unsigned offset;
    bool isGeneric;
  };
  std::vector<Place> onStack;
  unsigned frameBytes = 0;
};

/// Addresses of functions: the number of Program::functions in steps of this.
inline constexpr uint64_t kCodeWindow = uint64_t(1) << 45;
inline constexpr uint64_t kCodeStep = 16;

/// As CUDA sets it when a program starts.
inline constexpr uint64_t kHeapBytes = 8 << 20;

/// A kernel of the program.
struct Kernel {
  const ptx::Function *function = nullptr;
  uint32_t entry = 0;
  unsigned parameterBytes = 0;
  std::vector<unsigned> parameterOffsets;
};

/// Everything that does not change while grids run.
struct Program {
  ptx::Module module;
  std::vector<Operation> operations;
  std::vector<const ptx::Instruction *> instructions; ///< of each operation
  std::vector<Kernel> kernels;
  std::vector<Callable> functions; ///< of each of the module's
  uint32_t registerBytes = 0;      ///< of a warp, constants included
  uint32_t constantOffset = 0;     ///< where they begin
  std::vector<uint8_t> constants;
  std::vector<KnownRegister> known;
  uint64_t heapAddress = 0;           ///< of malloc, in global memory; 0: nobody calls it
  std::unique_ptr<uint64_t> heapUsed; ///< bytes that grids have taken
  unsigned sharedBytes = 0;           ///< of declared variables
  Slot reservedShared;                ///< zeros at the start, for libraries
  unsigned dynamicAlignment = 1;
  unsigned localBytes = 0; ///< per lane, the stack included
  unsigned stackStart = 0; ///< where the stack of a lane begins; localBytes: there is none
  ProductRegisters productRegisters;

  /// Owns `details` of the operations.
  std::vector<std::shared_ptr<const void>> storage;

  const Kernel *findKernel(const std::string &name) const;
  /// "kernel.py:12:4" of an operation, or nothing.
  std::string sourceOf(uint32_t operation) const;
  /// "setp.lt.s32" of an operation.
  std::string opcodeOf(uint32_t operation) const;
};

} // namespace mla::sim
