//===- SharedAddress.h - addresses that asynchronous instructions take ----===//
#pragma once

#include "ThreadEmitter.h"

namespace mla {

/// 32-bit shared-memory address of the mbarrier `index` of `ring` (values of the source).
Value mbarrierAddress(ThreadEmitter &emitter, Location loc, Value ring, Value index);

} // namespace mla
