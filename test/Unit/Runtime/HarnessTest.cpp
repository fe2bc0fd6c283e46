//===- HarnessTest.cpp - the conformance harness passes right kernels and fails wrong ones ===//
// Runs the whole path (driver table, manifest, launcher, lattices, references) on the fake driver.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"
#include "TestManifest.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace mla::conformance;
using namespace mla::runtime;

static Manifest manifestOf(const std::string &kernel, const std::string &arguments,
                           const std::string &constants) {
  Manifest manifest;
  require(Manifest::parse(kernelJson(kernel, arguments, constants), "k.json", manifest));
  return manifest;
}

static Manifest manifestOf(const std::string &kernel) {
  if (kernel == "vector_add")
    return manifestOf(kernel, "x_ptr:*fp32 y_ptr:*fp32 out_ptr:*fp32 n:i64", R"("BLOCK":256)");
  if (kernel == "row_softmax")
    return manifestOf(kernel, "x_ptr:*fp32 y_ptr:*fp32 n_cols:i32 x_stride:i64 y_stride:i64",
                      R"("BLOCK":128)");
  return manifestOf(kernel,
                    "a:*bf16 b:*bf16 bias:*bf16 c:*bf16 M:i32 N:i32 K:i32 alpha:fp32 "
                    "a.stride0:i64 b.stride0:i64 c.stride0:i64",
                    R"("BLOCK_M":16,"BLOCK_N":16,"BLOCK_K":16,"GROUP_M":2,"HAS_BIAS":1,"RELU":1)");
}

class Harness : public testing::Test {
protected:
  static void SetUpTestSuite() { setenv("MLA_LIBCUDA", MLA_FAKE_DRIVER, 1); }

  void SetUp() override {
    Status status = gpu.open(0);
    ASSERT_TRUE(status.ok()) << status.message;
  }

  Tally run(const std::string &name, const std::string &fault) {
    Kernel kernel;
    std::string image =
        ".target sm_80\n.entry " + name + "\n" + (fault.empty() ? "" : ".fault " + fault + "\n");
    require(kernel.load(gpu.device, manifestOf(name), image));
    EXPECT_TRUE(kernel.jit());
    Tally tally;
    findFamily(name)({gpu, kernel, 3, 1}, tally);
    return tally;
  }

  Gpu gpu;
};

TEST_F(Harness, PassesCorrectKernels) {
  for (const char *name : {"vector_add", "row_softmax", "matmul"}) {
    Tally tally = run(name, "");
    EXPECT_GT(tally.cases, 30) << name;
    EXPECT_EQ(tally.failedCases, 0) << name << ": " << tally.failures.front();
    EXPECT_LE(tally.worstRatio, 1) << name;
  }
}

TEST_F(Harness, NoticesEveryFault) {
  struct Fault {
    const char *kernel, *fault, *message;
  };
  const Fault faults[] = {
      {"vector_add", "lost_tail", "is nan, expected"},
      {"vector_add", "overrun", "wrote outside the output: byte 0 after the last row"},
      {"vector_add", "unstable", "a second run gave other bits"},
      {"row_softmax", "nan_of_empty", "expected 0 within 0"},
      {"row_softmax", "no_shift", "expected"},
      {"row_softmax", "padding", "wrote outside the output: byte 0 behind row 0"},
      {"matmul", "lost_tail", "expected"},
      {"matmul", "leak", "is nan, expected"},
      {"matmul", "no_relu", "expected 0 within"},
  };
  for (const Fault &fault : faults) {
    Tally tally = run(fault.kernel, fault.fault);
    ASSERT_GT(tally.failedCases, 0) << fault.kernel << " " << fault.fault;
    bool named = false;
    for (const std::string &failure : tally.failures)
      named |= failure.find(fault.message) != std::string::npos;
    EXPECT_TRUE(named) << fault.kernel << " " << fault.fault << ": " << tally.failures.front();
  }
}

TEST_F(Harness, ReportsWhatTheDriverRefuses) {
  Kernel kernel;
  EXPECT_EQ(kernel.load(gpu.device, manifestOf("matmul"), ".target sm_80\n").message.substr(0, 41),
            "kernel 'matmul': cuLibraryLoadData failed");
  Status status =
      kernel.load(gpu.device, manifestOf("matmul"), ".target sm_80\n.entry matmul_v9\n");
  EXPECT_NE(status.message.find("entry 'matmul': cuLibraryGetKernel failed"), std::string::npos)
      << status.message;
  status =
      kernel.load(gpu.device, manifestOf("matmul"), ".target sm_80\n.entry matmul\n", Jit::Forbid);
  EXPECT_EQ(status.code, StatusCode::NotFound);
}

TEST_F(Harness, LaunchesWholeClustersOnly) {
  Manifest manifest = manifestOf("row_softmax");
  manifest.variants[0].cluster = 2;
  Kernel kernel;
  require(kernel.load(gpu.device, manifest, ".target sm_80\n.entry row_softmax\n"));
  float in[8] = {}, out[8] = {};
  std::vector<Value> values = {Value::pointer(reinterpret_cast<uint64_t>(in)),
                               Value::pointer(reinterpret_cast<uint64_t>(out)), Value::integer(1),
                               Value::integer(1), Value::integer(1)};
  auto launch = [&](Grid grid) { return kernel.launch(grid, values, nullptr); };
  Status status = launch({3, 2, 1});
  EXPECT_EQ(status.code, StatusCode::InvalidArgument);
  EXPECT_EQ(status.message, "grid x of 3 is no multiple of 2, the CTAs of a cluster of kernel "
                            "'row_softmax'");
  EXPECT_EQ(launch({1, 2, 2}).code, StatusCode::InvalidArgument);
  EXPECT_EQ(out[0], 0.0f); // nothing ran
  status = launch({4, 1, 1});
  EXPECT_TRUE(status.ok()) << status.message;
  EXPECT_EQ(out[0], 1.0f);
  EXPECT_EQ(out[3], 1.0f);
  EXPECT_TRUE(launch({2, 3, 1}).ok()) << "only x is in whole clusters";
  EXPECT_TRUE(launch({0, 1, 1}).ok()) << "an empty grid is no error";
}
