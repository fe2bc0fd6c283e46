//===- TensorMapsTest.cpp - tensor maps that kernels make and use ---------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

static const RunOptions kOptions = {
    .block = {32, 1, 1},
    .declarations = ".shared .align 128 .b8 map[128];\n.shared .align 128 .b8 s[1024];\n"
                    ".shared .align 8 .b8 bar[8];\n.global .align 128 .b8 made[128];"};

/// A map of `out` as 8 columns and 32 rows of u32 (of bytes 0 to 1023) with boxes of 8 × `rows`.
static std::string makeMap(const std::string &rows, const std::string &rank = "1") {
  std::string field = "@%p1 tensormap.replace.tile.";
  return "mov.u32 %r1, s;\nmov.u32 %r2, bar;\nmov.u32 %r3, map;\nsetp.eq.u32 %p1, %t, 0;\n"
         "shl.b32 %r4, %t, 2;\nadd.u32 %r5, %r3, %r4;\nst.shared.u32 [%r5], 0;\nbar.warp.sync -1;\n"
         "add.u32 %r5, %r1, %r4;\n" +
         field + "global_address.shared::cta.b1024.b64 [%r3], %out;\n" + field +
         "rank.shared::cta.b1024.b32 [%r3], " + rank + ";\n" + field +
         "box_dim.shared::cta.b1024.b32 [%r3], 0, 8;\n" + field +
         "box_dim.shared::cta.b1024.b32 [%r3], 1, " + rows + ";\n" + field +
         "global_dim.shared::cta.b1024.b32 [%r3], 0, 8;\n" + field +
         "global_dim.shared::cta.b1024.b32 [%r3], 1, 30;\n" + field +
         "global_stride.shared::cta.b1024.b64 [%r3], 0, 32;\n" + field +
         "element_stride.shared::cta.b1024.b32 [%r3], 0, 1;\n" + field +
         "elemtype.shared::cta.b1024.b32 [%r3], 2;\n" + field +
         "interleave_layout.shared::cta.b1024.b32 [%r3], 0;\n" + field +
         "swizzle_mode.shared::cta.b1024.b32 [%r3], 0;\n" + field +
         "fill_mode.shared::cta.b1024.b32 [%r3], 0;\n"
         "mov.u64 %d1, made;\nbar.warp.sync -1;\n"
         "tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic.release.gpu.sync.aligned "
         "[%d1], [%r3], 128;\nfence.proxy.tensormap::generic.acquire.gpu [%d1], 128;\n"
         "@%p1 mbarrier.init.shared::cta.b64 [%r2], 1;\nbar.warp.sync -1;\n";
}

/// Each thread writes row %t of the array: 8 · %t + column.
static const std::string kFill = R"(
  mul.wide.u32 %d2, %t, 32;
  add.u64 %d2, %d2, %out;
  shl.b32 %r8, %t, 3;
  add.u32 %r9, %r8, 1;
  add.u32 %r10, %r8, 2;
  add.u32 %r11, %r8, 3;
  st.global.v4.u32 [%d2], {%r8, %r9, %r10, %r11};
  add.u32 %r8, %r8, 4;
  add.u32 %r9, %r8, 1;
  add.u32 %r10, %r8, 2;
  add.u32 %r11, %r8, 3;
  st.global.v4.u32 [%d2+16], {%r8, %r9, %r10, %r11};
)";
static const std::string kExpect =
    "@%p1 mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2], 128;\n";
static const std::string kWait =
    "{ .reg .pred complete; again: mbarrier.try_wait.parity.shared::cta.b64 complete, [%r2], 0; "
    "@!complete bra again; }\nld.shared.u32 %r6, [%r5];\nst.global.u32 [%at+2048], %r6;\n";

TEST(TensorMaps, MadeByTheKernel) {
  std::vector<uint32_t> out = runClean(
      kFill + makeMap("4") + kExpect +
          "@%p1 cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%r1], "
          "[%d1, {2, 27}], [%r2];\n" +
          kWait,
      kOptions);
  EXPECT_EQ(out[512], 27u * 8 + 2);
  EXPECT_EQ(out[512 + 5], 27u * 8 + 7);
  EXPECT_EQ(out[512 + 6], 0u); // beyond the last column
  EXPECT_EQ(out[512 + 16], 29u * 8 + 2);
  EXPECT_EQ(out[512 + 24], 0u); // beyond the last row
}

