//===- Matrix.cpp - ldmatrix, stmatrix and mma ----------------------------===//
// PTX ISA, "Warp Level Matrix Multiply-Accumulate Instructions". The products are those of
// Numerics/Matrix.h.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "MatrixTypes.h"
#include "mla/Simulator/Numerics/Fragments.h"

#include <cstring>

namespace mla::sim {

namespace {
struct TilesDetails {
  unsigned count; ///< 8 × 8 matrices of 16 bits
  bool isTransposed, isLoad;
  Decoder::Address address;
  AddressSpace space;
  uint32_t registers[4];
};
} // namespace

/// Rows of matrix i lie where lanes 8 i … 8 i + 7 point; all lanes take part.
static Outcome runTiles(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const TilesDetails *>(operation.details);
  if (!warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  uint64_t addresses[kLanes];
  uint8_t *rows[kLanes];
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                addresses);
  // Addresses of lanes beyond the matrices do not count.
  unsigned numRows = 8 * details.count;
  LaneMask pointing = numRows >= kLanes ? kAllLanes : (LaneMask(1) << numRows) - 1;
  if (mask != kAllLanes)
    return warp.fail(FindingKind::Invalid, "executes this without all lanes of its warp",
                     unsigned(std::countr_zero(mask)));
  if (!warp.resolve(details.space, details.isLoad ? Use::Read : Use::Write, 16, addresses, pointing,
                    rows))
    return Outcome::Fault;
  for (unsigned i = 0; i < details.count; ++i) {
    uint16_t *reg = warp.lanes<uint16_t>(details.registers[i]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned element = 0; element < 2; ++element) {
        Place place = placeOfMatrix(details.isTransposed, lane, element);
        uint8_t *at = rows[8 * i + place.row] + 2 * place.column;
        if (details.isLoad)
          std::memcpy(&reg[2 * lane + element], at, 2);
        else
          std::memcpy(at, &reg[2 * lane + element], 2);
      }
  }
  return Outcome::Next;
}

static bool decodeTiles(Decoder &d) {
  TilesDetails details{};
  details.isLoad = d.opcode() == "ldmatrix";
  details.isTransposed = false;
  if (!d.take("sync") || !d.take("aligned") || !d.take("m8n8"))
    return d.fail("expected .sync.aligned.m8n8");
  details.count = d.take("x1") ? 1 : d.take("x2") ? 2 : d.take("x4") ? 4 : 0;
  details.isTransposed = d.take("trans");
  details.space = takeSpace(d);
  if (!details.count || !d.take("b16") || !d.expectOperands(2, 2))
    return d.fail("expected .x1, .x2 or .x4, .b16 and 2 operands");
  const ptx::Operand &list = d.operand(details.isLoad ? 0 : 1);
  bool isVector = list.kind == ptx::Operand::Kind::Vector;
  if (isVector ? list.elements.size() != details.count : details.count != 1)
    return d.fail("expected " + std::to_string(details.count) + " registers");
  for (unsigned i = 0; i < details.count; ++i) {
    const ptx::Operand &each = isVector ? list.elements[i] : list;
    details.registers[i] = details.isLoad ? d.result(each, 32) : d.source(each, 32);
  }
  details.address = d.address(d.operand(details.isLoad ? 1 : 0), details.space);
  d.keep(details);
  d.operation->handler = runTiles;
  return true;
}

//===-- mma ---------------------------------------------------------------===//

namespace {
struct MmaDetails {
  MmaInstruction instruction;
  std::vector<uint32_t> a, b, c, d;
};
} // namespace

static Outcome runMma(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const MmaDetails *>(operation.details);
  if (!warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  if (mask != kAllLanes)
    return warp.fail(FindingKind::Invalid, "executes this without all lanes of its warp",
                     unsigned(std::countr_zero(mask)));
  auto run = [&](auto zero, auto product) {
    using T = decltype(zero);
    T *registers[4][16];
    const std::vector<uint32_t> *lists[4] = {&details.a, &details.b, &details.c, &details.d};
    for (size_t list = 0; list < 4; ++list)
      for (size_t i = 0; i < lists[list]->size(); ++i)
        registers[list][i] = warp.lanes<T>((*lists[list])[i]);
    product(details.instruction, registers[0], registers[1], registers[2], registers[3]);
  };
  if (details.instruction.a == MatrixType::F64)
    run(uint64_t(), mmaF64);
  else
    run(uint32_t(), mma);
  return Outcome::Next;
}

static bool decodeMma(Decoder &d) {
  MmaDetails details{};
  MmaInstruction &instruction = details.instruction;
  if (!d.take("sync") || !d.take("aligned") || !takeShape(d, instruction))
    return d.fail("expected .sync.aligned and a shape");
  if (!d.take("row") || !d.take("col"))
    return d.fail("expected .row.col");
  instruction.satfinite = d.take("satfinite");
  instruction.andPopc = d.take("and");
  if (!instruction.andPopc)
    d.take("xor");
  d.take("popc");
  std::optional<MatrixType> result = takeMatrixType(d), a = takeMatrixType(d),
                            b = takeMatrixType(d), c = takeMatrixType(d);
  if (!result || !a || !b || !c || *result != *c || !d.expectOperands(4, 4))
    return d.fail("expected 4 types, the same of the result and the accumulator, and 4 operands");
  instruction.a = *a;
  instruction.b = *b;
  instruction.accumulator = *c;
  if (isFloat(*a) && *a != MatrixType::F64)
    instruction.model = mmaModel(archOf(d.program.module.target), *a, instruction.k);
  auto list = [&](size_t index, unsigned count, bool isResult, std::vector<uint32_t> &places) {
    const ptx::Operand &operand = d.operand(index);
    bool isVector = operand.kind == ptx::Operand::Kind::Vector;
    size_t given = isVector ? operand.elements.size() : 1;
    if (given != count || count > 16)
      return d.fail("operand " + std::to_string(index) + " has " + std::to_string(given) +
                    " registers, expected " + std::to_string(count));
    for (size_t i = 0; i < count; ++i) {
      const ptx::Operand &each = isVector ? operand.elements[i] : operand;
      unsigned bits = instruction.registerWidth();
      places.push_back(isResult ? d.result(each, bits) : d.source(each, bits));
    }
    return true;
  };
  if (!list(0, instruction.registersC(), true, details.d) ||
      !list(1, instruction.registersA(), false, details.a) ||
      !list(2, instruction.registersB(), false, details.b) ||
      !list(3, instruction.registersC(), false, details.c))
    return false;
  d.keep(details);
  d.operation->handler = runMma;
  return true;
}

void addMatrix(Registry &registry) {
  registry["ldmatrix"] = registry["stmatrix"] = decodeTiles;
  registry["mma"] = registry["mma.f"] = decodeMma;
}

} // namespace mla::sim
