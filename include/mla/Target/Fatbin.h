//===- Fatbin.h - one file with images for several architectures ----------===//
// Runs the toolkit's fatbinary as a child process and checks what it wrote.
#pragma once

#include "mla/Arch/Arch.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mla {

/// Machine code, or PTX that the driver compiles when it loads it.
enum class ImageKind { Cubin, Ptx };

/// "cubin" or "ptx", as in the manifest.
llvm::StringRef imageKindName(ImageKind kind);

/// One image to pack.
struct Image {
  ImageKind kind;
  const Arch *arch;
  llvm::StringRef data;
};

/// One image found in a fatbin.
struct FatbinEntry {
  ImageKind kind;
  int32_t capability;  ///< 90 for sm_90 and sm_90a
  int64_t storedBytes; ///< compressed size
};

/// Packs `images` with the program `fatbinary`, PTX compressed or as text.
llvm::Expected<std::string> makeFatbin(llvm::ArrayRef<Image> images, llvm::StringRef fatbinary,
                                       bool compresses = true);

/// Lists the images of a fatbin; an error if the bytes are none.
llvm::Expected<std::vector<FatbinEntry>> listFatbin(llvm::StringRef bytes);

} // namespace mla
