//===- Process.h - temporary files and child processes --------------------===//
// What Assemble and Fatbin share. Temporary files vanish with their object, also when a signal ends
// the process.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"

namespace mla {

/// A file in the system's temporary folder.
class TemporaryFile {
public:
  /// Creates "mla-<random>.<suffix>" with `content`.
  static llvm::Expected<TemporaryFile> create(llvm::StringRef suffix, llvm::StringRef content = "");
  TemporaryFile(TemporaryFile &&other) : path(std::move(other.path)) { other.path.clear(); }
  TemporaryFile &operator=(TemporaryFile &&) = delete;
  ~TemporaryFile();

  llvm::StringRef getPath() const { return path; }
  /// The content now.
  llvm::Expected<std::string> read() const;

private:
  explicit TemporaryFile(llvm::StringRef path) : path(path) {}
  llvm::SmallString<128> path;
};

/// How a child process ended.
struct ProcessResult {
  int exitCode;       ///< negative: it did not start, or a signal ended it
  std::string output; ///< stdout and stderr
  std::string error;  ///< why it did not start, or which signal
};

/// Runs `arguments[0]` and waits for it.
llvm::Expected<ProcessResult> runProcess(llvm::ArrayRef<llvm::StringRef> arguments);

/// An error with this text.
llvm::Error makeError(const llvm::Twine &text);

} // namespace mla
