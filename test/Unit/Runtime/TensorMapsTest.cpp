//===- TensorMapsTest.cpp - what a launch passes behind the arguments -----===//
// The fake driver writes the arguments of the encoding call into the map, so that they can be read
// back. SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/TensorMaps.h"
#include "FakeDriver.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace mla::runtime;

static constexpr const char *kMap =
    R"({"name":"a_map","pointer":"a_ptr","type":"bf16","box":[64,128],"swizzle":128,"stores":false,)"
    R"("extents":["K","M"],"strides":["stride"]})";

static std::string manifestWith(const std::string &maps) {
  return R"({"version":1,"kernel":"copy_map","source":"k.mlir","variants":[{"arch":"sm_90a",)"
         R"("kind":"cubin","entry":"copy_map","arguments":[)"
         R"({"name":"a_ptr","type":"*bf16","divisibility":1},)"
         R"({"name":"M","type":"i32","divisibility":1},{"name":"K","type":"i32","divisibility":1},)"
         R"({"name":"stride","type":"i64","divisibility":1}],"tensor_maps":)" +
         maps +
         R"(,"constants":{},"threads":128,"num_warps":4,"num_stages":1,"shared_bytes":1024,)"
         R"("registers":40,"spill_bytes":0}]})";
}

static Variant variantWith(const std::string &map) {
  Manifest manifest;
  Status status = Manifest::parse(manifestWith("[" + map + "]"), "k.json", manifest);
  EXPECT_TRUE(status.ok()) << status.message;
  return status.ok() ? manifest.variants[0] : Variant();
}

