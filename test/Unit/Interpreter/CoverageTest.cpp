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
  context.loadDialect<mla::tile::TileDialect, mla::attn::AttnDialect, mla::gather::GatherDialect,
                      mla::indexer::IndexerDialect, mla::ws::WsDialect>();
  const StringRef ours[] = {"tile", "attn", "gather", "indexer", "ws"};
  size_t count = 0;
  for (RegisteredOperationName name : context.getRegisteredOperations()) {
    if (!llvm::is_contained(ours, name.getDialectNamespace()))
      continue;
    ++count;
    EXPECT_TRUE(mla::interp::isSupported(name.getStringRef()))
        << name.getStringRef().str() << " has no evaluator";
  }
  EXPECT_GT(count, 20u);
}

} // namespace
