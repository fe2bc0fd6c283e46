//===- DenseDecodeHarnessTest.cpp - checks of dense MLA decode can fail ----===//
// Plan, decode and merge on the fake driver, correct and with one fault each.
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeCheck.h"
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
  }

  Kernel load(const std::string &name, const std::string &fault) {
    Manifest manifest;
    require(Manifest::parse(json(name), "k.json", manifest));
    std::string image = ".target sm_80\n.entry " + name + "\n";
    if (!fault.empty())
      image += ".fault " + fault + "\n";
    Kernel kernel;
    require(kernel.load(gpu.device, manifest, image));
    return kernel;
  }

  /// Runs a few calls, with one kernel replaced by a faulty one.
  Tally run(const std::string &faulty, const std::string &fault) {
    auto faultOf = [&](const char *name) { return faulty == name ? fault : ""; };
    Kernel plan = load("plan", faultOf("plan")), decode = load("decode", faultOf("decode")),
           merge = load("merge", faultOf("merge"));
    DecodeKernels kernels{plan, decode, merge};
    Tally tally;
    for (const DecodeShape &shape :
         {DecodeShape{{1, 65, 0, 130}, 2, 3, 64, true, 0.0417, 1},
          DecodeShape{{300, 0, 64}, 1, 5, 128, false, 0.07, 3, 48, 64, 32, 160},
          DecodeShape{{0, 700}, 2, 1, 64, true, 0.0417, 20}}) {
      DecodeCall call(gpu, kernels, Element::Bf16, shape, 1);
      EXPECT_EQ(call.refusal(), "");
      call.upload(1);
      tally.begin(shape.name());
      checkDecodeCall(tally, call);
    }
    return tally;
  }

  Gpu gpu;
};

TEST_F(DenseDecodeHarness, PassesCorrectKernels) {
  Tally tally = run("", "");
  EXPECT_EQ(tally.failedCases, 0) << tally.failures.front();
  EXPECT_EQ(tally.elements, 513 * (4 * 6 + 3 * 5 + 2 * 2));
  EXPECT_LE(tally.worstRatio, 1);
  EXPECT_GT(tally.worstRatio, 0);
}

TEST_F(DenseDecodeHarness, NoticesEveryFault) {
  struct Fault {
    const char *kernel, *fault, *message;
  };
  const Fault faults[] = {
      {"plan", "no_unit_for_none", "plan: starts[3] is 3, expected 4"},
      {"decode", "leak", "is nan, expected"},
      {"decode", "no_mask", "token 0, head"},
      {"decode", "lost_key", "outputs are off"},
      {"decode", "nan_of_none", "is nan, expected -inf within 0"},
      {"decode", "spare_slot", "partial_lse: wrote outside its elements"},
      {"decode", "unstable", "gave other bits"},
      {"merge", "lost_part", "lse[request 0, token 0, head"},
      {"merge", "merges_all", "is nan, expected"},
  };
  for (const Fault &fault : faults) {
    Tally tally = run(fault.kernel, fault.fault);
    ASSERT_GT(tally.failedCases, 0) << fault.kernel << " " << fault.fault;
    bool named = false;
    std::string all;
    for (const std::string &failure : tally.failures) {
      named |= failure.find(fault.message) != std::string::npos;
      all += failure + "\n";
    }
    EXPECT_TRUE(named) << fault.kernel << " " << fault.fault << ": " << all;
  }
}

TEST_F(DenseDecodeHarness, RefusesPagesThatATileWouldLeave) {
  Kernel plan = load("plan", ""), decode = load("decode", ""), merge = load("merge", "");
  DecodeKernels kernels{plan, decode, merge};
  EXPECT_EQ(kernels.refusesPage(128), "");
  EXPECT_EQ(kernels.refusesPage(16), "page = 16 is no multiple of BLOCK_N = 64");
  EXPECT_EQ(kernels.blockRows(), 16);
}

TEST_F(DenseDecodeHarness, ChecksPlanAndMergeAlone) {
  Kernel plan = load("plan", ""), merge = load("merge", "");
  Tally plans, merges;
  checkDensePlan({gpu, plan, 0, 1}, plans);
  EXPECT_GT(plans.cases, 90);
  EXPECT_EQ(plans.failedCases, 0) << plans.failures.front();
  checkDenseMerge({gpu, merge, 0, 1}, merges);
  EXPECT_GT(merges.cases, 50);
  EXPECT_EQ(merges.failedCases, 0) << merges.failures.front();
}

TEST_F(DenseDecodeHarness, FindsCompanionsInTheFolder) {
  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "mla_companions";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "some_plan.json") << json("plan");
  std::ofstream(folder / "some_plan.ptx") << ".version 7.0\n.target sm_80\n.entry plan\n";
  Kernel decode = load("decode", "");
  Subject subject{gpu, decode, 0, 1, folder.string()};
  EXPECT_EQ(subject.loadCompanion("plan").name(), "plan");
  EXPECT_THROW(subject.loadCompanion("merge"), std::runtime_error);
  std::filesystem::remove_all(folder);
}
