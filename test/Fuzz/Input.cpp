//===- Input.cpp - what an input of the fuzzers asks for ------------------===//
#include "Input.h"

using llvm::StringRef;

/// The word after `flag`, or what stands between the quotes behind it.
static std::string valueOf(StringRef line, StringRef flag) {
  size_t at = line.find(flag);
  if (at == StringRef::npos)
    return "";
  StringRef rest = line.substr(at + flag.size()).ltrim(" =");
  if (rest.consume_front("\""))
    return rest.take_until([](char c) { return c == '"'; }).str();
  return rest.take_until([](char c) { return c == ' '; }).str();
}

mla::frontend::Options fuzz::readOptions(StringRef text) {
  mla::frontend::Options options;
  StringRef line;
  do {
    std::tie(line, text) = text.split('\n');
    if (!line.contains("mla-translate"))
      continue;
    options.kernel = valueOf(line, "--kernel");
    options.signature = valueOf(line, "--signature");
    for (size_t at = line.find("--set"); at != StringRef::npos; at = line.find("--set", at + 1)) {
      std::string setting = valueOf(line.substr(at), "--set");
      auto [name, value] = StringRef(setting).split('=');
      options.constants[name.str()] = value.str();
    }
    options.debug = line.contains("--debug");
    break;
  } while (!text.empty());
  return options;
}
