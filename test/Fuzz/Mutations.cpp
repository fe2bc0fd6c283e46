//===- Mutations.cpp - changes of kernel text -----------------------------===//
// Bytes changed at random seldom get past the lexer. These changes keep tokens, brackets and lines
// whole; words and statements come from the table of built-ins and from other inputs.

#include "Builtins.h"

#include "llvm/ADT/StringExtras.h"
#include <random>

using llvm::StringRef;
using mla::frontend::BuiltinInfo;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {

using Random = std::minstd_rand;

/// A part of a text.
struct Span {
  size_t begin, end;
};

size_t below(Random &random, size_t bound) { return bound ? random() % bound : 0; }

template <typename Range>
auto &pick(Random &random, Range &range) {
  return range[below(random, std::size(range))];
}

/// Words, numbers, operators' characters and ends of lines.
std::vector<Span> tokensOf(StringRef text) {
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_' || uint8_t(c) >= 0x80; };
  std::vector<Span> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i++;
    if (text[begin] == ' ')
      continue;
    if (isWord(text[begin]))
      while (i < text.size() && isWord(text[i]))
        ++i;
    tokens.push_back({begin, i});
  }
  return tokens;
}

/// Lines with their ends.
std::vector<Span> linesOf(StringRef text) {
  std::vector<Span> lines;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back({begin, end});
    begin = end;
  }
  return lines;
}

/// From an opening bracket to the one that closes it, or the token itself.
Span groupAt(StringRef text, Span token) {
  if (!StringRef("([{").contains(text[token.begin]))
    return token;
  unsigned depth = 0;
  for (size_t i = token.begin; i < text.size(); ++i) {
    depth += StringRef("([{").contains(text[i]);
    depth -= StringRef(")]}").contains(text[i]);
    if (!depth)
      return {token.begin, i + 1};
  }
  return token;
}

const std::vector<std::string> &words() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> result = {"None",
                                       "True",
                                       "False",
                                       "and",
                                       "or",
                                       "not",
                                       "in",
                                       "is",
                                       "if",
                                       "elif",
                                       "else",
                                       "for",
                                       "while",
                                       "return",
                                       "pass",
                                       "assert",
                                       "lambda",
                                       "def",
                                       "del",
                                       "with",
                                       "try",
                                       "import",
                                       "range",
                                       "tuple",
                                       "+",
                                       "-",
                                       "*",
                                       "/",
                                       "//",
                                       "%",
                                       "**",
                                       "<<",
                                       ">>",
                                       "&",
                                       "|",
                                       "^",
                                       "~",
                                       "==",
                                       "!=",
                                       "<",
                                       "<=",
                                       ":",
                                       ",",
                                       "=",
                                       "+=",
                                       "->",
                                       "@",
                                       "(",
                                       ")",
                                       "[",
                                       "]",
                                       "\"x\"",
                                       "f\"{n}\"",
                                       "()",
                                       "[0]",
                                       "[None]",
                                       "[:, None]",
                                       "[0:4]",
                                       "(1,)",
                                       "dtype",
                                       "shape",
                                       "T",
                                       "element_ty",
                                       "value",
                                       "-1",
                                       "float(\"inf\")",
                                       "float(\"nan\")",
                                       "0.0",
                                       "1e308",
                                       "1e-320"};
    for (const BuiltinInfo &info : mla::frontend::builtins())
      for (StringRef prefix : {"", "ml.", "ml.math.", "."})
        result.push_back((prefix + info.name).str());
    for (StringRef type : {"int1", "int8", "uint8", "int32", "int64", "uint64", "float16",
                           "bfloat16", "float32", "float64", "float8e4nv", "float8e5"})
      result.push_back(("ml." + type).str());
    return result;
  }();
  return all;
}

/// Statements of the examples of all built-ins.
const std::vector<std::string> &statements() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> result;
    for (const BuiltinInfo &info : mla::frontend::builtins())
      for (StringRef line : llvm::split(StringRef(info.example), '\n'))
        if (!line.trim().empty())
          result.push_back(line.trim().str());
    return result;
  }();
  return all;
}

