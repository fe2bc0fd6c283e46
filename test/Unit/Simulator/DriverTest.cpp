//===- DriverTest.cpp - the driver whose GPU is the simulator -------------===//
// Through the runtime's table of functions, as every program uses it.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Driver.h"
#include "mla/Simulator/TensorMap.h"

#include <array>
#include <cstring>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <vector>

using namespace mla::runtime;

namespace {

/// out[i] = in[i] + add, one block of 32 threads; in[32] is outside.
const char *const kPtx = R"(.version 8.6
.target sm_80
.address_size 64
.visible .entry add(.param .u64 in, .param .u64 out, .param .u32 add, .param .u32 shift) {
.reg .b32 %r<8>; .reg .b64 %d<8>;
ld.param.u64 %d0, [in]; ld.param.u64 %d1, [out]; ld.param.u32 %r0, [add]; ld.param.u32 %r1, [shift];
mov.u32 %r2, %tid.x; add.u32 %r3, %r2, %r1;
mul.wide.u32 %d2, %r3, 4; mul.wide.u32 %d3, %r2, 4; add.u64 %d2, %d2, %d0; add.u64 %d3, %d3, %d1;
ld.global.u32 %r4, [%d2]; add.u32 %r4, %r4, %r0; st.global.u32 [%d3], %r4;
ret; }
.visible .entry rank(.param .u64 out) {
.reg .b32 %r<8>; .reg .b64 %d<8>;
ld.param.u64 %d0, [out]; mov.u32 %r0, %cluster_nctarank; st.global.u32 [%d0], %r0;
ret; })";

class SimulatedDriver : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(Driver::open(MLA_SIM_DRIVER, cu).ok());
    ASSERT_TRUE(device.open(cu, 0).ok());
    ASSERT_EQ(cu.cuStreamCreateFn(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
    ASSERT_EQ(cu.cuMemAllocFn(&in, 128), CUDA_SUCCESS);
    ASSERT_EQ(cu.cuMemAllocFn(&out, 128), CUDA_SUCCESS);
    ASSERT_EQ(load(kPtx, library), CUDA_SUCCESS);
    ASSERT_EQ(cu.cuLibraryGetKernelFn(&add, library, "add"), CUDA_SUCCESS);
    upload(1000);
  }
  void TearDown() override {
    cu.cuLibraryUnloadFn(library);
    cu.cuStreamDestroyFn(stream);
  }

  CUresult load(const void *image, CUlibrary &result) {
    return cu.cuLibraryLoadDataFn(&result, image, nullptr, nullptr, 0, nullptr, nullptr, 0);
  }
  void upload(uint32_t first) {
    std::array<uint32_t, 32> values;
    for (uint32_t i = 0; i < 32; ++i)
      values[i] = first + i;
    ASSERT_EQ(cu.cuMemcpyHtoDAsyncFn(in, values.data(), 128, stream), CUDA_SUCCESS);
  }
  uint32_t last() {
    std::array<uint32_t, 32> values{};
    EXPECT_EQ(cu.cuMemcpyDtoHAsyncFn(values.data(), out, 128, stream), CUDA_SUCCESS);
    EXPECT_EQ(cu.cuStreamSynchronizeFn(stream), CUDA_SUCCESS);
    return values[31];
  }
  CUresult launch(uint32_t number, uint32_t shift = 0) {
    void *parameters[] = {&in, &out, &number, &shift};
    return launchWith(add, parameters, {});
  }
  CUresult launchWith(CUkernel kernel, void **parameters, std::vector<CUlaunchAttribute> attributes,
                      unsigned grid = 1, unsigned shared = 0) {
    CUlaunchConfig config{};
    config.gridDimX = grid;
    config.gridDimY = config.gridDimZ = config.blockDimY = config.blockDimZ = 1;
    config.blockDimX = 32;
    config.sharedMemBytes = shared;
    config.hStream = stream;
    config.attrs = attributes.data();
    config.numAttrs = unsigned(attributes.size());
    return cu.cuLaunchKernelExFn(&config, reinterpret_cast<CUfunction>(kernel), parameters,
                                 nullptr);
  }

  Driver cu;
  Device device;
  CUstream stream = nullptr;
  CUdeviceptr in = 0, out = 0;
  CUlibrary library = nullptr;
  CUkernel add = nullptr;
};

