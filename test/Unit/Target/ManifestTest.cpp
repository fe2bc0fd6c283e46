//===- ManifestTest.cpp - what the compiler writes, the runtime reads -----===//
#include "mla/Runtime/Manifest.h"
#include "Kernel.h"
#include "mla/Target/Manifest.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mla {

static constexpr llvm::StringLiteral kKernel = R"(
  llvm.func @scale(%x: !llvm.ptr<1>, %n: i64) attributes {
      nvvm.kernel, nvvm.reqntid = array<i32: 256>, tile.num_warps = 8 : i32, tile.num_stages = 3 : i32,
      sm.shared_bytes = 98304 : i64,
      tile.arguments = [{name = "x", type = "*bf16", divisibility = 16 : i32},
                        {name = "n", type = "i64", divisibility = 1 : i32}],
      tile.constants = {BLOCK = 128 : i64, RELU = true, SCALE = 0.5 : f64, MODE = "fast"},
      tile.provenance = {num_warps = "recipe", num_stages = "default"}} {
    llvm.return
  })";

TEST(Manifest, RuntimeReadsWhatTheCompilerWrites) {
  ParsedKernel parsed(kKernel);
  ASSERT_TRUE(parsed.module) << parsed.errors;
  auto cubin = describeKernel(parsed.kernel(), *findArch("sm_90a"), ImageKind::Cubin);
  auto ptx = describeKernel(parsed.kernel(), *findArch("sm_80"), ImageKind::Ptx);
  ASSERT_TRUE(succeeded(cubin) && succeeded(ptx)) << parsed.errors;
  cubin->registers = 210;
  cubin->spillBytes = 8;
  cubin->ptxVersion = "9.0";
  cubin->warnings = {"a \"quoted\" warning"};

  runtime::Manifest manifest;
  auto status =
      runtime::Manifest::parse(manifestText("scale", "scale.py", {*cubin, *ptx}), "test", manifest);
  ASSERT_TRUE(status.ok()) << status.message;
  EXPECT_EQ(manifest.kernel, "scale");
  EXPECT_EQ(manifest.source, "scale.py");
  ASSERT_EQ(manifest.variants.size(), 2u);
  const runtime::Variant &variant = manifest.variants[0];
  EXPECT_EQ(variant.arch, "sm_90a");
  EXPECT_EQ(variant.entry, "scale");
  EXPECT_EQ(variant.threads, 256);
  EXPECT_EQ(variant.numWarps, 8);
  EXPECT_EQ(variant.numStages, 3);
  EXPECT_EQ(variant.cluster, 1);
  EXPECT_EQ(variant.sharedBytes, 98304);
  EXPECT_EQ(variant.registers, 210);
  EXPECT_EQ(variant.spillBytes, 8);
  EXPECT_EQ(variant.constant("BLOCK", 0), 128);
  EXPECT_EQ(variant.constant("RELU", 0), 1);
  EXPECT_EQ(variant.warnings, cubin->warnings);
  ASSERT_EQ(variant.arguments.size(), 2u);
  EXPECT_EQ(variant.arguments[0].type, "*bf16");
  EXPECT_EQ(variant.arguments[0].divisibility, 16);
  EXPECT_EQ(variant.arguments[1].name, "n");
  EXPECT_EQ(manifest.variants[1].kind, runtime::ImageKind::Ptx);
}

TEST(Manifest, HoldsWhatTheAssemblerSaid) {
  VariantInfo cubin, ptx;
  ptx.kind = ImageKind::Ptx;
  cubin.assembler = FunctionReport{.registers = 168,
                                   .staticSharedBytes = 16,
                                   .stackBytes = 272,
                                   .spillStoreBytes = 432,
                                   .spillLoadBytes = 304,
                                   .notes = {{7510, "serialised"}, {7508, "moved"}},
                                   .warnings = {"odd"}};
  auto manifest = nlohmann::json::parse(manifestText("k", "k.py", {cubin, ptx}));
  EXPECT_EQ(manifest["variants"][0]["ptxas"], nlohmann::json::parse(R"({
    "spill_store_bytes": 432, "spill_load_bytes": 304, "stack_bytes": 272, "static_shared_bytes": 16,
    "notes": [{"code": 7510, "text": "serialised", "serialises": true},
              {"code": 7508, "text": "moved", "serialises": false}],
    "warnings": ["odd"]})"));
  EXPECT_TRUE(manifest["variants"][1]["ptxas"].is_null());
}

TEST(Manifest, NamesWhatIsLeftOut) {
  VariantInfo cubin;
  auto manifest = nlohmann::json::parse(
      manifestText("k", "k.py", {cubin}, {{"sm_80", ImageKind::Ptx, "needs 2 bytes"}}));
  EXPECT_EQ(manifest["left_out"], nlohmann::json::parse(R"([
    {"arch": "sm_80", "kind": "ptx", "reason": "needs 2 bytes"}])"));
}

