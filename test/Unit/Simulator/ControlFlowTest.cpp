//===- ControlFlowTest.cpp - branches, calls, lanes that wait -------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

TEST(ControlFlow, LanesMeetAfterLoopsOfDifferentLength) {
  // Lane i runs i times; the shuffle needs all lanes again.
  std::vector<uint32_t> out = runClean(R"(
  mov.u32 %r1, 0;
again:
  setp.ge.u32 %p1, %r1, %t;
  @%p1 bra done;
  add.u32 %r1, %r1, 1;
  bra again;
done:
  shfl.sync.bfly.b32 %r2, %r1, 1, 31, -1;
  st.global.u32 [%at], %r2;
)");
  for (unsigned lane = 0; lane < 32; ++lane)
    EXPECT_EQ(out[lane], lane ^ 1);
}

TEST(ControlFlow, LanesThatWaitForEachOtherMakeProgress) {
  // A lock that lanes of one warp take in turns.
  std::vector<uint32_t> out = runClean(R"(
  st.global.u32 [%at], 0;
  bar.sync 0;
again:
  atom.global.cas.b32 %r1, [%out], 0, 1;
  setp.ne.u32 %p1, %r1, 0;
  @%p1 bra again;
  ld.volatile.global.u32 %r2, [%out+4];
  add.u32 %r2, %r2, 1;
  st.volatile.global.u32 [%out+4], %r2;
  atom.global.exch.b32 %r1, [%out], 0;
)",
                                       {.block = {64, 1, 1}});
  EXPECT_EQ(out[1], 64u);
}

TEST(ControlFlow, BranchesByTable) {
  std::vector<uint32_t> out = runClean(R"(
  and.b32 %r1, %t, 1;
  mov.u32 %r2, 7;
targets: .branchtargets a, b;
  brx.idx %r1, targets;
a:
  mov.u32 %r2, 5;
b:
  st.global.u32 [%at], %r2;
)");
  EXPECT_EQ(out[2], 5u);
  EXPECT_EQ(out[3], 7u);
}

TEST(ControlFlow, CallsFunctions) {
  RunOptions options;
  options.declarations = R"(
.extern .func (.param .b32 r) vprintf (.param .b64 a, .param .b64 b);
.global .align 1 .b8 text[] = {37, 100, 32, 37, 46, 49, 102, 10, 0};
.func (.param .b32 r) twice (.param .b32 a) {
  .reg .b32 %x;
  .reg .pred %p;
  ld.param.b32 %x, [a];
  setp.gt.u32 %p, %x, 20;
  @%p bra big;
  add.u32 %x, %x, %x;
big:
  st.param.b32 [r], %x;
  ret;
})";
  options.declarations.replace(options.declarations.find("text[]"), 6, "text[9]");
  RunResult result = runBody(R"(
  .local .align 8 .b8 depot[16];
  {
  .param .b32 a;
  .param .b32 r;
  st.param.b32 [a], %t;
  call.uni (r), twice, (a);
  ld.param.b32 %r1, [r];
  }
  st.global.u32 [%at], %r1;
  setp.ne.u32 %p1, %t, 3;
  @%p1 ret;
  mov.u64 %d1, depot;
  cvta.local.u64 %d2, %d1;
  st.local.u32 [%d1], -3;
  st.u64 [%d2+8], 0d4004000000000000;
  {
  .param .b64 a;
  .param .b64 b;
  .param .b32 r;
  mov.u64 %d3, text;
  st.param.b64 [a], %d3;
  st.param.b64 [b], %d2;
  call.uni (r), vprintf, (a, b);
  }
)",
                             options);
  EXPECT_TRUE(result.report.isClean());
  EXPECT_EQ(result.out[20], 40u);
  EXPECT_EQ(result.out[21], 21u);
  EXPECT_EQ(result.report.output, "-3 2.5\n");
}

/// What vprintf makes of a format and of 8 bytes for each argument, aligned to their size.
static std::string printed(const std::string &format, const std::string &stores) {
  RunOptions options;
  std::string bytes;
  for (char c : format)
    bytes += std::to_string(int(c)) + ", ";
  options.declarations = ".extern .func (.param .b32 r) vprintf (.param .b64 a, .param .b64 b);\n"
                         ".global .align 1 .b8 word[3] = {104, 105, 0};\n"
                         ".global .align 1 .b8 text[" +
                         std::to_string(format.size() + 1) + "] = {" + bytes + "0};";
  RunResult result = runBody(R"(
  .local .align 8 .b8 depot[32];
  setp.ne.u32 %p1, %t, 3;
  @%p1 ret;
  mov.u64 %d1, depot;
  cvta.local.u64 %d2, %d1;
  mov.u64 %d4, word;
  cvta.global.u64 %d4, %d4;
)" + stores + R"(
  {
  .param .b64 a;
  .param .b64 b;
  .param .b32 r;
  mov.u64 %d3, text;
  cvta.global.u64 %d3, %d3;
  st.param.b64 [a], %d3;
  st.param.b64 [b], %d2;
  call.uni (r), vprintf, (a, b);
  }
)",
                             options);
  EXPECT_TRUE(result.report.isClean());
  return result.report.output;
}