TEST_F(SimulatedDriver, SaysWhatItIs) {
  EXPECT_EQ(device.name, "simulated sm_90a");
  EXPECT_EQ(device.major, 9);
  EXPECT_EQ(device.minor, 0);
  EXPECT_EQ(device.numMultiprocessors, 4);
  EXPECT_EQ(device.maxSharedBytesPerBlock, 227 << 10);
  EXPECT_EQ(cu.version, 13000);
}

TEST_F(SimulatedDriver, RunsKernels) {
  ASSERT_EQ(launch(5), CUDA_SUCCESS);
  EXPECT_EQ(last(), 1036u);
}

TEST_F(SimulatedDriver, RefusesImpossibleLaunches) {
  uint32_t zero = 0;
  void *parameters[] = {&in, &out, &zero, &zero};
  EXPECT_EQ(launchWith(add, parameters, {}, 0), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(launchWith(add, parameters, {}, 1, 48 << 10), CUDA_SUCCESS);
  EXPECT_EQ(launchWith(add, parameters, {}, 1, (48 << 10) + 1), CUDA_ERROR_INVALID_VALUE);
  auto allow = [&](int bytes) {
    return cu.cuKernelSetAttributeFn(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes, add,
                                     0);
  };
  EXPECT_EQ(allow((227 << 10) + 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(allow(227 << 10), CUDA_SUCCESS);
  EXPECT_EQ(launchWith(add, parameters, {}, 1, 227 << 10), CUDA_SUCCESS);
  EXPECT_EQ(launchWith(nullptr, parameters, {}), CUDA_ERROR_INVALID_HANDLE);
}

TEST_F(SimulatedDriver, FindingsAreErrorsAndTheProcessGoesOn) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(launch(5, 1), CUDA_ERROR_ILLEGAL_ADDRESS);
  std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("mla-sim: kernel 'add': PTX:"), std::string::npos) << said;
  EXPECT_NE(said.find("out-of-bounds: ld.global.u32"), std::string::npos) << said;
  EXPECT_EQ(launch(6), CUDA_SUCCESS);
  EXPECT_EQ(last(), 1037u);
}

TEST_F(SimulatedDriver, ClustersComeFromAnAttribute) {
  CUkernel rank;
  ASSERT_EQ(cu.cuLibraryGetKernelFn(&rank, library, "rank"), CUDA_SUCCESS);
  CUlaunchAttribute cluster{};
  cluster.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
  cluster.value.clusterDim = {2, 1, 1};
  CUlaunchAttribute overlap{};
  overlap.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
  overlap.value.programmaticStreamSerializationAllowed = 1;
  void *parameters[] = {&out};
  EXPECT_EQ(launchWith(rank, parameters, {cluster, overlap}, 4), CUDA_SUCCESS);
  uint32_t blocks = 0;
  cu.cuMemcpyDtoHAsyncFn(&blocks, out, 4, stream);
  EXPECT_EQ(blocks, 2u);
  EXPECT_EQ(launchWith(rank, parameters, {cluster}, 3), CUDA_ERROR_INVALID_VALUE);
  cluster.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT;
  EXPECT_EQ(launchWith(rank, parameters, {cluster}, 2), CUDA_ERROR_NOT_SUPPORTED);
}

TEST_F(SimulatedDriver, GraphsReplayWithWhatMemoryHoldsThen) {
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuMemsetD8AsyncFn(out, 0xff, 128, stream), CUDA_SUCCESS);
  EXPECT_EQ(launch(7), CUDA_SUCCESS);
  CUgraph graph;
  ASSERT_EQ(cu.cuStreamEndCaptureFn(stream, &graph), CUDA_SUCCESS);
  CUgraphExec executable;
  ASSERT_EQ(cu.cuGraphInstantiateWithFlagsFn(&executable, graph, 0), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuGraphDestroyFn(graph), CUDA_SUCCESS);
  for (uint32_t first : {1000u, 2000u}) {
    upload(first);
    EXPECT_EQ(cu.cuGraphLaunchFn(executable, stream), CUDA_SUCCESS);
    EXPECT_EQ(last(), first + 38);
  }
  EXPECT_EQ(cu.cuGraphExecDestroyFn(executable), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuGraphLaunchFn(executable, stream), CUDA_ERROR_INVALID_VALUE);
}

