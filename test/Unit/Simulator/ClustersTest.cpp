//===- ClustersTest.cpp - blocks that use each other's shared memory ------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

/// Two blocks of a warp; s is data, bar an mbarrier.
static RunOptions pair(uint64_t seed = 0) {
  RunOptions options;
  options.grid = {2, 1, 1};
  options.cluster = {2, 1, 1};
  options.seed = seed;
  options.declarations = ".shared .align 128 .b8 s[1024];\n.shared .align 8 .b8 bar[8];";
  return options;
}

static const std::string kSync = "barrier.cluster.arrive.aligned;\nbarrier.cluster.wait.aligned;\n";
/// %r1 the thread's word, %r6 the same in the other block, %r2 bar, %r7 the other bar, %p1 thread
/// 0.
static const std::string kStart =
    "mov.u32 %r1, s;\nshl.b32 %r3, %t, 2;\nadd.u32 %r1, %r1, %r3;\nmov.u32 %r2, bar;\n"
    "mov.u32 %r4, %cluster_ctarank;\nxor.b32 %r5, %r4, 1;\nmapa.shared::cluster.u32 %r6, %r1, "
    "%r5;\n"
    "mapa.shared::cluster.u32 %r7, %r2, %r5;\nsetp.eq.u32 %p1, %t, 0;\n"
    "mad.lo.u32 %r8, %r4, 100, %t;\nmov.u32 %r9, %ctaid.x;\nmul.wide.u32 %d1, %r9, 128;\n"
    "add.u64 %at, %at, %d1;\n";
/// An mbarrier that expects 128 bytes.
static const std::string kExpect =
    "@%p1 mbarrier.init.shared::cta.b64 [%r2], 1;\n@%p1 fence.mbarrier_init.release.cluster;\n"
    "@%p1 mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2], 128;\n";
static const std::string kWait =
    "{ .reg .pred complete; again: mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 "
    "complete, [%r2], 0; @!complete bra again; }\n";

static void expectFinding(const std::string &body, const std::string &start,
                          const std::string &part, const RunOptions &options = pair()) {
  bool found = false;
  std::string all;
  for (const Finding &finding : runBody(body, options).report.findings) {
    std::string text = std::string(nameOf(finding.kind)) + ": " + finding.text;
    found |= text.starts_with(start) && text.find(part) != text.npos;
    all += text + "\n";
  }
  EXPECT_TRUE(found) << all;
}

TEST(Clusters, Registers) {
  RunOptions options;
  options.grid = {4, 6, 1};
  options.cluster = {2, 3, 1};
  options.block = {1, 1, 1};
  options.declarations = ".shared .align 4 .b8 s[4];";
  std::vector<uint32_t> out = runClean(R"(
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %ctaid.y;
  mad.lo.u32 %r3, %r2, 4, %r1;
  mul.wide.u32 %d1, %r3, 32;
  add.u64 %d1, %d1, %out;
  mov.u32 %r1, %clusterid.x;
  mov.u32 %r2, %clusterid.y;
  mov.u32 %r3, %nclusterid.x;
  mov.u32 %r4, %cluster_ctaid.y;
  mov.u32 %r5, %cluster_nctaid.y;
  mov.u32 %r6, %cluster_ctarank;
  mov.u32 %r7, %cluster_nctarank;
  mov.pred %p1, %is_explicit_cluster;
  selp.u32 %r8, 1, 0, %p1;
  st.global.v4.u32 [%d1], {%r1, %r2, %r3, %r4};
  st.global.v4.u32 [%d1+16], {%r5, %r6, %r7, %r8};
)",
                                       options);
  // Block (3, 4): cluster (1, 1), in it (1, 1).
  std::vector<uint32_t> got(out.begin() + 8 * 19, out.begin() + 8 * 20);
  EXPECT_EQ(got, (std::vector<uint32_t>{1, 1, 2, 1, 3, 3, 6, 1}));
}

TEST(Clusters, StoreAsync) {
  std::string body =
      kStart + kExpect + kSync +
      "st.async.shared::cluster.mbarrier::complete_tx::bytes.u32 [%r6], %r8, [%r7];\n" + kWait +
      "ld.shared.u32 %r9, [%r1];\nst.global.u32 [%at], %r9;\n" + kSync;
  for (uint64_t seed : {0, 1, 2, 3}) {
    std::vector<uint32_t> out = runClean(body, pair(seed));
    EXPECT_EQ(out[7], 107u);
    EXPECT_EQ(out[32 + 7], 7u);
  }
  // Read before the wait.
  std::string early = body;
  early.erase(early.find(kWait), kWait.size());
  expectFinding(early, "race", "a bulk copy");
  // The mbarrier of this block, the data of the other one.
  std::string own = body;
  own.replace(own.find("%r8, [%r7]"), 10, "%r8, [%r2]");
  expectFinding(own, "invalid", "completes at an mbarrier of another block");
}

