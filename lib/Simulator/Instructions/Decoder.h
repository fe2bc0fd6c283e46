//===- Decoder.h - from instructions to operations ------------------------===//
// One file of this folder per family of instructions: it reads modifiers and operands with a
// Decoder and sets the operation's handler. Unknown modifiers and operands of a wrong size are
// errors, with the line. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../Machine/Cta.h"

#include <optional>
#include <tuple>
#include <unordered_map>

namespace mla::sim {

/// A type among an instruction's modifiers.
struct ElementType {
  enum class Kind { Predicate, Bits, Unsigned, Signed, Float, BFloat };
  Kind kind = Kind::Bits;
  unsigned bits = 0;     ///< of a register
  bool isPacked = false; ///< two halves
  bool isSigned() const { return kind == Kind::Signed; }
  bool isFloat() const { return kind == Kind::Float || kind == Kind::BFloat; }
};

/// Variables of memory of a function that lanes have of their own.
struct LocalLayout {
  std::vector<unsigned> offsets; ///< of Function::variables, where they are local
  std::vector<bool> isOnStack;   ///< whether that is in the function's frame
};

/// Decodes one function after the other. While an instruction is decoded, the functions below are
/// about it; after an error they do nothing harmful.
class Decoder {
public:
  Decoder(Program &program, Diagnostic &error) : program(program), error(error) {}
  bool decodeModule(GlobalMemory &memory, std::vector<uint64_t> &allocations);

  bool fail(const std::string &text);
  bool hasFailed() const { return !error.text.empty(); }

  //===-- Modifiers -------------------------------------------------------===//
  const std::string &opcode() const { return instruction->opcode; }
  /// Whether there is such a modifier; it counts as understood then.
  bool take(std::string_view modifier);
  /// The value of the first modifier that the table knows.
  template <typename T, size_t N>
  std::optional<T> takeOf(const std::pair<std::string_view, T> (&table)[N]) {
    for (const auto &[name, value] : table)
      if (take(name))
        return value;
    return std::nullopt;
  }
  /// The first type that was not taken; an error if there is none.
  ElementType takeType();
  std::optional<ElementType> takeTypeIfAny();
  /// Modifiers that were not taken yet, in order.
  std::vector<std::string> rest() const;

  //===-- Operands --------------------------------------------------------===//
  size_t numOperands() const { return instruction->operands.size(); }
  const ptx::Operand &operand(size_t index) const { return instruction->operands[index]; }
  bool expectOperands(size_t least, size_t most);
  /// A register of this size that is read or written; constants become registers.
  uint32_t source(const ptx::Operand &operand, unsigned bits);
  uint32_t source(size_t index, unsigned bits) { return source(operand(index), bits); }
  uint32_t result(const ptx::Operand &operand, unsigned bits);
  uint32_t result(size_t index, unsigned bits) { return result(operand(index), bits); }
  /// Of any size, which `bits` gets.
  uint32_t anySource(const ptx::Operand &operand, unsigned defaultBits, unsigned &bits);
  uint32_t anyResult(const ptx::Operand &operand, unsigned defaultBits, unsigned &bits);
  /// A predicate, which may be negated.
  uint32_t predicate(const ptx::Operand &operand, LaneMask &flip);
  /// An integer that is written there.
  std::optional<int64_t> constant(const ptx::Operand &operand) const;
  uint32_t constantRegister(uint64_t bits, unsigned width);
  uint32_t predicateConstant(bool value);

  /// An address: a register of 32 or 64 bits, plus an offset.
  struct Address {
    uint32_t base = kNoRegister;
    bool isWide = true;
    int64_t offset = 0;
  };
  Address address(const ptx::Operand &operand, AddressSpace space);

  /// Keeps a record for the operation's `details`.
  template <typename T>
  const T *keep(T value) {
    auto kept = std::make_shared<const T>(std::move(value));
    program.storage.push_back(kept);
    operation->details = kept.get();
    return kept.get();
  }

  /// The offset of a lane's own variable, in local memory.
  std::optional<unsigned> localOffset(const ptx::Operand &operand) const;
  uint32_t position(uint32_t instruction) const { return base + instruction; }
  /// The number of a function, of that with a body if there are several.
  std::optional<size_t> findFunction(const std::string &name) const;

