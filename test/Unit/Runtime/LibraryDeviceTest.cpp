//===- LibraryDeviceTest.cpp - devices, loading and messages -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <dlfcn.h>

using LibraryDevice = LibraryTest;

TEST_F(LibraryDevice, RefusesWrongOptions) {
  mla_device *other = nullptr;
  auto refusal = [&](auto change, mla_status expected, const char *text) {
    mla_device_options options{};
    options.struct_size = sizeof(options);
    change(options);
    other = device;
    expectRefusal(mla_open(&options, &other), expected, text);
    EXPECT_EQ(other, nullptr);
  };
  constexpr mla_status kInvalid = MLA_STATUS_INVALID_ARGUMENT;
  refusal([](auto &o) { o.ordinal = -2; }, kInvalid, "argument 'ordinal' = -2 must be from -1");
  refusal([](auto &o) { o.ordinal = 7; }, MLA_STATUS_NO_DEVICE, "device 7 does not exist");
  refusal([](auto &o) { o.ordinal = -1; }, kInvalid, "argument 'compute_capability' = 0 must be");
  for (int32_t capability : {79, 101, 122, 130}) {
    refusal(
        [&](auto &o) {
          o.ordinal = -1;
          o.compute_capability = capability;
          o.sm_count = 4;
        },
        kInvalid,
        ("argument 'compute_capability' = " + std::to_string(capability) + " must be").c_str());
  }
  refusal([](auto &o) { o.sm_count = 4; }, kInvalid, "argument 'sm_count' = 4 must be 0");
  refusal([](auto &o) { o.forbid_jit = 2; }, kInvalid, "argument 'forbid_jit' = 2 must be");
  refusal([](auto &o) { o.struct_size = 3; }, kInvalid, "argument 'struct_size' = 3 must be");
  expectRefusal(mla_open(nullptr, &other), kInvalid, "argument 'args' = NULL");
  mla_device_options options{};
  options.struct_size = sizeof(options);
  expectRefusal(mla_open(&options, nullptr), kInvalid, "argument 'device' = NULL");
  mla_close(nullptr);
}

TEST_F(LibraryDevice, RefusesFamiliesWithoutKernels) {
  expectRefusal(mla_load(device, MLA_FAMILY_TOPK), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'families' = 4096 must be of families that have kernels");
  expectRefusal(mla_load(device, 1u << 31), MLA_STATUS_INVALID_ARGUMENT, "argument 'families'");
  expectRefusal(mla_load(nullptr, MLA_FAMILY_ALL), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'device' = NULL");
  EXPECT_EQ(mla_load(device, 0), MLA_STATUS_OK);
  EXPECT_EQ(stub->loads, 0);
  EXPECT_EQ(mla_load(device, MLA_FAMILY_ALL), MLA_STATUS_OK) << mla_last_error();
  int loads = stub->loads;
  EXPECT_EQ(mla_load(device, MLA_FAMILY_ALL), MLA_STATUS_OK);
  EXPECT_EQ(stub->loads, loads);
}

TEST_F(LibraryDevice, LoadsWhatTheDeviceRuns) {
  // Some kernels take more shared memory than this.
  stub->sharedBytes = 64 * 1024;
  reopen(9, 0);
  expectRefusal(mla_load(device, MLA_FAMILY_ALL), MLA_STATUS_UNSUPPORTED, "bytes of shared memory");
  int loads = stub->loads;
  EXPECT_GT(loads, 0);
  EXPECT_EQ(mla_load(device, MLA_FAMILY_MERGE_LSE), MLA_STATUS_OK) << mla_last_error();
  EXPECT_EQ(stub->loads, loads);
}

TEST_F(LibraryDevice, LeavesTheCallersContext) {
  void *module = dlopen(MLA_STUB_DRIVER, RTLD_NOW | RTLD_LOCAL);
  using Resolve =
      CUresult (*)(const char *, void **, int, cuuint64_t, CUdriverProcAddressQueryResult *);
  auto resolve = reinterpret_cast<Resolve>(dlsym(module, "cuGetProcAddress_v2"));
  void *get = nullptr, *set = nullptr;
  resolve("cuCtxGetCurrent", &get, 12000, 0, nullptr);
  resolve("cuCtxSetCurrent", &set, 12000, 0, nullptr);
  auto *mine = reinterpret_cast<CUcontext>(0x77);
  reinterpret_cast<CUresult (*)(CUcontext)>(set)(mine);
  reopen(9, 0);
  EXPECT_EQ(mla_load(device, MLA_FAMILY_ALL), MLA_STATUS_OK) << mla_last_error();
  CUcontext current = nullptr;
  reinterpret_cast<CUresult (*)(CUcontext *)>(get)(&current);
  EXPECT_EQ(current, mine);
  reinterpret_cast<CUresult (*)(CUcontext)>(set)(nullptr);
}

TEST_F(LibraryDevice, NamesEveryStatus) {
  for (int i = 0; i <= MLA_STATUS_INTERNAL; ++i)
    EXPECT_EQ(std::string(mla_status_name(mla_status(i))).rfind("MLA_STATUS_", 0), 0u) << i;
  EXPECT_STREQ(mla_status_name(mla_status(99)), "no mla_status");
  EXPECT_EQ(mla_version(), MLA_VERSION_MAJOR * 1000 + MLA_VERSION_MINOR);
}
