//===- DenseDecodeHarnessTest.cpp - checks of dense MLA decode can fail ----===//
// The library calls plan, decode and merge of a folder on the fake driver, correct and with one
// fault each. SPDX-License-Identifier: Apache-2.0

#include "Library/DenseDecodeCall.h"
#include "TestManifest.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace mla::conformance;
using namespace mla::runtime;

static std::string json(const std::string &kernel) {
  if (kernel == "plan")
    return kernelJson(
        kernel, "lengths:*i32 starts:*i32 parts:*i32 B:i64 parts.stride0:i64 most:i32 least:i32",
        "");
  if (kernel == "merge")
    return kernelJson(kernel,
                      "starts:*i32 partial_out:*fp32 partial_lse:*fp32 out:*bf16 lse:*fp32 B:i64 "
                      "ROWS:i64 partial_out.stride0:i64 partial_out.stride2:i64 "
                      "partial_lse.stride0:i64 out.stride0:i64 out.stride3:i64 lse.stride0:i64 "
                      "num_parts:i32",
                      "");
  return kernelJson(kernel,
                    "q:*bf16 cache:*bf16 table:*i32 lengths:*i32 starts:*i32 parts:*i32 out:*bf16 "
                    "lse:*fp32 partial_out:*fp32 partial_lse:*fp32 B:i64 ROWS:i64 PAGE:i64 "
                    "q.stride0:i64 q.stride3:i64 cache.stride0:i64 cache.stride2:i64 "
                    "table.stride0:i64 out.stride0:i64 out.stride3:i64 lse.stride0:i64 "
                    "partial_out.stride0:i64 partial_out.stride2:i64 partial_lse.stride0:i64 "
                    "heads:i32 causal:i32 scale_log2:fp32",
                    R"("BLOCK_H":16,"BLOCK_N":64)");
}

class DenseDecodeHarness : public testing::Test {
protected:
  static void SetUpTestSuite() { setenv("MLA_LIBCUDA", MLA_FAKE_DRIVER, 1); }

  void SetUp() override {
    Status status = gpu.open(0);
    ASSERT_TRUE(status.ok()) << status.message;
    folder = std::filesystem::path(testing::TempDir()) / "mla_fake_kernels";
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void write(const std::string &file, const std::string &kernel, const std::string &fault) {
    std::ofstream(folder / (file + ".json")) << json(kernel);
    std::ofstream(folder / (file + ".ptx"))
        << ".version 7.0\n.target sm_80\n.entry " << kernel << "\n"
        << (fault.empty() ? "" : ".fault " + fault + "\n");
  }

  /// Makes a few calls, with one kernel replaced by a faulty one; what went wrong, a line each.
  std::string run(const std::string &faulty, const std::string &fault) {
    auto faultOf = [&](const char *name) { return faulty == name ? fault : ""; };
    write("dense_decode_plan", "plan", faultOf("plan"));
    write("dense_decode_bf16_h16", "decode", faultOf("decode"));
    write("dense_decode_merge_bf16", "merge", faultOf("merge"));
    std::string path = folder.string();
    mla_device_options options{};
    options.struct_size = sizeof(options);
    options.kernel_folder = path.c_str();
    mla_device *device = nullptr;
    EXPECT_EQ(mla_open(&options, &device), MLA_STATUS_OK) << mla_last_error();
    Library library{gpu, device, path};
    for (const DecodeShape &shape :
         {DecodeShape{{1, 65, 0, 130}, 2, 3, 64, true, 0.0417, 1},
          DecodeShape{{300, 0, 64}, 1, 5, 128, false, 0.07, 3, 48, 64, 32, 160},
          DecodeShape{{0, 700}, 2, 1, 64, true, 0.0417, 20}})
      checkDenseCall(library, shape, Element::Bf16, 1);
    mla_close(device);
    compared = library.compared;
    worstRatio = library.worstRatio;
    return library.failure;
  }

  Gpu gpu;
  std::filesystem::path folder;
  int64_t compared = 0;
  double worstRatio = 0;
};

TEST_F(DenseDecodeHarness, PassesCorrectKernels) {
  EXPECT_EQ(run("", ""), "");
  EXPECT_EQ(compared, 513 * (4 * 6 + 3 * 5 + 2 * 2));
  EXPECT_LE(worstRatio, 1);
  EXPECT_GT(worstRatio, 0);
}

TEST_F(DenseDecodeHarness, NoticesEveryFault) {
  struct Fault {
    const char *kernel, *fault, *message;
  };
  const Fault faults[] = {
      {"plan", "lost_request", "is nan, expected"},
      {"decode", "leak", "is nan, expected"},
      {"decode", "no_mask", "token 0, head"},
      {"decode", "lost_key", "outputs are off"},
      {"decode", "nan_of_none", "is nan, expected -inf within 0"},
      {"decode", "before_workspace", "workspace: wrote in front of its"},
      {"decode", "unstable", "gave other bits"},
      {"merge", "lost_part", "lse[request 0, token 0, head"},
      {"merge", "merges_all", "is nan, expected"},
  };
  for (const Fault &fault : faults) {
    std::string failure = run(fault.kernel, fault.fault);
    EXPECT_NE(failure.find(fault.message), std::string::npos)
        << fault.kernel << " " << fault.fault << ": " << failure;
  }
}
