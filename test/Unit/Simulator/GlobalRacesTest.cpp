//===- GlobalRacesTest.cpp - order between blocks through memory ----------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

static RunOptions options(unsigned blocks, unsigned threads, uint64_t seed) {
  RunOptions result;
  result.grid = {blocks, 1, 1};
  result.block = {threads, 1, 1};
  result.seed = seed;
  result.globalRaces = true;
  return result;
}

/// The text of a race at some seeds, or nothing if there is none at any of them.
static std::string raceOf(const std::string &body, unsigned blocks = 2, unsigned threads = 32) {
  std::string text;
  for (uint64_t seed : {0, 1, 2}) {
    bool found = false;
    for (const Finding &finding : runBody(body, options(blocks, threads, seed)).report.findings) {
      // %out starts with nothing written; readers before the writer find that.
      if (finding.kind == FindingKind::Uninitialised)
        continue;
      EXPECT_EQ(finding.kind, FindingKind::Race) << finding.text;
      text = finding.text;
      found = true;
    }
    EXPECT_EQ(found, !text.empty()) << "differs at seed " << seed;
  }
  return text;
}

/// Block 0 does one thing, the others another one. The flag is at [%out+64], zero at first: no
/// matter, since only one thread of block 0 writes it.
static std::string blocks(const std::string &first, const std::string &others) {
  return "mov.u32 %r1, %ctaid.x;\nsetp.eq.u32 %p1, %r1, 0;\nsetp.eq.u32 %p2, %t, 0;\n"
         "@!%p1 bra others;\n" +
         first + "bra done;\nothers:\n" + others + "done:\n";
}
static const std::string kWrite = "@%p2 st.global.u32 [%out], 5;\n";
static const std::string kRead = "ld.global.u32 %r5, [%out];\n";
static std::string spin(const std::string &load) {
  return "again:\n" + load + " %r6, [%out+64];\nsetp.ne.u32 %p3, %r6, 1;\n@%p3 bra again;\n";
}

TEST(GlobalRaces, OfTwoBlocks) {
  std::string race = raceOf(blocks(kWrite, kRead));
  EXPECT_NE(race.find("byte 0 of 'out'"), race.npos) << race;
  EXPECT_NE(race.find("nothing orders that with an access of warp 0 of block ("), race.npos);
  EXPECT_EQ(raceOf(blocks(kRead, kRead)), "");
  EXPECT_NE(raceOf(blocks(kWrite, "@%p2 st.global.u32 [%out], 6;\n")), "");
  // Other bytes of the same word; the same bytes with the same value.
  EXPECT_EQ(raceOf(blocks("@%p2 st.global.u8 [%out], 5;\n", "@%p2 st.global.u8 [%out+1], 6;\n")),
            "");
  EXPECT_EQ(raceOf(blocks(kWrite, kWrite)), "");
  // Every lane's part of a word, not only that of the last one.
  std::string parts = "cvt.u64.u32 %d1, %t;\nadd.u64 %d1, %d1, %out;\nst.global.u8 [%d1], 5;\n";
  for (const char *byte : {"0", "1", "2", "3"})
    EXPECT_NE(raceOf(blocks(parts, std::string("ld.global.u8 %r5, [%out+") + byte + "];\n")), "")
        << byte;
}

TEST(GlobalRaces, ReleaseAndAcquire) {
  std::string release = kWrite + "@%p2 st.release.gpu.global.u32 [%out+64], 1;\n";
  std::string acquire = spin("ld.acquire.gpu.global.u32") + kRead;
  EXPECT_EQ(raceOf(blocks(release, acquire)), "");
  std::string relaxed = kWrite + "@%p2 st.relaxed.gpu.global.u32 [%out+64], 1;\n";
  std::string fenced =
      kWrite + "fence.acq_rel.gpu;\n@%p2 st.relaxed.gpu.global.u32 [%out+64], 1;\n";
  std::string look = spin("ld.relaxed.gpu.global.u32");
  EXPECT_NE(raceOf(blocks(relaxed, acquire)), "");
  EXPECT_EQ(raceOf(blocks(fenced, acquire)), "");
  EXPECT_NE(raceOf(blocks(release, look + kRead)), "");
  EXPECT_EQ(raceOf(blocks(release, look + "fence.acq_rel.gpu;\n" + kRead)), "");
  EXPECT_EQ(raceOf(blocks(kWrite + "membar.gl;\n@%p2 st.volatile.global.u32 [%out+64], 1;\n",
                          spin("ld.volatile.global.u32") + "membar.gl;\n" + kRead)),
            "");
  // A fence before the write does not help, nor one that only its block sees.
  EXPECT_NE(raceOf(blocks("fence.acq_rel.gpu;\n" + relaxed, acquire)), "");
  EXPECT_NE(raceOf(blocks(kWrite + "fence.acq_rel.cta;\n"
                                   "@%p2 st.relaxed.gpu.global.u32 [%out+64], 1;\n",
                          acquire)),
            "");
  EXPECT_NE(raceOf(blocks(kWrite + "@%p2 st.release.cta.global.u32 [%out+64], 1;\n", acquire)), "");
  // What comes behind the release.
  EXPECT_NE(raceOf(blocks("@%p2 st.release.gpu.global.u32 [%out+64], 1;\n" + kWrite, acquire)), "");
}