TEST(ControlFlow, PrintsFormats) {
  EXPECT_EQ(printed("%*d|", "st.u32 [%d2], 5;\nst.u32 [%d2+4], -7;\n"), "   -7|");
  EXPECT_EQ(printed("%.*f|", "st.u32 [%d2], 1;\nst.u64 [%d2+8], 0d4004000000000000;\n"), "2.5|");
  EXPECT_EQ(printed("%.*f|", "st.u32 [%d2], -1;\nst.u64 [%d2+8], 0d4004000000000000;\n"),
            "2.500000|");
  EXPECT_EQ(printed("%5s|%-4s|", "st.u64 [%d2], %d4;\nst.u64 [%d2+8], %d4;\n"), "   hi|hi  |");
  EXPECT_EQ(printed("%3c|%04x|%lld|", "st.u32 [%d2], 65;\nst.u32 [%d2+4], -1;\n"
                                      "st.u64 [%d2+8], -2;\n"),
            "  A|ffffffff|-2|");
  EXPECT_EQ(printed("%n|%q|100%%|%-", ""), "%n|%q|100%|%-");
}

/// Sums n, n - 1, … 1 through a variable of each caller, so that every call needs its own.
static const char *const kSum = R"(
.func (.param .b32 r) sum (.param .b32 n, .param .b64 above) {
  .local .align 8 .b8 mine[8];
  .reg .b32 %n, %x, %y;
  .reg .b64 %a, %above;
  .reg .pred %p;
  ld.param.b32 %n, [n];
  ld.param.b64 %above, [above];
  mov.u64 %a, mine;
  cvta.local.u64 %a, %a;
  st.u32 [%a], %n;
  setp.eq.u32 %p, %n, 0;
  mov.u32 %x, 0;
  @%p bra done;
  {
  .param .b32 p0;
  .param .b64 p1;
  .param .b32 q;
  sub.u32 %y, %n, 1;
  st.param.b32 [p0], %y;
  st.param.b64 [p1], %a;
  call.uni (q), sum, (p0, p1);
  ld.param.b32 %x, [q];
  }
  ld.u32 %y, [%a];        // the inner call has added 100
  add.u32 %x, %x, %y;
  ld.local.u32 %y, [mine+4]; // and written n here
  sub.u32 %y, %n, %y;
  sub.u32 %x, %x, %y;
done:
  ld.u32 %y, [%above];
  add.u32 %y, %y, 100;
  st.u32 [%above], %y;
  st.u32 [%above+4], %n;
  st.param.b32 [r], %x;
  ret;
})";

TEST(ControlFlow, FunctionsThatCallThemselves) {
  RunOptions options;
  options.declarations = kSum;
  std::string body = R"(
  .local .align 8 .b8 top[8];
  mov.u64 %d1, top;
  cvta.local.u64 %d2, %d1;
  st.local.u32 [%d1], 0;
  {
  .param .b32 a;
  .param .b64 b;
  .param .b32 r;
  rem.u32 %r2, %t, 7;
  st.param.b32 [a], %r2;
  st.param.b64 [b], %d2;
  call.uni (r), sum, (a, b);
  ld.param.b32 %r1, [r];
  }
  ld.local.u32 %r3, [%d1+4];
  mad.lo.u32 %r1, %r3, 10000, %r1;
  st.global.u32 [%at], %r1;
)";
  for (uint64_t seed : {0, 1}) {
    options.seed = seed;
    std::vector<uint32_t> out = runClean(body, options);
    for (unsigned thread = 0; thread < 32; ++thread) {
      unsigned n = thread % 7;
      EXPECT_EQ(out[thread], 10000 * n + n * (n + 1) / 2 + 100 * n - n) << thread;
    }
  }
}

