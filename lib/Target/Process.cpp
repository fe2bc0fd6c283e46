//===- Process.cpp - temporary files and child processes ------------------===//
// See Process.h.

#include "Process.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

namespace mla {

llvm::Error makeError(const llvm::Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

llvm::Expected<TemporaryFile> TemporaryFile::create(llvm::StringRef suffix,
                                                    llvm::StringRef content) {
  int descriptor;
  llvm::SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("mla", suffix, descriptor, path))
    return makeError("cannot create a temporary file: " + code.message());
  llvm::sys::RemoveFileOnSignal(path);
  TemporaryFile file(path);
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << content;
  stream.close();
  if (stream.has_error()) {
    std::string reason = stream.error().message();
    stream.clear_error();
    return makeError("cannot write '" + path + "': " + reason);
  }
  return std::move(file);
}

TemporaryFile::~TemporaryFile() {
  if (path.empty())
    return;
  llvm::sys::fs::remove(path);
  llvm::sys::DontRemoveFileOnSignal(path);
}

llvm::Expected<std::string> TemporaryFile::read() const {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot read '" + path + "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Expected<ProcessResult> runProcess(llvm::ArrayRef<llvm::StringRef> arguments) {
  llvm::Expected<TemporaryFile> log = TemporaryFile::create("log");
  if (!log)
    return log.takeError();
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), log->getPath(), log->getPath()};
  ProcessResult result;
  result.exitCode =
      llvm::sys::ExecuteAndWait(arguments.front(), arguments, std::nullopt, redirects,
                                /*SecondsToWait=*/0, /*MemoryLimit=*/0, &result.error);
  llvm::Expected<std::string> output = log->read();
  if (!output)
    return output.takeError();
  result.output = std::move(*output);
  return result;
}

} // namespace mla
