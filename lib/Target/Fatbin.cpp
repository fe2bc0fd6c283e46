//===- Fatbin.cpp - one file with images for several architectures --------===//

#include "mla/Target/Fatbin.h"

#include "Process.h"
#include "mla/Arch/Fatbin.h"

using llvm::StringRef;
using llvm::Twine;

namespace mla {

StringRef imageKindName(ImageKind kind) { return kind == ImageKind::Cubin ? "cubin" : "ptx"; }

llvm::Expected<std::vector<FatbinEntry>> listFatbin(StringRef bytes) {
  std::vector<FatbinImage> images;
  if (std::string error = readFatbin(bytes, images); !error.empty())
    return makeError(error);
  std::vector<FatbinEntry> entries;
  for (const FatbinImage &image : images)
    entries.push_back({image.isPtx ? ImageKind::Ptx : ImageKind::Cubin, image.capability,
                       int64_t(image.stored.size())});
  return entries;
}

llvm::Expected<std::string> makeFatbin(llvm::ArrayRef<Image> images, StringRef fatbinary,
                                       bool compresses) {
  llvm::Expected<TemporaryFile> output = TemporaryFile::create("fatbin");
  if (!output)
    return output.takeError();
  std::vector<TemporaryFile> inputs;
  std::vector<std::string> flags = {"--create=" + output->getPath().str()};
  for (const Image &image : images) {
    StringRef suffix = imageKindName(image.kind);
    llvm::Expected<TemporaryFile> input = TemporaryFile::create(suffix, image.data);
    if (!input)
      return input.takeError();
    // "sm_90a" is "90a" here.
    StringRef number = StringRef(image.arch->name).drop_front(StringRef("sm_").size());
    flags.push_back(("--image3=kind=" + Twine(image.kind == ImageKind::Cubin ? "elf" : "ptx") +
                     ",sm=" + number + ",file=" + input->getPath())
                        .str());
    inputs.push_back(std::move(*input));
  }
  std::vector<StringRef> arguments = {fatbinary, "-64"};
  if (!compresses)
    arguments.push_back("--compress=false");
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  llvm::Expected<ProcessResult> result = runProcess(arguments);
  if (!result)
    return result.takeError();
  if (result->exitCode != 0)
    return makeError(fatbinary + " failed: " + result->error + StringRef(result->output).trim());
  llvm::Expected<std::string> bytes = output->read();
  if (!bytes)
    return bytes.takeError();
  llvm::Expected<std::vector<FatbinEntry>> entries = listFatbin(*bytes);
  if (!entries)
    return makeError(fatbinary + " wrote no valid file: " + llvm::toString(entries.takeError()));
  if (entries->size() != images.size())
    return makeError(fatbinary + " packed " + Twine(entries->size()) + " of " +
                     Twine(images.size()) + " images");
  return std::move(*bytes);
}

} // namespace mla
