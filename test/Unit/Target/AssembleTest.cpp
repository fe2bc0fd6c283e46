//===- AssembleTest.cpp - reading ptxas's output --------------------------===//
#include "mla/Target/Assemble.h"
#include "Kernel.h"
#include <gtest/gtest.h>

namespace mla {

static constexpr llvm::StringLiteral kLog =
    "ptxas info    : 0 bytes gmem\n"
    "ptxas info    : (C7519) warpgroup.arrive is injected in around line 583 by compiler to "
    "allow use of registers in GMMA in function 'attention'\n"
    "ptxas info    : (C7511) Potential Performance Loss: wgmma.mma_async instructions are "
    "serialized due to insufficient register resources for the wgmma pipeline in the "
    "function 'attention'\n"
    "ptxas info    : Compiling entry function 'attention' for 'sm_90a'\n"
    "ptxas info    : Function properties for attention\n"
    "    272 bytes stack frame, 432 bytes spill stores, 304 bytes spill loads\n"
    "ptxas info    : Used 168 registers, used 1 barriers, 272 bytes cumulative stack size, "
    "4096 bytes smem\n"
    "ptxas info    : Compile time = 180.838 ms\n"
    "ptxas info    : Compiling entry function 'copy' for 'sm_90a'\n"
    "ptxas info    : Function properties for copy\n"
    "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
    "ptxas info    : Used 12 registers, used 0 barriers, 352 bytes cmem[0]\n";

TEST(AssemblerLog, AmountsBelongToTheirFunction) {
  auto functions = parseAssemblerLog(kLog);
  ASSERT_EQ(functions.size(), 2u);
  FunctionReport attention = functions.lookup("attention");
  EXPECT_EQ(attention.registers, 168);
  EXPECT_EQ(attention.staticSharedBytes, 4096);
  EXPECT_EQ(attention.stackBytes, 272);
  EXPECT_EQ(attention.spillStoreBytes, 432);
  EXPECT_EQ(attention.spillLoadBytes, 304);
  FunctionReport copy = functions.lookup("copy");
  EXPECT_EQ(copy.registers, 12);
  EXPECT_EQ(copy.staticSharedBytes, 0);
  EXPECT_FALSE(copy.spills());
  EXPECT_TRUE(copy.notes.empty());
}

TEST(AssemblerLog, OnlySomeRemarksMeanSerialisation) {
  FunctionReport report = parseAssemblerLog(kLog).lookup("attention");
  ASSERT_EQ(report.notes.size(), 2u);
  EXPECT_EQ(report.notes[0].code, 7519);
  EXPECT_FALSE(report.notes[0].serialises());
  EXPECT_EQ(report.notes[1].code, 7511);
  EXPECT_TRUE(report.notes[1].serialises());
  EXPECT_EQ(report.notes[1].text.rfind("Potential Performance Loss", 0), 0u);
  for (auto [code, serialises] :
       {std::pair{7508, false}, {7509, true}, {7518, true}, {7519, false}})
    EXPECT_EQ((AssemblerNote{code, ""}).serialises(), serialises) << code;
}

TEST(AssemblerLog, WarningWithoutFunctionBelongsToAll) {
  auto functions =
      parseAssemblerLog(("ptxas /tmp/a.ptx, line 7; warning : Unused thing\n" + kLog).str());
  for (auto &entry : functions)
    EXPECT_EQ(entry.second.warnings, std::vector<std::string>{"Unused thing"});
}

TEST(AssemblerLog, NothingComesFromNothing) { EXPECT_TRUE(parseAssemblerLog("").empty()); }

static constexpr llvm::StringLiteral kKernel = R"(
  llvm.func @attention() attributes {nvvm.kernel} { llvm.return })";

TEST(Report, IsAttachedToTheKernel) {
  ParsedKernel parsed(kKernel);
  FunctionReport report = parseAssemblerLog(kLog).lookup("attention");
  EXPECT_TRUE(succeeded(attachReport(parsed.kernel(), report, *findArch("sm_90a"), {})));
  auto attached = parsed.kernel()->getAttrOfType<mlir::DictionaryAttr>(kReportAttr);
  ASSERT_TRUE(attached);
  EXPECT_EQ(attached.getAs<mlir::IntegerAttr>("registers").getInt(), 168);
  EXPECT_EQ(attached.getAs<mlir::IntegerAttr>("spill_store_bytes").getInt(), 432);
  EXPECT_EQ(attached.getAs<mlir::ArrayAttr>("warnings").size(), 3u);
}

TEST(Report, StrictnessSelectsWhatFails) {
  ParsedKernel parsed(kKernel);
  const Arch &arch = *findArch("sm_90a");
  FunctionReport spills, serialised, injected;
  spills.spillLoadBytes = 4;
  serialised.notes = {{7514, "serialised"}};
  injected.notes = {{7519, "injected"}};
  EXPECT_TRUE(failed(attachReport(parsed.kernel(), spills, arch, {true, false})));
  EXPECT_TRUE(succeeded(attachReport(parsed.kernel(), spills, arch, {false, true})));
  EXPECT_TRUE(failed(attachReport(parsed.kernel(), serialised, arch, {false, true})));
  EXPECT_TRUE(succeeded(attachReport(parsed.kernel(), serialised, arch, {true, false})));
  EXPECT_TRUE(succeeded(attachReport(parsed.kernel(), injected, arch, {true, true})));
}

} // namespace mla
