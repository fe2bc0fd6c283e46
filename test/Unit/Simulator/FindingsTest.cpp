//===- FindingsTest.cpp - faults that kernels have on purpose -------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

#include "mla/Simulator/Counters.h"

using namespace mla::sim;

/// Whether the only finding begins with `start` and holds `part`.
static void expectFinding(const std::string &body, const std::string &start,
                          const std::string &part, const RunOptions &options = {}) {
  std::string finding = findingOf(body, options);
  EXPECT_TRUE(finding.starts_with(start)) << finding;
  EXPECT_NE(finding.find(part), finding.npos) << finding;
}

static const RunOptions kTwoWarps = {.block = {64, 1, 1}};
static const RunOptions kShared = {.block = {64, 1, 1},
                                   .declarations = ".shared .align 16 .b8 s[1024];"};

TEST(Findings, OutOfBounds) {
  expectFinding("st.global.u32 [%at+4000], 1;", "out-of-bounds: st.global.u32: thread (24, 0, 0)",
                "0 bytes past the end of 'out', which has 4096 bytes");
  expectFinding("mov.u64 %d1, 0;\nld.global.u32 %r1, [%d1];", "out-of-bounds", "the null pointer");
  expectFinding("mov.u32 %r1, s;\nst.shared.u32 [%r1+1024], 1;", "out-of-bounds",
                "the block has 1024 bytes from 0x400 on", kShared);
  expectFinding("mov.u32 %r1, 0;\nst.shared.u32 [%r1], 1;", "out-of-bounds", "at 0x0", kShared);
  expectFinding(".local .b8 l[8];\nmov.u64 %d1, l;\nst.local.u32 [%d1+8], 1;", "out-of-bounds",
                "a thread has 8 bytes");
  RunOptions constant;
  constant.declarations = ".const .u32 c = 5;";
  expectFinding("mov.u64 %d1, c;\nst.global.u32 [%d1], 1;", "out-of-bounds", "'c'", constant);
  // Also behind a read, which may be where the same access was seen last.
  expectFinding("mov.u64 %d1, c;\nld.global.u32 %r1, [%d1];\nst.global.u32 [%d1], %r1;",
                "out-of-bounds: st.global.u32", "'c'", constant);
}

TEST(Findings, FunctionThatCallsItself) {
  RunOptions recursive;
  recursive.declarations = ".func g()\n{\ncall g;\nret;\n}\n";
  expectFinding("call g;", "invalid", "calls functions more than 1024 deep, the last one 'g'",
                recursive);
}

TEST(Findings, Misaligned) {
  expectFinding("st.global.u32 [%at+2], 1;", "misaligned", "which is no multiple of 4");
  expectFinding("st.global.v2.u32 [%at+4], {%r1, %r1};", "misaligned", "no multiple of 8");
}

TEST(Findings, Uninitialised) {
  expectFinding("ld.global.u32 %r1, [%at];", "uninitialised", "byte 0 of 'out'");
  expectFinding("mov.u32 %r1, s;\nld.shared.u32 %r2, [%r1+12];", "uninitialised", "byte 0x40c",
                kShared);
  // A copy is not there before the wait.
  expectFinding("st.global.u32 [%at], 1;\nmov.u32 %r1, s;\nshl.b32 %r2, %t, 2;\n"
                "add.u32 %r1, %r1, %r2;\ncp.async.ca.shared.global [%r1], [%at], 4;\n"
                "cp.async.commit_group;\ncp.async.wait_group 0;",
                "0 findings", "", kShared);
}

