//===- State.h - the simulated driver of this process ---------------------===//
// A CUDA driver whose GPU is the simulator: every call does its work before it returns, so a stream
// has nothing to wait for. One lock for everything, because the simulator's device is for one
// thread at a time. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Arch/Arch.h"
#include "mla/Simulator/Simulator.h"

#include <cuda.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace mla::sim::driver {

/// What the environment asks for; README.md of the simulator lists the variables.
struct Settings {
  const Arch *arch = nullptr;
  uint64_t seed = 0;
  unsigned multiprocessors = 4;
  unsigned threads = 1; ///< of the host
  bool checkGlobalRaces = false;
  uint64_t memoryBytes = uint64_t(64) << 30;

  /// False and what is wrong if a variable has no sense.
  bool read(std::string &error);
};

/// Something enqueued.
using Work = std::function<CUresult()>;

/// The calls of streams between cuStreamBeginCapture and its end.
struct Capture {
  std::vector<Work> nodes;
  CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
  std::thread::id thread; ///< that began it
  bool isBroken = false;  ///< by a call that cannot be captured
};

struct Stream {
  unsigned flags = 0;
  std::shared_ptr<Capture> capture; ///< null unless one is going on
  bool isOrigin = false;            ///< of the capture
};

struct Event {
  bool isRecorded = false;
  std::weak_ptr<Capture> capture; ///< that recorded it
};

/// A captured graph, or one ready to be launched.
struct Graph {
  std::vector<Work> nodes;
};

struct Kernel {
  std::string name;
  unsigned module = 0;
  bool isLoaded = true; ///< false once its library is unloaded; captures may still hold it
  KernelFacts facts;
  std::vector<Parameter> parameters;
  unsigned maxDynamicBytes = 48 << 10;
};

struct Library {
  unsigned module = 0;
  std::map<std::string, std::shared_ptr<Kernel>> kernels;
};

/// Objects whose addresses are handles.
template <typename Object, typename Handle>
class Handles {
public:
  Handle add(std::unique_ptr<Object> object) {
    Object *address = object.get();
    objects[address] = std::move(object);
    return reinterpret_cast<Handle>(address);
  }
  Object *find(Handle handle) const {
    auto found = objects.find(reinterpret_cast<Object *>(handle));
    return found == objects.end() ? nullptr : found->second.get();
  }
  bool remove(Handle handle) { return objects.erase(reinterpret_cast<Object *>(handle)) != 0; }
  void clear() { objects.clear(); }
  const auto &all() const { return objects; }

private:
  std::map<Object *, std::unique_ptr<Object>> objects;
};

struct State {
  std::recursive_mutex mutex;
  bool isInitialised = false;
  Settings settings;
  Device device;
  std::map<uint64_t, uint64_t> allocations; ///< bytes of each
  uint64_t usedBytes = 0;
  unsigned named = 0; ///< allocations so far
  Stream legacy, perThread;
  Handles<Stream, CUstream> streams;
  Handles<Event, CUevent> events;
  Handles<Graph, CUgraph> graphs;
  Handles<Graph, CUgraphExec> executables;
  Handles<Library, CUlibrary> libraries;
  std::map<const void *, std::shared_ptr<Kernel>> kernels; ///< by handle
  unsigned modules = 0;                                    ///< loaded so far
  uint64_t launches = 0;
  unsigned retained = 0; ///< of the primary context

  Stream *findStream(CUstream handle);
  /// All streams that can capture: not the legacy one.
  std::vector<Stream *> capturableStreams();
  /// Ends a capture for all its streams.
  void leaveCapture(const std::shared_ptr<Capture> &capture);
  std::shared_ptr<Kernel> findKernel(const void *handle) const;
  /// Runs work, or keeps it if the stream is capturing.
  CUresult enqueue(CUstream stream, const Work &work);
  /// Success unless a capture forbids calls that are no work of a stream; breaks that capture.
  CUresult allowUnsafeCall(const char *call);
  /// What goes with the primary context.
  void reset();
};

State &state();

/// The context that is current on this thread, and the only one there is.
extern thread_local CUcontext currentContext;
CUcontext primaryContext();

/// Prints a line for the user.
void complain(const std::string &text);

/// Runs the body of an API function under the lock. `needsContext`: as on a GPU, memory, streams
/// and launches want a current context.
template <typename Body>
CUresult call(bool needsContext, Body body) {
  State &driver = state();
  std::lock_guard lock(driver.mutex);
  if (!driver.isInitialised)
    return CUDA_ERROR_NOT_INITIALIZED;
  if (needsContext && !currentContext)
    return CUDA_ERROR_INVALID_CONTEXT;
  try {
    return body(driver);
  } catch (const std::bad_alloc &) {
    complain("this machine has no memory left");
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

/// The PTX of an image (PTX, a fatbin, cubins) that a device of this arch would run; an error code
/// with its explanation in `error` if there is none.
CUresult choosePtx(const void *image, const Arch &arch, std::string_view &ptx, std::string &error);

} // namespace mla::sim::driver
