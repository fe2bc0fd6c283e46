//===- Fatbin.cpp - one file with images for several architectures --------===//
// The container: a 16-byte header (magic, version, header size, payload size), then per image an
// entry header (kind, version, header size, payload size, …) followed by its payload.

#include "mla/Target/Fatbin.h"

#include "Process.h"
#include "llvm/Support/Endian.h"

using llvm::StringRef;
using llvm::Twine;
namespace endian = llvm::support::endian;

namespace mla {

StringRef imageKindName(ImageKind kind) { return kind == ImageKind::Cubin ? "cubin" : "ptx"; }

static constexpr uint32_t kMagic = 0xBA55ED50;
static constexpr size_t kHeaderBytes = 16;
/// Offsets in an entry header.
static constexpr size_t kEntryHeaderSizeAt = 4, kEntryPayloadSizeAt = 8, kEntryArchAt = 28;
static constexpr size_t kMinEntryBytes = 64;
static constexpr uint16_t kPtxKind = 1, kElfKind = 2;

llvm::Expected<std::vector<FatbinEntry>> listFatbin(StringRef bytes) {
  if (bytes.size() < kHeaderBytes || endian::read32le(bytes.data()) != kMagic)
    return makeError("not a fatbin: its first bytes are not the magic number");
  size_t position = endian::read16le(bytes.data() + 6);
  uint64_t payload = endian::read64le(bytes.data() + 8);
  if (payload > bytes.size() - std::min(position, bytes.size()))
    return makeError("fatbin is cut off: its header promises " + Twine(payload) +
                     " bytes, it has " + Twine(bytes.size()));
  std::vector<FatbinEntry> entries;
  for (size_t end = position + payload; position < end;) {
    if (end - position < kMinEntryBytes)
      return makeError("fatbin entry at byte " + Twine(position) + " is cut off");
    const char *entry = bytes.data() + position;
    uint16_t kind = endian::read16le(entry);
    uint64_t headerSize = endian::read32le(entry + kEntryHeaderSizeAt);
    uint64_t size = endian::read64le(entry + kEntryPayloadSizeAt);
    if ((kind != kPtxKind && kind != kElfKind) || headerSize < kMinEntryBytes ||
        headerSize > end - position || size > end - position - headerSize)
      return makeError("fatbin entry at byte " + Twine(position) + " is malformed");
    entries.push_back({kind == kElfKind ? ImageKind::Cubin : ImageKind::Ptx,
                       int32_t(endian::read32le(entry + kEntryArchAt)), int64_t(size)});
    position += headerSize + size;
  }
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
