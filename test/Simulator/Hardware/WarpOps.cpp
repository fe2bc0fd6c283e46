//===- WarpOps.cpp - ldmatrix, stmatrix and movmatrix ---------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "WarpOps.h"
#include "mla/Simulator/Numerics/Fragments.h"

#include <cstring>

using namespace mla::sim;

namespace mla::hardware {

/// The half at a place of matrix `matrix`, eight rows of 16 bytes each.
static uint16_t *at(uint8_t *tile, unsigned matrix, Place place) {
  return reinterpret_cast<uint16_t *>(tile + (8 * matrix + place.row) * 16 + place.column * 2);
}

static std::string registers(const char *name, unsigned count) {
  std::string text = "{";
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", %" : "%") + std::string(name) + std::to_string(i);
  return text + "}";
}

std::vector<WarpOp> warpOps() {
  std::vector<WarpOp> ops;
  const std::string store = "st.shared.v4.b32 [%row], {%x0, %x1, %x2, %x3}; bar.warp.sync -1; ";
  const std::string load = " bar.warp.sync -1; ld.shared.v4.b32 {%y0, %y1, %y2, %y3}, [%row];";
  for (unsigned count : {1, 2, 4})
    for (bool transposed : {false, true}) {
      std::string shape = ".sync.aligned.m8n8.x" + std::to_string(count) +
                          (transposed ? ".trans" : "") + ".shared.b16 ";
      ops.push_back({"ldmatrix" + shape.substr(13, shape.size() - 14),
                     store + "ldmatrix" + shape + registers("y", count) + ", [%row];",
                     [=](const uint32_t *x, uint32_t *y) {
                       uint8_t tile[512];
                       for (unsigned lane = 0; lane < 32; ++lane)
                         for (unsigned i = 0; i < 4; ++i)
                           std::memcpy(tile + 16 * lane + 4 * i, x + 32 * i + lane, 4);
                       for (unsigned i = 0; i < count; ++i)
                         for (unsigned lane = 0; lane < 32; ++lane)
                           y[32 * i + lane] = *at(tile, i, placeOfMatrix(transposed, lane, 0)) |
                                              *at(tile, i, placeOfMatrix(transposed, lane, 1))
                                                  << 16;
                     }});
      ops.push_back({"stmatrix" + shape.substr(13, shape.size() - 14),
                     "st.shared.v4.b32 [%row], {0, 0, 0, 0}; bar.warp.sync -1; stmatrix" + shape +
                         "[%row], " + registers("x", count) + ";" + load,
                     [=](const uint32_t *x, uint32_t *y) {
                       uint8_t tile[512] = {};
                       for (unsigned i = 0; i < count; ++i)
                         for (unsigned lane = 0; lane < 32; ++lane)
                           for (unsigned element = 0; element < 2; ++element)
                             *at(tile, i, placeOfMatrix(transposed, lane, element)) =
                                 uint16_t(x[32 * i + lane] >> (16 * element));
                       for (unsigned lane = 0; lane < 32; ++lane)
                         for (unsigned i = 0; i < 4; ++i)
                           std::memcpy(y + 32 * i + lane, tile + 16 * lane + 4 * i, 4);
                     }});
    }
  ops.push_back({"movmatrix.trans", "movmatrix.sync.aligned.m8n8.trans.b16 %y0, %x0;",
                 [](const uint32_t *x, uint32_t *y) {
                   uint8_t tile[128];
                   for (unsigned lane = 0; lane < 32; ++lane)
                     for (unsigned element = 0; element < 2; ++element)
                       *at(tile, 0, placeOfMatrix(false, lane, element)) =
                           uint16_t(x[lane] >> (16 * element));
                   for (unsigned lane = 0; lane < 32; ++lane)
                     y[lane] = *at(tile, 0, placeOfMatrix(true, lane, 0)) |
                               *at(tile, 0, placeOfMatrix(true, lane, 1)) << 16;
                 }});
  return ops;
}

std::string warpModule(const std::vector<WarpOp> &ops) {
  std::string text = ".version 8.7\n.target sm_90a\n.address_size 64\n";
  for (size_t index = 0; index < ops.size(); ++index) {
    text += "// " + ops[index].name + "\n.visible .entry warp" + std::to_string(index) +
            "(.param .u64 in, .param .u64 out) {\n"
            "  .reg .b64 %in, %out, %at;\n  .reg .b32 %row, %warp, %lane, %x<4>, %y<4>;\n"
            "  .shared .align 128 .b8 tiles[2048];\n"
            "  ld.param.u64 %in, [in]; ld.param.u64 %out, [out];\n"
            "  mov.u32 %lane, %tid.x; mov.u32 %row, tiles; mad.lo.u32 %row, %lane, 16, %row;\n"
            "  mov.u32 %warp, %ctaid.x; shl.b32 %warp, %warp, 2; shr.u32 %x0, %lane, 5;\n"
            "  add.u32 %warp, %warp, %x0; and.b32 %lane, %lane, 31;\n"
            "  shl.b32 %warp, %warp, 7; add.u32 %warp, %warp, %lane; mul.wide.u32 %at, %warp, 4;\n"
            "  add.u64 %in, %in, %at; add.u64 %out, %out, %at;\n";
    for (int i = 0; i < 4; ++i)
      text += "  ld.global.b32 %x" + std::to_string(i) + ", [%in+" + std::to_string(128 * i) +
              "]; mov.b32 %y" + std::to_string(i) + ", 0;\n";
    text += "  " + ops[index].body + "\n";
    for (int i = 0; i < 4; ++i)
      text +=
          "  st.global.b32 [%out+" + std::to_string(128 * i) + "], %y" + std::to_string(i) + ";\n";
    text += "  ret;\n}\n";
  }
  return text;
}

} // namespace mla::hardware
