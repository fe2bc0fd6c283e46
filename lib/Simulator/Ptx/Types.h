//===- Types.h - fundamental types of PTX ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Ptx/Module.h"

#include <optional>
#include <string_view>

namespace mla::sim::ptx {

/// The type of a directive's or modifier's name, if it names one.
std::optional<Type> findType(std::string_view name);

/// The state space of a directive's name, if it names one.
std::optional<Space> findSpace(std::string_view name);

/// The directive of a state space.
std::string_view nameOf(Space space);

} // namespace mla::sim::ptx
