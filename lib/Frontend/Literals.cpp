//===- Literals.cpp - values of literals ----------------------------------===//
#include "Literals.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

using namespace mlir;
using namespace mla::frontend;

std::optional<__int128> mla::frontend::integerValue(StringRef digits) {
  unsigned base = 10;
  if (digits.size() > 2 && digits[0] == '0' && llvm::isAlpha(digits[1])) {
    base = llvm::toLower(digits[1]) == 'x' ? 16 : llvm::toLower(digits[1]) == 'o' ? 8 : 2;
    digits = digits.drop_front(2);
  }
  __int128 value = 0;
  for (char c : digits) {
    if (c == '_')
      continue;
    if (__builtin_mul_overflow(value, __int128(base), &value) ||
        __builtin_add_overflow(value, __int128(llvm::hexDigitValue(c)), &value))
      return std::nullopt;
  }
  return value;
}

double mla::frontend::floatValue(StringRef digits) {
  std::string plain;
  for (char c : digits)
    if (c != '_')
      plain.push_back(c);
  // APFloat keeps all digits on the stack.
  return std::strtod(plain.c_str(), nullptr);
}

std::optional<double> mla::frontend::parseFloat(StringRef text) {
  text = text.trim();
  StringRef unsignedText = text;
  bool negative = unsignedText.consume_front("-");
  if (!negative)
    unsignedText.consume_front("+");
  double sign = negative ? -1.0 : 1.0;
  if (unsignedText.equals_insensitive("inf") || unsignedText.equals_insensitive("infinity"))
    return sign * std::numeric_limits<double>::infinity();
  if (unsignedText.equals_insensitive("nan"))
    return std::numeric_limits<double>::quiet_NaN();
  if (unsignedText.empty() ||
      unsignedText.find_first_not_of("0123456789.eE+-_") != StringRef::npos ||
      !(llvm::isDigit(unsignedText[0]) || unsignedText[0] == '.'))
    return std::nullopt;
  std::string digits = unsignedText.str();
  char *end = nullptr;
  double value = std::strtod(digits.c_str(), &end);
  if (end != digits.c_str() + digits.size())
    return std::nullopt;
  return sign * value;
}

std::string mla::frontend::toString(__int128 value) {
  llvm::APInt bits(128, {uint64_t(value), uint64_t(value >> 64)});
  return llvm::toString(bits, 10, /*Signed=*/true);
}

std::string mla::frontend::toString(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char buffer[32];
  char *end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  std::string text(buffer, end);
  if (StringRef(text).find_first_not_of("-0123456789") == StringRef::npos)
    text += ".0";
  return text;
}

/// Appends a code point as UTF-8; surrogates and values past U+10FFFF are refused.
static bool appendCodePoint(std::string &out, unsigned codePoint) {
  char buffer[4];
  char *end = buffer;
  if ((codePoint >= 0xD800 && codePoint < 0xE000) || !llvm::ConvertCodePointToUTF8(codePoint, end))
    return false;
  out.append(buffer, end);
  return true;
}

FailureOr<std::string> mla::frontend::unescape(const Source &source, StringRef body,
                                               size_t offset) {
  std::string out;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\' || i + 1 == body.size()) {
      out.push_back(body[i]);
      continue;
    }
    size_t escape = i++;
    static constexpr StringLiteral kLetters = "abfnrtv\\'\"", kValues = "\a\b\f\n\r\t\v\\'\"";
    char c = body[i];
    if (size_t letter = kLetters.find(c); letter != StringRef::npos) {
      out.push_back(kValues[letter]);
    } else if (c == '\n') {
      continue;
    } else if (c == '\r') {
      i += body.substr(i + 1).starts_with("\n");
    } else if (c >= '0' && c <= '7') {
      unsigned value = 0;
      size_t end = std::min(i + 3, body.size());
      for (; i < end && body[i] >= '0' && body[i] <= '7'; ++i)
        value = value * 8 + unsigned(body[i] - '0');
      --i;
      appendCodePoint(out, value);
    } else if (c == 'x' || c == 'u' || c == 'U') {
      size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      unsigned value = 0;
      StringRef hex = body.substr(i + 1, digits);
      if (hex.size() != digits || hex.getAsInteger(16, value) || !appendCodePoint(out, value))
        return source.error(offset + escape)
               << "expected " << digits << " hexadecimal digits of a character after '\\"
               << StringRef(&c, 1) << "'";
      i += digits;
    } else if (c == 'N') {
      return source.error(offset + escape)
             << "named characters ('\\N') are not supported in kernels";
    } else {
      // An unknown escape stands for itself.
      out.push_back('\\');
      out.push_back(c);
    }
  }
  return out;
}
