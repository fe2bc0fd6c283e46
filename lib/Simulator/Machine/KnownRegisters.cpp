//===- KnownRegisters.cpp - registers that have a value at the start ------===//
// PTX ISA, "Special Registers", and addresses of variables.
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <cstring>

namespace mla::sim {

uint64_t Warp::valueOf(const KnownRegister &known, unsigned lane) const {
  const Grid &grid = cta.grid;
  const std::array<unsigned, 3> &block = grid.launch.block, &size = grid.launch.grid;
  unsigned thread = index * kLanes + lane, axis = known.axis;
  uint64_t threads = uint64_t(block[0]) * block[1] * block[2];
  unsigned blocks = grid.cluster[0] * grid.cluster[1] * grid.cluster[2];
  LaneMask bit = LaneMask(1) << lane;
  unsigned inCluster[3] = {cta.rank % grid.cluster[0], cta.rank / grid.cluster[0] % grid.cluster[1],
                           cta.rank / grid.cluster[0] / grid.cluster[1]};
  switch (known.known) {
  case Known::Tid:
    return axis == 0   ? thread % block[0]
           : axis == 1 ? thread / block[0] % block[1]
                       : thread / block[0] / block[1];
  case Known::Ntid:
    return block[axis];
  case Known::Ctaid:
    return cta.position[axis];
  case Known::Nctaid:
    return size[axis];
  case Known::LaneId:
    return lane;
  case Known::WarpId:
    return index;
  case Known::NwarpId:
    return (threads + kLanes - 1) / kLanes;
  case Known::SmId:
    return cta.position[0];
  case Known::NsmId:
    return size[0];
  case Known::GridId:
    return 0;
  case Known::LaneMaskEq:
    return bit;
  case Known::LaneMaskLe:
    return bit | (bit - 1);
  case Known::LaneMaskLt:
    return bit - 1;
  case Known::LaneMaskGe:
    return LaneMask(~(bit - 1));
  case Known::LaneMaskGt:
    return LaneMask(~(bit | (bit - 1)));
  case Known::ClusterId:
    return cta.cluster.position[axis];
  case Known::NclusterId:
    return size[axis] / grid.cluster[axis];
  case Known::ClusterCtaid:
    return inCluster[axis];
  case Known::ClusterNctaid:
    return grid.cluster[axis];
  case Known::ClusterCtarank:
    return cta.rank;
  case Known::ClusterNctarank:
    return blocks;
  case Known::IsExplicitCluster:
    return blocks > 1;
  case Known::DynamicSharedBytes:
    return grid.launch.sharedBytes;
  case Known::TotalSharedBytes:
    return cta.shared.size();
  case Known::SharedAddress:
  case Known::DynamicAddress: {
    uint64_t start = known.isGeneric ? kSharedWindow : 0;
    uint64_t declared = 0;
    if (known.known == Known::DynamicAddress) {
      unsigned alignment = grid.program.dynamicAlignment;
      declared = (grid.program.sharedBytes + alignment - 1) / alignment * alignment;
    }
    return start + (uint64_t(cta.rank) << kRankShift) + kSharedBase + declared +
           uint64_t(known.addend);
  }
  case Known::ParameterAddress:
    return grid.parameterAddress + uint64_t(known.addend);
  case Known::WorkspaceLow:
    return uint32_t(grid.workspaceAddress);
  case Known::WorkspaceHigh:
    return grid.workspaceAddress >> 32;
  }
  return 0;
}

void Warp::setKnown() {
  for (const KnownRegister &known : cta.grid.program.known) {
    if (known.bytes == 0) {
      predicate(known.offset) = valueOf(known, 0) ? kAllLanes : 0;
      continue;
    }
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      uint64_t value = valueOf(known, lane);
      std::memcpy(registers.get() + known.offset + lane * known.bytes, &value, known.bytes);
    }
  }
}

} // namespace mla::sim
