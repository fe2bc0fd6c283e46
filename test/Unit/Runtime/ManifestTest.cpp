//===- ManifestTest.cpp - what a manifest says, and how a wrong one is refused -===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Manifest.h"
#include "TestManifest.h"

#include <gtest/gtest.h>

using namespace mla::runtime;

static std::string replaced(std::string text, const std::string &from, const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Manifest, ReadsEveryFieldOfAVariant) {
  Manifest manifest;
  Status status = Manifest::parse(
      manifestJson(variantJson("sm_90a", "cubin") + "," + variantJson("sm_80", "ptx")),
      "scale.json", manifest);
  ASSERT_TRUE(status.ok()) << status.message;
  EXPECT_EQ(manifest.kernel, "scale");
  EXPECT_EQ(manifest.source, "scale.py");
  ASSERT_EQ(manifest.variants.size(), 2u);
  const Variant &cubin = manifest.variants[0];
  EXPECT_EQ(cubin.major, 9);
  EXPECT_EQ(cubin.minor, 0);
  EXPECT_TRUE(cubin.archSpecific);
  EXPECT_EQ(cubin.kind, ImageKind::Cubin);
  EXPECT_EQ(cubin.registers, 64);
  EXPECT_EQ(cubin.sharedBytes, 49152);
  EXPECT_EQ(cubin.cluster, 1);
  EXPECT_EQ(cubin.constant("BLOCK", 0), 128);
  EXPECT_EQ(cubin.constant("RELU", 0), 1);
  EXPECT_EQ(cubin.constant("ABSENT", -5), -5);
  ASSERT_EQ(cubin.arguments.size(), 5u);
  EXPECT_EQ(cubin.arguments[0].kind, ArgumentKind::Pointer);
  EXPECT_EQ(cubin.arguments[0].elementType(), "bf16");
  EXPECT_EQ(cubin.arguments[0].divisibility, 16);
  EXPECT_EQ(cubin.arguments[2].bytes, 8);
  EXPECT_EQ(cubin.arguments[3].kind, ArgumentKind::UnsignedInteger);
  EXPECT_EQ(cubin.warnings, std::vector<std::string>{"slow"});
  EXPECT_EQ(manifest.variants[1].kind, ImageKind::Ptx);
  EXPECT_EQ(manifest.variants[1].registers, -1);
  EXPECT_EQ(manifest.variantNames(), "sm_90a (cubin), sm_80 (ptx)");
}

TEST(Manifest, ClustersNeedNotBeNamed) {
  Manifest manifest;
  std::string text = replaced(manifestJson(variantJson("sm_90a", "cubin")), R"("num_stages")",
                              R"("cluster":4,"num_stages")");
  Status status = Manifest::parse(text, "k.json", manifest);
  ASSERT_TRUE(status.ok()) << status.message;
  EXPECT_EQ(manifest.variants[0].cluster, 4);
}

TEST(Manifest, SaysWhatStartsEarly) {
  Manifest manifest;
  std::string text = replaced(manifestJson(variantJson("sm_90a", "cubin")), R"("num_stages")",
                              R"("overlaps_previous":true,"num_stages")");
  Status status = Manifest::parse(text, "k.json", manifest);
  ASSERT_TRUE(status.ok()) << status.message;
  EXPECT_TRUE(manifest.variants[0].overlapsPrevious);
}

