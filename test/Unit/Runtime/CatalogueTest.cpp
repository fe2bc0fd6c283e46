//===- CatalogueTest.cpp - dispatch: each legal tuple has one variant --------===//
// SPDX-License-Identifier: Apache-2.0

#include "Catalogue.h"
#include "mla/Runtime/Launcher.h"
#include "mla/Runtime/mla.h"

#include <gtest/gtest.h>

#include <set>

using namespace mla::runtime;

/// Of all families together.
static constexpr size_t kMaxVariants = 160;
/// Of a block on sm_86, 88, 89, 120a and 121a.
static constexpr int64_t kSmallSharedBytes = 99 * 1024;

/// Calls `visit` for each combination of the axes' values.
template <typename Visit>
static void forEachTuple(std::span<const Axis> axes, std::vector<Property> &tuple, Visit &&visit) {
  if (tuple.size() == axes.size())
    return visit(tuple);
  const Axis &axis = axes[tuple.size()];
  for (std::string_view value : axis.values) {
    tuple.push_back({axis.name, value});
    forEachTuple(axes, tuple, visit);
    tuple.pop_back();
  }
}

TEST(Catalogue, MapsEachTupleToOneVariantAndReachesAll) {
  for (const CatalogueKernel &kernel : catalogue()) {
    std::set<int> reached;
    std::vector<Property> tuple;
    forEachTuple(kernel.axes, tuple, [&](std::span<const Property> wanted) {
      VariantId id = findVariant(kernel.name, wanted);
      std::string text(kernel.name);
      for (const Property &property : wanted)
        text += " " + std::string(property.value);
      ASSERT_GE(id.variant, 0) << text << ": no variant";
      EXPECT_TRUE(reached.insert(id.variant).second) << text << ": a variant of another tuple";
    });
    EXPECT_EQ(reached.size(), kernel.variants.size()) << kernel.name << ": unreachable variants";
  }
}

TEST(Catalogue, NamesEveryPropertyOfAVariant) {
  for (const CatalogueKernel &kernel : catalogue())
    for (const CatalogueVariant &variant : kernel.variants)
      EXPECT_EQ(variant.tuple.size(), kernel.axes.size()) << variant.name;
}

TEST(Catalogue, FindsNothingElse) {
  EXPECT_LT(findVariant("no_kernel", {}).kernel, 0);
  Property wrong[] = {{"type", "fp64"}};
  EXPECT_LT(findVariant("dense_decode_merge", wrong).kernel, 0);
  EXPECT_LT(findVariant("dense_decode_merge", {}).kernel, 0);
}

TEST(Catalogue, KeepsTheBudgetOfVariants) {
  size_t variants = 0;
  for (const CatalogueKernel &kernel : catalogue())
    variants += kernel.variants.size();
  EXPECT_LE(variants, kMaxVariants);
  RecordProperty("variants", int(variants));
}

/// The manifest of an embedded image.
static Manifest manifestOf(const CatalogueVariant &entry, const CatalogueImage &image) {
  EXPECT_EQ(imageFormat(image.fatbin.view()), ImageFormat::Fatbin) << entry.name;
  Manifest manifest;
  Status status = Manifest::parse(image.manifest.view(), std::string(entry.name), manifest);
  EXPECT_TRUE(status.ok()) << status.message;
  for (const Variant &variant : manifest.variants) {
    EXPECT_LE(variant.spillBytes, 0) << entry.name << " " << variant.arch;
    // Two kernels of one name could not be told apart in a fatbin.
    EXPECT_FALSE(variant.entry.empty());
  }
  return manifest;
}

TEST(Catalogue, EmbedsImagesAndManifests) {
  for (const CatalogueKernel &kernel : catalogue())
    for (const CatalogueVariant &entry : kernel.variants)
      EXPECT_FALSE(manifestOf(entry, entry.image).variants.empty()) << entry.name;
}

TEST(Catalogue, HasEachKernelForDevicesWithLittleSharedMemory) {
  for (const CatalogueKernel &kernel : catalogue())
    for (const CatalogueVariant &entry : kernel.variants)
      for (auto [major, minor] : {std::pair(8, 6), {8, 9}, {12, 0}, {12, 1}}) {
        bool runs = false;
        std::vector<const CatalogueImage *> images = {&entry.image};
        if (entry.small.fatbin.begin)
          images.push_back(&entry.small);
        for (const CatalogueImage *image : images) {
          Manifest manifest = manifestOf(entry, *image);
          const Variant *chosen = nullptr;
          bool jit = false;
          if (selectVariant(manifest, image->fatbin.view(), major, minor, chosen, jit).ok())
            runs |= chosen->sharedBytes <= kSmallSharedBytes;
        }
        EXPECT_TRUE(runs) << entry.name << " on " << major << "." << minor;
      }
}
