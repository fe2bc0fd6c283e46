//===- Addresses.h - state spaces and addresses of instructions -----------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Decoder.h"

namespace mla::sim {

/// Takes the state space; generic if there is none. Constants and parameters have generic addresses
/// here, as Decoder::address gives them.
inline AddressSpace takeSpace(Decoder &d) {
  if (d.take("global"))
    return AddressSpace::Global;
  if (d.take("shared") || d.take("shared::cta") || d.take("shared::cluster"))
    return AddressSpace::Shared;
  if (d.take("local"))
    return AddressSpace::Local;
  d.take("param") || d.take("param::entry") || d.take("param::func") || d.take("const");
  return AddressSpace::Generic;
}

/// Takes what orders an access and what advises caches; true if other threads may see the order.
inline bool takeAccessModifiers(Decoder &d) {
  bool orders = false;
  for (const char *known : {"volatile", "relaxed", "acquire", "release", "acq_rel", "sc", "mmio"})
    orders |= d.take(known);
  for (const char *known :
       {"weak", "cta", "cluster", "gpu", "sys", "nc", "ca", "cg", "cs", "lu", "cv", "wb", "wt"})
    d.take(known);
  for (const std::string &modifier : d.rest())
    if (modifier.starts_with("L1::") || modifier.starts_with("L2::"))
      d.take(modifier);
  return orders;
}

/// The addresses of lanes: registers of 32 or 64 bits, plus an offset.
inline void readAddresses(Warp &warp, uint32_t base, bool isWide, int64_t offset, LaneMask mask,
                          uint64_t *addresses) {
  if (isWide) {
    const uint64_t *wide = warp.lanes<uint64_t>(base);
    forEachLane(mask, [&](unsigned lane) { addresses[lane] = wide[lane] + uint64_t(offset); });
    return;
  }
  const uint32_t *narrow = warp.lanes<uint32_t>(base);
  forEachLane(mask,
              [&](unsigned lane) { addresses[lane] = uint32_t(narrow[lane] + uint32_t(offset)); });
}

} // namespace mla::sim
