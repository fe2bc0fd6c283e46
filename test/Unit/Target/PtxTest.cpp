//===- PtxTest.cpp - LLVM dialect to PTX text -----------------------------===//
#include "Kernel.h"
#include "llvm/Support/FormatVariadic.h"
#include <gtest/gtest.h>

namespace mla {

static size_t occurrences(llvm::StringRef text, llvm::StringRef what) { return text.count(what); }

/// A loop that reads `loads` tiles at addresses that differ by an XOR, as a swizzled layout gives
/// them.
static std::string swizzledLoop(int loads) {
  std::string text = R"(
    llvm.func @swizzled(%out: !llvm.ptr<1>, %lane: i32, %n: i32)
        attributes {nvvm.kernel, nvvm.reqntid = array<i32: 64>} {
      %zero = llvm.mlir.constant(0 : i32) : i32
      %one = llvm.mlir.constant(1 : i32) : i32
      %bytes = llvm.mlir.constant(4096 : i32) : i32
      llvm.br ^loop(%zero, %zero : i32, i32)
    ^loop(%i: i32, %s0: i32):
      %base = llvm.mul %i, %bytes : i32
  )";
  for (int i = 0; i < loads; ++i)
    text += llvm::formatv(R"(
      %c{0} = llvm.mlir.constant({1} : i32) : i32
      %x{0} = llvm.xor %lane, %c{0} : i32
      %a{0} = llvm.add %x{0}, %base : i32
      %p{0} = llvm.inttoptr %a{0} : i32 to !llvm.ptr<3>
      %v{0} = llvm.load volatile %p{0} : !llvm.ptr<3> -> i32
      %s{2} = llvm.add %s{0}, %v{0} : i32
    )",
                          i, 16 * (i + 1), i + 1);
  return text + llvm::formatv(R"(
      %next = llvm.add %i, %one : i32
      %more = llvm.icmp "slt" %next, %n : i32
      llvm.cond_br %more, ^loop(%next, %s{0} : i32, i32), ^end
    ^end:
      llvm.store %s{0}, %out : i32, !llvm.ptr<1>
      llvm.return
    })",
                              loads)
                    .str();
}

TEST(Ptx, LeavesSwizzledAddressesInTheLoop) {
  ParsedKernel kernel(swizzledLoop(26));
  ASSERT_TRUE(kernel.module) << kernel.errors;
  auto ptx = emitPtx(*kernel.module, *findArch("sm_90a"), "+ptx90");
  ASSERT_TRUE(succeeded(ptx)) << kernel.errors;
  auto [before, loop] = llvm::StringRef(*ptx).split("$L__BB0_1:");
  // LICM would move all 26 in front of the loop; the code generator may move those that cost no
  // registers.
  EXPECT_GE(occurrences(loop, "xor.b32"), 20u) << *ptx;
  EXPECT_EQ(occurrences(loop, "ld.volatile.shared"), 26u) << "the loop must not be unrolled";
}

TEST(Ptx, FallbackIsVersion70) {
  ParsedKernel kernel("llvm.func @k() attributes {nvvm.kernel} { llvm.return }");
  auto ptx = emitPtx(*kernel.module, *findArch("sm_80"), kFallbackPtxFeature);
  ASSERT_TRUE(succeeded(ptx)) << kernel.errors;
  EXPECT_EQ(ptxVersion(*ptx), "7.0");
}

TEST(Ptx, EveryArchHasItsVersion) {
  ParsedKernel kernel("llvm.func @k() attributes {nvvm.kernel} { llvm.return }");
  for (const Arch &arch : allArchs()) {
    auto ptx = emitPtx(*kernel.module, arch, llvm::StringRef(arch.ptxFeature));
    ASSERT_TRUE(succeeded(ptx)) << arch.name << kernel.errors;
    EXPECT_EQ(ptxVersion(*ptx), "9.0");
    EXPECT_NE(ptx->find(".target " + std::string(arch.name) + "\n"), std::string::npos) << *ptx;
  }
}

TEST(Ptx, FatalErrorLeavesTheProcessUsable) {
  ParsedKernel bad("llvm.func @bad() attributes {nvvm.kernel} { nvvm.cluster.arrive llvm.return }");
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(failed(emitPtx(*bad.module, *findArch("sm_80"), "+ptx90")));
  EXPECT_EQ(occurrences(bad.errors, "LLVM cannot generate PTX of 'bad' for sm_80: Cannot select"),
            3u);
  EXPECT_TRUE(succeeded(emitPtx(*bad.module, *findArch("sm_90a"), "+ptx90"))) << bad.errors;
}

TEST(Ptx, ModuleWithoutKernelIsRefused) {
  ParsedKernel kernel("llvm.func @helper() { llvm.return }");
  EXPECT_TRUE(failed(emitPtx(*kernel.module, *findArch("sm_80"), "+ptx90")));
  EXPECT_NE(kernel.errors.find("no llvm.func has the attribute nvvm.kernel"), std::string::npos);
}

TEST(Ptx, VersionOfTextWithoutVersionIsEmpty) { EXPECT_EQ(ptxVersion("// nothing"), ""); }

} // namespace mla
