//===- Fragments.h - which lane holds which element of a matrix -----------===//
// PTX ISA, "Matrix Fragments for mma", "ldmatrix", "stmatrix", "wgmma register fragments". All
// shapes follow one pattern: a lane is (group = lane / 4, thread = lane % 4); registers run over K,
// and over the lower eight rows first where there are sixteen. SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mla::sim {

/// Row and column of an element.
struct Place {
  unsigned row, column;
};

/// Element `element` of register `reg` in A (m × k), `perRegister` elements to a register.
constexpr Place placeOfA(unsigned m, unsigned perRegister, unsigned lane, unsigned reg,
                         unsigned element) {
  unsigned half = m == 16 ? reg & 1 : 0, step = m == 16 ? reg >> 1 : reg;
  return {lane / 4 + 8 * half, (lane % 4 + 4 * step) * perRegister + element};
}

/// The same in B (k × n).
constexpr Place placeOfB(unsigned perRegister, unsigned lane, unsigned reg, unsigned element) {
  return {(lane % 4 + 4 * reg) * perRegister + element, lane / 4};
}

/// Element `index` of a lane in C and D (m × n), counted over registers; any n that 8 divides, so
/// the accumulators of one warp of wgmma too.
constexpr Place placeOfC(unsigned m, unsigned lane, unsigned index) {
  unsigned perTile = m == 16 ? 4 : 2;
  unsigned inTile = index % perTile;
  return {lane / 4 + 8 * (inTile / 2), 8 * (index / perTile) + lane % 4 * 2 + inTile % 2};
}

/// ldmatrix and stmatrix .m8n8.b16: register i holds matrix i, whose row r lies where lane 8 i + r
/// points. Half `element` (0, 1) of a lane's register.
constexpr Place placeOfMatrix(bool transposed, unsigned lane, unsigned element) {
  unsigned row = lane / 4, column = lane % 4 * 2 + element;
  return transposed ? Place{column, row} : Place{row, column};
}

} // namespace mla::sim
