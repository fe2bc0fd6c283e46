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
