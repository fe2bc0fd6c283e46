//===- Graphs.cpp - capture and replay ------------------------------------===//
// A graph is the list of the captured calls; a replay makes them again, in their order.
// SPDX-License-Identifier: Apache-2.0
#include "State.h"

using namespace mla::sim::driver;

CUresult CUDAAPI cuStreamBeginCapture(CUstream handle, CUstreamCaptureMode mode) {
  return call(true, [&](State &driver) {
    Stream *stream = driver.findStream(handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (stream == &driver.legacy)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    if (stream->capture)
      return CUDA_ERROR_ILLEGAL_STATE;
    stream->capture = std::make_shared<Capture>();
    stream->capture->mode = mode;
    stream->capture->thread = std::this_thread::get_id();
    stream->isOrigin = true;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuStreamEndCapture(CUstream handle, CUgraph *graph) {
  return call(true, [&](State &driver) {
    Stream *stream = driver.findStream(handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!stream->capture)
      return CUDA_ERROR_ILLEGAL_STATE;
    std::shared_ptr<Capture> capture = stream->capture;
    if (!stream->isOrigin) {
      capture->isBroken = true;
      return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    }
    driver.leaveCapture(capture);
    *graph = nullptr;
    if (capture->isBroken)
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    *graph = driver.graphs.add(std::make_unique<Graph>(Graph{std::move(capture->nodes)}));
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuStreamIsCapturing(CUstream handle, CUstreamCaptureStatus *status) {
  return call(true, [&](State &driver) {
    Stream *stream = driver.findStream(handle);
    if (!stream || !status)
      return CUDA_ERROR_INVALID_VALUE;
    *status = !stream->capture            ? CU_STREAM_CAPTURE_STATUS_NONE
              : stream->capture->isBroken ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                          : CU_STREAM_CAPTURE_STATUS_ACTIVE;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph,
                                             unsigned long long) {
  return call(true, [&](State &driver) {
    Graph *captured = driver.graphs.find(graph);
    if (!captured || !executable)
      return CUDA_ERROR_INVALID_VALUE;
    *executable = driver.executables.add(std::make_unique<Graph>(*captured));
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuGraphDestroy(CUgraph graph) {
  return call(false, [&](State &driver) {
    return driver.graphs.remove(graph) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult CUDAAPI cuGraphExecDestroy(CUgraphExec executable) {
  return call(false, [&](State &driver) {
    return driver.executables.remove(executable) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult CUDAAPI cuGraphLaunch(CUgraphExec executable, CUstream stream) {
  return call(true, [&](State &driver) {
    Graph *graph = driver.executables.find(executable);
    if (!graph)
      return CUDA_ERROR_INVALID_VALUE;
    return driver.enqueue(stream, [nodes = graph->nodes] {
      for (const Work &node : nodes)
        if (CUresult result = node())
          return result;
      return CUDA_SUCCESS;
    });
  });
}
