//===- FatbinTest.cpp - packing and listing images ------------------------===//
#include "mla/Target/Fatbin.h"
#include "Kernel.h"
#include "mla/Target/Assemble.h"
#include <gtest/gtest.h>

namespace mla {

TEST(Fatbin, HoldsOneImagePerArchAndTheFallback) {
  auto ptxas = findPtxas("");
  if (!ptxas)
    GTEST_SKIP() << llvm::toString(ptxas.takeError());
  auto fatbinary = findBesidePtxas("fatbinary", *ptxas);
  ASSERT_TRUE(bool(fatbinary)) << llvm::toString(fatbinary.takeError());
  ParsedKernel kernel("llvm.func @k() attributes {nvvm.kernel} { llvm.return }");
  std::vector<std::string> contents;
  std::vector<Image> images;
  for (const Arch &arch : allArchs()) {
    auto ptx = emitPtx(*kernel.module, arch, llvm::StringRef(arch.ptxFeature));
    ASSERT_TRUE(succeeded(ptx)) << kernel.errors;
    auto assembly = assemble(*ptx, arch, *ptxas, Strictness());
    ASSERT_TRUE(bool(assembly)) << llvm::toString(assembly.takeError());
    EXPECT_GT(assembly->reportOf("k").registers, 0);
    contents.push_back(assembly->cubin);
  }
  contents.push_back(*emitPtx(*kernel.module, allArchs().front(), kFallbackPtxFeature));
  for (size_t i = 0; i < allArchs().size(); ++i)
    images.push_back({ImageKind::Cubin, &allArchs()[i], contents[i]});
  images.push_back({ImageKind::Ptx, &allArchs().front(), contents.back()});

  auto fatbin = makeFatbin(images, *fatbinary);
  ASSERT_TRUE(bool(fatbin)) << llvm::toString(fatbin.takeError());
  auto entries = listFatbin(*fatbin);
  ASSERT_TRUE(bool(entries)) << llvm::toString(entries.takeError());
  ASSERT_EQ(entries->size(), 12u);
  for (size_t i = 0; i < entries->size(); ++i) {
    EXPECT_EQ((*entries)[i].kind, images[i].kind);
    EXPECT_EQ((*entries)[i].capability, images[i].arch->major * 10 + images[i].arch->minor);
    EXPECT_GT((*entries)[i].storedBytes, 0);
  }

  // No prefix of a fatbin is one.
  for (size_t size : {size_t(0), size_t(8), size_t(20), fatbin->size() / 2, fatbin->size() - 1}) {
    auto cut = listFatbin(llvm::StringRef(*fatbin).take_front(size));
    EXPECT_FALSE(bool(cut)) << size;
    llvm::consumeError(cut.takeError());
  }
}

TEST(Fatbin, OtherBytesAreRefused) {
  auto entries = listFatbin("a text that is long enough for a header");
  ASSERT_FALSE(bool(entries));
  EXPECT_EQ(llvm::toString(entries.takeError()),
            "not a fatbin: its first bytes are not the magic number");
}

} // namespace mla
