//===- Run.cpp - runs the cases of the C interface ---------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Run.h"
#include "Case.h"
#include "Catalogue.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>

using namespace mla::conformance;

namespace {
/// An operation of the interface.
struct Operation {
  const char *name;
  uint32_t families; ///< of kernels that it needs
  std::vector<Case> (*cases)();
};
} // namespace

static constexpr Operation kOperations[] = {
    {"dense_decode", MLA_FAMILY_DENSE_DECODE, denseDecodeCases},
    {"dense_decode", MLA_FAMILY_DENSE_DECODE, denseDecodeFp8Cases},
    {"sparse_decode", MLA_FAMILY_SPARSE_DECODE, sparseDecodeCases},
    {"convert_indices", MLA_FAMILY_CONVERT_INDICES, convertCases},
    {"filter_indices", MLA_FAMILY_FILTER_INDICES, filterCases},
    {"write_cache", MLA_FAMILY_WRITE_CACHE, cacheCases},
    {"write_cache", MLA_FAMILY_WRITE_CACHE | MLA_FAMILY_SPARSE_DECODE, cacheDsv4Cases},
    {"merge_lse", MLA_FAMILY_MERGE_LSE, mergeCases},
    {"library", MLA_FAMILY_ALL, serverCases}};

static std::string fullName(const Operation &operation, const Case &each) {
  return std::string(operation.name) + ": " + each.name;
}

std::vector<std::string> mla::conformance::libraryCases(const std::string &filter) {
  std::vector<std::string> names;
  for (const Operation &operation : kOperations)
    for (const Case &each : operation.cases())
      if (std::string name = fullName(operation, each); name.find(filter) != std::string::npos)
        names.push_back(std::move(name));
  return names;
}

bool mla::conformance::isInLibrary(const std::string &name) {
  for (const mla::runtime::CatalogueKernel &kernel : mla::runtime::catalogue())
    for (const mla::runtime::CatalogueVariant &variant : kernel.variants)
      if (variant.name == name)
        return true;
  return false;
}

/// Why an operation cannot run on the kernels of a folder; empty if it can. Part of the library may
/// have been compiled.
static std::string missingKernels(const std::string &folder, uint32_t families) {
  std::error_code error;
  int64_t all = 0, missing = 0;
  std::string first;
  for (const mla::runtime::CatalogueKernel &kernel : mla::runtime::catalogue())
    for (const mla::runtime::CatalogueVariant &variant : kernel.variants) {
      if (!(kernel.families & families))
        continue;
      ++all;
      std::string name(variant.name);
      if (folder.empty() || std::filesystem::exists(folder + "/" + name + ".json", error))
        continue;
      if (missing++ == 0)
        first = name;
    }
  if (all == 0)
    return "the library has no kernel of this operation";
  return missing == 0 ? ""
                      : folder + " lacks " + std::to_string(missing) + " of " +
                            std::to_string(all) + " kernels of this operation, such as " + first;
}

static Outcome outcomeOf(Library &library, const Case &each, const std::string &name, bool &lost) {
  library.reset();
  auto start = std::chrono::steady_clock::now();
  try {
    each.run(library);
    library.gpu.synchronize();
  } catch (const std::exception &error) {
    lost = !library.simulated;
    library.fail(std::string(error.what()) + (lost ? " (run ended here)" : ""));
  }
  Outcome outcome{name, library.image.empty() ? "-" : library.image, "", -1, 0, {}};
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  outcome.verdict = !library.failure.empty()  ? "FAIL"
                    : library.skipped.empty() ? "pass"
                                              : "skipped";
  Tally &tally = outcome.tally;
  tally.cases = std::max<int64_t>(library.calls, library.skipped.empty());
  tally.skipped = library.callsSkipped;
  tally.failedCases = library.failedCalls;
  tally.elements = library.compared;
  tally.maxError = library.maxError;
  tally.worstRatio = library.worstRatio;
  tally.firstSkip = library.skipped.empty() ? library.firstSkip : library.skipped;
  if (!library.failure.empty())
    tally.failures.push_back(library.failure);
  return outcome;
}

void mla::conformance::runLibrary(const Gpu &gpu, const LibraryOptions &options,
                                  const std::function<bool(Outcome)> &report) {
  mla_device_options open{};
  open.struct_size = sizeof(open);
  open.ordinal = options.ordinal;
  open.forbid_jit = options.forbidJit;
  open.kernel_folder = options.folder.empty() ? nullptr : options.folder.c_str();
  mla_device *device = nullptr;
  if (mla_open(&open, &device) != MLA_STATUS_OK)
    throw std::runtime_error(mla_last_error());
  std::unique_ptr<mla_device, void (*)(mla_device *)> closing(device, mla_close);
  Library library{gpu, device, options.folder};
  library.small = options.small;
  library.simulated = options.simulated;
  library.seed = options.seed;
  library.samples = options.samples;
  library.ordinal = options.ordinal;
  library.forbidJit = options.forbidJit;
  bool lost = false;
  for (const Operation &operation : kOperations) {
    std::string missing = missingKernels(options.folder, operation.families);
    for (const Case &each : operation.cases()) {
      std::string name = fullName(operation, each);
      if (name.find(options.filter) == std::string::npos)
        continue;
      Outcome outcome{name, "-", "skipped", -1, 0, {}};
      if (missing.empty())
        outcome = outcomeOf(library, each, name, lost);
      else
        outcome.tally.firstSkip = missing;
      if (!report(std::move(outcome)) || lost)
        return;
    }
  }
}
