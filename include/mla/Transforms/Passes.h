//===- Passes.h - the transforms ------------------------------------------===//
// What each does is documented in Passes.td.
#pragma once

#include "mla/Dialect/Attn/Attn.h"
#include "mla/Dialect/Indexer/Indexer.h"
#include "mla/Dialect/Sm/Sm.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mla/Dialect/Ws/Ws.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Pass/Pass.h"

namespace mla {

#define GEN_PASS_DECL
#include "mla/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mla/Transforms/Passes.h.inc"

/// Adds the passes after which a function has no domain op.
void addExpandDomains(mlir::OpPassManager &pm);

} // namespace mla
