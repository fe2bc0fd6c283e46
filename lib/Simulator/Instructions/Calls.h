//===- Calls.h - functions that the simulator provides --------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Decoder.h"

namespace mla::sim {

/// A call of a function without body: where its arguments and its result lie in local memory.
struct SystemCall {
  std::vector<unsigned> arguments;
  unsigned result = 0;
};

/// Sets the handler of a call of vprintf and so on; false if there is no such function.
bool decodeSystemCall(Decoder &d, const ptx::Function &callee, SystemCall call);

} // namespace mla::sim