TEST(TensorMaps, FourRows) {
  std::string copy = kExpect +
                     "@%p1 cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::"
                     "complete_tx::bytes [%r1], [%d1, {0, 7, 3, 40, 29}], [%r2];\n" +
                     kWait;
  std::vector<uint32_t> out = runClean(kFill + makeMap("1") + copy, kOptions);
  EXPECT_EQ(out[512 + 1], 57u);
  EXPECT_EQ(out[512 + 8 + 1], 25u);
  EXPECT_EQ(out[512 + 16 + 1], 0u); // no such row
  EXPECT_EQ(out[512 + 24 + 1], 233u);
  std::string wrong = findingOf(kFill + makeMap("4") + copy, kOptions);
  EXPECT_NE(wrong.find("four rows through a tensor map whose boxes have 4 rows"), wrong.npos)
      << wrong;
  std::string store =
      "add.u32 %r6, %t, 5000;\nst.shared.u32 [%r5], %r6;\nfence.proxy.async.shared::cta;\n"
      "bar.warp.sync -1;\n@%p1 "
      "cp.async.bulk.tensor.2d.global.shared::cta.tile::scatter4.bulk_group "
      "[%d1, {0, 9, 2, 30, 4}], [%r1];\n@%p1 cp.async.bulk.commit_group;\n"
      "@%p1 cp.async.bulk.wait_group 0;\n";
  out = runClean(kFill + makeMap("1") + store, kOptions);
  EXPECT_EQ(out[8 * 9 + 3], 5003u);
  EXPECT_EQ(out[8 * 2 + 3], 5011u);
  EXPECT_EQ(out[8 * 30 + 3], 8u * 30 + 3);
  EXPECT_EQ(out[8 * 4 + 7], 5031u);
}

TEST(TensorMaps, Reductions) {
  std::vector<uint32_t> out = runClean(
      kFill + makeMap("4") +
          "add.u32 %r6, %t, 1000;\nst.shared.u32 [%r5], %r6;\nfence.proxy.async.shared::cta;\n"
          "bar.warp.sync -1;\n@%p1 cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.tile."
          "bulk_group [%d1, {0, 28}], [%r1];\n@%p1 cp.async.bulk.commit_group;\n"
          "@%p1 cp.async.bulk.wait_group 0;\n",
      kOptions);
  EXPECT_EQ(out[8 * 28], 8u * 28 + 1000);
  EXPECT_EQ(out[8 * 29 + 7], 8u * 29 + 7 + 1015);
  EXPECT_EQ(out[8 * 30], 8u * 30); // beyond the last row
}

TEST(TensorMaps, RefuseWhatTheyCannotBe) {
  auto finding = [](const std::string &line) {
    return findingOf("mov.u32 %r3, map;\nsetp.eq.u32 %p1, %t, 0;\n@%p1 st.shared.v4.u32 [%r3], "
                     "{%t, %t, %t, %t};\n@%p1 tensormap.replace.tile." +
                         line,
                     {.block = {1, 1, 1}, .declarations = ".shared .align 128 .b8 map[128];"});
  };
  RunResult half = runBody(kFill + makeMap("4", "4") +
                               "@%p1 cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::"
                               "complete_tx::bytes [%r1], [%d1, {2, 27}], [%r2];\n",
                           kOptions);
  ASSERT_FALSE(half.report.findings.empty());
  EXPECT_NE(half.report.findings.back().text.find("copies 2 dimensions of a tensor map of 5"),
            std::string::npos)
      << half.report.findings.back().text;
  EXPECT_NE(finding("rank.shared::cta.b1024.b32 [%r3], 5;"), "0 findings");
  EXPECT_EQ(
      loadError("tensormap.replace.tile.box_dim.shared::cta.b1024.b32 [%r1], 5, %r2;"),
      "tensormap.replace.tile.box_dim.shared::cta.b1024.b32: expected a dimension from 0 to 4");
  EXPECT_EQ(loadError("tensormap.replace.tile.global_address.shared::cta.b1024.b32 [%r1], %r2;"),
            "tensormap.replace.tile.global_address.shared::cta.b1024.b32: expected .b64");
}
