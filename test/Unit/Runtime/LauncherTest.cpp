//===- LauncherTest.cpp - image choice and argument checks, without a GPU -===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Launcher.h"
#include "TestManifest.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace mla::runtime;

static const std::string kFatbin = "\x50\xed\x55\xba rest";
static const std::string kCubin = "\x7f"
                                  "ELF rest";
static const std::string kPtx80 = "// generated\n.version 7.0\n.target sm_80\n.address_size 64\n";

static Manifest parsed(const std::string &variants) {
  Manifest manifest;
  Status status = Manifest::parse(manifestJson(variants), "scale.json", manifest);
  EXPECT_TRUE(status.ok()) << status.message;
  return manifest;
}

/// "arch" or "arch jit" of the variant that is chosen, or the error.
static std::string chosen(const Manifest &manifest, const std::string &image, int major,
                          int minor) {
  const Variant *variant = nullptr;
  bool jit = false;
  Status status = selectVariant(manifest, image, major, minor, variant, jit);
  return status.ok() ? variant->arch + (jit ? " jit" : "") : status.message;
}

TEST(SelectVariant, TakesExactMachineCodeThenCompatibleThenPtx) {
  Manifest manifest =
      parsed(variantJson("sm_80", "cubin") + "," + variantJson("sm_86", "cubin") + "," +
             variantJson("sm_90a", "cubin") + "," + variantJson("sm_80", "ptx"));
  EXPECT_EQ(chosen(manifest, kFatbin, 9, 0), "sm_90a");
  EXPECT_EQ(chosen(manifest, kFatbin, 8, 0), "sm_80");
  EXPECT_EQ(chosen(manifest, kFatbin, 8, 6), "sm_86");
  EXPECT_EQ(chosen(manifest, kFatbin, 8, 9), "sm_86");
  EXPECT_EQ(chosen(manifest, kFatbin, 12, 0), "sm_80 jit");
  EXPECT_EQ(
      chosen(manifest, kFatbin, 7, 5),
      "kernel 'scale' has no image for compute capability 7.5; the manifest lists sm_80 (cubin), "
      "sm_86 (cubin), sm_90a (cubin), sm_80 (ptx)");
}

TEST(SelectVariant, NeverTakesArchSpecificCodeForAnotherMinorVersion) {
  Manifest manifest = parsed(variantJson("sm_100a", "cubin"));
  EXPECT_EQ(chosen(manifest, kFatbin, 10, 0), "sm_100a");
  EXPECT_NE(chosen(manifest, kFatbin, 10, 3).find("has no image"), std::string::npos);
}

TEST(SelectVariant, KnowsThatAPtxFileHasNoMachineCode) {
  Manifest manifest = parsed(variantJson("sm_90a", "cubin") + "," + variantJson("sm_80", "ptx"));
  EXPECT_EQ(chosen(manifest, kPtx80, 9, 0), "sm_80 jit");
  EXPECT_EQ(chosen(parsed(variantJson("sm_80", "cubin")), kPtx80, 9, 0), "sm_80 jit");
  EXPECT_NE(chosen(parsed(variantJson("sm_90a", "cubin")), kPtx80, 9, 0)
                .find("the file is PTX for sm_80"),
            std::string::npos);
}

TEST(SelectVariant, KnowsThatACubinHasNoPtx) {
  Manifest manifest = parsed(variantJson("sm_90a", "cubin") + "," + variantJson("sm_80", "ptx"));
  EXPECT_EQ(chosen(manifest, kCubin, 9, 0), "sm_90a");
  EXPECT_NE(chosen(manifest, kCubin, 12, 0).find("has no image"), std::string::npos);
}

/// Valid values of the test kernel: x_ptr, n, stride, flag, alpha.
static std::vector<Value> goodValues() {
  return {Value::pointer(0x1000), Value::integer(-7), Value::integer(32), Value::integer(255),
          Value::number(0.1)};
}

static std::string packError(const std::vector<Value> &values) {
  Manifest manifest = parsed(variantJson("sm_90a", "cubin"));
  std::vector<uint64_t> words(manifest.variants[0].arguments.size());
  return packArguments(manifest.variants[0], values, words).message;
}

TEST(PackArguments, LaysOutEachTypesBytes) {
  Manifest manifest = parsed(variantJson("sm_90a", "cubin"));
  std::vector<uint64_t> words(manifest.variants[0].arguments.size());
  ASSERT_TRUE(packArguments(manifest.variants[0], goodValues(), words).ok());
  ASSERT_EQ(words.size(), 5u);
  EXPECT_EQ(words[0], 0x1000u);
  int32_t n;
  std::memcpy(&n, &words[1], 4);
  EXPECT_EQ(n, -7);
  float alpha;
  std::memcpy(&alpha, &words[4], 4);
  EXPECT_EQ(alpha, 0.1f);
}

TEST(PackArguments, RefusesWithNameTypeAndValue) {
  std::vector<Value> values = goodValues();
  values.pop_back();
  EXPECT_EQ(packError(values),
            "kernel 'scale' takes 5 arguments (x_ptr, n, stride, flag, alpha), got 4");

  auto with = [](size_t index, Value value) {
    std::vector<Value> values = goodValues();
    values[index] = value;
    return packError(values);
  };
  EXPECT_EQ(with(0, Value::integer(4096)),
            "argument 'x_ptr' (*bf16) must be a pointer, got an integer");
  EXPECT_EQ(with(0, Value::pointer(0x1002)),
            "argument 'x_ptr' (*bf16) = 4098 must be a multiple of 16 bytes");
  EXPECT_EQ(with(1, Value::integer(int64_t(1) << 31)),
            "argument 'n' (i32) = 2147483648 does not fit i32");
  EXPECT_EQ(with(1, Value::number(1)),
            "argument 'n' (i32) must be an integer, got a floating-point number");
  EXPECT_EQ(with(2, Value::integer(40)), "argument 'stride' (i64) = 40 must be a multiple of 16");
  EXPECT_EQ(with(3, Value::integer(-1)), "argument 'flag' (u8) = -1 does not fit u8");
  EXPECT_EQ(with(3, Value::integer(256)), "argument 'flag' (u8) = 256 does not fit u8");
  EXPECT_EQ(with(4, Value::integer(1)),
            "argument 'alpha' (fp32) must be a floating-point number, got an integer");
  EXPECT_EQ(with(1, Value::integer(-(int64_t(1) << 31))), "");
}

TEST(Kernel, SaysThatNothingIsLoaded) {
  Kernel kernel;
  Status status = kernel.launch({1, 1, 1}, {}, nullptr);
  EXPECT_EQ(status.message, "no kernel is loaded");
}
