//===- Oracle.h - what a launch may touch ------------------------------------===//
// Independent of the library: from the manifest of the kernel that is launched and a table of what
// its tensors are, each launch's reach in memory is computed in 128 bits and held against the
// tensors and buffers that the caller gave. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Catalogue.h"
#include "Problem.h"
#include "mla/Runtime/Manifest.h"

#include <cuda.h>

#include <map>

namespace mla::fuzz {

/// Bytes that a caller has given: [begin, end).
struct Region {
  std::string name;
  unsigned __int128 begin, end;
};

/// Memory of the tensors of a struct.
std::vector<Region> regionsOf(const Problem &problem);

/// The kernels of the library as they were compiled.
class Oracle {
public:
  Oracle();
  /// The number of the image with these bytes; -1 if the library has none.
  int imageOf(const void *code) const;
  /// Empty, or what is wrong with a launch on a device of this arch.
  std::string check(int image, int major, int minor, const CUlaunchConfig &config,
                    void **parameters, const std::vector<Region> &regions) const;

private:
  struct Image {
    const runtime::CatalogueKernel *kernel;
    const runtime::CatalogueVariant *entry;
    std::string_view bytes; ///< of the fatbin
    runtime::Manifest manifest;
  };

  std::vector<Image> images;
};

} // namespace mla::fuzz