TEST(Manifest, HoldsTheChoicesOfARecipe) {
  ParsedKernel parsed(R"(
  llvm.func @attend() attributes {
      nvvm.kernel, tile.num_warps = 12 : i32, tile.cluster = 4 : i32,
      sm.overlap = ["previous"], tile.channel_depths = {kv = 2 : i32, q = 1 : i32},
      tile.registers = {compute = 232 : i32, copy = 40 : i32}, tile.l2_hints = {kv = "evict_first"},
      tile.roles = [{name = "left", ops = ["qk.0"], registers = 240 : i32, warps = 8 : i32}],
      tile.applied_transforms = [{unroll = {factor = 2 : i32, loop = "keys"}},
                                 {lazy_rescale = {op = "softmax.0", threshold = 7.5 : f64}}]} {
    llvm.return
  })");
  ASSERT_TRUE(parsed.module) << parsed.errors;
  auto info = describeKernel(parsed.kernel(), *findArch("sm_90a"), ImageKind::Cubin);
  ASSERT_TRUE(succeeded(info)) << parsed.errors;
  EXPECT_EQ(info->cluster, 4);
  EXPECT_TRUE(info->overlapsPrevious);
  EXPECT_EQ(info->channelDepths, (std::map<std::string, int64_t>{{"kv", 2}, {"q", 1}}));
  EXPECT_EQ(info->roleRegisters, (std::map<std::string, int64_t>{{"compute", 232}, {"copy", 40}}));
  EXPECT_EQ(info->l2Hints, (std::map<std::string, std::string>{{"kv", "evict_first"}}));
  ASSERT_EQ(info->roles.size(), 1u);
  EXPECT_EQ(info->roles[0].text(), "left: 8 warps, 240 registers, qk.0");
  EXPECT_EQ(info->transforms,
            (std::vector<std::string>{"unroll(factor=2, loop=keys)",
                                      "lazy_rescale(op=softmax.0, threshold=7.5)"}));
  runtime::Manifest manifest;
  auto status =
      runtime::Manifest::parse(manifestText("attend", "attend.py", {*info}), "test", manifest);
  ASSERT_TRUE(status.ok()) << status.message;
  EXPECT_EQ(manifest.variants[0].cluster, 4);
  EXPECT_TRUE(manifest.variants[0].overlapsPrevious);
}

static constexpr llvm::StringLiteral kMapKernel = R"(
  llvm.func @copy(%x: !llvm.ptr<1>, %n: i64) attributes {
      nvvm.kernel, tile.num_warps = 4 : i32,
      tile.arguments = [{name = "x", type = "*bf16", divisibility = 16 : i32},
                        {name = "n", type = "i64", divisibility = 1 : i32}],
      sm.tensor_maps = [{name = "x_map", pointer = "x", type = "bf16", box = array<i32: 64, 8>,
                         swizzle = 128 : i32, stores = true, extents = [576 : i64, "n"], strides = [576 : i64]}]} {
    llvm.return
  })";

TEST(Manifest, RuntimeReadsTensorMaps) {
  ParsedKernel parsed(kMapKernel);
  ASSERT_TRUE(parsed.module) << parsed.errors;
  auto cubin = describeKernel(parsed.kernel(), *findArch("sm_90a"), ImageKind::Cubin);
  ASSERT_TRUE(succeeded(cubin)) << parsed.errors;
  cubin->ptxVersion = "9.0";
  runtime::Manifest manifest;
  auto status =
      runtime::Manifest::parse(manifestText("copy", "copy.mlir", {*cubin}), "test", manifest);
  ASSERT_TRUE(status.ok()) << status.message;
  ASSERT_EQ(manifest.variants[0].tensorMaps.size(), 1u);
  const runtime::TensorMap &map = manifest.variants[0].tensorMaps[0];
  EXPECT_EQ(map.name, "x_map");
  EXPECT_EQ(map.pointer, 0);
  EXPECT_EQ(map.element, runtime::TensorElement::Bf16);
  EXPECT_EQ(map.box, (std::vector<uint32_t>{64, 8}));
  EXPECT_EQ(map.swizzle, 128);
  EXPECT_TRUE(map.stores);
  ASSERT_EQ(map.extents.size(), 2u);
  EXPECT_EQ(map.extents[0].argument, -1);
  EXPECT_EQ(map.extents[0].constant, 576);
  EXPECT_EQ(map.extents[1].argument, 1);
  EXPECT_EQ(map.strides.size(), 1u);
}

TEST(Manifest, MalformedTensorMapsAreRefused) {
  ParsedKernel parsed("llvm.func @k() attributes {nvvm.kernel, tile.num_warps = 4 : i32, "
                      "sm.tensor_maps = [{name = \"x\"}]} { llvm.return }");
  EXPECT_TRUE(failed(describeKernel(parsed.kernel(), *findArch("sm_90a"), ImageKind::Cubin)));
  EXPECT_NE(parsed.errors.find("sm.tensor_maps must be an array of"), std::string::npos);
}

TEST(Manifest, SourceNameNeedNotBeUtf8) {
  VariantInfo info;
  EXPECT_NE(manifestText("k", "\xff.py", {info}).find("\xEF\xBF\xBD.py"), std::string::npos);
}

TEST(Manifest, ThreadsFollowFromWarps) {
  ParsedKernel parsed(
      "llvm.func @k() attributes {nvvm.kernel, tile.num_warps = 4 : i32} { llvm.return }");
  auto info = describeKernel(parsed.kernel(), *findArch("sm_80"), ImageKind::Cubin);
  ASSERT_TRUE(succeeded(info));
  EXPECT_EQ(info->threads, 128);
}

TEST(Manifest, UnknownNumberOfThreadsIsRefused) {
  ParsedKernel parsed("llvm.func @k() attributes {nvvm.kernel} { llvm.return }");
  EXPECT_TRUE(failed(describeKernel(parsed.kernel(), *findArch("sm_80"), ImageKind::Cubin)));
  EXPECT_NE(parsed.errors.find("neither nvvm.reqntid nor tile.num_warps"), std::string::npos);
}

TEST(Manifest, MalformedArgumentsAreRefused) {
  ParsedKernel parsed("llvm.func @k() attributes {nvvm.kernel, tile.num_warps = 4 : i32, "
                      "tile.arguments = [{name = \"x\"}]} { llvm.return }");
  EXPECT_TRUE(failed(describeKernel(parsed.kernel(), *findArch("sm_80"), ImageKind::Cubin)));
  EXPECT_NE(parsed.errors.find("tile.arguments must be an array of"), std::string::npos);
}

} // namespace mla