TEST(ControlFlow, CallsThroughAddresses) {
  RunOptions options;
  options.declarations = R"(
.func (.param .b32 r) one (.param .b32 a);
.func (.param .b32 r) two (.param .b32 a) {
  .reg .b32 %x;
  ld.param.b32 %x, [a];
  mul.lo.u32 %x, %x, 2;
  st.param.b32 [r], %x;
  ret;
}
.global .align 8 .u64 table[3] = {one, two, 0};
.func (.param .b32 r) one (.param .b32 a) {
  .reg .b32 %x;
  ld.param.b32 %x, [a];
  add.u32 %x, %x, 1;
  st.param.b32 [r], %x;
  ret;
}
.func none() { ret; })";
  std::string body = R"(
  mov.u64 %d1, table;
  mul.wide.u32 %d2, %r1, 8;
  add.u64 %d1, %d1, %d2;
  ld.global.u64 %d1, [%d1];
  mov.u64 %d3, none;
  setp.eq.u32 %p1, %r1, 3;
  @%p1 mov.u64 %d1, %d3;
  {
  .param .b32 a;
  .param .b32 r;
  st.param.b32 [a], %t;
  kind: .callprototype (.param .b32 _) _ (.param .b32 _);
  call (r), %d1, (a), kind;
  ld.param.b32 %r1, [r];
  }
  st.global.u32 [%at], %r1;
)";
  std::vector<uint32_t> out = runClean("and.b32 %r1, %t, 1;\n" + body, options);
  EXPECT_EQ(out[4], 5u);
  EXPECT_EQ(out[5], 10u);
  std::string null = findingOf("mov.u32 %r1, 2;\n" + body, options);
  EXPECT_NE(null.find("calls an address that is no function"), null.npos) << null;
  // The address of another kind of function.
  options.declarations.replace(options.declarations.find(", two, 0}"), 9, ", two, none}");
  std::string other = findingOf("mov.u32 %r1, 2;\n" + body, options);
  EXPECT_NE(other.find("calls 'none' with other parameters"), other.npos) << other;
}

TEST(ControlFlow, Stack) {
  std::string body = R"(
  cvt.u64.u32 %d1, %t;
  stacksave.u64 %d4;
  alloca.u64 %d2, %d1, 16;
  alloca.u64 %d3, 8;
  st.local.u64 [%d3], %d1;
  sub.u64 %d5, %d3, %d2;
  stackrestore.u64 %d4;
  alloca.u64 %d3, 8;
  sub.u64 %d3, %d3, %d4;
  add.u64 %d5, %d5, %d3;
  cvt.u32.u64 %r1, %d5;
  st.global.u32 [%at], %r1;
)";
  std::vector<uint32_t> out = runClean(body);
  EXPECT_EQ(out[1], 8u);
  EXPECT_EQ(out[17], 24u);
  std::string full = findingOf("alloca.u64 %d2, 16385;");
  EXPECT_NE(full.find("has no room for 16385 bytes on its stack"), full.npos) << full;
  std::string wrong = findingOf("mov.u64 %d1, 99;\nstackrestore.u64 %d1;\nalloca.u64 %d1, 8;");
  EXPECT_NE(wrong.find("restores a stack that nothing has saved"), wrong.npos) << wrong;
}

TEST(ControlFlow, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(loadError("frobnicate.b32 %r1, %r2;"), "frobnicate.b32: unknown instruction");
  EXPECT_EQ(loadError("add.wrong.u32 %r1, %r2, %r3;"), "add.wrong.u32: unknown modifier .wrong");
  EXPECT_EQ(loadError("add.u32 %r1, %d2, %r3;"), "add.u32: operand %d2 has 64 bits, expected 32");
  EXPECT_EQ(loadError("mov.u32 %r1, %nothing;"), "mov.u32: unknown register %nothing");
  EXPECT_EQ(loadError("add.u32 %r1, %r2;"), "add.u32: expected 3 operands, got 2");
  EXPECT_EQ(loadError("call %r1;"), "call: operand %r1 has 32 bits, expected 64");
  EXPECT_EQ(loadError("alloca.u64 %d1, 8, 3;"),
            "alloca.u64: expected an alignment that is a power of two up to 256");
}

TEST(ControlFlow, RefusesImpossibleLaunches) {
  Device device;
  Diagnostic diagnostic;
  ASSERT_TRUE(device.load(".version 8.6\n.target sm_90a\n.address_size 64\n"
                          ".entry f(.param .u32 n) .reqntid 64, 1, 1 { ret; }",
                          diagnostic));
  Launch launch;
  Report report;
  std::string error;
  launch.kernel = "g";
  EXPECT_FALSE(device.launch(launch, report, error));
  EXPECT_EQ(error, "the module has no kernel 'g'");
  launch.kernel = "f";
  EXPECT_FALSE(device.launch(launch, report, error));
  EXPECT_EQ(error, "the kernel requires blocks of 64, 1, 1 threads, got 1, 1, 1");
  launch.block = {64, 1, 1};
  EXPECT_FALSE(device.launch(launch, report, error));
  EXPECT_EQ(error, "the kernel has 4 bytes of parameters, got 0");
  launch.parameters.resize(4);
  launch.grid = {3, 1, 1};
  launch.cluster = {2, 1, 1};
  EXPECT_FALSE(device.launch(launch, report, error));
  EXPECT_EQ(error, "a grid of 3, 1, 1 blocks has no whole number of clusters of 2, 1, 1");
}
