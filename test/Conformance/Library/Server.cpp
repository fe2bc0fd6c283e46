//===- Server.cpp - what a server relies on besides results ------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "CapturedGraph.h"
#include "Catalogue.h"
#include "DenseDecodeCall.h"
#include "Effects.h"
#include "SparseDecode.h"
#include "mla/Arch/Arch.h"
#include "mla/Arch/Fatbin.h"
#include "mla/Runtime/Manifest.h"

#include <algorithm>
#include <limits>
#include <sstream>

using namespace mla::conformance;
using mla::runtime::CatalogueKernel;
using mla::runtime::CatalogueVariant;

/// The archs that the library was built for.
static std::vector<const mla::Arch *> builtFor() {
  std::vector<const mla::Arch *> archs;
  std::stringstream list(MLA_BUILT_ARCHS);
  for (std::string number; std::getline(list, number, ' ');)
    for (const mla::Arch &arch : mla::allArchs())
      if (number == "all" || "sm_" + number == arch.name)
        archs.push_back(&arch);
  return archs;
}

/// Machine code of each kernel for each arch, in the fatbins themselves and in their manifests.
static void checkArchs(Library &library) {
  if (!library.kernelFolder.empty()) {
    library.skipped = "of the kernels inside the program";
    return;
  }
  std::vector<const mla::Arch *> archs = builtFor();
  if (archs.empty())
    library.fail("the library was built for no arch: " MLA_BUILT_ARCHS);
  for (const CatalogueKernel &kernel : mla::runtime::catalogue())
    for (const CatalogueVariant &variant : kernel.variants) {
      std::string name(variant.name);
      std::vector<mla::FatbinImage> images;
      mla::runtime::Manifest manifest;
      if (std::string error = mla::readFatbin(variant.image.fatbin.view(), images); !error.empty())
        library.fail(name + ": " + error);
      require(mla::runtime::Manifest::parse(variant.image.manifest.view(), name, manifest));
      if (variant.small.fatbin.begin) {
        std::vector<mla::FatbinImage> small;
        ++library.compared;
        if (std::string error = mla::readFatbin(variant.small.fatbin.view(), small); !error.empty())
          library.fail(name + " for small devices: " + error);
        // The oldest of these devices is of compute capability 8.6, and all run its PTX.
        auto isOld = [](const mla::FatbinImage &image) { return image.capability <= 86; };
        if (std::none_of(small.begin(), small.end(), isOld))
          library.fail(name + " has nothing for devices with little shared memory");
      }
      for (const mla::Arch *arch : archs) {
        ++library.compared;
        auto isCode = [&](const mla::FatbinImage &image) {
          return !image.isPtx && image.capability == 10 * arch->major + arch->minor;
        };
        auto isListed = [&](const mla::runtime::Variant &each) {
          return each.kind == mla::runtime::ImageKind::Cubin && each.arch == arch->name;
        };
        if (std::none_of(images.begin(), images.end(), isCode) ||
            std::none_of(manifest.variants.begin(), manifest.variants.end(), isListed))
          library.fail(name + " has no machine code for " + std::string(arch->name));
      }
    }
}

/// Bytes of shared memory that devices of compute capability 8.6, 8.9 and 12.x give a block.
static constexpr int64_t kSmallSharedBytes = 101376;

/// Shared memory of every image, beside what its arch gives a block; of those for small devices,
/// beside what these give.
static void checkBudgets(Library &library) {
  int64_t largest = 0;
  for (const CatalogueKernel &kernel : mla::runtime::catalogue())
    for (const CatalogueVariant &variant : kernel.variants) {
      std::string name(variant.name);
      auto check = [&](const mla::runtime::Manifest &manifest, const std::string &name,
                       int64_t budget) {
        if (manifest.variants.empty())
          library.fail(name + " has no image");
        for (const mla::runtime::Variant &each : manifest.variants) {
          const mla::Arch *arch = mla::findArch(each.arch);
          ++library.compared;
          largest = std::max(largest, each.sharedBytes);
          if (!arch)
            library.fail(name + " is for '" + each.arch + "', which is no arch");
          else if (int64_t most = std::min(budget, int64_t(arch->maxSharedBytesPerBlock));
                   each.sharedBytes > most)
            library.fail(name + " for " + each.arch + " takes " + std::to_string(each.sharedBytes) +
                         " bytes of shared memory, a block has " + std::to_string(most));
        }
      };
      constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
      mla::runtime::Manifest manifest, small;
      if (!library.kernelFolder.empty()) {
        require(
            mla::runtime::Manifest::read(library.kernelFolder + "/" + name + ".json", manifest));
        check(manifest, name, kAny);
        continue;
      }
      require(mla::runtime::Manifest::parse(variant.image.manifest.view(), name, manifest));
      check(manifest, name, kAny);
      if (!variant.small.fatbin.begin)
        continue;
      require(mla::runtime::Manifest::parse(variant.small.manifest.view(), name, small));
      check(small, name + " for small devices", kSmallSharedBytes);
    }
  library.image = std::to_string(largest) + " B at most";
}

/// Once loaded, calls enqueue and do nothing else: a capture, in which the driver refuses to
/// allocate and to wait, takes them, and on the host nothing is allocated or read either.
static void checkEffects(Library &library) {
  library.require(mla_load(library.device, MLA_FAMILY_DENSE_DECODE | MLA_FAMILY_SPARSE_DECODE));
  DenseCall dense(library, {{70, 3}, 2, 16, 64, true, 0.05, 3}, Element::Bf16, library.seed);
  dense.upload();
  SparseShape shape;
  shape.splits = 2;
  SparseCall sparse(library, shape);
  sparse.fill(library.seed);
  auto measure = [&](const char *name, const std::function<mla_status()> &enqueue) {
    library.begin(name);
    CapturedGraph graph(library.gpu, [&] {
      Effects before = Effects::now();
      mla_status status = enqueue();
      Effects after = Effects::now();
      library.require(status);
      if (after.allocations != before.allocations)
        library.fail(std::to_string(after.allocations - before.allocations) + " allocations");
      // Reading the first count is the one read.
      if (before.reads >= 0 && after.reads - before.reads > 1)
        library.fail(std::to_string(after.reads - before.reads - 1) + " reads of files");
      ++library.compared;
    });
  };
  measure("dense decode", [&] { return dense.enqueue(false); });
  measure("dense decode with a plan", [&] { return dense.enqueue(true); });
  measure("sparse decode", [&] { return sparse.enqueue(); });
}

std::vector<Case> mla::conformance::serverCases() {
  return {{"G8 machine code for every arch inside", checkArchs},
          {"G8 nothing allocated, awaited or read once loaded", checkEffects},
          {"G9 shared memory within the budget of each arch", checkBudgets}};
}
