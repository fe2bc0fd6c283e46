//===- Catalogue.cpp - picks a variant of a kernel -------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Catalogue.h"

#include <algorithm>

using namespace mla::runtime;

static bool isFor(const CatalogueVariant &variant, std::span<const Property> wanted) {
  return variant.tuple.size() == wanted.size() &&
         std::all_of(wanted.begin(), wanted.end(), [&](const Property &property) {
           return std::any_of(variant.tuple.begin(), variant.tuple.end(), [&](const Property &own) {
             return own.axis == property.axis && own.value == property.value;
           });
         });
}

VariantId mla::runtime::findVariant(std::string_view kernel, std::span<const Property> wanted) {
  std::span<const CatalogueKernel> kernels = catalogue();
  for (size_t k = 0; k < kernels.size(); ++k) {
    if (kernels[k].name != kernel)
      continue;
    for (size_t v = 0; v < kernels[k].variants.size(); ++v)
      if (isFor(kernels[k].variants[v], wanted))
        return {int(k), int(v)};
  }
  return {};
}
