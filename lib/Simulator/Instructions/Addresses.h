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

/// Takes what orders an access and what advises caches.
inline Ordering takeAccessModifiers(Decoder &d) {
  Ordering result;
  for (const char *known : {"volatile", "relaxed", "mmio"})
    result.isStrong |= d.take(known);
  bool both = d.take("acq_rel") || d.take("sc");
  result.acquires = d.take("acquire") || both;
  result.releases = d.take("release") || both;
  result.isStrong |= result.acquires || result.releases;
  result.isWide = !d.take("cta");
  for (const char *known :
       {"weak", "cluster", "gpu", "sys", "nc", "ca", "cg", "cs", "lu", "cv", "wb", "wt"})
    d.take(known);
  for (const std::string &modifier : d.rest())
    if (modifier.starts_with("L1::") || modifier.starts_with("L2::"))
      d.take(modifier);
  return result;
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
