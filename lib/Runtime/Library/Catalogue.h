//===- Catalogue.h - the kernels inside the library ------------------------===//
// Generated at build time from kernels/library.json (tools/cmake/MlaKernels.cmake): which kernels
// there are, what picks each variant, and their images. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mla::runtime {

/// What a variant is made for: {"type", "bf16"}.
struct Property {
  std::string_view axis;  ///< name of the axis
  std::string_view value; ///< one of the axis' values
};

/// A property by which variants differ, with its legal values.
struct Axis {
  std::string_view name;
  std::span<const std::string_view> values;
};

/// Bytes that the assembler placed; the addresses are known when the program is linked.
struct Bytes {
  const char *begin = nullptr, *end = nullptr;
  std::string_view view() const { return {begin, size_t(end - begin)}; }
};

/// A fatbin and what the compiler says about it.
struct CatalogueImage {
  Bytes fatbin;
  Bytes manifest; ///< JSON
};

/// One compiled kernel.
struct CatalogueVariant {
  std::string_view name;           ///< "dense_decode_bf16"
  std::span<const Property> tuple; ///< one property per axis, in the order of the axes
  CatalogueImage image;
  CatalogueImage small; ///< for 99 KB of shared memory, where `image` takes more; else empty
};

/// A kernel and its variants; each combination of the axes' values has exactly one.
struct CatalogueKernel {
  std::string_view name;      ///< "dense_decode_decode"
  uint32_t families;          ///< mla_family bits that use it
  std::span<const Axis> axes; ///< none for a kernel with one variant
  std::span<const CatalogueVariant> variants;
};

/// All kernels of the library.
std::span<const CatalogueKernel> catalogue();

/// A variant as kernel and position.
struct VariantId {
  int kernel = -1, variant = -1;
};

/// The variant of `kernel` whose tuple is `wanted`, axes in any order; {-1, -1} if there is none.
VariantId findVariant(std::string_view kernel, std::span<const Property> wanted);

} // namespace mla::runtime
