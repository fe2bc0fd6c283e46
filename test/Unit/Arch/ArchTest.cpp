//===- ArchTest.cpp - the architecture table ------------------------------===//
// Facts that other rooms rely on, and which cubin runs on which device.

#include "mla/Arch/Arch.h"

#include "gtest/gtest.h"

namespace mla {
namespace {

std::vector<std::string> namesWith(Feature feature) {
  std::vector<std::string> names;
  for (const Arch &arch : allArchs())
    if (arch.has(feature))
      names.emplace_back(arch.name);
  return names;
}

std::string deviceTarget(int32_t major, int32_t minor) {
  const Arch *arch = archForDevice(major, minor);
  return arch ? std::string(arch->name) : "none";
}

using Names = std::vector<std::string>;

TEST(ArchTest, ListsEveryTargetInAscendingOrder) {
  EXPECT_EQ(archNames(), "sm_80, sm_86, sm_87, sm_88, sm_89, sm_90a, sm_100a, sm_103a, sm_110a, "
                         "sm_120a, sm_121a");
  for (size_t i = 1; i < allArchs().size(); ++i) {
    const Arch &before = allArchs()[i - 1], &after = allArchs()[i];
    EXPECT_LT(std::make_pair(before.major, before.minor), std::make_pair(after.major, after.minor));
  }
}

TEST(ArchTest, NamesAgreeWithCapabilities) {
  for (const Arch &arch : allArchs()) {
    std::string expected = "sm_" + std::to_string(arch.major) + std::to_string(arch.minor) +
                           (arch.archSpecific ? "a" : "");
    EXPECT_EQ(arch.name, expected);
    EXPECT_EQ(findArch(expected), &arch);
    EXPECT_EQ(arch.archSpecific, arch.major >= 9);
    EXPECT_EQ(arch.ptxFeature, "+ptx90");
  }
  EXPECT_EQ(findArch("sm_90"), nullptr);
  EXPECT_EQ(findArch(""), nullptr);
}

TEST(ArchTest, SharedMemoryLimits) {
  auto perBlock = [](std::string_view name) { return findArch(name)->maxSharedBytesPerBlock; };
  for (const char *name : {"sm_80", "sm_87"})
    EXPECT_EQ(perBlock(name), 166912) << name;
  for (const char *name : {"sm_86", "sm_88", "sm_89", "sm_120a", "sm_121a"})
    EXPECT_EQ(perBlock(name), 101376) << name;
  for (const char *name : {"sm_90a", "sm_100a", "sm_103a", "sm_110a"})
    EXPECT_EQ(perBlock(name), 232448) << name;
  for (const Arch &arch : allArchs())
    EXPECT_EQ(arch.sharedBytesPerSm, arch.maxSharedBytesPerBlock + 1024) << arch.name;
}

TEST(ArchTest, RegistersAndThreads) {
  for (const Arch &arch : allArchs()) {
    EXPECT_EQ(arch.registersPerSm, 65536);
    EXPECT_EQ(arch.maxRegistersPerThread, 255);
    EXPECT_EQ(arch.maxThreadsPerBlock, 1024);
    bool isLarge = arch.name == "sm_80" || arch.name == "sm_90a" || arch.name == "sm_100a" ||
                   arch.name == "sm_103a";
    EXPECT_EQ(arch.maxWarpsPerSm, isLarge ? 64 : 48) << arch.name;
  }
}

TEST(ArchTest, FeaturesPerTarget) {
  const Names all = namesWith(Feature::CpAsync);
  EXPECT_EQ(all.size(), allArchs().size());
  EXPECT_EQ(namesWith(Feature::LdMatrix), all);
  EXPECT_EQ(namesWith(Feature::MmaSyncBf16), all);
  const Names since89(all.begin() + 4, all.end()), since90(all.begin() + 5, all.end());
  ASSERT_EQ(since89.front(), "sm_89");
  EXPECT_EQ(namesWith(Feature::MmaSyncFp8), since89);
  EXPECT_EQ(namesWith(Feature::CvtFp8), since89);
  for (Feature feature : {Feature::StMatrix, Feature::Tma, Feature::MbarrierTx, Feature::Cluster,
                          Feature::SetMaxNReg, Feature::GridControl})
    EXPECT_EQ(namesWith(feature), since90);
  EXPECT_EQ(namesWith(Feature::Wgmma), Names{"sm_90a"});
  EXPECT_EQ(namesWith(Feature::Tcgen05), (Names{"sm_100a", "sm_103a", "sm_110a"}));
}

TEST(ArchTest, ClassesFollowTheMatrixUnit) {
  for (const Arch &arch : allArchs()) {
    EXPECT_EQ(arch.archClass == ArchClass::Hopper, arch.has(Feature::Wgmma)) << arch.name;
    EXPECT_EQ(arch.archClass == ArchClass::BlackwellDatacenter, arch.has(Feature::Tcgen05));
    EXPECT_EQ(arch.archClass == ArchClass::Portable, !arch.has(Feature::Tma)) << arch.name;
  }
}

TEST(ArchTest, PortableCubinsRunOnTheSameMajorFromTheirMinorOn) {
  EXPECT_EQ(deviceTarget(8, 0), "sm_80");
  EXPECT_EQ(deviceTarget(8, 5), "sm_80");
  EXPECT_EQ(deviceTarget(8, 6), "sm_86");
  EXPECT_EQ(deviceTarget(8, 7), "sm_87");
  EXPECT_EQ(deviceTarget(8, 9), "sm_89");
  EXPECT_EQ(deviceTarget(7, 5), "none");
}

TEST(ArchTest, SpecificCubinsRunOnlyOnTheirCapability) {
  EXPECT_EQ(deviceTarget(9, 0), "sm_90a");
  EXPECT_EQ(deviceTarget(9, 1), "none");
  EXPECT_EQ(deviceTarget(10, 0), "sm_100a");
  EXPECT_EQ(deviceTarget(10, 1), "none");
  EXPECT_EQ(deviceTarget(10, 3), "sm_103a");
  EXPECT_EQ(deviceTarget(11, 0), "sm_110a");
  EXPECT_EQ(deviceTarget(12, 0), "sm_120a");
  EXPECT_EQ(deviceTarget(12, 1), "sm_121a");
  EXPECT_EQ(deviceTarget(12, 2), "none");
  EXPECT_EQ(deviceTarget(13, 0), "none");
}

TEST(ArchTest, ParsesLists) {
  std::vector<const Arch *> archs;
  std::string error;
  ASSERT_TRUE(parseArchList("all", archs, error));
  EXPECT_EQ(archs.size(), allArchs().size());
  // The order of the user stays; a name given twice is built once.
  ASSERT_TRUE(parseArchList("sm_90a, sm_80 ,sm_90a", archs, error));
  EXPECT_EQ(archs, (std::vector<const Arch *>{findArch("sm_90a"), findArch("sm_80")}));
  EXPECT_EQ(error, "");
}

TEST(ArchTest, RefusesUnknownNames) {
  std::vector<const Arch *> archs;
  std::string error;
  EXPECT_FALSE(parseArchList("sm_80,sm_90", archs, error));
  EXPECT_TRUE(archs.empty());
  EXPECT_EQ(error, "unknown architecture 'sm_90'; expected 'all' or a comma-separated list of " +
                       archNames());
  for (const char *text : {"", " ", "sm_80,", ",sm_80", "sm_80,,sm_86"}) {
    EXPECT_FALSE(parseArchList(text, archs, error)) << text;
    EXPECT_EQ(error.find("empty architecture name; expected"), 0u) << error;
  }
  EXPECT_FALSE(parseArchList("all,sm_80", archs, error));
  EXPECT_NE(error.find("'all'"), std::string::npos);
}

} // namespace
} // namespace mla
