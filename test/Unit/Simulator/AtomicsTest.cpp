//===- AtomicsTest.cpp - atomics with rules of their own ------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Run.h"

using namespace mla::sim;

TEST(Atomics, OnlyGlobalMemoryFlushesSums) {
  RunResult result = runBody(R"(
  .shared .b32 cell;
  setp.ne.u32 %p1, %t, 0;
  @%p1 bra END;
  st.shared.b32 [cell], 1;
  atom.shared.add.f32 %f1, [cell], 0f00000001;
  ld.shared.b32 %r1, [cell];
  st.global.b32 [%out], %r1;
  st.global.b32 [%out+4], 1;
  atom.global.add.f32 %f1, [%out+4], 0f00000001;
END:
  )");
  EXPECT_EQ(result.out[0], 2u);
  EXPECT_EQ(result.out[1], 0u);
}

TEST(Atomics, Of128Bits) {
  // Each thread adds its number and 1 to two words; the second pair is exchanged once by everyone.
  std::vector<uint32_t> out = runClean(R"(
  setp.eq.u32 %p1, %t, 0;
  mov.u64 %d1, 0;
  @%p1 st.global.v2.u64 [%out], {%d1, %d1};
  @%p1 st.global.v2.u64 [%out+16], {%d1, %d1};
  bar.sync 0;
  .reg .b128 %old, %next, %seen;
  cvt.u64.u32 %d2, %t;
  mov.u64 %d3, 0;
  mov.u64 %d4, 0;
again:
  mov.b128 %old, {%d3, %d4};
  add.u64 %d5, %d3, %d2;
  add.u64 %d6, %d4, 1;
  mov.b128 %next, {%d5, %d6};
  atom.global.cas.b128 %seen, [%out], %old, %next;
  mov.b128 {%d7, %d8}, %seen;
  setp.ne.u64 %p2, %d7, %d3;
  setp.ne.or.u64 %p2, %d8, %d4, %p2;
  mov.u64 %d3, %d7;
  mov.u64 %d4, %d8;
  @%p2 bra again;
  mov.b128 %next, {%d2, %d2};
  atom.relaxed.gpu.global.exch.b128 %seen, [%out+16], %next;
)",
                                       {.block = {64, 1, 1}});
  EXPECT_EQ(out[0], 2016u);
  EXPECT_EQ(out[2], 64u);
  EXPECT_EQ(out[4], out[6]);
  EXPECT_EQ(loadError(".reg .b128 %q; atom.global.add.b128 %q, [%d1], %q;"),
            "atom.global.add.b128: expected atom.exch or atom.cas for 128 bits");
}
