//===- StubDriver.h - a driver that records launches ------------------------===//
// What tests of the C interface see of a driver that runs nothing. SPDX-License-Identifier:
// Apache-2.0
#pragma once

#include <cuda.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

/// One launch.
struct StubLaunch {
  std::string entry; ///< symbol of the kernel
  CUlaunchConfig config;
  std::vector<uint64_t> words; ///< the first `wordCount` arguments
};

/// State that tests read and set.
struct StubState {
  std::atomic<int> major = 9, minor = 0, multiprocessors = 132;
  std::atomic<int> sharedBytes = 232448; ///< of a block
  std::atomic<bool> isCapturing = false;
  std::atomic<int> loads = 0;
  std::atomic<int> wordCount = 0; ///< arguments of each launch to keep
  std::mutex mutex;
  std::vector<StubLaunch> launches;
  std::function<int(const void *code)> onLoad; ///< names an image by a number
  /// Sees each launch of an image, with its arguments as the driver gets them.
  std::function<void(int image, const CUlaunchConfig &config, void **parameters)> onLaunch;
};

/// The one state of the module; found by name.
extern "C" StubState *stubState();