TEST(Findings, RaceOfTwoWarps) {
  std::string before = "mov.u32 %r1, s;\nshl.b32 %r2, %t, 2;\nadd.u32 %r1, %r1, %r2;\n"
                       "xor.b32 %r3, %t, 32;\nshl.b32 %r3, %r3, 2;\nmov.u32 %r4, s;\n"
                       "add.u32 %r3, %r3, %r4;\nst.shared.u32 [%r1], %t;\n";
  std::string after = "ld.shared.u32 %r5, [%r3];\nst.global.u32 [%at], %r5;\n";
  EXPECT_EQ(runClean(before + "bar.sync 0;\n" + after, kShared)[3], 35u);
  auto hasRace = [&](const std::string &body, const std::string &verb) {
    bool found = false;
    for (const Finding &finding : runBody(body, kShared).report.findings)
      found |= finding.kind == FindingKind::Race && finding.text.find(verb) != std::string::npos &&
               finding.text.find("nothing orders that with an access of warp") != std::string::npos;
    return found;
  };
  EXPECT_TRUE(hasRace(before + after, "reads shared memory"));
  // A second write while others may still read.
  EXPECT_TRUE(hasRace(before + "bar.sync 0;\n" + after + "st.shared.u32 [%r1], 0;\n",
                      "writes shared memory"));
}

TEST(Findings, RaceOfTwoLanes) {
  expectFinding("st.global.u32 [%out], %t;", "race", "writes other bytes than a later lane");
  EXPECT_EQ(runClean("mov.u32 %r1, 5;\nst.global.u32 [%out], %r1;")[0], 5u);
}

TEST(Findings, RaceWithACopy) {
  std::string copy = "st.global.u32 [%at], %t;\nmov.u32 %r1, s;\nshl.b32 %r2, %t, 2;\n"
                     "add.u32 %r1, %r1, %r2;\nst.shared.u32 [%r1], 0;\n"
                     "cp.async.ca.shared.global [%r1], [%at], 4;\ncp.async.commit_group;\n";
  std::string read = "ld.shared.u32 %r5, [%r1];\nst.global.u32 [%at], %r5;\n";
  EXPECT_EQ(runClean(copy + "cp.async.wait_group 0;\n" + read, kShared)[3], 3u);
  expectFinding(copy + read, "race", "an asynchronous copy of warp", kShared);
  // As late as it may: the old value is still there.
  EXPECT_EQ(runBody(copy + read, kShared).out[3], 0u);
  expectFinding(copy + "cp.async.wait_group 1;\n" + read, "race", "an asynchronous copy", kShared);
}

TEST(Findings, NoRaceThroughALock) {
  std::vector<uint32_t> out = runClean(R"(
  mov.u32 %r1, s;
  setp.ne.u32 %p2, %t, 0;
  @!%p2 st.shared.v2.u32 [%r1], {%t, %t};
  bar.sync 0;
again:
  atom.shared.cas.b32 %r2, [%r1], 0, 1;
  setp.ne.u32 %p1, %r2, 0;
  @%p1 bra again;
  ld.shared.u32 %r3, [%r1+4];
  add.u32 %r3, %r3, 1;
  st.shared.u32 [%r1+4], %r3;
  atom.shared.exch.b32 %r2, [%r1], 0;
  bar.sync 0;
  ld.shared.u32 %r3, [%r1+4];
  st.global.u32 [%at], %r3;
)",
                                       kShared);
  EXPECT_EQ(out[5], 64u);
}

TEST(Findings, Deadlock) {
  expectFinding("setp.lt.u32 %p1, %t, 32;\n@%p1 bra a;\nbar.sync 1, 64;\na:\nbar.sync 2, 64;",
                "deadlock: bar.sync: every warp waits", "barrier 1 of block 0: 32 of 64",
                kTwoWarps);
  expectFinding("setp.lt.u32 %p1, %t, 16;\n@%p1 bra a;\nbar.sync 1;\nbra b;\na:\nbar.sync 2;\nb:",
                "deadlock", "waits for other lanes of its warp");
}

TEST(Findings, TheRest) {
  expectFinding("again: bra again;", "endless", "1048576 instructions");
  expectFinding("trap;", "trap", "executes a trap");
  expectFinding("bar.sync 16;", "invalid", "there are 16");
  expectFinding("bar.sync 1, 33;", "invalid", "no multiple of 32");
  expectFinding("shfl.sync.bfly.b32 %r1, %t, 1, 31, 1;", "invalid", "not in the member mask");
}

