//===- Output.cpp - files and tables --------------------------------------===//
// See Output.h.

#include "Output.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

namespace fs = llvm::sys::fs;
using llvm::StringRef;
using llvm::Twine;

namespace mla::translate {

static llvm::Error cannotWrite(StringRef path, const Twine &reason) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "cannot write '" + path + "': " + reason);
}

std::string pathForArch(StringRef output, StringRef arch) {
  auto [before, after] = output.split(kArchPattern);
  return output.contains(kArchPattern) ? (before + arch + after).str() : output.str();
}

std::string manifestPath(StringRef fatbinPath) {
  llvm::SmallString<128> path(fatbinPath);
  llvm::sys::path::replace_extension(path, ".json");
  return std::string(path);
}

llvm::Error checkWritable(StringRef path) {
  if (path == "-")
    return llvm::Error::success();
  if (fs::is_directory(path))
    return cannotWrite(path, "it is a directory");
  StringRef folder = llvm::sys::path::parent_path(path);
  if (folder.empty())
    folder = ".";
  if (!fs::is_directory(folder))
    return cannotWrite(path, "the directory '" + folder + "' does not exist");
  if (std::error_code code = fs::access(folder, fs::AccessMode::Write))
    return cannotWrite(path, code.message());
  return llvm::Error::success();
}

/// Pipes and devices cannot be replaced by a renamed file.
static bool isPlainFile(StringRef path) {
  fs::file_status status;
  return path != "-" && (fs::status(path, status) || fs::is_regular_file(status));
}

static llvm::Error writeStream(const OutputFile &file) {
  bool isText = StringRef(file.content).find('\0') == StringRef::npos;
  if (file.path == "-" && !isText && llvm::sys::Process::StandardOutIsDisplayed())
    return cannotWrite("stdout", "machine code does not belong on a terminal; give -o");
  std::error_code code;
  llvm::raw_fd_ostream stream(file.path, code);
  if (!code) {
    stream << file.content;
    stream.flush();
    code = stream.error();
    stream.clear_error();
  }
  if (code)
    return cannotWrite(file.path, code.message());
  return llvm::Error::success();
}

/// Creates a temporary neighbour of `file` with its content.
static llvm::Expected<fs::TempFile> writeNeighbour(const OutputFile &file) {
  llvm::Expected<fs::TempFile> temporary = fs::TempFile::create(file.path + ".%%%%%%.tmp");
  if (!temporary)
    return cannotWrite(file.path, llvm::toString(temporary.takeError()));
  llvm::raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
  stream << file.content;
  stream.flush();
  if (std::error_code code = stream.error()) {
    stream.clear_error();
    llvm::consumeError(temporary->discard());
    return cannotWrite(file.path, code.message());
  }
  return temporary;
}

llvm::Error writeFiles(llvm::ArrayRef<OutputFile> files) {
  std::vector<std::pair<fs::TempFile, StringRef>> complete;
  llvm::Error error = llvm::Error::success();
  for (const OutputFile &file : files) {
    if (!isPlainFile(file.path)) {
      error = writeStream(file);
    } else if (auto temporary = writeNeighbour(file)) {
      complete.emplace_back(std::move(*temporary), file.path);
    } else {
      error = temporary.takeError();
    }
    if (error)
      break;
  }
  for (auto &[temporary, path] : complete) {
    if (error) {
      llvm::consumeError(temporary.discard());
    } else if (llvm::Error renaming = temporary.keep(path)) {
      error = cannotWrite(path, llvm::toString(std::move(renaming)));
    }
  }
  return error;
}

void printTable(llvm::raw_ostream &os, llvm::ArrayRef<std::vector<std::string>> rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const auto &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  for (const auto &row : rows) {
    os << llvm::left_justify(row.front(), widths.front());
    for (size_t i = 1; i < row.size(); ++i)
      os << "  " << llvm::right_justify(row[i], widths[i]);
    os << '\n';
  }
}

std::string formatMilliseconds(double milliseconds) {
  return llvm::formatv("{0:F1}", milliseconds).str();
}

} // namespace mla::translate
