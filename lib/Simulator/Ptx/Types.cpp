//===- Types.cpp - fundamental types of PTX -------------------------------===//
// PTX ISA, "Fundamental Types", "Packed Data Types", "State Spaces".
// SPDX-License-Identifier: Apache-2.0
#include "Types.h"

#include <utility>

namespace mla::sim::ptx {

std::optional<Type> findType(std::string_view name) {
  static constexpr std::pair<std::string_view, unsigned> kTypes[] = {
      {"pred", 1},   {"b8", 8},   {"b16", 16},   {"b32", 32},  {"b64", 64},
      {"b128", 128}, {"u8", 8},   {"u16", 16},   {"u32", 32},  {"u64", 64},
      {"s8", 8},     {"s16", 16}, {"s32", 32},   {"s64", 64},  {"f16", 16},
      {"f32", 32},   {"f64", 64}, {"f16x2", 32}, {"bf16", 16}, {"bf16x2", 32}};
  for (auto [known, bits] : kTypes)
    if (known == name)
      return Type{std::string(name), bits};
  return std::nullopt;
}

static constexpr std::pair<std::string_view, Space> kSpaces[] = {
    {"reg", Space::Register}, {"const", Space::Constant},  {"global", Space::Global},
    {"local", Space::Local},  {"param", Space::Parameter}, {"shared", Space::Shared}};

std::optional<Space> findSpace(std::string_view name) {
  for (auto [known, space] : kSpaces)
    if (known == name)
      return space;
  return std::nullopt;
}

std::string_view nameOf(Space space) {
  for (auto [name, known] : kSpaces)
    if (known == space)
      return name;
  return {};
}

const Function *Module::findFunction(const std::string &name) const {
  for (const Function &function : functions)
    if (function.name == name && function.hasBody)
      return &function;
  return nullptr;
}

} // namespace mla::sim::ptx
