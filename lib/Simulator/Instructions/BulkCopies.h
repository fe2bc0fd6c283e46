//===- BulkCopies.h - the families behind cp.async ------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Addresses.h"

namespace mla::sim {

/// cp.async.bulk and cp.async.bulk.tensor.
bool decodeBulkCopy(Decoder &d);
/// st.async and red.async.
bool decodeRemoteStore(Decoder &d);
/// cp.async.mbarrier.arrive.
bool decodeCopyArrive(Decoder &d);

/// The address of one lane.
inline uint64_t addressOf(Warp &warp, const Decoder::Address &address, unsigned lane) {
  uint64_t addresses[kLanes];
  readAddresses(warp, address.base, address.isWide, address.offset, LaneMask(1) << lane, addresses);
  return addresses[lane];
}

/// The address of an mbarrier among those of the cluster: without the window of generic addresses.
inline uint64_t mbarrierAddress(uint64_t address) {
  return address - kSharedWindow < kSharedWindowBytes ? address - kSharedWindow : address;
}

/// The block of an address of shared memory, or null; `offset` becomes that in the block.
inline Cta *blockOf(Warp &warp, uint64_t address, uint64_t &offset) {
  address = mbarrierAddress(address);
  offset = address & ((uint64_t(1) << kRankShift) - 1);
  uint64_t rank = address >> kRankShift;
  auto &ctas = warp.cta.cluster.ctas;
  return rank < ctas.size() ? ctas[rank].get() : nullptr;
}

} // namespace mla::sim
