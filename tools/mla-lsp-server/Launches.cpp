//===- Launches.cpp - signatures from library.json ------------------------===//
#include "Launches.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/LSP/Logging.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;
namespace json = llvm::json;
namespace path = llvm::sys::path;

namespace mla::lsp {

static constexpr llvm::StringLiteral kLibrary = "library.json";

/// Adds the launches of a family of kernels.
static void addLaunches(const json::Object &family, std::vector<frontend::Options> &launches) {
  auto kernel = family.getString("kernel");
  const json::Array *variants = family.getArray("variants");
  if (!kernel || !variants)
    return;
  for (const json::Value &value : *variants) {
    const json::Object *variant = value.getAsObject();
    auto signature = variant ? variant->getString("signature") : std::nullopt;
    if (!signature)
      continue;
    frontend::Options options;
    options.kernel = kernel->str();
    options.signature = signature->str();
    // What a recipe would give is not known here.
    options.skipUntyped = true;
    auto isSame = [&](const frontend::Options &other) {
      return other.kernel == options.kernel && other.signature == options.signature;
    };
    if (llvm::none_of(launches, isSame))
      launches.push_back(std::move(options));
  }
}

std::vector<frontend::Options> findLaunches(StringRef file) {
  std::vector<frontend::Options> launches;
  StringRef folder = path::parent_path(file);
  llvm::SmallString<128> library;
  for (;; folder = path::parent_path(folder)) {
    if (folder.empty())
      return launches;
    library = folder;
    path::append(library, kLibrary);
    if (llvm::sys::fs::exists(library))
      break;
  }
  auto text = llvm::MemoryBuffer::getFile(library, /*IsText=*/true);
  if (!text)
    return launches;
  llvm::Expected<json::Value> content = json::parse((*text)->getBuffer());
  if (!content) {
    llvm::lsp::Logger::error("{0}: {1}", library.c_str(), llvm::toString(content.takeError()));
    return launches;
  }
  const json::Object *root = content->getAsObject();
  const json::Array *families = root ? root->getArray("families") : nullptr;
  for (const json::Value &value : families ? *families : json::Array()) {
    const json::Object *family = value.getAsObject();
    auto source = family ? family->getString("source") : std::nullopt;
    llvm::SmallString<128> listed(folder);
    path::append(listed, source.value_or(""));
    if (source && StringRef(listed) == file)
      addLaunches(*family, launches);
  }
  return launches;
}

} // namespace mla::lsp