TEST_F(SimulatedDriver, CapturesForbidWhatAGpuForbids) {
  CUgraph graph;
  CUdeviceptr other = 0;
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuMemAllocFn(&other, 16), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  EXPECT_EQ(launch(1), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  EXPECT_EQ(cu.cuStreamEndCaptureFn(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);

  ASSERT_EQ(cu.cuStreamBeginCaptureFn(stream, CU_STREAM_CAPTURE_MODE_RELAXED), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuMemAllocFn(&other, 16), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuStreamSynchronizeFn(stream), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  EXPECT_EQ(cu.cuStreamEndCaptureFn(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  EXPECT_EQ(cu.cuStreamEndCaptureFn(stream, &graph), CUDA_ERROR_ILLEGAL_STATE);
  EXPECT_EQ(launch(1), CUDA_SUCCESS);
}

TEST_F(SimulatedDriver, StreamsJoinCapturesThroughEvents) {
  auto find = [&](const char *name, auto &function) {
    void *library = dlopen(MLA_SIM_DRIVER, RTLD_NOW);
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    ASSERT_NE(function, nullptr) << name;
  };
  decltype(&cuStreamWaitEvent) wait;
  decltype(&cuEventQuery) query;
  find("cuStreamWaitEvent", wait);
  find("cuEventQuery", query);
  CUstream other, blocking;
  CUevent event;
  ASSERT_EQ(cu.cuStreamCreateFn(&other, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
  ASSERT_EQ(cu.cuStreamCreateFn(&blocking, CU_STREAM_DEFAULT), CUDA_SUCCESS);
  ASSERT_EQ(cu.cuEventCreateFn(&event, 0), CUDA_SUCCESS);
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuEventRecordFn(event, stream), CUDA_SUCCESS);
  EXPECT_EQ(query(event), CUDA_ERROR_CAPTURED_EVENT);
  EXPECT_EQ(wait(other, event, 0), CUDA_SUCCESS);
  CUstreamCaptureStatus status;
  EXPECT_EQ(cu.cuStreamIsCapturingFn(other, &status), CUDA_SUCCESS);
  EXPECT_EQ(status, CU_STREAM_CAPTURE_STATUS_ACTIVE);
  EXPECT_EQ(cu.cuMemsetD8AsyncFn(out, 1, 128, other), CUDA_SUCCESS);
  CUgraph graph;
  EXPECT_EQ(cu.cuStreamEndCaptureFn(stream, &graph), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuStreamIsCapturingFn(other, &status), CUDA_SUCCESS);
  EXPECT_EQ(status, CU_STREAM_CAPTURE_STATUS_NONE);
  CUgraphExec executable;
  ASSERT_EQ(cu.cuGraphInstantiateWithFlagsFn(&executable, graph, 0), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuGraphLaunchFn(executable, stream), CUDA_SUCCESS);
  EXPECT_EQ(last(), 0x01010101u);

  // The default stream waits for streams that do not opt out of it: it must not be used meanwhile.
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(blocking, CU_STREAM_CAPTURE_MODE_RELAXED), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuMemsetD8AsyncFn(out, 1, 128, nullptr), CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  EXPECT_EQ(cu.cuStreamEndCaptureFn(blocking, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  EXPECT_EQ(cu.cuStreamBeginCaptureFn(nullptr, CU_STREAM_CAPTURE_MODE_GLOBAL),
            CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);

  // Nor does it join a capture.
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuEventRecordFn(event, stream), CUDA_SUCCESS);
  EXPECT_EQ(wait(nullptr, event, 0), CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  EXPECT_EQ(cu.cuStreamEndCaptureFn(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  EXPECT_EQ(cu.cuMemsetD8AsyncFn(out, 1, 128, nullptr), CUDA_SUCCESS);

  // A thread's own stream captures like any other.
  CUdeviceptr memory = 0;
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(CU_STREAM_PER_THREAD, CU_STREAM_CAPTURE_MODE_GLOBAL),
            CUDA_SUCCESS);
  EXPECT_EQ(cu.cuMemAllocFn(&memory, 16), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  EXPECT_EQ(cu.cuStreamEndCaptureFn(CU_STREAM_PER_THREAD, &graph),
            CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);

  // A capture ends with the stream that began it.
  ASSERT_EQ(cu.cuStreamBeginCaptureFn(blocking, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuEventRecordFn(event, blocking), CUDA_SUCCESS);
  EXPECT_EQ(wait(other, event, 0), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuStreamDestroyFn(blocking), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuStreamIsCapturingFn(other, &status), CUDA_SUCCESS);
  EXPECT_EQ(status, CU_STREAM_CAPTURE_STATUS_NONE);
}

TEST_F(SimulatedDriver, MemoryIsChecked) {
  CUdeviceptr other = 0;
  EXPECT_EQ(cu.cuMemAllocFn(&other, 0), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cu.cuMemAllocFn(&other, device.totalBytes), CUDA_ERROR_OUT_OF_MEMORY);
  EXPECT_EQ(cu.cuMemFreeFn(in + 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cu.cuMemFreeFn(0), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuMemsetD8AsyncFn(in, 0, 129, stream), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cu.cuMemcpyDtoDAsyncFn(out, in, 128, stream), CUDA_SUCCESS);
  EXPECT_EQ(last(), 1031u);
  EXPECT_EQ(cu.cuMemcpyDtoDAsyncFn(out, in + 4, 128, stream), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(in % 256, 0u);
  EXPECT_NE(in % 512, 0u);
}

TEST_F(SimulatedDriver, EventsKnowNoTime) {
  CUevent start, end;
  ASSERT_EQ(cu.cuEventCreateFn(&start, 0), CUDA_SUCCESS);
  ASSERT_EQ(cu.cuEventCreateFn(&end, 0), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuEventRecordFn(start, stream), CUDA_SUCCESS);
  float milliseconds = -1;
  EXPECT_EQ(cu.cuEventElapsedTimeFn(&milliseconds, start, end), CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(cu.cuEventRecordFn(end, stream), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuEventElapsedTimeFn(&milliseconds, start, end), CUDA_SUCCESS);
  EXPECT_EQ(milliseconds, 0);
  EXPECT_EQ(cu.cuEventDestroyFn(start), CUDA_SUCCESS);
  EXPECT_EQ(cu.cuEventDestroyFn(start), CUDA_ERROR_INVALID_HANDLE);
}

TEST_F(SimulatedDriver, ThreadsWithoutContextAreRefused) {
  ASSERT_EQ(cu.cuCtxSetCurrentFn(nullptr), CUDA_SUCCESS);
  CUdeviceptr other = 0;
  EXPECT_EQ(cu.cuMemAllocFn(&other, 16), CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(launch(1), CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_TRUE(device.makeCurrent().ok());
}

TEST_F(SimulatedDriver, KernelsHaveAttributes) {
  int value = -1;
  auto read = [&](CUfunction_attribute attribute) {
    return cu.cuKernelGetAttributeFn(&value, attribute, add, 0);
  };
  EXPECT_EQ(read(CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK), CUDA_SUCCESS);
  EXPECT_EQ(value, 1024);
  EXPECT_EQ(read(CU_FUNC_ATTRIBUTE_NUM_REGS), CUDA_SUCCESS);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(read(CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES), CUDA_SUCCESS);
  EXPECT_EQ(value, 0);
  CUkernel none;
  EXPECT_EQ(cu.cuLibraryGetKernelFn(&none, library, "none"), CUDA_ERROR_NOT_FOUND);
}

TEST_F(SimulatedDriver, TensorMapsAreChecked) {
  CUtensorMap map;
  cuuint64_t extents[] = {64, 8}, strides[] = {128};
  cuuint32_t box[] = {64, 8}, steps[] = {1, 1};
  auto encode = [&](CUdeviceptr address, CUtensorMapSwizzle swizzle) {
    return cu.cuTensorMapEncodeTiledFn(
        &map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, reinterpret_cast<void *>(address), extents,
        strides, box, steps, CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle,
        CU_TENSOR_MAP_L2_PROMOTION_NONE, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  };
  ASSERT_EQ(encode(in, CU_TENSOR_MAP_SWIZZLE_128B), CUDA_SUCCESS);
  mla::sim::TensorMap read;
  std::memcpy(&read, &map, sizeof(read));
  EXPECT_EQ(read.elementBytes, 2u);
  EXPECT_EQ(read.swizzleBytes, 128u);
  EXPECT_EQ(read.strideBytes[0], 128u);
  EXPECT_EQ(encode(in + 8, CU_TENSOR_MAP_SWIZZLE_128B), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(encode(in, CU_TENSOR_MAP_SWIZZLE_64B), CUDA_ERROR_INVALID_VALUE);
  strides[0] = 136;
  EXPECT_EQ(encode(in, CU_TENSOR_MAP_SWIZZLE_128B), CUDA_ERROR_INVALID_VALUE);
  strides[0] = 128;
  box[1] = 257;
  EXPECT_EQ(encode(in, CU_TENSOR_MAP_SWIZZLE_128B), CUDA_ERROR_INVALID_VALUE);
}

/// A fatbin of images {kind, capability, flags, text}.
struct Part {
  uint16_t kind;
  uint32_t capability;
  uint64_t flags;
  std::string text;
};
std::string fatbin(const std::vector<Part> &parts) {
  std::string bytes(16, 0);
  auto put = [&](size_t at, auto value) { std::memcpy(bytes.data() + at, &value, sizeof(value)); };
  for (const Part &part : parts) {
    size_t at = bytes.size();
    bytes.resize(at + 64);
    put(at, part.kind);
    put(at + 4, uint32_t(64));
    put(at + 8, uint64_t(part.text.size()));
    put(at + 28, part.capability);
    put(at + 40, part.flags);
    bytes += part.text;
  }
  put(0, 0xba55ed50u);
  put(4, uint16_t(1));
  put(6, uint16_t(16));
  put(8, uint64_t(bytes.size() - 16));
  return bytes;
}

TEST_F(SimulatedDriver, ChoosesWhatAGpuWouldTake) {
  auto ptxFor = [](const std::string &target) {
    return ".version 8.6\n.target " + target + "\n.address_size 64\n.entry is_" + target +
           "() { ret; }\n";
  };
  auto loads = [&](const std::vector<Part> &parts, const char *kernel) {
    CUlibrary loaded;
    CUkernel found;
    return load(fatbin(parts).data(), loaded) == CUDA_SUCCESS &&
           cu.cuLibraryGetKernelFn(&found, loaded, kernel) == CUDA_SUCCESS;
  };
  Part code{2, 90, 0,
            "\x7f"
            "ELF"},
      lower{1, 80, 0, ptxFor("sm_80")}, exact{1, 90, 0, ptxFor("sm_90a")},
      higher{1, 100, 0, ptxFor("sm_100a")};
  EXPECT_TRUE(loads({code, lower, exact, higher}, "is_sm_90a"));
  EXPECT_TRUE(loads({lower, higher}, "is_sm_80"));
  EXPECT_TRUE(loads({lower, exact}, "is_sm_90a"));
  // Machine code that a GPU would take, without its PTX: anything else would be another kernel.
  EXPECT_FALSE(loads({code, lower}, "is_sm_80"));
  EXPECT_FALSE(loads({higher}, "is_sm_100a"));
  CUlibrary loaded;
  testing::internal::CaptureStderr();
  EXPECT_EQ(load(fatbin({code, {1, 90, 0x8000, "zzzz"}}).data(), loaded),
            CUDA_ERROR_NO_BINARY_FOR_GPU);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "mla-sim: of what the fatbin has for sm_90a (capability 9.0) there is only compressed "
            "PTX; make it with mla-translate --fatbin-ptx\n");
  EXPECT_EQ(load("\x7f"
                 "ELF",
                 loaded),
            CUDA_ERROR_NO_BINARY_FOR_GPU);
  EXPECT_EQ(load(higher.text.c_str(), loaded), CUDA_ERROR_NO_BINARY_FOR_GPU);
  EXPECT_EQ(load(fatbin({{7, 90, 0, "?"}}).data(), loaded), CUDA_ERROR_NO_BINARY_FOR_GPU);
  std::string cut = fatbin({exact});
  cut[16 + 8] = 0x7f;
  EXPECT_EQ(load(cut.data(), loaded), CUDA_ERROR_INVALID_IMAGE);
}

TEST_F(SimulatedDriver, SaysWhyPtxIsRefused) {
  std::array<char, 256> log{};
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log.data(), reinterpret_cast<void *>(log.size())};
  CUlibrary loaded;
  EXPECT_EQ(cu.cuLibraryLoadDataFn(&loaded, ".version 8.0 .target sm_80 .entry f() { frob; }",
                                   options, values, 2, nullptr, nullptr, 0),
            CUDA_ERROR_INVALID_PTX);
  EXPECT_STREQ(log.data(), "line 1 of the PTX: frob: unknown instruction");
}

} // namespace
