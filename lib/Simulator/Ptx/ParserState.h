//===- ParserState.h - a parser in the middle of a file -------------------===//
// Recursive descent; every parse function returns false after an error, which fail() recorded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Lexer.h"
#include "mla/Simulator/Ptx/Parser.h"

#include <unordered_map>

namespace mla::sim::ptx {

/// What a name means inside a function.
struct Meaning {
  Operand::Kind kind; ///< Register, Variable, Label or Targets
  uint32_t index;
};

/// The names of one pair of braces.
struct Scope {
  int parent = -1;
  std::unordered_map<std::string, Meaning> names;
};

/// Names that were used before the labels of their function were known.
struct Unresolved {
  size_t instruction;
  int scope;
};

class ParserState {
public:
  ParserState(std::string_view text, Module &module, Diagnostic &error);
  bool parseModule();

private:
  /// Parses something inside something of its kind. False, with an error, if that goes too deep for
  /// the stack.
  class Nesting {
  public:
    explicit Nesting(ParserState &parser) : parser(parser), isGood(++parser.depth <= kMaxDepth) {
      if (!isGood)
        parser.fail("nested more than " + std::to_string(kMaxDepth) + " deep");
    }
    ~Nesting() { --parser.depth; }
    explicit operator bool() const { return isGood; }

  private:
    static constexpr unsigned kMaxDepth = 200;
    ParserState &parser;
    bool isGood;
  };
  unsigned depth = 0;

  // Tokens.
  void advance();
  bool fail(const std::string &text);
  bool failAt(unsigned line, const std::string &text);
  bool expect(std::string_view symbol);
  bool take(std::string_view symbol);
  bool expectName(std::string &name, const char *what);
  std::string found() const;

  // Directives (ParseDirectives.cpp).
  bool parseHeader();
  bool parseVersion();
  bool parseFile();
  bool parseSection();
  bool parseModuleDirective();
  bool parseVariable(Variable &variable, Space space);
  bool parseVariables(Space space, bool isExternal);
  bool parseExtents(Variable &variable);
  bool parseInitial(Variable &variable);
  bool parseInitialList(Variable &variable);
  bool parseFunction(bool isKernel);
  bool parseParameters(std::vector<Variable> &parameters);
  bool parseLimits(Function &function);
  bool parseThree(std::array<unsigned, 3> &values);
  bool parseInteger(int64_t &value);
  bool parseConstant(int64_t &value, int precedence = 0);
  bool parseConstantUnit(int64_t &value);

  // Bodies (ParseInstructions.cpp).
  bool parseBody(Function &function);
  bool parseStatement();
  bool parseBodyDirective();
  bool parseRegisters();
  bool parseLoc();
  bool parseBranchTargets(const std::string &label);
  bool skipStatement();
  bool defineLabel(const std::string &name, unsigned line);
  bool parseInstruction();
  bool parseOperand(Operand &operand);
  bool parseSingle(Operand &operand);
  bool parseNamed(Operand &operand);
  bool parseNumber(Operand &operand);
  bool parseAddress(Operand &operand);
  bool parseElements(Operand &operand, std::string_view close);
  bool resolve();
  bool resolve(Operand &operand, int scope, unsigned line);
  const Meaning *lookUp(const std::string &name, int scope) const;
  std::string uniqueName(const std::string &name);

  Lexer lexer;
  Token token;
  Module &module;
  Diagnostic &error;
  std::unordered_map<std::string, uint32_t> globals; ///< index of Module::variables
  std::unordered_map<std::string, bool> functions;   ///< declared ones

  // Of the function whose body is parsed.
  Function *function = nullptr;
  std::vector<Scope> scopes;
  int scope = -1;
  unsigned source = 0;
  std::vector<Unresolved> pending;
  std::vector<std::pair<std::vector<std::string>, int>> targetNames; ///< with their scopes
  std::unordered_map<std::string, unsigned> usedNames;
};

} // namespace mla::sim::ptx
