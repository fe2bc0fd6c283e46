//===- RegisterEstimate.h - registers that a thread needs -----------------===//
#pragma once

#include "mla/Analysis/AxisInfo.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mla {

/// 32-bit registers of a thread for the tiles of `kernel`, at the hardware level, that live at the
/// same time, where that is most; addresses, predicates and constants left out. What is computed
/// element by element from tiles and read once takes none: it need not exist as a whole.
int64_t estimateRegisters(mlir::func::FuncOp kernel, const AxisInfoAnalysis &axes);

} // namespace mla
