//===- Module.h - a PTX file as data --------------------------------------===//
// What the parser gives: names are resolved to indices, scopes are gone, nothing is interpreted.
// Opcodes and modifiers stay text: the decoder knows what they mean.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mla::sim::ptx {

/// Where something was written in the kernel's source: the innermost `.loc` before it.
struct SourceLocation {
  unsigned file = 0; ///< index of Module::files; 0: nowhere
  unsigned line = 0;
  unsigned column = 0;
  friend bool operator==(const SourceLocation &, const SourceLocation &) = default;
};

/// A fundamental type: "b32", "pred", "f64" and so on (PTX ISA, "Fundamental Types").
struct Type {
  std::string name;
  unsigned bits = 0; ///< 1 for pred
  friend bool operator==(const Type &, const Type &) = default;
};

/// One operand of an instruction.
struct Operand {
  enum class Kind {
    Register, ///< `index` of Function::registers
    Special,  ///< `name`: "%tid.x"
    Integer,  ///< `bits`, two's complement
    Float32,  ///< `bits` of 0f…
    Float64,  ///< `bits` of 0d… or of a decimal number
    Variable, ///< `index` of Function::variables, plus `offset`
    Global,   ///< `index` of Module::variables, plus `offset`
    Function, ///< `name` of a function
    Label,    ///< `index` of the instruction that follows it
    Targets,  ///< `index` of Function::branchTargets
    Address,  ///< [elements[0] + offset], then coordinates and so on as further elements
    Vector,   ///< {elements}
    List,     ///< (elements): arguments and results of a call
    Pair,     ///< elements[0]|elements[1]
    Sink      ///< _
  };
  Kind kind = Kind::Sink;
  bool negated = false; ///< !%p
  uint32_t index = 0;
  uint64_t bits = 0;
  int64_t offset = 0;
  std::string name; ///< as written, of everything that has a name
  std::vector<Operand> elements;
};

/// One instruction. `@!%p setp.lt.and.s32 %q|%r, %a, 7, %s;` has opcode "setp" and modifiers
/// "lt", "and", "s32".
struct Instruction {
  bool isGuarded = false;
  bool isGuardNegated = false;
  uint32_t guard = 0; ///< index of Function::registers
  std::string opcode;
  std::vector<std::string> modifiers;
  std::vector<Operand> operands;
  unsigned line = 0;   ///< of the PTX
  unsigned source = 0; ///< index of Module::locations
};

/// `.reg .b32 %r<4>` declares four of these.
struct Register {
  std::string name;
  Type type;
};

enum class Space { Register, Constant, Global, Local, Parameter, Shared };

/// One element of an initialiser: a number, or the address of a variable.
struct Initial {
  uint64_t bits = 0;
  std::string symbol; ///< bits is an offset to its address if not empty
  bool isGeneric = false;
};

/// A variable of memory, or a parameter.
struct Variable {
  std::string name;
  Space space = Space::Global;
  Type type;
  unsigned alignment = 1; ///< bytes; that of the type if not given
  uint64_t bytes = 0;     ///< 0 for an array without extent
  bool isArray = false;
  bool isExternal = false;
  std::vector<Initial> initial; ///< as many as are written; the rest is zero
  unsigned line = 0;
};

/// Limits that a kernel declares; 0: not declared.
struct Limits {
  std::array<unsigned, 3> requiredThreads = {};
  std::array<unsigned, 3> maximalThreads = {};
  std::array<unsigned, 3> requiredCluster = {};
  bool hasExplicitCluster = false;
  unsigned maximalRegisters = 0;
  unsigned minimalBlocks = 0; ///< of a multiprocessor
};

/// A function or a kernel.
struct Function {
  std::string name;
  bool isKernel = false;
  bool hasBody = false;
  std::vector<Variable> results;    ///< of a function
  std::vector<Variable> parameters; ///< also the first entries of `variables`, results before them
  Limits limits;
  std::vector<Register> registers;
  std::vector<Variable> variables;
  std::vector<Instruction> body;
  std::map<uint32_t, std::vector<std::string>> labels; ///< instruction to the labels before it
  std::vector<std::vector<uint32_t>> branchTargets;    ///< instructions, of each .branchtargets
  unsigned line = 0;
};

/// A PTX file.
struct Module {
  unsigned version = 0; ///< 90 for 9.0
  std::string target;   ///< "sm_90a"
  unsigned addressBits = 64;
  std::map<unsigned, std::string> files; ///< of `.file`
  std::vector<SourceLocation> locations; ///< [0] is nowhere
  std::vector<Variable> variables;
  std::vector<Function> functions;

  /// Null if there is none of this name with a body.
  const Function *findFunction(const std::string &name) const;
};

} // namespace mla::sim::ptx
