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

TEST(WarpOps, LanesWithMasksOfTheirOwn) {
  // Quarters of a warp shuffle, vote and wait apart; the last one comes later.
  std::vector<uint32_t> out = runClean(R"(
  shr.u32 %r1, %t, 3;
  shl.b32 %r2, %r1, 3;
  mov.u32 %r3, 255;
  shl.b32 %r3, %r3, %r2;
  setp.lt.u32 %p1, %t, 24;
  @%p1 bra quick;
  mul.lo.u32 %r1, %t, 1;
quick:
  shfl.sync.bfly.b32 %r4, %t, 1, 6175, %r3;
  setp.gt.u32 %p2, %r4, 20;
  vote.sync.ballot.b32 %r5, %p2, %r3;
  redux.sync.add.u32 %r6, %t, %r3;
  bar.warp.sync %r3;
  shr.b32 %r5, %r5, %r2;
  mad.lo.u32 %r4, %r5, 100, %r4;
  mad.lo.u32 %r4, %r6, 100000, %r4;
  st.global.u32 [%at], %r4;
)");
  EXPECT_EQ(out[3], 2800002u);
  EXPECT_EQ(out[17], 15600016u + 100 * 0xd0);
  EXPECT_EQ(out[30], 22025531u);
}

TEST(WarpOps, Wmma) {
  // C = A · B + 1 of bytes: A is the row's number, B the column's.
  std::vector<uint32_t> out = runClean(R"(
  mov.u32 %r1, s;
  shr.u32 %r2, %t, 1;
  mul.lo.u32 %r3, %r2, 16843009;
  shl.b32 %r4, %t, 3;
  add.u32 %r4, %r4, %r1;
  st.shared.v2.u32 [%r4], {%r3, %r3};
  bar.sync 0;
  mov.u32 %r5, 16;
  wmma.load.a.sync.aligned.row.m16n16k16.shared.u8 {%r6, %r7}, [%r1], %r5;
  wmma.load.b.sync.aligned.col.m16n16k16.shared.u8 {%r8, %r9}, [%r1];
  mov.u32 %r10, 1;
  wmma.mma.sync.aligned.row.col.m16n16k16.s32.u8.u8.s32 {%r10, %r11, %r12, %r13, %r14, %r15, %r16, %r17},
    {%r6, %r7}, {%r8, %r9}, {%r10, %r10, %r10, %r10, %r10, %r10, %r10, %r10};
  wmma.store.d.sync.aligned.col.m16n16k16.global.s32 [%out], {%r10, %r11, %r12, %r13, %r14, %r15, %r16, %r17}, 20;
)",
                                       {.declarations = ".shared .align 16 .b8 s[256];"});
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned column = 0; column < 16; ++column)
      EXPECT_EQ(out[20 * column + row], 16 * row * column + 1);
  EXPECT_NE(loadError("wmma.load.a.sync.aligned.row.m16n16k16.global.u8 {%r1, %r2, %r3}, [%d1];")
                .find("3 registers, which is not what the matrix needs"),
            std::string::npos);
}

TEST(WarpOps, Video) {
  std::vector<uint32_t> out = runClean(R"(
  mov.u32 %r1, 0x7f80ff01;
  mov.u32 %r2, 0x017f0203;
  mov.u32 %r3, 7;
  vadd4.s32.s32.s32.sat %r4, %r1, %r2, %r3;
  vabsdiff4.u32.u32.u32.add %r5, %r1, %r2, %r3;
  vsub2.u32.u32.u32 %r6, %r1, %r2, %r3;
  vavrg4.u32.u32.u32 %r7, %r1, %r2, %r3;
  vset4.u32.u32.gt %r8, %r1, %r2, %r3;
  vmax2.s32.s32.s32 %r9, %r1, %r2, %r3;
  st.global.v4.u32 [%out], {%r4, %r5, %r6, %r7};
  st.global.v2.u32 [%out+16], {%r8, %r9};
)",
                                       {.block = {1, 1, 1}});
  EXPECT_EQ(out[0], 0x7fff0104u);
  EXPECT_EQ(out[1], 126u + 1 + 253 + 2 + 7);
  EXPECT_EQ(out[2], 0x7e01fcfeu);
  EXPECT_EQ(out[3], 0x40808102u);
  EXPECT_EQ(out[4], 0x01010100u);
  EXPECT_EQ(out[5], 0x7f800203u);
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
