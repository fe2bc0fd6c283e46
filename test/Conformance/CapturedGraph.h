//===- CapturedGraph.h - launches captured once, replayed often ------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <functional>

namespace mla::conformance {

/// What was enqueued while it was made, as one launch.
class CapturedGraph {
public:
  /// Captures what `enqueue` puts on the GPU's stream.
  CapturedGraph(const Gpu &gpu, const std::function<void()> &enqueue) : gpu(gpu) {
    const runtime::Driver &driver = gpu.driver();
    require(
        driver.check(driver.cuStreamBeginCaptureFn(gpu.stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
                     "cuStreamBeginCapture"));
    enqueue();
    CUgraph graph = nullptr;
    require(driver.check(driver.cuStreamEndCaptureFn(gpu.stream, &graph), "cuStreamEndCapture"));
    runtime::Status status = driver.check(
        driver.cuGraphInstantiateWithFlagsFn(&executable, graph, 0), "cuGraphInstantiate");
    driver.cuGraphDestroyFn(graph);
    require(status);
  }
  CapturedGraph(const CapturedGraph &) = delete;
  CapturedGraph &operator=(const CapturedGraph &) = delete;
  ~CapturedGraph() { gpu.driver().cuGraphExecDestroyFn(executable); }

  /// Enqueues all of it.
  void launch() const {
    require(
        gpu.driver().check(gpu.driver().cuGraphLaunchFn(executable, gpu.stream), "cuGraphLaunch"));
  }

private:
  const Gpu &gpu;
  CUgraphExec executable = nullptr;
};

} // namespace mla::conformance
