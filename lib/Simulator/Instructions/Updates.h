//===- Updates.h - what atomics compute -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Decoder.h"

#include <functional>

namespace mla::sim {

/// One element, in 64 bits: what is there, operand b, operand c.
using Update = std::function<uint64_t(uint64_t, uint64_t, uint64_t)>;

/// The operation among an instruction's modifiers: "add".
std::optional<std::string_view> takeUpdateName(Decoder &d);

/// Empty if the type has no such operation. `isGlobal`: whether the units of global memory add,
/// which have rules of their own.
Update makeUpdate(std::string_view name, ElementType type, bool isGlobal);

} // namespace mla::sim
