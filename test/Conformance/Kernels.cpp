//===- Kernels.cpp - the compiled kernels of a folder ---------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Kernels.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

using namespace mla::conformance;

std::vector<KernelFile> mla::conformance::findKernels(const std::string &folder,
                                                      const std::string &filter,
                                                      std::vector<std::string> &problems) {
  std::vector<KernelFile> kernels;
  std::error_code error;
  for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
    std::filesystem::path path = entry.path();
    std::string stem = (path.parent_path() / path.stem()).string();
    bool hasImage = false;
    for (const char *extension : {".fatbin", ".cubin", ".ptx"})
      hasImage |= std::filesystem::exists(stem + extension);
    // A folder of kernels may hold other JSON files: only one with an image beside it is a
    // manifest.
    if (path.extension() != ".json" || !hasImage ||
        path.stem().string().find(filter) == std::string::npos)
      continue;
    KernelFile kernel{stem, path.stem().string(), {}};
    runtime::Status status = runtime::Manifest::read(path.string(), kernel.manifest);
    if (status.ok())
      kernels.push_back(std::move(kernel));
    else
      problems.push_back(status.message);
  }
  // A folder that was never made is an empty one: nothing is compiled yet.
  if (error && error != std::errc::no_such_file_or_directory)
    problems.push_back(folder + ": " + error.message());
  std::sort(kernels.begin(), kernels.end(),
            [](const KernelFile &a, const KernelFile &b) { return a.name < b.name; });
  return kernels;
}

void mla::conformance::printTable(const std::vector<std::vector<std::string>> &rows) {
  std::vector<size_t> widths;
  for (const auto &row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      if (i >= widths.size())
        widths.push_back(0);
      widths[i] = std::max(widths[i], row[i].size());
    }
  for (const auto &row : rows) {
    for (size_t i = 0; i < row.size(); ++i)
      std::printf(i == 0 ? "%-*s" : "  %*s", int(widths[i]), row[i].c_str());
    std::printf("\n");
  }
}

std::string mla::conformance::significant(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*g", digits, value);
  return text;
}