std::string interestingNumber(Random &random) {
  static const char *const kNumbers[] = {"0",
                                         "1",
                                         "2",
                                         "3",
                                         "7",
                                         "16",
                                         "31",
                                         "32",
                                         "33",
                                         "48",
                                         "64",
                                         "100",
                                         "127",
                                         "128",
                                         "576",
                                         "1024",
                                         "65535",
                                         "65536",
                                         "1048576",
                                         "1048577",
                                         "2147483647",
                                         "2147483648",
                                         "4294967295",
                                         "4294967296",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "18446744073709551616",
                                         "170141183460469231731687303715884105727",
                                         "0.5",
                                         "1e400"};
  return std::string(below(random, 4) ? "" : "-") + pick(random, kNumbers);
}

std::string replaced(StringRef text, Span span, StringRef by) {
  return (text.take_front(span.begin) + by + text.drop_front(span.end)).str();
}

/// `statement` as a line that is indented like `line`.
std::string indentedLike(StringRef line, StringRef statement) {
  size_t indent = std::min(line.find_first_not_of(' '), line.size());
  return (line.take_front(indent) + statement.trim() + "\n").str();
}

std::string change(StringRef text, Random &random) {
  std::vector<Span> tokens = tokensOf(text), lines = linesOf(text);
  if (tokens.empty())
    return pick(random, statements());
  Span token = pick(random, tokens), other = groupAt(text, pick(random, tokens));
  Span line = pick(random, lines), otherLine = pick(random, lines);
  auto slice = [&](Span span) { return text.slice(span.begin, span.end); };
  switch (below(random, 12)) {
  case 0: // an expression goes
    return replaced(text, groupAt(text, token), "");
  case 1: // or appears twice
    return replaced(text, {token.end, token.end}, slice(token));
  case 2: // or elsewhere
    return replaced(text, groupAt(text, token), slice(other));
  case 3:
    return replaced(text, token, pick(random, words()));
  case 4:
    return replaced(text, {token.end, token.end}, pick(random, words()));
  case 5: { // a number becomes another
    auto isNumber = [&](Span span) { return llvm::isDigit(text[span.begin]); };
    std::vector<Span> numbers;
    std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(numbers), isNumber);
    return replaced(text, numbers.empty() ? token : pick(random, numbers),
                    interestingNumber(random));
  }
  case 6: // a name becomes another of the text
    return replaced(text, token, slice(pick(random, tokens)));
  case 7:
    return replaced(text, line, "");
  case 8:
    return replaced(text, {line.end, line.end}, indentedLike(slice(line), slice(otherLine)));
  case 9:
    return replaced(text, {line.end, line.end},
                    indentedLike(slice(line), pick(random, statements())));
  case 10: // one block deeper or less deep
    return slice(line).starts_with("    ") && below(random, 2)
               ? replaced(text, {line.begin, line.begin + 4}, "")
               : replaced(text, {line.begin, line.begin}, "    ");
  default: { // an expression nested in itself
    std::string nested = slice(other).str();
    for (size_t i = below(random, 6); i-- > 0 && nested.size() < 2000;)
      nested = "(" + nested + " " + pick(random, words()) + " " + nested + ")";
    return replaced(text, groupAt(text, token), nested);
  }
  }
}

size_t give(StringRef text, uint8_t *data, size_t maxSize) {
  size_t size = std::min(text.size(), maxSize);
  std::copy_n(text.begin(), size, data);
  return size;
}

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned seed) {
  Random random(seed + 1);
  if (below(random, 10) == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::string text(reinterpret_cast<char *>(data), size);
  for (size_t i = 1 + below(random, 3); i-- > 0;)
    text = change(text, random);
  return give(text, data, maxSize);
}

/// Some lines of one input go into another.
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                            const uint8_t *data2, size_t size2, uint8_t *out,
                                            size_t maxSize, unsigned seed) {
  Random random(seed + 1);
  StringRef text(reinterpret_cast<const char *>(data1), size1);
  StringRef donor(reinterpret_cast<const char *>(data2), size2);
  std::vector<Span> lines = linesOf(text), donated = linesOf(donor);
  if (lines.empty() || donated.empty())
    return give(text, out, maxSize);
  Span place = pick(random, lines);
  std::string inserted;
  size_t first = below(random, donated.size());
  size_t last = std::min(first + 1 + below(random, 4), donated.size());
  for (size_t i = first; i < last; ++i)
    inserted += indentedLike(text.slice(place.begin, place.end),
                             donor.slice(donated[i].begin, donated[i].end));
  return give(replaced(text, {place.end, place.end}, inserted), out, maxSize);
}
