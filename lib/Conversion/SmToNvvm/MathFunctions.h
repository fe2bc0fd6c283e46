//===- MathFunctions.h - functions the hardware or libdevice computes -----===//
// Ops for which the NVPTX back end has no instruction of its own: the hardware's approximation if
// the op allows one (fast-math flag `afn`), else a call of NVIDIA's libdevice, which the target
// stage links.
#pragma once

#include "ThreadEmitter.h"

namespace mla {

/// Whether `op` is such a function; its operands must be f32 or f64 then.
bool isMathFunction(Operation *op);

/// The function that `op` stands for on `operands` of type f32 or f64.
Value emitMathFunction(ThreadEmitter &emitter, Operation *op, ArrayRef<Value> operands);

} // namespace mla
