//===- CoverageTest.cpp - every op has a meaning ---------------------------===//
// A new op of the tile, attn, gather, indexer or ws dialect needs an evaluator in lib/Interpreter.

#include "mla/Interpreter/Interpreter.h"

#include "mla/Dialect/Attn/Attn.h"
#include "mla/Dialect/Gather/Gather.h"
#include "mla/Dialect/Indexer/Indexer.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mla/Dialect/Ws/Ws.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace {

TEST(Coverage, EveryOpOfOurDialectsIsExecuted) {
  MLIRContext context;
      continue;
    ++count;
    EXPECT_TRUE(mla::interp::isSupported(name.getStringRef()))
        << name.getStringRef().str() << " has no evaluator";
  }
  EXPECT_GT(count, 20u);
}

} // namespace
