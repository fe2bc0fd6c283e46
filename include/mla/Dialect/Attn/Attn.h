//===- Attn.h - the attention dialect -------------------------------------===//
// Steps of tiled attention on tile values. The ODS in dialects/Attn is the manual.
#pragma once

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include "mla/Dialect/Attn/AttnDialect.h.inc"

#define GET_OP_CLASSES
#include "mla/Dialect/Attn/AttnOps.h.inc"
