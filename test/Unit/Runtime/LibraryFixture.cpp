//===- LibraryFixture.cpp - the C interface over a driver that records ------===//
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <cstdlib>
#include <dlfcn.h>

mla_tensor tensorAt(uint64_t address, int32_t dtype, std::initializer_list<int64_t> shape) {
  mla_tensor tensor{};
  tensor.data = reinterpret_cast<void *>(address);
  tensor.dtype = dtype;
  for (int64_t extent : shape)
    tensor.shape[tensor.rank++] = extent;
  int64_t stride = 1;
  for (int dim = tensor.rank - 1; dim >= 0; --dim) {
    tensor.strides[dim] = stride;
    stride *= tensor.shape[dim];
  }
  return tensor;
}

void LibraryTest::SetUp() {
  // Read when the first device is opened, in this process once.
  setenv("MLA_LIBCUDA", MLA_STUB_DRIVER, 1);
  void *module = dlopen(MLA_STUB_DRIVER, RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(module) << dlerror();
  stub = reinterpret_cast<StubState *(*)()>(dlsym(module, "stubState"))();
  reopen(9, 0);
}

void LibraryTest::TearDown() {
  mla_close(device);
  stub->isCapturing = false;
  stub->sharedBytes = 232448;
}

void LibraryTest::reopen(int major, int minor, bool forbidJit) {
  mla_close(device);
  stub->major = major;
  stub->minor = minor;
  stub->launches.clear();
  stub->loads = 0;
  stub->wordCount = 0;
  mla_device_options options{};
  options.struct_size = sizeof(options);
  options.forbid_jit = forbidJit;
  ASSERT_EQ(mla_open(&options, &device), MLA_STATUS_OK) << mla_last_error();
}

void LibraryTest::expectRefusal(mla_status status, mla_status expected, const std::string &text) {
  EXPECT_EQ(status, expected) << text << ": " << mla_last_error();
  EXPECT_NE(std::string(mla_last_error()).find(text), std::string::npos)
      << "got: " << mla_last_error() << "\nwanted: " << text;
  EXPECT_TRUE(stub->launches.empty()) << text;
}
