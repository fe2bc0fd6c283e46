// Uses one symbol of each library that a server may link; a wrong answer is a non-zero exit.
#include "mla/Arch/Arch.h"
#include "mla/Layout/TileLayout.h"
#include "mla/Runtime/Manifest.h"

int main() {
  const mla::Arch *arch = mla::findArch("sm_90a");
  bool ok = arch && arch->has(mla::Feature::Wgmma) && mla::paddedExtent(100) == 112;
  // An empty manifest is refused with a message, not a crash.
  mla::runtime::Manifest manifest;
  mla::runtime::Status status = mla::runtime::Manifest::parse("{}", "empty", manifest);
  return ok && !status.ok() && !status.message.empty() ? 0 : 1;
}
