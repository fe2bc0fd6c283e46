//===- Printer.cpp - a module as PTX --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Types.h"
#include "mla/Simulator/Ptx/Parser.h"

#include <cstdio>

namespace mla::sim::ptx {

static std::string hexadecimal(const char *format, uint64_t bits) {
  char text[32];
  std::snprintf(text, sizeof(text), format, static_cast<unsigned long long>(bits));
  return text;
}

static std::string withOffset(std::string text, int64_t offset) {
  return offset ? text + "+" + std::to_string(offset) : text;
}

namespace {
/// Prints inside one function.
struct Printer {
  const Module &module;
  const Function &function;

  std::string label(uint32_t position) const {
    auto found = function.labels.find(position);
    return found == function.labels.end() ? "?" : found->second.front();
  }
  std::string list(const std::vector<Operand> &operands, size_t first = 0) const {
    std::string text;
    for (size_t i = first; i < operands.size(); ++i)
      text += (i > first ? ", " : "") + operand(operands[i]);
    return text;
  }
  std::string operand(const Operand &operand) const;
};
} // namespace

std::string Printer::operand(const Operand &operand) const {
  using Kind = Operand::Kind;
  switch (operand.kind) {
  case Kind::Register:
    return (operand.negated ? "!" : "") + function.registers[operand.index].name;
  case Kind::Special:
    return (operand.negated ? "!" : "") + operand.name;
  case Kind::Integer:
    return std::to_string(int64_t(operand.bits));
  case Kind::Float32:
    return hexadecimal("0f%08llX", operand.bits);
  case Kind::Float64:
    return hexadecimal("0d%016llX", operand.bits);
  case Kind::Variable:
    return withOffset(function.variables[operand.index].name, operand.offset);
  case Kind::Global:
    return withOffset(module.variables[operand.index].name, operand.offset);
  case Kind::Function:
    return operand.name;
  case Kind::Label:
    return label(operand.index);
  case Kind::Targets:
    return "$targets" + std::to_string(operand.index);
  case Kind::Address: {
    std::string rest = operand.elements.size() > 1 ? ", " + list(operand.elements, 1) : "";
    return "[" + withOffset(this->operand(operand.elements[0]), operand.offset) + rest + "]";
  }
  case Kind::Vector:
    return "{" + list(operand.elements) + "}";
  case Kind::List:
    return "(" + list(operand.elements) + ")";
  case Kind::Pair:
    return this->operand(operand.elements[0]) + "|" + this->operand(operand.elements[1]);
  case Kind::Sink:
    return "_";
  }
  return "";
}

std::string print(const Module &module, const Function &function, const Instruction &instruction) {
  Printer printer{module, function};
  std::string text;
  if (instruction.isGuarded)
    text = std::string("@") + (instruction.isGuardNegated ? "!" : "") +
           function.registers[instruction.guard].name + " ";
  text += instruction.opcode;
  for (const std::string &modifier : instruction.modifiers)
    text += "." + modifier;
  if (!instruction.operands.empty())
    text += " " + printer.list(instruction.operands);
  return text;
}

/// `.shared .align 16 .b8 name[64]`.
static std::string declare(const Variable &variable) {
  std::string text = "." + std::string(nameOf(variable.space));
  if (variable.space != Space::Register && variable.alignment > 1)
    text += " .align " + std::to_string(variable.alignment);
  unsigned elementBytes = (variable.type.bits + 7) / 8;
  bool isArray = variable.isArray || variable.bytes > elementBytes;
  text += " ." + variable.type.name + " " + variable.name;
  if (isArray)
    text += "[" + (variable.bytes ? std::to_string(variable.bytes / elementBytes) : "") + "]";
  return text;
}

static std::string initialiser(const Variable &variable) {
  std::string text;
  for (const Initial &initial : variable.initial) {
    text += text.empty() ? "" : ", ";
    if (!initial.symbol.empty()) {
      std::string name = initial.isGeneric ? "generic(" + initial.symbol + ")" : initial.symbol;
      text += withOffset(name, int64_t(initial.bits));
    } else if (variable.type.name == "f32") {
      text += hexadecimal("0f%08llX", initial.bits);
    } else if (variable.type.name == "f64") {
      text += hexadecimal("0d%016llX", initial.bits);
    } else {
      text += std::to_string(int64_t(initial.bits));
    }
  }
  return text.empty() ? "" : " = {" + text + "}";
}

static std::string parameterList(const std::vector<Variable> &variables) {
  std::string text;
  for (const Variable &variable : variables)
    text += (text.empty() ? "" : ", ") + declare(variable);
  return "(" + text + ")";
}

static std::string three(const char *directive, const std::array<unsigned, 3> &values) {
  if (!values[0])
    return "";
  return std::string(directive) + " " + std::to_string(values[0]) + ", " +
         std::to_string(values[1]) + ", " + std::to_string(values[2]) + "\n";
}

static std::string printBody(const Module &module, const Function &function) {
  std::string text = "{\n";
  for (const Register &reg : function.registers)
    text += "\t.reg ." + reg.type.name + " " + reg.name + ";\n";
  for (size_t i = function.results.size() + function.parameters.size();
       i < function.variables.size(); ++i)
    text += "\t" + declare(function.variables[i]) + initialiser(function.variables[i]) + ";\n";
  for (size_t i = 0; i < function.branchTargets.size(); ++i) {
    std::string targets;
    for (uint32_t target : function.branchTargets[i])
      targets += (targets.empty() ? "" : ", ") + Printer{module, function}.label(target);
    text += "$targets" + std::to_string(i) +
            (targets.empty() ? ": .callprototype _ ();\n" : ": .branchtargets " + targets + ";\n");
  }
  unsigned source = 0;
  for (uint32_t i = 0; i <= function.body.size(); ++i) {
    if (auto labels = function.labels.find(i); labels != function.labels.end())
      for (const std::string &label : labels->second)
        text += label + ":\n";
    if (i == function.body.size())
      break;
    const Instruction &instruction = function.body[i];
    if (instruction.source != source) {
      source = instruction.source;
      const SourceLocation &at = module.locations[source];
      text += "\t.loc " + std::to_string(at.file) + " " + std::to_string(at.line) + " " +
              std::to_string(at.column) + "\n";
    }
    text += "\t" + print(module, function, instruction) + ";\n";
  }
  return text + "}\n";
}

std::string print(const Module &module) {
  std::string text = ".version " + std::to_string(module.version / 10) + "." +
                     std::to_string(module.version % 10) + "\n.target " + module.target +
                     "\n.address_size " + std::to_string(module.addressBits) + "\n";
  for (const auto &[index, name] : module.files)
    text += ".file " + std::to_string(index) + " \"" + name + "\"\n";
  for (const Variable &variable : module.variables)
    text += std::string(variable.isExternal ? ".extern " : "") + declare(variable) +
            initialiser(variable) + ";\n";
  for (const Function &function : module.functions) {
    text += function.hasBody ? ".visible " : ".extern ";
    text += function.isKernel ? ".entry " : ".func ";
    if (!function.results.empty())
      text += parameterList(function.results) + " ";
    text += function.name + parameterList(function.parameters) + "\n";
    text += three(".reqntid", function.limits.requiredThreads);
    text += three(".maxntid", function.limits.maximalThreads);
    if (function.limits.minimalBlocks)
      text += ".minnctapersm " + std::to_string(function.limits.minimalBlocks) + "\n";
    if (function.limits.maximalRegisters)
      text += ".maxnreg " + std::to_string(function.limits.maximalRegisters) + "\n";
    if (function.limits.hasExplicitCluster)
      text += ".explicitcluster\n";
    text += three(".reqnctapercluster", function.limits.requiredCluster);
    text += function.hasBody ? printBody(module, function) : ";\n";
  }
  return text;
}

} // namespace mla::sim::ptx