TEST(Findings, NameTheSourceAndCount) {
  RunOptions options;
  options.declarations = ".file 1 \"kernel.py\"";
  RunResult result = runBody(".loc 1 12 4\nld.global.u32 %r1, [%at];", options);
  ASSERT_EQ(result.report.findings.size(), 1u);
  EXPECT_EQ(result.report.findings[0].source, "kernel.py:12:4");
  EXPECT_EQ(result.report.findings[0].line, 18u);
  EXPECT_EQ(result.report.findings[0].count, 32u);
}

TEST(Counters, CountSectorsAndConflicts) {
  RunOptions options = kShared;
  options.block = {32, 1, 1};
  options.countLines = true;
  RunResult result = runBody("st.global.u32 [%at], 1;\nmul.wide.u32 %d1, %t, 32;\n"
                             "add.u64 %d1, %d1, %out;\nst.global.u32 [%d1], 1;\n"
                             "mov.u32 %r1, s;\nshl.b32 %r2, %t, 3;\nadd.u32 %r2, %r2, %r1;\n"
                             "st.shared.u32 [%r2], 1;\nst.shared.u64 [%r2], %d1;",
                             options);
  auto count = [&](const std::string &opcode, unsigned which) {
    for (const LineCount &line : result.report.lines)
      if (line.opcode == opcode && which-- == 0)
        return line.count;
    return Count();
  };
  EXPECT_EQ(count("st.global.u32", 0).sectors, 4u);
  EXPECT_EQ(count("st.global.u32", 1).sectors, 32u);
  EXPECT_EQ(count("st.global.u32", 0).bytes, 128u);
  EXPECT_EQ(count("st.shared.u32", 0).conflicts, 1u);
  EXPECT_EQ(count("st.shared.u64", 0).conflicts, 0u);
}

TEST(Counters, CountCopies) {
  RunOptions options = kShared;
  options.block = {32, 1, 1};
  options.countLines = true;
  // 32 lanes with 4 bytes each: from 128 bytes in a row, to every eighth word.
  RunResult result = runBody("st.global.u32 [%at], %t;\nmov.u32 %r1, s;\nshl.b32 %r2, %t, 5;\n"
                             "add.u32 %r2, %r2, %r1;\n"
                             "cp.async.ca.shared.global [%r2], [%at], 4;\ncp.async.wait_all;\n",
                             options);
  for (const LineCount &line : result.report.lines)
    if (line.opcode == "cp.async.ca.shared.global") {
      EXPECT_EQ(line.count.bytes, 128u);
      EXPECT_EQ(line.count.sectors, 4u);
      EXPECT_EQ(line.count.conflicts, 7u);
      return;
    }
  ADD_FAILURE() << "cp.async was not counted";
}

TEST(Counters, ClassesOfOpcodes) {
  const std::pair<const char *, const char *> kExpected[] = {
      {"add.s32", "integer"},
      {"fma.rn.f32", "float"},
      {"mul.bf16x2", "float"},
      {"cvt.rn.bf16x2.f32", "convert"},
      {"setp.lt.f32", "compare"},
      {"ld.global.v4.b32", "load global"},
      {"ld.param.b64", "load param"},
      {"st.shared::cta.b32", "store shared"},
      {"st.b32", "store generic"},
      {"red.release.gpu.global.add.u32", "atomic global"},
      {"cp.async.cg.shared.global", "cp.async"},
      {"cp.async.bulk.wait_group", "bulk copy"},
      {"wgmma.mma_async.sync.aligned", "wgmma"},
      {"bar.sync", "barrier"},
      {"bar.warp.sync", "warp"},
      {"ldmatrix.sync.aligned.m8n8.x4.shared.b16", "ldmatrix"},
      {"mbarrier.try_wait.parity.shared::cta.b64", "mbarrier"},
      {"fence.proxy.async.shared::cta", "fence"}};
  for (const auto &[opcode, name] : kExpected)
    EXPECT_EQ(classOf(opcode), name) << opcode;
  EXPECT_EQ(countersJson({}), "{\"instructions\": 0,\n \"classes\": [],\n \"lines\": []}\n");
}
