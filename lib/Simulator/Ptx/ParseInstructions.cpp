//===- ParseInstructions.cpp - bodies of functions ------------------------===//
// Names are resolved here: registers and variables when they are used, labels at the end of the
// body, each from the innermost braces outwards.
// SPDX-License-Identifier: Apache-2.0
#include "ParserState.h"
#include "Types.h"

namespace mla::sim::ptx {

/// Of one .reg directive.
static constexpr int64_t kMaxRegisters = 1 << 20;

std::string ParserState::uniqueName(const std::string &name) {
  unsigned uses = usedNames[name]++;
  return uses == 0 ? name : uniqueName(name + "$" + std::to_string(uses));
}

const Meaning *ParserState::lookUp(const std::string &name, int scope) const {
  for (; scope >= 0; scope = scopes[scope].parent) {
    auto found = scopes[scope].names.find(name);
    if (found != scopes[scope].names.end())
      return &found->second;
  }
  return nullptr;
}

bool ParserState::parseBody(Function &parsed) {
  function = &parsed;
  scopes.assign(1, Scope());
  scope = 0;
  source = 0;
  pending.clear();
  targetNames.clear();
  usedNames.clear();
  for (const auto *list : {&parsed.results, &parsed.parameters})
    for (const Variable &variable : *list) {
      Meaning meaning{Operand::Kind::Variable, uint32_t(parsed.variables.size())};
      if (!scopes[0].names.try_emplace(variable.name, meaning).second)
        return fail("'" + variable.name + "' is declared twice");
      usedNames[variable.name] = 1;
      parsed.variables.push_back(variable);
    }
  if (!expect("{"))
    return false;
  for (int depth = 1; depth > 0;) {
    if (token.word == Word::End)
      return fail("expected '}' at the end of function '" + parsed.name + "'");
    if (take("{")) {
      scopes.push_back({scope, {}});
      scope = int(scopes.size()) - 1;
      ++depth;
    } else if (take("}")) {
      scope = scopes[scope].parent;
      --depth;
    } else if (!parseStatement()) {
      return false;
    }
  }
  bool isGood = resolve();
  function = nullptr;
  return isGood;
}

bool ParserState::parseStatement() {
  if (token.is(";")) {
    advance();
    return true;
  }
  if (token.word == Word::Directive)
    return parseBodyDirective();
  return parseInstruction();
}

bool ParserState::parseBodyDirective() {
  if (token.isDirective("loc"))
    return parseLoc();
  if (token.isDirective("reg"))
    return parseRegisters();
  if (token.isDirective("pragma"))
    return skipStatement();
  if (std::optional<Space> space = findSpace(token.text)) {
    advance();
    return parseVariables(*space, /*isExternal=*/false) && expect(";");
  }
  return fail("unknown directive " + found());
}

/// `.loc 1 20 4`, maybe with `, function_name label, inlined_at 1 5 3` behind it.
bool ParserState::parseLoc() {
  int64_t file, line, column;
  advance();
  if (!parseInteger(file) || !parseInteger(line) || !parseInteger(column))
    return false;
  while (take(",")) {
    std::string word;
    if (!expectName(word, "function_name or inlined_at"))
      return false;
    int64_t ignored;
    if (word == "function_name") {
      if (!expectName(word, "a label") || (take("+") && !parseInteger(ignored)))
        return false;
    } else if (!parseInteger(ignored) || !parseInteger(ignored) || !parseInteger(ignored)) {
      return false;
    }
  }
  SourceLocation location{unsigned(file), unsigned(line), unsigned(column)};
  if (module.locations.back() != location)
    module.locations.push_back(location);
  source = unsigned(module.locations.size()) - 1;
  return true;
}

bool ParserState::parseRegisters() {
  advance();
  std::optional<Type> type = token.word == Word::Directive ? findType(token.text) : std::nullopt;
  if (!type)
    return fail("expected the type of a register, found " + found());
  advance();
  auto declare = [&](const std::string &name) {
    Meaning meaning{Operand::Kind::Register, uint32_t(function->registers.size())};
    if (!scopes[scope].names.try_emplace(name, meaning).second)
      return fail("'" + name + "' is declared twice");
    function->registers.push_back({uniqueName(name), *type});
    return true;
  };
  do {
    std::string name;
    if (!expectName(name, "the name of a register"))
      return false;
    int64_t count;
    if (!take("<")) {
      if (!declare(name))
        return false;
      continue;
    }
    if (!parseConstant(count))
      return false;
    if (count < 0 || count > kMaxRegisters)
      return fail("expected up to " + std::to_string(kMaxRegisters) + " registers, got " +
                  std::to_string(count));
    if (!expect(">"))
      return false;
    for (int64_t i = 0; i < count; ++i)
      if (!declare(name + std::to_string(i)))
        return false;
  } while (take(","));
  return expect(";");
}

bool ParserState::defineLabel(const std::string &name, unsigned line) {
  auto position = uint32_t(function->body.size());
  if (!scopes[scope].names.try_emplace(name, Meaning{Operand::Kind::Label, position}).second)
    return failAt(line, "'" + name + "' is declared twice");
  function->labels[position].push_back(uniqueName(name));
  return true;
}

/// `name: .branchtargets L1, L2;`; prototypes of indirect calls have no targets.
bool ParserState::parseBranchTargets(const std::string &label) {
  Meaning meaning{Operand::Kind::Targets, uint32_t(targetNames.size())};
  if (!scopes[scope].names.try_emplace(label, meaning).second)
    return fail("'" + label + "' is declared twice");
  targetNames.push_back({{}, scope});
  bool isBranch = token.text == "branchtargets";
  if (!isBranch)
    return skipStatement();
  advance();
  do {
    if (!expectName(targetNames.back().first.emplace_back(), "a label"))
      return false;
  } while (take(","));
  return expect(";");
}

bool ParserState::parseInstruction() {
  Instruction instruction;
  instruction.line = token.line;
  instruction.source = source;
  if (take("@")) {
    instruction.isGuarded = true;
    instruction.isGuardNegated = take("!");
    std::string name;
    if (!expectName(name, "a predicate"))
      return false;
    const Meaning *meaning = lookUp(name, scope);
    if (!meaning || meaning->kind != Operand::Kind::Register ||
        function->registers[meaning->index].type.bits != 1)
      return failAt(instruction.line, "'" + name + "' is no predicate");
    instruction.guard = meaning->index;
  }
  if (!expectName(instruction.opcode, "an instruction"))
    return false;
  if (!instruction.isGuarded && take(":")) {
    if (token.isDirective("branchtargets") || token.isDirective("callprototype") ||
        token.isDirective("calltargets"))
      return parseBranchTargets(instruction.opcode);
    return defineLabel(instruction.opcode, instruction.line);
  }
  for (; token.word == Word::Directive; advance())
    instruction.modifiers.emplace_back(token.text);
  bool isCall = instruction.opcode == "call";
  while (!token.is(";")) {
    Operand &operand = instruction.operands.emplace_back();
    if (isCall && take("(")) {
      operand.kind = Operand::Kind::List;
      if (!parseElements(operand, ")"))
        return false;
    } else if (!parseOperand(operand)) {
      return false;
    }
    if (!take(",") && !token.is(";"))
      return fail("expected ',' or ';', found " + found());
  }
  pending.push_back({function->body.size(), scope});
  function->body.push_back(std::move(instruction));
  return expect(";");
}

bool ParserState::parseElements(Operand &operand, std::string_view close) {
  if (take(close))
    return true;
  do {
    if (!parseOperand(operand.elements.emplace_back()))
      return false;
  } while (take(","));
  return expect(close);
}

bool ParserState::parseOperand(Operand &operand) {
  if (!parseSingle(operand))
    return false;
  if (!take("|"))
    return true;
  Operand pair;
  pair.kind = Operand::Kind::Pair;
  pair.elements.push_back(std::move(operand));
  if (!parseSingle(pair.elements.emplace_back()))
    return false;
  operand = std::move(pair);
  return true;
}

bool ParserState::parseSingle(Operand &operand) {
  Nesting nesting(*this);
  if (!nesting)
    return false;
  if (take("!")) {
    operand.negated = true;
    return parseNamed(operand);
  }
  if (token.is("["))
    return parseAddress(operand);
  if (take("{")) {
    operand.kind = Operand::Kind::Vector;
    return parseElements(operand, "}");
  }
  if (token.word == Word::Name && token.text != "WARP_SZ")
    return parseNamed(operand);
  return parseNumber(operand);
}

bool ParserState::parseNumber(Operand &operand) {
  bool isNegative = token.is("-");
  if (isNegative || token.word == Word::Float32 || token.word == Word::Float64) {
    if (isNegative)
      advance();
    if (token.word == Word::Float32 || token.word == Word::Float64) {
      bool isSingle = token.word == Word::Float32;
      operand.kind = isSingle ? Operand::Kind::Float32 : Operand::Kind::Float64;
      operand.bits = token.bits ^ (uint64_t(isNegative) << (isSingle ? 31 : 63));
      advance();
      return true;
    }
  }
  int64_t value;
  if (token.word == Word::End || token.word == Word::String || token.word == Word::Directive ||
      token.is(";") || token.is(","))
    return fail("expected an operand, found " + found());
  if (!parseConstant(value))
    return false;
  operand.kind = Operand::Kind::Integer;
  operand.bits = isNegative ? -uint64_t(value) : uint64_t(value);
  return true;
}

/// A register, special register, variable, function or label; `+ offset` behind a variable.
bool ParserState::parseNamed(Operand &operand) {
  if (!expectName(operand.name, "a name"))
    return false;
  if (operand.name == "_") {
    operand.kind = Operand::Kind::Sink;
    return true;
  }
  const Meaning *meaning = lookUp(operand.name, scope);
  if (meaning && meaning->kind == Operand::Kind::Register) {
    operand.kind = Operand::Kind::Register;
    operand.index = meaning->index;
    return true;
  }
  if (!meaning && operand.name[0] == '%') {
    operand.kind = Operand::Kind::Special;
    if (token.word == Word::Directive && token.text.size() == 1) {
      operand.name += '.';
      operand.name += token.text;
      advance();
    }
    return true;
  }
  // Labels come later: resolve() says what this is.
  operand.kind = Operand::Kind::Label;
  if (token.is("+") || token.is("-")) {
    take("+");
    return parseConstant(operand.offset);
  }
  return true;
}

bool ParserState::parseAddress(Operand &operand) {
  operand.kind = Operand::Kind::Address;
  Operand base;
  if (!expect("[") || !parseSingle(base))
    return false;
  operand.offset = base.offset;
  base.offset = 0;
  operand.elements.push_back(std::move(base));
  if (token.is("+") || token.is("-")) {
    take("+");
    if (!parseConstant(operand.offset))
      return false;
  }
  return take(",") ? parseElements(operand, "]") : expect("]");
}

bool ParserState::resolve(Operand &operand, int scope, unsigned line) {
  for (Operand &element : operand.elements)
    if (!resolve(element, scope, line))
      return false;
  if (operand.kind != Operand::Kind::Label)
    return true;
  if (const Meaning *meaning = lookUp(operand.name, scope)) {
    operand.kind = meaning->kind;
    operand.index = meaning->index;
  } else if (auto global = globals.find(operand.name); global != globals.end()) {
    operand.kind = Operand::Kind::Global;
    operand.index = global->second;
  } else if (functions.count(operand.name)) {
    operand.kind = Operand::Kind::Function;
  } else {
    return failAt(line, "'" + operand.name + "' is not declared");
  }
  if (operand.negated)
    return failAt(line, "'" + operand.name + "' is no predicate");
  return true;
}

bool ParserState::resolve() {
  for (const Unresolved &entry : pending) {
    Instruction &instruction = function->body[entry.instruction];
    for (Operand &operand : instruction.operands)
      if (!resolve(operand, entry.scope, instruction.line))
        return false;
  }
  for (const auto &[names, scope] : targetNames) {
    std::vector<uint32_t> &targets = function->branchTargets.emplace_back();
    for (const std::string &name : names) {
      const Meaning *meaning = lookUp(name, scope);
      if (!meaning || meaning->kind != Operand::Kind::Label)
        return fail("'" + name + "' is no label of function '" + function->name + "'");
      targets.push_back(meaning->index);
    }
  }
  return true;
}

} // namespace mla::sim::ptx