TEST(Manifest, RefusesWithKeyAndValue) {
  struct Refusal {
    const char *from, *to, *message;
  };
  const Refusal refusals[] = {
      {R"("version":1)", R"("version":2)", "key 'version' must be an integer from 1 to 1, got 2"},
      {R"("kernel":"scale",)", "", "key 'kernel' is missing"},
      {R"("entry":"scale")", R"("entry":"")",
       "key 'variants[0].entry' must be a non-empty string, got \"\""},
      {"sm_90a", "90a", "key 'variants[0].arch' must be a target such as 'sm_90a', got '90a'"},
      {R"("cubin")", R"("sass")", "key 'variants[0].kind' must be 'cubin' or 'ptx', got 'sass'"},
      {R"("threads":128)", R"("threads":2048)",
       "key 'variants[0].threads' must be an integer from 1 to 1024, got 2048"},
      {R"("shared_bytes":49152)", R"("shared_bytes":"48K")",
       "key 'variants[0].shared_bytes' must be an integer from 0 to 1048576, got \"48K\""},
      {R"("num_stages":3)", R"("num_stages":3,"cluster":0)",
       "key 'variants[0].cluster' must be an integer from 1 to 16, got 0"},
      {R"("num_stages":3)", R"("num_stages":3,"overlaps_previous":1)",
       "key 'variants[0].overlaps_previous' must be true or false, got 1"},
      {R"("num_stages":3)", R"("num_stages":3,"cluster":17)",
       "key 'variants[0].cluster' must be an integer from 1 to 16, got 17"},
      {R"("num_stages":3)", R"("num_stages":3,"cluster":"2")",
       "key 'variants[0].cluster' must be an integer from 1 to 16, got \"2\""},
      {R"("registers":64)", R"("registers":null)",
       "key 'variants[0].registers' must be an integer"},
      {R"("i32")", R"("int")",
       "key 'variants[0].arguments[1].type' must be a pointer such as '*bf16' or one of"},
      {R"("divisibility":16)", R"("divisibility":0)",
       "key 'variants[0].arguments[0].divisibility' must be an integer"},
      {R"("arguments":[)", R"("args":[)", "key 'variants[0].arguments' is missing"},
      {R"("version":1,)", R"("version":1,,)", "k.json: not JSON"},
  };
  for (const Refusal &refusal : refusals) {
    Manifest manifest;
    manifest.kernel = "untouched";
    std::string text =
        replaced(manifestJson(variantJson("sm_90a", "cubin")), refusal.from, refusal.to);
    Status status = Manifest::parse(text, "k.json", manifest);
    EXPECT_EQ(status.code, StatusCode::InvalidManifest) << refusal.message;
    EXPECT_NE(status.message.find(refusal.message), std::string::npos) << status.message;
    EXPECT_EQ(manifest.kernel, "untouched");
  }
  Manifest manifest;
  EXPECT_EQ(Manifest::parse("[1]", "k.json", manifest).message,
            "k.json: must be an object, got [1]");
}

TEST(Manifest, RefusesMoreArgumentsThanALaunchHasRoomFor) {
  std::string many;
  for (size_t i = 0; i <= kMaxArguments; ++i)
    many += R"({"name":"x","type":"i32","divisibility":1},)";
  std::string text = replaced(manifestJson(variantJson("sm_90a", "cubin")), R"("arguments":[)",
                              R"("arguments":[)" + many);
  Manifest manifest;
  Status status = Manifest::parse(text, "k.json", manifest);
  EXPECT_NE(
      status.message.find("key 'variants[0].arguments' must have at most 256 entries, got 26"),
      std::string::npos)
      << status.message;
}

TEST(Manifest, RefusesNoVariants) {
  Manifest manifest;
  Status status = Manifest::parse(manifestJson(""), "k.json", manifest);
  EXPECT_EQ(status.message, "k.json: key 'variants' must name at least one image, got []");
}

TEST(Manifest, SaysWhichFileIsAbsent) {
  Manifest manifest;
  Status status = Manifest::read("/nonexistent/k.json", manifest);
  EXPECT_EQ(status.code, StatusCode::NotFound);
  EXPECT_EQ(status.message, "/nonexistent/k.json: cannot be read");
}

TEST(Manifest, SplitsArchNames) {
  int major = 0, minor = 0;
  bool specific = false;
  ASSERT_TRUE(parseArchName("sm_121a", major, minor, specific));
  EXPECT_EQ(major, 12);
  EXPECT_EQ(minor, 1);
  EXPECT_TRUE(specific);
  ASSERT_TRUE(parseArchName("sm_89", major, minor, specific));
  EXPECT_FALSE(specific);
  for (const char *wrong : {"sm_", "sm_9", "sm_90b", "compute_90", "", "sm_90aa"})
    EXPECT_FALSE(parseArchName(wrong, major, minor, specific)) << wrong;
}