TEST(GlobalRaces, Atomics) {
  std::string add = "@%p2 atom.acq_rel.gpu.global.add.u32 %r7, [%out+64], 1;\n";
  EXPECT_EQ(raceOf(blocks(kWrite + add, spin("ld.acquire.gpu.global.u32") + kRead)), "");
  // Counters do not race with each other; a plain read of one does.
  std::string count = "atom.global.add.u32 %r7, [%out+128], 1;\n";
  EXPECT_EQ(raceOf(blocks(count, count)), "");
  EXPECT_NE(raceOf(blocks(count, "ld.global.u32 %r7, [%out+128];\n")), "");
  EXPECT_EQ(raceOf(blocks(count, "ld.relaxed.gpu.global.u32 %r7, [%out+128];\n")), "");
  // The last of three blocks reads what the others wrote.
  std::string last = "mov.u32 %r1, %ctaid.x;\nmul.lo.u32 %r2, %r1, 4;\ncvt.u64.u32 %d1, %r2;\n"
                     "add.u64 %d1, %d1, %out;\nsetp.ne.u32 %p2, %t, 0;\n@%p2 bra done;\n"
                     "add.u32 %r4, %r1, 7;\nst.global.u32 [%d1], %r4;\n";
  std::string ticket = "atom.acq_rel.gpu.global.inc.u32 %r3, [%out+64], 2;\n";
  std::string reads = "setp.ne.u32 %p3, %r3, 2;\n@%p3 bra done;\nld.global.v2.u32 {%r4, %r5}, "
                      "[%out];\nld.global.u32 %r6, [%out+8];\ndone:\n";
  EXPECT_EQ(raceOf(last + ticket + reads, 3), "");
  EXPECT_NE(raceOf(last + "atom.relaxed.gpu.global.inc.u32 %r3, [%out+64], 2;\n" + reads, 3), "");
}

TEST(GlobalRaces, InsideABlock) {
  std::string warps = "setp.lt.u32 %p1, %t, 32;\n@%p1 st.global.u32 [%at], %t;\n";
  std::string reads = "@!%p1 ld.global.u32 %r5, [%at+-128];\n";
  EXPECT_NE(raceOf(warps + reads, 1, 64), "");
  EXPECT_EQ(raceOf(warps + "bar.sync 0;\n" + reads, 1, 64), "");
  // One warp acquires for the others.
  std::string release = "@%p2 st.global.u32 [%out], 5;\nbar.sync 0;\n"
                        "@%p2 st.release.gpu.global.u32 [%out+64], 1;\n";
  std::string acquire = "setp.gt.u32 %p4, %t, 31;\n@%p4 bra wait;\n" +
                        spin("ld.acquire.gpu.global.u32") + "wait:\nbar.sync 0;\n" + kRead;
  EXPECT_EQ(raceOf(blocks(release, acquire), 2, 64), "");
}

TEST(GlobalRaces, OfCopies) {
  std::string shared = "{\n.shared .align 16 .b8 s[512];\nmov.u32 %r3, s;\n";
  std::string copy = shared + "shl.b32 %r4, %t, 4;\nadd.u32 %r4, %r4, %r3;\nmul.wide.u32 %d1, %t, "
                              "16;\nadd.u64 %d1, %d1, %out;\n"
                              "cp.async.cg.shared.global [%r4], [%d1], 16;\n"
                              "cp.async.wait_all;\n}\n";
  EXPECT_NE(raceOf(blocks(kWrite, copy)), "");
  std::string store = shared +
                      "shl.b32 %r4, %t, 4;\nadd.u32 %r4, %r4, %r3;\n"
                      "st.shared.v4.u32 [%r4], {%t, %t, %t, %t};\n"
                      "fence.proxy.async.shared::cta;\nbar.warp.sync -1;\n@!%p2 bra over;\n"
                      "cp.async.bulk.global.shared::cta.bulk_group [%out+16], [%r3+16], 16;\n"
                      "cp.async.bulk.commit_group;\ncp.async.bulk.wait_group 0;\nover:\n}\n";
  EXPECT_NE(raceOf(blocks(store, "ld.global.u32 %r5, [%out+16];\n")), "");
  EXPECT_EQ(raceOf(blocks(store, "ld.global.u32 %r5, [%out+32];\n")), "");
}
