//===- WarpOpsTest.cpp - lanes and warps together -------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Run.h"

using namespace mla::sim;

TEST(WarpOps, Shuffles) {
  std::vector<uint32_t> up = runClean("shfl.sync.up.b32 %r1|%p1, %t, 3, 0, -1;\n"
                                      "@!%p1 add.u32 %r1, %r1, 100;\nst.global.u32 [%at], %r1;");
  EXPECT_EQ(up[2], 102u);
  EXPECT_EQ(up[3], 0u);
  // Segments of 8 lanes.
  std::vector<uint32_t> down = runClean("mov.u32 %r2, 0x181f;\n"
                                        "shfl.sync.down.b32 %r1|%p1, %t, 2, %r2, -1;\n"
                                        "@!%p1 add.u32 %r1, %r1, 100;\nst.global.u32 [%at], %r1;");
  EXPECT_EQ(down[5], 7u);
  EXPECT_EQ(down[6], 106u);
  std::vector<uint32_t> index = runClean("mov.u32 %r2, 0x181f;\n"
                                         "shfl.sync.idx.b32 %r1, %t, 9, %r2, -1;\n"
                                         "st.global.u32 [%at], %r1;");
  EXPECT_EQ(index[17], 17u);
}

TEST(WarpOps, VotesMatchesAndReductions) {
  std::vector<uint32_t> out = runClean(R"(
  setp.lt.u32 %p1, %t, 4;
  vote.sync.ballot.b32 %r1, %p1, -1;
  vote.sync.any.pred %p2, %p1, -1;
  vote.sync.all.pred %p3, %p1, -1;
  selp.b32 %r2, 16, 0, %p2;
  selp.b32 %r3, 32, 0, %p3;
  shr.u32 %r4, %t, 3;
  match.any.sync.b32 %r5, %r4, -1;
  redux.sync.add.s32 %r6, %t, -1;
  redux.sync.max.s32 %r7, %t, -1;
  elect.sync %r8|%p4, -1;
  selp.b32 %r9, 64, 0, %p4;
  or.b32 %r1, %r1, %r2;
  or.b32 %r1, %r1, %r3;
  or.b32 %r1, %r1, %r9;
  st.global.u32 [%at], %r1;
  st.global.u32 [%at+128], %r5;
  st.global.u32 [%at+256], %r6;
  st.global.u32 [%at+384], %r7;
)");
  EXPECT_EQ(out[0], 15u + 16 + 64);
  EXPECT_EQ(out[1], 15u + 16);
  EXPECT_EQ(out[32 + 9], 0xff00u);
  EXPECT_EQ(out[64], 496u);
  EXPECT_EQ(out[96], 31u);
}

TEST(WarpOps, WarpBarriersOfTwoPathsMeet) {
  std::vector<uint32_t> out = runClean(R"(
  setp.lt.u32 %p1, %t, 16;
  @%p1 bra low;
  st.global.u32 [%at], 1;
  bar.warp.sync -1;
  bra done;
low:
  bar.warp.sync -1;
  st.global.u32 [%at], 2;
done:
)");
  EXPECT_EQ(out[3], 2u);
  EXPECT_EQ(out[20], 1u);
}

TEST(Barriers, CountThreadsAndReduce) {
  // Warp 0 waits for warp 1, which only arrives.
  std::vector<uint32_t> out = runClean(R"(
  setp.ge.u32 %p1, %t, 32;
  @%p1 bra producer;
  bar.sync 3, 64;
  ld.global.u32 %r1, [%out+256];
  st.global.u32 [%at], %r1;
  bra done;
producer:
  st.global.u32 [%out+256], 9;
  bar.arrive 3, 64;
done:
  setp.eq.u32 %p2, %t, 5;
  bar.red.popc.u32 %r2, 0, %p2;
  bar.red.or.pred %p3, 0, %p2;
  bar.red.and.pred %p4, 0, !%p2;
  selp.b32 %r3, 16, 0, %p3;
  selp.b32 %r4, 32, 0, %p4;
  or.b32 %r2, %r2, %r3;
  or.b32 %r2, %r2, %r4;
  st.global.u32 [%at+512], %r2;
)",
                                       {.block = {64, 1, 1}});
  EXPECT_EQ(out[7], 9u);
  EXPECT_EQ(out[128 + 40], 17u);
}

TEST(Barriers, WarpsThatHaveEndedAreNotExpected) {
  std::vector<uint32_t> out = runClean(R"(
  setp.ge.u32 %p1, %t, 32;
  @%p1 exit;
  bar.sync 0;
  st.global.u32 [%at], 4;
)",
                                       {.block = {96, 1, 1}});
  EXPECT_EQ(out[7], 4u);
}

TEST(Clusters, ReadSharedMemoryOfOtherBlocks) {
  RunOptions options;
  options.grid = {4, 1, 1};
  options.cluster = {2, 1, 1};
  options.declarations = ".shared .align 4 .b8 s[128];";
  for (uint64_t seed : {0, 1, 2}) {
    options.seed = seed;
    std::vector<uint32_t> out = runClean(R"(
  mov.u32 %r1, s;
  shl.b32 %r2, %t, 2;
  add.u32 %r1, %r1, %r2;
  mov.u32 %r3, %ctaid.x;
  mad.lo.u32 %r4, %r3, 100, %t;
  st.shared.u32 [%r1], %r4;
  barrier.cluster.arrive.aligned;
  barrier.cluster.wait.aligned;
  mov.u32 %r5, %cluster_ctarank;
  xor.b32 %r5, %r5, 1;
  mapa.shared::cluster.u32 %r6, %r1, %r5;
  ld.shared::cluster.u32 %r7, [%r6];
  barrier.cluster.arrive.aligned;
  barrier.cluster.wait.aligned;
  mul.wide.u32 %d1, %r3, 128;
  add.u64 %d1, %d1, %at;
  st.global.u32 [%d1], %r7;
)",
                                         options);
    EXPECT_EQ(out[5], 105u);
    EXPECT_EQ(out[32 + 5], 5u);
    EXPECT_EQ(out[64 + 5], 305u);
  }
}
