//===- Indexer.h - the indexer dialect ------------------------------------===//
// Steps of choosing keys on tile values. The ODS in dialects/Indexer is the manual.
#pragma once

#include "mla/Dialect/Tile/Tile.h"

#include "mla/Dialect/Indexer/IndexerDialect.h.inc"

#define GET_OP_CLASSES
#include "mla/Dialect/Indexer/IndexerOps.h.inc"

namespace mla::indexer {

/// An unused place of a state.
inline constexpr int64_t kUnused = std::numeric_limits<int64_t>::min();
/// The ranks of unused places and of NaN, the high words of their entries.
inline constexpr int32_t kUnusedRank = std::numeric_limits<int32_t>::min();
inline constexpr int32_t kNanRank = kUnusedRank + 1;

} // namespace mla::indexer