TEST(Clusters, StoreAsyncOfVectors) {
  std::string body =
      kStart + kExpect + kSync +
      "shl.b32 %r3, %t, 4;\nmov.u32 %r1, s;\nmapa.shared::cluster.u32 %r6, %r1, %r5;\n"
      "add.u32 %r6, %r6, %r3;\nsetp.lt.u32 %p2, %t, 8;\n"
      "@%p2 st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [%r6], "
      "{%r8, %r4, %t, %r8}, [%r7];\n" +
      kWait +
      "shl.b32 %r3, %t, 2;\nadd.u32 %r1, %r1, %r3;\nld.shared.u32 %r9, [%r1];\n"
      "st.global.u32 [%at], %r9;\n" +
      kSync;
  std::vector<uint32_t> out = runClean(body, pair(1));
  EXPECT_EQ(out[4 * 7], 107u);
  EXPECT_EQ(out[4 * 7 + 1], 1u);
  EXPECT_EQ(out[4 * 7 + 2], 7u);
}

TEST(Clusters, ReduceAsync) {
  std::string body =
      kStart + kExpect + "st.shared.u32 [%r1], 5;\n" + kSync +
      "mov.u32 %r1, s;\nmapa.shared::cluster.u32 %r6, %r1, %r5;\n"
      "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32 "
      "[%r6], %r8, [%r7];\n" +
      kWait + "@%p1 ld.shared.u32 %r9, [%r1];\n@%p1 st.global.u32 [%at], %r9;\n" + kSync;
  for (uint64_t seed : {0, 1, 2}) {
    std::vector<uint32_t> out = runClean(body, pair(seed));
    EXPECT_EQ(out[0], 5u + 3200 + 496);
    EXPECT_EQ(out[32], 5u + 496);
  }
}

TEST(Clusters, CopyToAnotherBlock) {
  std::string body = kStart + kExpect +
                     "st.shared.u32 [%r1+512], %r8;\nfence.proxy.async.shared::cta;\n" + kSync +
                     "mov.u32 %r10, s;\nadd.u32 %r10, %r10, 512;\n"
                     "@%p1 cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes "
                     "[%r6], [%r10], 128, [%r7];\n" +
                     kWait + "ld.shared.u32 %r9, [%r1];\nst.global.u32 [%at], %r9;\n" + kSync;
  for (uint64_t seed : {0, 1, 2, 3})
    EXPECT_EQ(runClean(body, pair(seed))[7], 107u);
  // The source changes while the copy may still read it.
  std::string again = body;
  again.insert(again.find("{ .reg .pred complete"), "st.shared.u32 [%r1+512], 3;\n");
  expectFinding(again, "race", "a bulk copy");
  // Without the fence of the proxy.
  std::string unfenced = body;
  unfenced.erase(unfenced.find("fence.proxy.async.shared::cta;\n"), 31);
  expectFinding(unfenced, "race", "without a fence.proxy.async");
}

TEST(Clusters, ReducingCopies) {
  // Into another block, and into global memory.
  std::string shared =
      kStart + kExpect +
      "st.shared.u32 [%r1+512], %r8;\nst.shared.u32 [%r1], 1000;\n"
      "fence.proxy.async.shared::cta;\n" +
      kSync +
      "mov.u32 %r10, s;\nadd.u32 %r10, %r10, 512;\n"
      "@%p1 cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::"
      "bytes.add.u32 [%r6], [%r10], 128, [%r7];\n" +
      kWait + "ld.shared.u32 %r9, [%r1];\nst.global.u32 [%at], %r9;\n" + kSync;
  for (uint64_t seed : {0, 1})
    EXPECT_EQ(runClean(shared, pair(seed))[7], 1107u);
  std::string global =
      kStart +
      "st.global.u32 [%at], 0f3F000000;\nadd.u32 %r8, %r8, 1;\ncvt.rn.f32.u32 %f1, %r8;\n"
      "st.shared.f32 [%r1], %f1;\nfence.proxy.async.shared::cta;\nbar.sync 0;\n"
      "mov.u32 %r10, s;\nadd.u64 %d2, %out, 0;\n" +
      kSync +
      "@%p1 cp.reduce.async.bulk.global.shared::cta.bulk_group.add.f32 [%d2], [%r10], "
      "128;\n@%p1 cp.async.bulk.commit_group;\n@%p1 cp.async.bulk.wait_group 0;\n";
  std::vector<uint32_t> out = runClean(global, pair());
  float sum;
  std::memcpy(&sum, &out[3], 4);
  EXPECT_EQ(sum, 0.5f + 4 + 104);
}

