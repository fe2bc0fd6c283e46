//===- ParseDirectives.cpp - everything outside of bodies -----------------===//
// PTX ISA, "Directives".
// SPDX-License-Identifier: Apache-2.0
#include "ParserState.h"
#include "Types.h"

#include <bit>

namespace mla::sim::ptx {

bool ParserState::parseHeader() {
  if (!token.isDirective("version"))
    return fail("expected .version, found " + found());
  if (!parseVersion())
    return false;
  if (!token.isDirective("target"))
    return fail("expected .target, found " + found());
  advance();
  if (!expectName(module.target, "a target such as sm_90a"))
    return false;
  while (take(",")) {
    std::string option;
    if (!expectName(option, "an option of the target"))
      return false;
  }
  return true;
}

/// `.version 9.0`: the lexer reads a float.
bool ParserState::parseVersion() {
  advance();
  std::string_view text = token.text;
  size_t dot = text.find('.');
  if (token.word != Word::Float64 || dot == text.npos || dot + 2 != text.size() || dot > 2)
    return fail("expected a version such as 9.0, found " + found());
  module.version = 0;
  for (char c : text)
    if (c != '.')
      module.version = module.version * 10 + unsigned(c - '0');
  advance();
  return true;
}

/// `.file 1 "kernel.py"`, maybe with a time and a size.
bool ParserState::parseFile() {
  int64_t index;
  advance();
  if (!parseInteger(index))
    return false;
  if (token.word != Word::String)
    return fail("expected the name of a file, found " + found());
  module.files[unsigned(index)] = token.text;
  advance();
  int64_t ignored;
  while (take(","))
    if (!parseInteger(ignored))
      return false;
  return true;
}

/// Debug data of assemblers: nothing that runs.
bool ParserState::parseSection() {
  advance();
  while (token.word != Word::End && !token.is("{"))
    advance();
  while (token.word != Word::End && !token.is("}"))
    advance();
  return expect("}");
}

bool ParserState::parseModuleDirective() {
  if (token.word != Word::Directive)
    return fail("expected a directive, found " + found());
  bool isExternal = false;
  while (token.isDirective("visible") || token.isDirective("extern") || token.isDirective("weak") ||
         token.isDirective("common")) {
    isExternal |= token.text == "extern";
    advance();
  }
  if (token.isDirective("entry") || token.isDirective("func"))
    return parseFunction(token.text == "entry");
  if (token.isDirective("file"))
    return parseFile();
  if (token.isDirective("section"))
    return parseSection();
  if (token.isDirective("address_size")) {
    int64_t bits;
    advance();
    if (!parseInteger(bits))
      return false;
    module.addressBits = unsigned(bits);
    return bits == 64 || fail("expected an address size of 64");
  }
  if (token.isDirective("pragma") || token.isDirective("alias"))
    return skipStatement();
  if (token.word == Word::Directive) {
    std::optional<Space> space = findSpace(token.text);
    if (space && *space != Space::Register && *space != Space::Parameter) {
      advance();
      return parseVariables(*space, isExternal) && expect(";");
    }
  }
  return fail("expected a variable or a function, found " + found());
}

/// Everything up to a semicolon that means nothing here.
bool ParserState::skipStatement() {
  while (token.word != Word::End && !token.is(";"))
    advance();
  return expect(";");
}

bool ParserState::parseInteger(int64_t &value) {
  if (token.word != Word::Integer)
    return fail("expected an integer, found " + found());
  value = int64_t(token.bits);
  advance();
  return true;
}

/// What no module has: of global memory, and of what a block or thread has of its own.
static constexpr int64_t kMaxGlobalBytes = INT32_MAX, kMaxOwnBytes = 1 << 20;

/// `.align 16 .b8 name[4][8] = {1, 2}`, also `.ptr .global .align 16` of a parameter. The space was
/// read.
bool ParserState::parseVariable(Variable &variable, Space space) {
  variable.space = space;
  variable.line = token.line;
  int64_t alignment = 0, vector = 1;
  bool isPointer = false;
  while (token.word == Word::Directive) {
    std::string_view name = token.text;
    if (name == "align") {
      int64_t given;
      advance();
      if (!parseConstantUnit(given))
        return false;
      if (given < 1 || given > kMaxOwnBytes || (given & (given - 1)))
        return fail("expected an alignment that is a power of two, got " + std::to_string(given));
      // That of a pointer is a promise about what it points to.
      if (!isPointer)
        alignment = given;
      continue;
    }
    if (name == "ptr")
      isPointer = true;
    else if (name == "v2" || name == "v4" || name == "v8")
      vector = name[1] - '0';
    else if (std::optional<Type> type = findType(name))
      variable.type = *type;
    else if (name == "texref" || name == "samplerref" || name == "surfref")
      return fail("textures and surfaces are not simulated");
    else if (!(isPointer && findSpace(name)))
      return fail("unknown property of a variable: " + found());
    advance();
  }
  if (!variable.type.bits)
    return fail("expected the type of a variable, found " + found());
  if (!expectName(variable.name, "the name of a variable"))
    return false;
  variable.bytes = uint64_t(vector) * (variable.type.bits + 7) / 8;
  variable.alignment = unsigned(alignment ? alignment : int64_t(variable.bytes));
  return parseExtents(variable);
}

bool ParserState::parseExtents(Variable &variable) {
  bool isGlobal = variable.space == Space::Global || variable.space == Space::Constant;
  int64_t most = isGlobal ? kMaxGlobalBytes : kMaxOwnBytes;
  while (take("[")) {
    variable.isArray = true;
    int64_t extent = 0;
    if (!token.is("]") && !parseConstant(extent))
      return false;
    if (extent < 0 || extent > most)
      return fail("expected an extent up to " + std::to_string(most) + ", got " +
                  std::to_string(extent));
    variable.bytes *= uint64_t(extent); // of factors below 2^31
    if (variable.bytes > uint64_t(most))
      return fail("'" + variable.name + "' has more than " + std::to_string(most) + " bytes");
    if (!expect("]"))
      return false;
  }
  return true;
}

bool ParserState::parseVariables(Space space, bool isExternal) {
  Variable first;
  if (!parseVariable(first, space))
    return false;
  for (Variable variable = first;;) {
    variable.isExternal = isExternal;
    if (take("=") && !parseInitial(variable))
      return false;
    std::string shown = variable.name;
    if (function) {
      uint32_t index = uint32_t(function->variables.size());
      if (!scopes[scope].names.try_emplace(shown, Meaning{Operand::Kind::Variable, index}).second)
        return fail("'" + shown + "' is declared twice");
      variable.name = uniqueName(shown);
      function->variables.push_back(variable);
    } else {
      auto [known, isNew] = globals.try_emplace(shown, uint32_t(module.variables.size()));
      if (isNew)
        module.variables.push_back(variable);
      else if (module.variables[known->second].isExternal)
        module.variables[known->second] = variable;
      else if (!isExternal)
        return fail("'" + shown + "' is declared twice");
    }
    if (!take(","))
      return true;
    variable = first;
    variable.isArray = false;
    variable.initial.clear();
    variable.bytes = (variable.type.bits + 7) / 8;
    if (!expectName(variable.name, "the name of a variable") || !parseExtents(variable))
      return false;
  }
}

bool ParserState::parseInitialList(Variable &variable) {
  if (take("}"))
    return true;
  do {
    if (!parseInitial(variable))
      return false;
  } while (take(","));
  return expect("}");
}

/// One element, or a list of them in braces, nested or not.
bool ParserState::parseInitial(Variable &variable) {
  Nesting nesting(*this);
  if (!nesting)
    return false;
  if (take("{"))
    return parseInitialList(variable);
  Initial initial;
  if (token.word == Word::Float32 || token.word == Word::Float64) {
    bool isNarrowed = token.word == Word::Float64 && variable.type.name == "f32";
    initial.bits =
        isNarrowed ? std::bit_cast<uint32_t>(float(std::bit_cast<double>(token.bits))) : token.bits;
    advance();
  } else if (token.word == Word::Name && token.text != "WARP_SZ") {
    std::string name(token.text);
    advance();
    initial.isGeneric = name == "generic" && take("(");
    if (initial.isGeneric && (!expectName(name, "the name of a variable") || !expect(")")))
      return false;
    initial.symbol = name;
    int64_t offset = 0;
    if (take("+") && !parseConstant(offset))
      return false;
    initial.bits = uint64_t(offset);
  } else {
    int64_t value;
    if (!parseConstant(value))
      return false;
    initial.bits = uint64_t(value);
  }
  variable.initial.push_back(std::move(initial));
  return true;
}

bool ParserState::parseParameters(std::vector<Variable> &parameters) {
  if (!expect("("))
    return false;
  if (take(")"))
    return true;
  do {
    std::optional<Space> space =
        token.word == Word::Directive ? findSpace(token.text) : std::nullopt;
    if (space == Space::Register)
      return fail("parameters in registers are not simulated, only .param");
    if (space != Space::Parameter)
      return fail("expected .param, found " + found());
    advance();
    if (!parseVariable(parameters.emplace_back(), *space))
      return false;
  } while (take(","));
  return expect(")");
}

bool ParserState::parseThree(std::array<unsigned, 3> &values) {
  values = {1, 1, 1};
  for (unsigned &value : values) {
    int64_t number;
    if (!parseConstant(number))
      return false;
    value = unsigned(number);
    if (!take(","))
      break;
  }
  return true;
}

/// The directives between a function's parameters and its body.
bool ParserState::parseLimits(Function &function) {
  int64_t number = 0;
  while (token.word == Word::Directive) {
    std::string_view name = token.text;
    if (name == "pragma") {
      if (!skipStatement())
        return false;
      continue;
    }
    advance();
    bool isGood = true;
    if (name == "reqntid")
      isGood = parseThree(function.limits.requiredThreads);
    else if (name == "maxntid")
      isGood = parseThree(function.limits.maximalThreads);
    else if (name == "reqnctapercluster")
      isGood = parseThree(function.limits.requiredCluster);
    else if (name == "explicitcluster")
      function.limits.hasExplicitCluster = true;
    else if (name == "minnctapersm" || name == "maxnctapersm" || name == "maxnreg" ||
             name == "maxclusterrank" || name == "abi_preserve" || name == "abi_preserve_control")
      isGood = parseConstant(number);
    else if (name != "noreturn" && name != "blocksareclusters")
      return fail("unknown directive of a function: ." + std::string(name));
    if (!isGood)
      return false;
    if (name == "maxnreg")
      function.limits.maximalRegisters = unsigned(number);
    else if (name == "minnctapersm")
      function.limits.minimalBlocks = unsigned(number);
  }
  return true;
}

bool ParserState::parseFunction(bool isKernel) {
  Function parsed;
  parsed.isKernel = isKernel;
  parsed.line = token.line;
  advance();
  if (!isKernel && token.is("(") && !parseParameters(parsed.results))
    return false;
  if (!expectName(parsed.name, "the name of a function"))
    return false;
  if (token.is("(") && !parseParameters(parsed.parameters))
    return false;
  if (!parseLimits(parsed))
    return false;
  functions[parsed.name] = true;
  if (token.is("{")) {
    if (module.findFunction(parsed.name))
      return fail("'" + parsed.name + "' is defined twice");
    parsed.hasBody = true;
    module.functions.push_back(std::move(parsed));
    return parseBody(module.functions.back());
  }
  module.functions.push_back(std::move(parsed));
  return expect(";");
}

/// C's operators on 64-bit integers (PTX ISA, "Constant Expressions").
bool ParserState::parseConstant(int64_t &value, int precedence) {
  if (!parseConstantUnit(value))
    return false;
  struct Operator {
    std::string_view text;
    int precedence;
  };
  static constexpr Operator kOperators[] = {{"*", 5},  {"/", 5},  {"%", 5}, {"+", 4}, {"-", 4},
                                            {"<<", 3}, {">>", 3}, {"&", 2}, {"^", 1}, {"|", 0}};
  for (;;) {
    const Operator *found = nullptr;
    for (const Operator &known : kOperators)
      if (token.is(known.text) && known.precedence >= precedence)
        found = &known;
    if (!found)
      return true;
    advance();
    int64_t right;
    if (!parseConstant(right, found->precedence + 1))
      return false;
    if ((found->text == "/" || found->text == "%") && right == 0)
      return fail("division by zero in a constant");
    uint64_t a = uint64_t(value), b = uint64_t(right);
    switch (found->text[0]) {
    case '*':
      value = int64_t(a * b);
      break;
    case '/':
      value = right == -1 ? int64_t(-a) : value / right;
      break;
    case '%':
      value = right == -1 ? 0 : value % right;
      break;
    case '+':
      value = int64_t(a + b);
      break;
    case '-':
      value = int64_t(a - b);
      break;
    case '<':
      value = b < 64 ? int64_t(a << b) : 0;
      break;
    case '>':
      value = b < 64 ? value >> b : 0;
      break;
    case '&':
      value = int64_t(a & b);
      break;
    case '^':
      value = int64_t(a ^ b);
      break;
    default:
      value = int64_t(a | b);
      break;
    }
  }
}

bool ParserState::parseConstantUnit(int64_t &value) {
  Nesting nesting(*this);
  if (!nesting)
    return false;
  if (take("-")) {
    if (!parseConstantUnit(value))
      return false;
    value = int64_t(-uint64_t(value));
    return true;
  }
  if (take("~")) {
    if (!parseConstantUnit(value))
      return false;
    value = ~value;
    return true;
  }
  if (take("("))
    return parseConstant(value) && expect(")");
  if (token.word == Word::Name && token.text == "WARP_SZ") {
    value = 32;
    advance();
    return true;
  }
  return parseInteger(value);
}

} // namespace mla::sim::ptx
