//===- Unroll.h - several iterations in one -------------------------------===//
#pragma once

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mla {

/// Puts a loop of `factor` iterations at a time in front of `loop`, which keeps the rest. Labels
/// get suffixes: ".0", ".1", … in the copies, ".tail" in the rest.
void unrollLoop(mlir::scf::ForOp loop, int64_t factor);

} // namespace mla