TEST(Clusters, Multicast) {
  std::string body = "st.global.u32 [%at], %t;\n" + kStart + kExpect + kSync +
                     "setp.eq.u32 %p2, %r4, 0;\nand.pred %p2, %p2, %p1;\nmov.u16 %h1, 3;\n"
                     "@%p2 cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes."
                     "multicast::cluster [%r1], [%out], 128, [%r2], %h1;\n" +
                     kWait +
                     "ld.shared.u32 %r9, [%r1];\nadd.u32 %r9, %r9, %r4;\n"
                     "st.global.u32 [%at+256], %r9;\n" +
                     kSync;
  for (uint64_t seed : {0, 1, 2}) {
    std::vector<uint32_t> out = runClean(body, pair(seed));
    EXPECT_EQ(out[64 + 7], 7u);
    EXPECT_EQ(out[96 + 7], 8u);
  }
  // A block that the cluster has not; one that waits and gets nothing.
  std::string wrong = body;
  wrong.replace(wrong.find("mov.u16 %h1, 3"), 14, "mov.u16 %h1, 7");
  expectFinding(wrong, "invalid", "copies to block 2 of a cluster of 2");
  wrong.replace(wrong.find("mov.u16 %h1, 7"), 14, "mov.u16 %h1, 1");
  expectFinding(wrong, "deadlock", "waits for the end of phase 0");
}

TEST(Clusters, RemoteArrivals) {
  std::string init =
      kStart +
      "@%p1 mbarrier.init.shared::cta.b64 [%r2], 32;\n"
      "@%p1 fence.mbarrier_init.release.cluster;\n" +
      "barrier.cluster.arrive.relaxed.aligned;\nbarrier.cluster.wait.acquire.aligned;\n";
  std::string body = init +
                     "st.shared::cluster.u32 [%r6], %r8;\n"
                     "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r7];\n" +
                     kWait + "ld.shared.u32 %r9, [%r1];\nst.global.u32 [%at], %r9;\n";
  // The last arrival is waited for: no barrier at the end is needed.
  for (uint64_t seed : {0, 1, 2, 3})
    EXPECT_EQ(runClean(body, pair(seed))[7], 107u);
  EXPECT_NE(loadError("mbarrier.arrive.shared::cluster.b64 %d1, [%r1];").find("expected _"),
            std::string::npos);
  expectFinding(init + "mbarrier.try_wait.parity.shared.b64 %p2, [%r7], 0;\n", "invalid",
                "of another block");
}

TEST(Clusters, BlocksThatHaveNotBegun) {
  expectFinding(kStart + "st.shared::cluster.u32 [%r6], 1;\n" + kSync, "race",
                "may not have begun");
  // A relaxed arrival says that the block has begun, and nothing of what it stored.
  std::string relaxed = kStart +
                        "st.shared.u32 [%r1], 4;\nbarrier.cluster.arrive.relaxed.aligned;\n"
                        "barrier.cluster.wait.aligned;\nld.shared::cluster.u32 %r9, [%r6];\n";
  expectFinding(relaxed + kSync, "race", "nothing orders that");
  std::string fenced = relaxed;
  fenced.insert(fenced.find("barrier.cluster.arrive.relaxed"), "fence.acq_rel.cluster;\n");
  runClean(fenced + kSync, pair());
}

TEST(Clusters, BlocksThatMayHaveEnded) {
  std::string use =
      kStart + "st.shared.u32 [%r1], 4;\n" + kSync + "ld.shared::cluster.u32 %r9, [%r6];\n";
  runClean(use + kSync, pair());
  runClean(use + "barrier.cluster.arrive.relaxed.aligned;\nbarrier.cluster.wait.aligned;\n",
           pair());
  for (uint64_t seed : {0, 1, 2, 3}) {
    bool found = false;
    for (const Finding &finding : runBody(use, pair(seed)).report.findings)
      found |= finding.text.find("may have ended before") != std::string::npos ||
               finding.text.find("which has ended") != std::string::npos;
    EXPECT_TRUE(found) << seed;
  }
}
