//===- Products.h - the protocol of products of warpgroups ----------------===//
// PTX ISA, "Asynchronous Warpgroup Level Matrix Instructions": what the registers and the warps of
// a warpgroup have to do, so that wgmma has a meaning.
//
// **Registers.** Between a product and the end of the wait for it, nothing else may touch its
// accumulator, and nothing may write the registers of its matrix A. Products of the same shape may
// add up in one accumulator. After any other access a wgmma.fence comes first, and one comes before
// the first product.
//
// **Warps.** The four warps of a warpgroup execute the same .aligned instructions in the same
// order, with the same descriptors of matrices.
//
// Which operations touch registers of products is known when the module is decoded; all others
// cost one comparison.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Lanes.h"

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace mla::sim {

struct Program;

/// Registers that products use, and the operations that touch them.
struct ProductRegisters {
  unsigned count = 0;
  /// Of operation i: entries first[i] to first[i + 1] of `touches`. Empty without products.
  std::vector<uint32_t> first;
  struct Touch {
    uint32_t which : 31;
    uint32_t writes : 1;
  };
  std::vector<Touch> touches;
};

/// What one warp does with the registers of its products.
class ProductWatch {
public:
  void start(const Program &program);

  /// Whether an operation that is no product has to be looked at.
  bool concerns(uint32_t operation) const {
    return registers && registers->first[operation] != registers->first[operation + 1];
  }
  /// What is wrong with an access of an operation that is no product, or nothing. `culprit` is the
  /// product whose register it is.
  std::string access(uint32_t operation, uint32_t &culprit);
  /// Begins a product; what is wrong with that, or nothing.
  std::string issue(uint32_t operation, unsigned shape, const Program &program);
  /// The warp has waited for it.
  void finish(uint32_t operation);
  /// wgmma.fence.
  void fence();

private:
  struct Register {
    uint16_t results = 0, sources = 0; ///< products in flight that write it, that read it
    unsigned shape = 0;                ///< of the last one that writes it
    uint32_t product = 0;              ///< the last one
    uint32_t accessed = ~0u;           ///< an operation since the last fence, or none
  };
  const ProductRegisters *registers = nullptr;
  std::vector<Register> states;
  bool hasFenced = false;
};

/// Compares what the warps of a warpgroup execute.
class Warpgroup {
public:
  static constexpr unsigned kWarps = 4;
  /// An .aligned instruction, with descriptors of matrices or zeros.
  struct Step {
    uint32_t operation;
    std::array<uint64_t, 2> descriptors;
    bool operator==(const Step &) const = default;
  };
  /// A warp executes its next step. False if another warp has executed something else instead:
  /// `other` is that, or kNoRegister as operation if the other warp has ended. Says so once.
  bool advance(unsigned warp, const Step &step, Step &other);
  /// A warp has ended. False if another one has executed more steps: `other` is the next of them.
  bool end(unsigned warp, Step &other);

private:
  std::deque<Step> steps; ///< from `done` on
  uint64_t done = 0;      ///< steps of all
  std::array<uint64_t, kWarps> progress = {};
  std::array<bool, kWarps> hasEnded = {};
  bool hasDiverged = false;
};

} // namespace mla::sim
