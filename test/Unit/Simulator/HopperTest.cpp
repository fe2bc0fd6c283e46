//===- HopperTest.cpp - mbarriers and bulk copies -------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

static const RunOptions kShared = {.block = {64, 1, 1},
                                   .declarations = ".shared .align 128 .b8 s[1024];"};

static const std::string kInit = "mov.u32 %r1, s;\nsetp.eq.u32 %p1, %t, 0;\n"
                                 "@%p1 mbarrier.init.shared::cta.b64 [%r1], 64;\nbar.sync 0;\n";
static const std::string kWait =
    "{ .reg .pred complete; again: mbarrier.try_wait.parity.shared::cta.b64 complete, [%r1], 0; "
    "@!complete bra again; }\n";

TEST(Mbarrier, OrdersTheWarpsThatArrive) {
  std::string body = kInit +
                     "shl.b32 %r2, %t, 2;\nadd.u32 %r2, %r2, %r1;\n"
                     "st.shared.u32 [%r2+128], %t;\n"
                     "mbarrier.arrive.shared::cta.b64 _, [%r1];\n" +
                     kWait +
                     "xor.b32 %r3, %t, 32;\nshl.b32 %r3, %r3, 2;\nadd.u32 %r3, %r3, %r1;\n"
                     "ld.shared.u32 %r4, [%r3+128];\nst.global.u32 [%at], %r4;";
  for (uint64_t seed : {0, 1, 2, 3}) {
    RunOptions options = kShared;
    options.seed = seed;
    EXPECT_EQ(runClean(body, options)[40], 8u);
  }
}

TEST(Mbarrier, ReportsMisuse) {
  EXPECT_NE(findingOf("mov.u32 %r1, s;\nsetp.eq.u32 %p1, %t, 0;\n@%p1 st.shared.u64 [%r1], 0;\n"
                      "bar.sync 0;\n"
                      "mbarrier.arrive.shared::cta.b64 _, [%r1];",
                      kShared)
                .find("uses memory that is no mbarrier"),
            std::string::npos);
  EXPECT_NE(findingOf(kInit + "mbarrier.arrive.shared::cta.b64 _, [%r1], 65;", kShared)
                .find("where the mbarrier misses 64"),
            std::string::npos);
  std::string deadlock = findingOf(kInit + kWait, kShared);
  EXPECT_TRUE(deadlock.starts_with("deadlock: mbarrier.try_wait")) << deadlock;
  // Used without a barrier behind the initialisation.
  std::string early = findingOf("mov.u32 %r1, s;\nsetp.eq.u32 %p1, %t, 0;\n"
                                "@%p1 mbarrier.init.shared::cta.b64 [%r1], 64;\n"
                                "mbarrier.arrive.shared::cta.b64 _, [%r1];",
                                kShared);
  EXPECT_TRUE(early.starts_with("race")) << early;
}

TEST(BulkCopy, CompletesAtItsMbarrier) {
  std::string body = "st.global.u32 [%at], %t;\nmov.u32 %r1, s;\nsetp.eq.u32 %p1, %t, 0;\n"
                     "@%p1 mbarrier.init.shared::cta.b64 [%r1], 1;\nbar.sync 0;\n"
                     "add.u32 %r5, %r1, 128;\n@!%p1 bra wait;\n"
                     "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], 256;\n"
                     "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r5], "
                     "[%out], 256, [%r1];\n"
                     "wait:\n";
  std::string read = "shl.b32 %r2, %t, 2;\nadd.u32 %r2, %r2, %r5;\nld.shared.u32 %r4, [%r2];\n"
                     "add.u32 %r4, %r4, 1;\nst.global.u32 [%at+512], %r4;\n";
  for (uint64_t seed : {0, 1, 2, 3}) {
    RunOptions options = kShared;
    options.seed = seed;
    EXPECT_EQ(runClean(body + kWait + read, options)[128 + 40], 41u);
  }
  bool hasRace = false;
  for (const Finding &finding : runBody(body + read, kShared).report.findings)
    hasRace |= finding.text.find("a bulk copy at line") != std::string::npos;
  EXPECT_TRUE(hasRace);
  // Bytes that nobody copies.
  std::string wrong = body;
  wrong.replace(wrong.find("_, [%r1], 256"), 13, "_, [%r1], 512");
  std::string deadlock = findingOf(wrong + kWait, kShared);
  EXPECT_TRUE(deadlock.starts_with("deadlock")) << deadlock;
}

TEST(BulkCopy, StoresInGroups) {
  std::string store = "mov.u32 %r1, s;\nshl.b32 %r2, %t, 2;\nadd.u32 %r2, %r2, %r1;\n"
                      "st.shared.u32 [%r2], %t;\nfence.proxy.async.shared::cta;\nbar.sync 0;\n"
                      "setp.eq.u32 %p1, %t, 0;\n@!%p1 bra done;\n"
                      "cp.async.bulk.global.shared::cta.bulk_group [%out], [%r1], 256;\n"
                      "cp.async.bulk.commit_group;\n";
  EXPECT_EQ(runClean(store + "cp.async.bulk.wait_group 0;\ndone:\n", kShared)[40], 40u);
  std::string unfenced = store;
  unfenced.erase(unfenced.find("fence.proxy.async.shared::cta;"), 30);
  unfenced = findingOf(unfenced + "cp.async.bulk.wait_group 0;\ndone:\n", kShared);
  EXPECT_NE(unfenced.find("without a fence.proxy.async"), unfenced.npos) << unfenced;
  // The source is written again before the copy has read it.
  std::string again = findingOf(store + "st.shared.u32 [%r2], 7;\ndone:\n", kShared);
  EXPECT_TRUE(again.starts_with("race")) << again;
}