  Program &program;
  const ptx::Function *function = nullptr;
  const ptx::Instruction *instruction = nullptr;
  Operation *operation = nullptr;
  uint32_t carry = kNoRegister;   ///< the predicate that .cc writes
  uint32_t scratch = kNoRegister; ///< of results that nobody wants

private:
  bool placeVariables(GlobalMemory &memory, std::vector<uint64_t> &allocations);
  bool initialise(const ptx::Variable &variable, Allocation &allocation);
  void placeFunctions();
  void placeFunction(const ptx::Function &each, Callable &callable, bool callsItself);
  uint32_t stackAddress(unsigned offset, bool isGeneric);
  bool decodeFunction(size_t index);
  bool decodeInstruction();
  uint32_t registerOf(const ptx::Operand &operand, unsigned &bits, bool writes);
  void findProductRegisters();
  void rankBlocks(const ptx::Function &function);
  uint32_t reserve(unsigned bits);
  uint32_t special(const std::string &name, unsigned bits);
  uint32_t known(KnownRegister known, unsigned bits);
  unsigned reservedShared();
  uint32_t addressOf(const ptx::Operand &operand, unsigned bits, bool isGeneric);

  Diagnostic &error;
  struct Touch {
    uint32_t operation, offset;
    bool writes;
  };
  std::vector<Touch> touches; ///< of registers of 32 bits, in the order of operations
  uint32_t base = 0;          ///< operation of the function's first instruction
  std::vector<bool> taken;
  std::vector<uint32_t> registers; ///< offsets of the function's registers
  std::vector<std::vector<uint32_t>> functionRegisters;
  std::vector<LocalLayout> functionLayouts;
  const LocalLayout *layout = nullptr;
  Callable *callable = nullptr;     ///< the function
  std::map<std::tuple<const Callable *, unsigned, bool>, uint32_t> stackAddresses;
  std::vector<uint64_t> addresses; ///< of Module::variables
  std::map<std::pair<uint64_t, unsigned>, uint32_t> constants;
  std::map<std::tuple<int, int, int, int64_t, bool>, uint32_t> knowns;
  struct ConstantValue {
    uint32_t offset;
    uint64_t bits;
    unsigned width;
  };
  std::vector<ConstantValue> values;
};

/// Decodes one instruction; false after an error.
using Decode = bool (*)(Decoder &decoder);
/// By opcode; "add.f" is add of floating-point types.
using Registry = std::unordered_map<std::string_view, Decode>;

void addIntegers(Registry &registry);
void addCarries(Registry &registry);
void addBits(Registry &registry);
void addFloats(Registry &registry);
void addApproximations(Registry &registry);
void addComparisons(Registry &registry);
void addConversions(Registry &registry);
void addMoves(Registry &registry);
void addControlFlow(Registry &registry);
void addCalls(Registry &registry);
void addMemory(Registry &registry);
void addAtomics(Registry &registry);
void addWarpOps(Registry &registry);
void addBarriers(Registry &registry);
void addAsyncCopies(Registry &registry);
void addMatrix(Registry &registry);
void addRegisters(Registry &registry);
void addMbarriers(Registry &registry);
void addWgmma(Registry &registry);
void addWmma(Registry &registry);
void addVideo(Registry &registry);
void addTensorMaps(Registry &registry);

//===-- Operations that work lane by lane ---------------------------------===//

template <typename F, typename R, typename... A>
Outcome runLanewise(Warp &warp, const Operation &operation, LaneMask mask) {
  const F &function = *static_cast<const F *>(operation.details);
  R *result = warp.lanes<R>(operation.results[0]);
  [&]<size_t... I>(std::index_sequence<I...>) {
    auto sources = std::make_tuple(warp.lanes<A>(operation.sources[I])...);
    forEachLane(mask,
                [&](unsigned lane) { result[lane] = R(function(std::get<I>(sources)[lane]...)); });
  }(std::index_sequence_for<A...>());
  return Outcome::Next;
}

/// `lanewise<uint32_t, uint32_t>(decoder, f)`: result and sources have these types, operand 0 is
/// the result. Every operand has the size of its type.
template <typename R, typename... A, typename F>
bool lanewise(Decoder &decoder, F function) {
  if (!decoder.expectOperands(1 + sizeof...(A), 1 + sizeof...(A)))
    return false;
  Operation &operation = *decoder.operation;
  operation.results[0] = decoder.result(0, 8 * sizeof(R));
  size_t index = 0;
  ((operation.sources[index] = decoder.source(index + 1, 8 * sizeof(A)), ++index), ...);
  decoder.keep(std::move(function));
  operation.handler = runLanewise<F, R, A...>;
  return !decoder.hasFailed();
}

/// Calls `body` with a number of the integer type.
template <typename Body>
bool withInteger(Decoder &decoder, ElementType type, Body body) {
  if (type.isFloat() || type.isPacked || type.bits < 16)
    return decoder.fail("expected an integer type");
  switch (type.bits) {
  case 16:
    return type.isSigned() ? body(int16_t()) : body(uint16_t());
  case 32:
    return type.isSigned() ? body(int32_t()) : body(uint32_t());
  case 64:
    return type.isSigned() ? body(int64_t()) : body(uint64_t());
  }
  return decoder.fail("expected an integer type of 16, 32 or 64 bits");
}

} // namespace mla::sim