static std::string replaced(std::string text, const std::string &from, const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class TensorMaps : public testing::Test {
protected:
  void SetUp() override {
    Status status = Driver::open(MLA_FAKE_DRIVER, driver);
    ASSERT_TRUE(status.ok()) << status.message;
  }

  Status encode(const std::string &map, uint64_t address, int64_t m, int64_t k, int64_t stride,
                FakeTensorMap &fake) {
    std::vector<Value> values = {Value::pointer(address), Value::integer(m), Value::integer(k),
                                 Value::integer(stride)};
    std::vector<CUtensorMap> maps(1);
    Status status = encodeTensorMaps(driver, variantWith(map), values, maps);
    if (status.ok())
      std::memcpy(&fake, &maps.at(0), sizeof(fake));
    return status;
  }

  std::string error(uint64_t address, int64_t m, int64_t k, int64_t stride) {
    FakeTensorMap fake;
    return encode(kMap, address, m, k, stride, fake).message;
  }

  Driver driver;
};

TEST_F(TensorMaps, TakeAddressExtentsAndStridesFromTheArguments) {
  FakeTensorMap fake;
  ASSERT_TRUE(encode(kMap, 0x1000, 300, 77, 80, fake).ok());
  EXPECT_EQ(fake.type, uint32_t(CU_TENSOR_MAP_DATA_TYPE_BFLOAT16));
  EXPECT_EQ(fake.swizzle, uint32_t(CU_TENSOR_MAP_SWIZZLE_128B));
  EXPECT_EQ(fake.rank, 2u);
  EXPECT_EQ(fake.address, 0x1000u);
  EXPECT_EQ(fake.extents[0], 77u);
  EXPECT_EQ(fake.extents[1], 300u);
  EXPECT_EQ(fake.strides[0], 160u);
  EXPECT_EQ(fake.box[0], 64);
  EXPECT_EQ(fake.box[1], 128);
}

TEST_F(TensorMaps, TakeConstantsAndOtherTypes) {
  std::string map =
      R"({"name":"c","pointer":"a_ptr","type":"fp8e4nv","box":[32,8,1],"swizzle":32,"stores":false,)"
      R"("extents":[576,"M","K"],"strides":[656,"stride"]})";
  FakeTensorMap fake;
  ASSERT_TRUE(encode(map, 0x1000, 64, 9, 1 << 20, fake).ok());
  EXPECT_EQ(fake.type, uint32_t(CU_TENSOR_MAP_DATA_TYPE_UINT8));
  EXPECT_EQ(fake.rank, 3u);
  EXPECT_EQ(fake.extents[0], 576u);
  EXPECT_EQ(fake.strides[0], 656u);
  EXPECT_EQ(fake.strides[1], uint64_t(1) << 20);
}

TEST_F(TensorMaps, OneRowNeedsNoStride) {
  FakeTensorMap fake;
  ASSERT_TRUE(encode(kMap, 0x1000, 1, 77, 77, fake).ok());
  EXPECT_EQ(fake.strides[0], 160u);
}

TEST_F(TensorMaps, OfNothingPointNowhere) {
  FakeTensorMap fake;
  ASSERT_TRUE(encode(kMap, 0, 300, 0, 0, fake).ok());
  EXPECT_EQ(fake.extents[0], 1u);
  EXPECT_LT(fake.address, 4096u);
  EXPECT_NE(fake.address, 0u);
}

TEST_F(TensorMaps, RefuseWithNameAndValue) {
  EXPECT_EQ(error(0x1008, 300, 77, 80), "kernel 'copy_map', tensor map 'a_map': argument 'a_ptr' = "
                                        "4104 must be a multiple of 16 bytes");
  EXPECT_EQ(error(0x1000, 300, 77, 77),
            "kernel 'copy_map', tensor map 'a_map': argument 'stride' = "
            "77 elements are 154 bytes: must be a multiple of 16");
  EXPECT_EQ(error(0x1000, 300, -1, 80), "kernel 'copy_map', tensor map 'a_map': argument 'K' = -1 "
                                        "is no extent: must be from 0 to 2147483648");
  EXPECT_EQ(error(0x1000, 300, 77, -8),
            "kernel 'copy_map', tensor map 'a_map': argument 'stride' = "
            "-8 is no stride: must be at least 0 and below 2^40 bytes");
  FakeTensorMap fake;
  std::string written = replaced(kMap, R"("stores":false)", R"("stores":true)");
  EXPECT_EQ(encode(written, 0x1000, 300, 77, 80, fake).message,
            "kernel 'copy_map', tensor map 'a_map': argument 'K' = 77 elements are 154 bytes: rows "
            "that are written must be a multiple of 16");
  EXPECT_TRUE(encode(written, 0x1000, 300, 72, 80, fake).ok());
  EXPECT_NE(encode(replaced(kMap, R"("swizzle":128)", R"("swizzle":32)"), 0x1000, 3, 77, 80, fake)
                .message.find("tensor map 'a_map': cuTensorMapEncodeTiled failed"),
            std::string::npos);
}

TEST_F(TensorMaps, FollowTheArgumentsOfALaunch) {
  setenv("MLA_LIBCUDA", MLA_FAKE_DRIVER, 1);
  Device device;
  ASSERT_TRUE(device.open(driver, 0).ok());
  Manifest manifest;
  ASSERT_TRUE(
      Manifest::parse(manifestWith(std::string("[") + kMap + "]"), "k.json", manifest).ok());
  manifest.variants[0].kind = ImageKind::Ptx;
  manifest.variants[0].arch = "sm_90a";
  Kernel kernel;
  Status status = kernel.load(device, manifest, ".target sm_90a\n.entry copy_map\n");
  ASSERT_TRUE(status.ok()) << status.message;
  CUtensorMap copy;
  std::vector<Value> values = {Value::pointer(reinterpret_cast<uint64_t>(&copy)), Value::integer(5),
                               Value::integer(7), Value::integer(8)};
  status = kernel.launch({1, 1, 1}, values, nullptr);
  ASSERT_TRUE(status.ok()) << status.message;
  FakeTensorMap fake;
  std::memcpy(&fake, &copy, sizeof(fake));
  EXPECT_EQ(fake.extents[0], 7u);
  EXPECT_EQ(fake.extents[1], 5u);
  values[3] = Value::integer(7);
  EXPECT_EQ(kernel.launch({1, 1, 1}, values, nullptr).code, StatusCode::InvalidArgument);
}

TEST(TensorMapManifest, RefusesWithKeyAndValue) {
  struct Refusal {
    const char *from, *to, *message;
  };
  const Refusal refusals[] = {
      {R"("a_ptr","type":"bf16")", R"("M","type":"bf16")",
       "key 'variants[0].tensor_maps[0].pointer' must name a pointer argument, got 'M'"},
      {R"("bf16","box")", R"("int","box")",
       "key 'variants[0].tensor_maps[0].type' must be an element type such as 'bf16', got 'int'"},
      {"[64,128]", "[64,257]",
       "key 'variants[0].tensor_maps[0].box' must be 1 to 5 integers from 1 to 256, got [64,257]"},
      {R"("swizzle":128)", R"("swizzle":96)",
       "key 'variants[0].tensor_maps[0].swizzle' must be 0, 32, 64 or 128, got 96"},
      {R"("stores":false)", R"("stores":1)",
       "key 'variants[0].tensor_maps[0].stores' must be true or false, got 1"},
      {R"(["K","M"])", R"(["K"])",
       "key 'variants[0].tensor_maps[0].extents' must have 2 entries, got [\"K\"]"},
      {R"(["stride"])", R"(["a_ptr"])",
       "key 'variants[0].tensor_maps[0].strides[0]' must be an integer or name an integer "
       "argument, got \"a_ptr\""},
      {R"("name":"a_map",)", "", "key 'variants[0].tensor_maps[0].name' is missing"},
  };
  for (const Refusal &refusal : refusals) {
    Manifest manifest;
    std::string map = replaced(kMap, refusal.from, refusal.to);
    Status status = Manifest::parse(manifestWith("[" + map + "]"), "k.json", manifest);
    EXPECT_EQ(status.code, StatusCode::InvalidManifest);
    EXPECT_NE(status.message.find(refusal.message), std::string::npos) << status.message;
  }
}
