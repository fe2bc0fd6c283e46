//===- Streams.cpp - streams and events -----------------------------------===//
// Work is done when it is enqueued, so that everything is always complete; events know no time.
// SPDX-License-Identifier: Apache-2.0
#include "State.h"

#include <algorithm>

using namespace mla::sim::driver;

Stream *State::findStream(CUstream handle) {
  if (!handle || handle == CU_STREAM_LEGACY)
    return &legacy;
  return handle == CU_STREAM_PER_THREAD ? &perThread : streams.find(handle);
}

std::vector<Stream *> State::capturableStreams() {
  std::vector<Stream *> result = {&perThread};
  for (const auto &[address, stream] : streams.all())
    result.push_back(stream.get());
  return result;
}

void State::leaveCapture(const std::shared_ptr<Capture> &capture) {
  for (Stream *stream : capturableStreams())
    if (stream->capture == capture) {
      stream->capture.reset();
      stream->isOrigin = false;
    }
}

CUresult State::enqueue(CUstream handle, const Work &work) {
  Stream *stream = findStream(handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (stream == &legacy)
    // Work of the legacy stream waits for all streams that do not opt out of that.
    for (Stream *other : capturableStreams())
      if (other->capture && !(other->flags & CU_STREAM_NON_BLOCKING)) {
        other->capture->isBroken = true;
        complain("work on the default stream while a stream captures that waits for it");
        return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
      }
  if (!stream->capture)
    return work();
  if (stream->capture->isBroken)
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  stream->capture->nodes.push_back(work);
  return CUDA_SUCCESS;
}

CUresult State::allowUnsafeCall(const char *call) {
  for (Stream *stream : capturableStreams()) {
    Capture *capture = stream->capture.get();
    if (!capture || capture->mode == CU_STREAM_CAPTURE_MODE_RELAXED)
      continue;
    if (capture->mode == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL &&
        capture->thread != std::this_thread::get_id())
      continue;
    capture->isBroken = true;
    complain(std::string(call) + " while a stream captures");
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  return CUDA_SUCCESS;
}

CUresult CUDAAPI cuStreamCreate(CUstream *stream, unsigned flags) {
  return call(true, [&](State &driver) {
    if (!stream || flags & ~unsigned(CU_STREAM_NON_BLOCKING))
      return CUDA_ERROR_INVALID_VALUE;
    auto created = std::make_unique<Stream>();
    created->flags = flags;
    *stream = driver.streams.add(std::move(created));
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuStreamDestroy(CUstream stream) {
  return call(false, [&](State &driver) {
    Stream *destroyed = driver.streams.find(stream);
    if (!destroyed)
      return CUDA_ERROR_INVALID_HANDLE;
    // Nobody else can end the capture.
    if (std::shared_ptr<Capture> capture = destroyed->capture; capture && destroyed->isOrigin)
      driver.leaveCapture(capture);
    driver.streams.remove(stream);
    return CUDA_SUCCESS;
  });
}

/// Whether a stream may be waited for.
static CUresult checkIdle(CUstream handle) {
  return call(true, [&](State &driver) {
    Stream *stream = driver.findStream(handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!stream->capture)
      return CUDA_SUCCESS;
    stream->capture->isBroken = true;
    complain("a stream was waited for while it captures");
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  });
}

CUresult CUDAAPI cuStreamSynchronize(CUstream stream) { return checkIdle(stream); }

CUresult CUDAAPI cuStreamQuery(CUstream stream) { return checkIdle(stream); }

CUresult CUDAAPI cuStreamWaitEvent(CUstream handle, CUevent event, unsigned) {
  return call(true, [&](State &driver) {
    Stream *stream = driver.findStream(handle);
    Event *waited = driver.events.find(event);
    if (!stream || !waited)
      return CUDA_ERROR_INVALID_HANDLE;
    std::shared_ptr<Capture> capture = waited->capture.lock();
    if (!capture)
      return CUDA_SUCCESS;
    if (stream == &driver.legacy) {
      capture->isBroken = true;
      complain("the default stream waits for an event of a stream that captures");
      return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    }
    if (stream->capture && stream->capture != capture)
      return CUDA_ERROR_STREAM_CAPTURE_MERGE;
    // The stream joins the capture; what it does stays behind what was done before.
    stream->capture = capture;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuEventCreate(CUevent *event, unsigned) {
  return call(true, [&](State &driver) {
    if (!event)
      return CUDA_ERROR_INVALID_VALUE;
    *event = driver.events.add(std::make_unique<Event>());
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuEventDestroy(CUevent event) {
  return call(false, [&](State &driver) {
    return driver.events.remove(event) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
  });
}

CUresult CUDAAPI cuEventRecord(CUevent event, CUstream handle) {
  return call(true, [&](State &driver) {
    Stream *stream = driver.findStream(handle);
    Event *recorded = driver.events.find(event);
    if (!stream || !recorded)
      return CUDA_ERROR_INVALID_HANDLE;
    recorded->isRecorded = !stream->capture;
    recorded->capture = stream->capture;
    return CUDA_SUCCESS;
  });
}

/// Whether the host may ask about an event.
static CUresult checkEvent(CUevent event) {
  return call(false, [&](State &driver) {
    Event *known = driver.events.find(event);
    if (!known)
      return CUDA_ERROR_INVALID_HANDLE;
    return known->capture.expired() ? CUDA_SUCCESS : CUDA_ERROR_CAPTURED_EVENT;
  });
}

CUresult CUDAAPI cuEventQuery(CUevent event) { return checkEvent(event); }

CUresult CUDAAPI cuEventSynchronize(CUevent event) { return checkEvent(event); }

CUresult CUDAAPI cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end) {
  return call(false, [&](State &driver) {
    Event *first = driver.events.find(start), *last = driver.events.find(end);
    if (!first || !last || !first->isRecorded || !last->isRecorded)
      return CUDA_ERROR_INVALID_HANDLE;
    *milliseconds = 0; // there is no time
    return CUDA_SUCCESS;
  });
}
