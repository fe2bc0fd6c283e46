//===- Operands.cpp - modifiers and operands of an instruction ------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

#include <algorithm>

namespace mla::sim {

using Kind = ptx::Operand::Kind;

//===-- Modifiers ---------------------------------------------------------===//

bool Decoder::take(std::string_view modifier) {
  for (size_t i = 0; i < taken.size(); ++i)
    if (!taken[i] && instruction->modifiers[i] == modifier) {
      taken[i] = true;
      return true;
    }
  return false;
}

std::optional<ElementType> Decoder::takeTypeIfAny() {
  using Type = ElementType::Kind;
  static const std::unordered_map<std::string_view, ElementType> kTypes = {
      {"pred", {Type::Predicate, 1}},     {"b8", {Type::Bits, 8}},
      {"b16", {Type::Bits, 16}},          {"b32", {Type::Bits, 32}},
      {"b64", {Type::Bits, 64}},          {"b128", {Type::Bits, 128}},
      {"u8", {Type::Unsigned, 8}},        {"u16", {Type::Unsigned, 16}},
      {"u32", {Type::Unsigned, 32}},      {"u64", {Type::Unsigned, 64}},
      {"s8", {Type::Signed, 8}},          {"s16", {Type::Signed, 16}},
      {"s32", {Type::Signed, 32}},        {"s64", {Type::Signed, 64}},
      {"f16", {Type::Float, 16}},         {"f32", {Type::Float, 32}},
      {"f64", {Type::Float, 64}},         {"bf16", {Type::BFloat, 16}},
      {"f16x2", {Type::Float, 32, true}}, {"bf16x2", {Type::BFloat, 32, true}},
      {"f32x2", {Type::Float, 64, true}}, {"u16x2", {Type::Unsigned, 32, true}},
      {"s16x2", {Type::Signed, 32, true}}};
  for (size_t i = 0; i < taken.size(); ++i) {
    auto found = taken[i] ? kTypes.end() : kTypes.find(instruction->modifiers[i]);
    if (found == kTypes.end())
      continue;
    taken[i] = true;
    return found->second;
  }
  return std::nullopt;
}

ElementType Decoder::takeType() {
  if (std::optional<ElementType> type = takeTypeIfAny())
    return *type;
  fail("expected a type among the modifiers");
  return {ElementType::Kind::Bits, 32};
}

std::vector<std::string> Decoder::rest() const {
  std::vector<std::string> result;
  for (size_t i = 0; i < taken.size(); ++i)
    if (!taken[i])
      result.push_back(instruction->modifiers[i]);
  return result;
}

//===-- Operands ----------------------------------------------------------===//

bool Decoder::expectOperands(size_t least, size_t most) {
  if (numOperands() >= least && numOperands() <= most)
    return true;
  std::string wanted = std::to_string(least);
  if (most > least)
    wanted += " to " + std::to_string(most);
  return fail("expected " + wanted + " operands, got " + std::to_string(numOperands()));
}

uint32_t Decoder::constantRegister(uint64_t bits, unsigned width) {
  if (width < 64)
    bits &= (uint64_t(1) << width) - 1;
  auto [known, isNew] = constants.try_emplace({bits, width}, 0);
  if (isNew) {
    known->second = reserve(width);
    values.push_back({known->second, bits, width});
  }
  return known->second;
}

uint32_t Decoder::predicateConstant(bool value) { return constantRegister(value, 1); }

uint32_t Decoder::known(KnownRegister record, unsigned bits) {
  bool isPredicate = bits == 1 && record.known == Known::IsExplicitCluster;
  if (bits != 16 && bits != 32 && bits != 64 && !isPredicate) {
    fail("expected an operand of 16, 32 or 64 bits");
    return scratch;
  }
  record.bytes = uint8_t(bits / 8);
  auto [place, isNew] = knowns.try_emplace(
      {int(record.known), record.axis, record.bytes, record.addend, record.isGeneric}, 0);
  if (isNew) {
    place->second = record.offset = reserve(bits);
    program.known.push_back(record);
  }
  return place->second;
}

/// Shared memory that libraries share without a declaration.
static constexpr unsigned kReservedBytes = 1024;

/// Where it lies: behind what is declared, in programs that use it.
unsigned Decoder::reservedShared() {
  Slot &reserved = program.reservedShared;
  if (!reserved.bytes) {
    reserved = {(program.sharedBytes + 127) / 128 * 128, kReservedBytes};
    program.sharedBytes = reserved.offset + reserved.bytes;
  }
  return reserved.offset;
}

uint32_t Decoder::special(const std::string &name, unsigned bits) {
  static const std::unordered_map<std::string_view, Known> kVectors = {
      {"%tid", Known::Tid},
      {"%ntid", Known::Ntid},
      {"%ctaid", Known::Ctaid},
      {"%nctaid", Known::Nctaid},
      {"%clusterid", Known::ClusterId},
      {"%nclusterid", Known::NclusterId},
      {"%cluster_ctaid", Known::ClusterCtaid},
      {"%cluster_nctaid", Known::ClusterNctaid}};
  static const std::unordered_map<std::string_view, Known> kScalars = {
      {"%laneid", Known::LaneId},
      {"%warpid", Known::WarpId},
      {"%nwarpid", Known::NwarpId},
      {"%smid", Known::SmId},
      {"%nsmid", Known::NsmId},
      {"%gridid", Known::GridId},
      {"%lanemask_eq", Known::LaneMaskEq},
      {"%lanemask_le", Known::LaneMaskLe},
      {"%lanemask_lt", Known::LaneMaskLt},
      {"%lanemask_ge", Known::LaneMaskGe},
      {"%lanemask_gt", Known::LaneMaskGt},
      {"%cluster_ctarank", Known::ClusterCtarank},
      {"%cluster_nctarank", Known::ClusterNctarank},
      {"%is_explicit_cluster", Known::IsExplicitCluster},
      {"%envreg1", Known::WorkspaceHigh}, // for cooperative groups, from the driver
      {"%envreg2", Known::WorkspaceLow},
      {"%dynamic_smem_size", Known::DynamicSharedBytes},
      {"%total_smem_size", Known::TotalSharedBytes}};
  if (name.size() > 2 && name[name.size() - 2] == '.' && name.back() >= 'x' && name.back() <= 'z')
    if (auto found = kVectors.find(std::string_view(name).substr(0, name.size() - 2));
        found != kVectors.end())
      return known({found->second, uint8_t(name.back() - 'x')}, bits);
  if (auto found = kScalars.find(name); found != kScalars.end())
    return known({found->second}, bits);
  static const std::unordered_map<std::string_view, int64_t> kReserved = {
      {"%reserved_smem_offset_begin", 0},
      {"%reserved_smem_offset_0", 0},
      {"%reserved_smem_offset_1", kReservedBytes / 2},
      {"%reserved_smem_offset_end", kReservedBytes}};
  if (auto found = kReserved.find(name); found != kReserved.end()) {
    KnownRegister record{Known::SharedAddress};
    record.addend = reservedShared() + found->second;
    return known(record, bits);
  }
  fail("unknown register " + name);
  return scratch;
}

/// Of a variable; in the generic window for cvta and where the space is not known.
uint32_t Decoder::addressOf(const ptx::Operand &operand, unsigned bits, bool isGeneric) {
  KnownRegister record{Known::SharedAddress};
  record.isGeneric = isGeneric;
  record.addend = operand.offset;
  if (operand.kind == Kind::Global) {
    const ptx::Variable &variable = program.module.variables[operand.index];
    if (variable.space != ptx::Space::Shared)
      return constantRegister(addresses[operand.index] + uint64_t(operand.offset), bits);
    if (variable.bytes == 0)
      record.known = Known::DynamicAddress;
    else
      record.addend += int64_t(addresses[operand.index]);
    return known(record, bits);
  }
  const ptx::Variable &variable = function->variables[operand.index];
  int64_t place = layout->offsets[operand.index] + operand.offset;
  if (function->isKernel && operand.index < function->parameters.size()) {
    record.known = Known::ParameterAddress;
    for (unsigned i = 0, end = 0; i <= operand.index; ++i) {
      unsigned alignment = std::max(function->variables[i].alignment, 1u);
      end = (end + alignment - 1) / alignment * alignment;
      if (i == operand.index)
        record.addend += end;
      end += unsigned(function->variables[i].bytes);
    }
    return known(record, bits);
  }
  if (variable.space == ptx::Space::Shared) {
    record.addend = place;
    return known(record, bits);
  }
  if (layout->isOnStack[operand.index]) {
    if (bits != 64)
      fail("expected 64 bits for the address of '" + operand.name + "'");
    return stackAddress(unsigned(place), isGeneric);
  }
  return constantRegister((isGeneric ? kLocalWindow : 0) + uint64_t(place), bits);
}

std::optional<unsigned> Decoder::localOffset(const ptx::Operand &operand) const {
  if (operand.kind != Kind::Variable || layout->isOnStack[operand.index] ||
      (function->isKernel && operand.index < function->parameters.size()))
    return std::nullopt;
  return layout->offsets[operand.index] + unsigned(operand.offset);
}

uint32_t Decoder::registerOf(const ptx::Operand &operand, unsigned &bits, bool writes) {
  bits = std::max(function->registers[operand.index].type.bits, 1u);
  if (bits == 8)
    bits = 16;
  if (operand.negated)
    fail("a negated predicate is not expected here");
  uint32_t offset = registers[operand.index];
  if (bits == 32)
    touches.push_back({uint32_t(operation - program.operations.data()), offset, writes});
  return offset;
}

uint32_t Decoder::anySource(const ptx::Operand &operand, unsigned defaultBits, unsigned &bits) {
  if (operand.kind == Kind::Register)
    return registerOf(operand, bits, /*writes=*/false);
  bits = defaultBits;
  return source(operand, defaultBits);
}

uint32_t Decoder::source(const ptx::Operand &operand, unsigned bits) {
  switch (operand.kind) {
  case Kind::Register: {
    unsigned actual;
    uint32_t place = anySource(operand, bits, actual);
    if (actual != bits)
      fail("operand " + operand.name + " has " + std::to_string(actual) + " bits, expected " +
           std::to_string(bits));
    return place;
  }
  case Kind::Special:
    return special(operand.name, bits);
  case Kind::Integer:
    return constantRegister(operand.bits, bits);
  case Kind::Float32:
    if (bits == 64)
      return constantRegister(
          std::bit_cast<uint64_t>(double(std::bit_cast<float>(uint32_t(operand.bits)))), 64);
    return constantRegister(operand.bits, bits);
  case Kind::Float64:
    if (bits == 32)
      return constantRegister(std::bit_cast<uint32_t>(float(std::bit_cast<double>(operand.bits))),
                              32);
    return constantRegister(operand.bits, bits);
  case Kind::Variable:
  case Kind::Global:
    return addressOf(operand, bits, /*isGeneric=*/false);
  case Kind::Function:
    return constantRegister(kCodeWindow + findFunction(operand.name).value_or(0) * kCodeStep, bits);
  default:
    fail("expected a register or a number");
    return scratch;
  }
}

uint32_t Decoder::anyResult(const ptx::Operand &operand, unsigned defaultBits, unsigned &bits) {
  bits = defaultBits;
  if (operand.kind == Kind::Sink)
    return scratch;
  if (operand.kind != Kind::Register || operand.negated) {
    fail("expected a register for the result");
    return scratch;
  }
  return registerOf(operand, bits, /*writes=*/true);
}

uint32_t Decoder::result(const ptx::Operand &operand, unsigned bits) {
  unsigned actual;
  uint32_t place = anyResult(operand, bits, actual);
  if (actual != bits)
    fail("result " + operand.name + " has " + std::to_string(actual) + " bits, expected " +
         std::to_string(bits));
  return place;
}

uint32_t Decoder::predicate(const ptx::Operand &operand, LaneMask &flip) {
  flip = operand.negated ? kAllLanes : 0;
  if (operand.kind == Kind::Integer)
    return predicateConstant(operand.bits != 0);
  if (operand.kind == Kind::Register && function->registers[operand.index].type.bits == 1)
    return registers[operand.index];
  if (operand.kind == Kind::Special)
    return special(operand.name, 1);
  fail("expected a predicate");
  return scratch;
}

std::optional<int64_t> Decoder::constant(const ptx::Operand &operand) const {
  if (operand.kind != Kind::Integer)
    return std::nullopt;
  return int64_t(operand.bits);
}

Decoder::Address Decoder::address(const ptx::Operand &operand, AddressSpace space) {
  Address result;
  if (operand.kind != Kind::Address) {
    fail("expected an address in brackets");
    return result;
  }
  const ptx::Operand &start = operand.elements[0];
  result.offset = operand.offset;
  if (start.kind == Kind::Register) {
    unsigned bits;
    result.base = anySource(start, 64, bits);
    result.isWide = bits == 64;
    if (bits != 32 && bits != 64)
      fail("expected an address of 32 or 64 bits, " + start.name + " has " + std::to_string(bits));
    return result;
  }
  if (start.kind == Kind::Integer) {
    result.base = constantRegister(start.bits, 64);
    return result;
  }
  if (start.kind == Kind::Variable || start.kind == Kind::Global) {
    result.base = addressOf(start, 64, space == AddressSpace::Generic);
    return result;
  }
  fail("expected a register or a variable as address");
  return result;
}

} // namespace mla::sim
