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

TEST(ControlFlow, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(loadError("frobnicate.b32 %r1, %r2;"), "frobnicate.b32: unknown instruction");
  EXPECT_EQ(loadError("add.wrong.u32 %r1, %r2, %r3;"), "add.wrong.u32: unknown modifier .wrong");
  EXPECT_EQ(loadError("add.u32 %r1, %d2, %r3;"), "add.u32: operand %d2 has 64 bits, expected 32");
  EXPECT_EQ(loadError("mov.u32 %r1, %nothing;"), "mov.u32: unknown register %nothing");
  EXPECT_EQ(loadError("add.u32 %r1, %r2;"), "add.u32: expected 3 operands, got 2");
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
