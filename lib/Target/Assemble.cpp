//===- Assemble.cpp - PTX text to machine code ----------------------------===//
// ptxas is a child process because it can crash on valid PTX (seen with 13.0), which must not end
// the compiler.

#include "mla/Target/Assemble.h"

#include "Process.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"
#include <chrono>

using namespace mlir;

namespace mla {

static constexpr StringLiteral kHowToGetPtxas =
    "install the CUDA 13 toolkit (package cuda-nvcc-13-0, or `pip install nvidia-cuda-nvcc`), or "
    "name "
    "the program with --ptxas or MLA_PTXAS";

/// Where the CUDA toolkit's installer links its newest version.
static constexpr StringLiteral kToolkitBin = "/usr/local/cuda/bin";

//===----------------------------------------------------------------------===//
// Finding programs
//===----------------------------------------------------------------------===//

static llvm::Expected<std::string> usableProgram(StringRef path, StringRef origin) {
  // A path with a slash is returned unchecked.
  llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(path);
  if (found && llvm::sys::fs::can_execute(*found))
    return *found;
  return makeError("'" + path + "' (from " + origin + ") is not an executable file; " +
                   kHowToGetPtxas);
}

llvm::Expected<std::string> findPtxas(StringRef explicitPath) {
  if (!explicitPath.empty())
    return usableProgram(explicitPath, "--ptxas");
  if (auto path = llvm::sys::Process::GetEnv("MLA_PTXAS"); path && !path->empty())
    return usableProgram(*path, "MLA_PTXAS");
  if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName("ptxas"))
    return *path;
  if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName("ptxas", {kToolkitBin}))
    return *path;
  return makeError("ptxas not found in PATH or " + kToolkitBin + "; " + kHowToGetPtxas);
}

llvm::Expected<std::string> findBesidePtxas(StringRef name, StringRef ptxas) {
  StringRef folder = llvm::sys::path::parent_path(ptxas);
  if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name, {folder, kToolkitBin}))
    return *path;
  if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name))
    return *path;
  return makeError(name + " not found in " + folder + ", " + kToolkitBin +
                   " or PATH; it is part of the CUDA 13 toolkit (package cuda-nvcc-13-0)");
}

//===----------------------------------------------------------------------===//
// Reading ptxas's output
//===----------------------------------------------------------------------===//

/// The number before `what` in `line`; 0 if there is none.
static int64_t numberBefore(StringRef line, StringRef what) {
  SmallVector<StringRef> groups;
  int64_t value = 0;
  if (llvm::Regex(("([0-9]+) " + what).str()).match(line, &groups))
    (void)groups[1].getAsInteger(10, value); // Digits: only overflow can fail, and leaves 0.
  return value;
}

/// Whether `line` is a warning or a numbered remark; fills `report` with it.
static bool parseRemark(StringRef line, FunctionReport &report) {
  SmallVector<StringRef> groups;
  static constexpr StringLiteral kRemark = "^ptxas .*\\(C(75[01][0-9])\\) *(.*)$";
  if (llvm::Regex(kRemark).match(line, &groups)) {
    int code = 0;
    (void)groups[1].getAsInteger(10, code); // Four digits.
    report.notes.push_back({code, groups[2].str()});
    return true;
  }
  if (llvm::Regex("^ptxas .*warning *: *(.*)$").match(line, &groups)) {
    report.warnings.push_back(groups[1].str());
    return true;
  }
  return false;
}

llvm::StringMap<FunctionReport> parseAssemblerLog(StringRef log) {
  llvm::StringMap<FunctionReport> functions;
  FunctionReport everywhere;
  StringRef current;
  SmallVector<StringRef> lines, groups;
  log.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    FunctionReport remark;
    if (parseRemark(line, remark)) {
      bool named = llvm::Regex("function '([^']*)'").match(line, &groups);
      FunctionReport &report = named ? functions[groups[1]] : everywhere;
      llvm::append_range(report.notes, remark.notes);
      llvm::append_range(report.warnings, remark.warnings);
      continue;
    }
    if (llvm::Regex("Compiling entry function '([^']*)'").match(line, &groups) ||
        llvm::Regex("Function properties for ([^ ]+)").match(line, &groups))
      current = groups[1];
    if (current.empty())
      continue;
    FunctionReport &report = functions[current];
    if (line.contains("bytes stack frame")) {
      report.stackBytes = numberBefore(line, "bytes stack frame");
      report.spillStoreBytes = numberBefore(line, "bytes spill stores");
      report.spillLoadBytes = numberBefore(line, "bytes spill loads");
    } else if (line.contains(": Used ")) {
      report.registers = numberBefore(line, "registers");
      report.staticSharedBytes = numberBefore(line, "bytes smem");
    }
  }
  for (auto &entry : functions) {
    llvm::append_range(entry.second.notes, everywhere.notes);
    llvm::append_range(entry.second.warnings, everywhere.warnings);
  }
  return functions;
}

//===----------------------------------------------------------------------===//
// Running ptxas
//===----------------------------------------------------------------------===//

/// ptxas's errors without the temporary file's name; each that has a line is followed by that line
/// of the PTX.
static std::string describeErrors(StringRef output, StringRef ptx) {
  static constexpr size_t kMaxErrors = 5;
  SmallVector<StringRef> lines, source, groups;
  output.split(lines, '\n', -1, /*KeepEmpty=*/false);
  ptx.split(source, '\n');
  std::string text;
  size_t shown = 0;
  for (StringRef line : lines) {
    // The last line only counts the others.
    if (line.contains("assembly aborted due to errors") ||
        !llvm::Regex("(line ([0-9]+); )?(error|fatal) *: *(.*)$").match(line, &groups))
      continue;
    if (++shown > kMaxErrors)
      break;
    size_t number = 0;
    text += "\n  ";
    if (!groups[2].getAsInteger(10, number) && number >= 1 && number <= source.size())
      text += ("line " + groups[2] + ": " + groups[4] + "\n    " + source[number - 1].trim()).str();
    else
      text += groups[4].str();
  }
  return text.empty() ? (": " + output.trim()).str() : text;
}

static llvm::Expected<Assembly> assembleOnce(StringRef ptx, const Arch &arch, StringRef ptxas) {
  llvm::Expected<TemporaryFile> input = TemporaryFile::create("ptx", ptx);
  if (!input)
    return input.takeError();
  llvm::Expected<TemporaryFile> output = TemporaryFile::create("cubin");
  if (!output)
    return output.takeError();
  std::string archFlag = "-arch=" + std::string(arch.name);
  auto start = std::chrono::steady_clock::now();
  llvm::Expected<ProcessResult> result =
      runProcess({ptxas, "-O3", "-v", archFlag, input->getPath(), "-o", output->getPath()});
  if (!result)
    return result.takeError();
  std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  if (result->exitCode < 0)
    return makeError(ptxas + " failed on the PTX for " + StringRef(arch.name) + ": " +
                     result->error + (result->output.empty() ? "" : "; it printed: ") +
                     StringRef(result->output).trim());
  if (result->exitCode != 0)
    return makeError("ptxas rejected the PTX for " + StringRef(arch.name) +
                     describeErrors(result->output, ptx));
  Assembly assembly;
  assembly.milliseconds = elapsed.count();
  assembly.functions = parseAssemblerLog(result->output);
  llvm::Expected<std::string> cubin = output->read();
  if (!cubin)
    return cubin.takeError();
  if (cubin->empty())
    return makeError(ptxas + " wrote no machine code for " + StringRef(arch.name));
  assembly.cubin = std::move(*cubin);
  return assembly;
}

/// `ptx` whose kernels ask for one CTA per SM alone. Without a request ptxas has a wish of its own:
/// it spills a few registers where that lets one more CTA run.
static std::string withOneWantedCta(StringRef ptx) {
  std::string text;
  for (StringRef line : llvm::split(ptx, '\n')) {
    if (line.starts_with(".minnctapersm "))
      continue;
    text += line.str() + "\n";
    if (line.starts_with(".reqntid ") || line.starts_with(".maxntid "))
      text += ".minnctapersm 1\n";
  }
  return text;
}

static int64_t mostSpilt(const Assembly &assembly) {
  int64_t bytes = 0;
  for (const auto &entry : assembly.functions)
    bytes = std::max(bytes, entry.second.spillStoreBytes);
  return bytes;
}

llvm::Expected<Assembly> assemble(StringRef ptx, const Arch &arch, StringRef ptxas,
                                  Strictness strictness) {
  // Two registers, once in a thread, cost less than the CTA that they would be in the way of.
  const int64_t fewBytes = strictness.spill ? 0 : 8;
  llvm::Expected<Assembly> assembly = assembleOnce(ptx, arch, ptxas);
  if (!assembly || mostSpilt(*assembly) <= fewBytes)
    return assembly;
  llvm::Expected<Assembly> relaxed = assembleOnce(withOneWantedCta(ptx), arch, ptxas);
  if (!relaxed || mostSpilt(*relaxed) >= mostSpilt(*assembly)) {
    llvm::consumeError(relaxed.takeError());
    return assembly;
  }
  return relaxed;
}

//===----------------------------------------------------------------------===//
// Reporting
//===----------------------------------------------------------------------===//

static std::string spillText(const FunctionReport &report, StringRef arch) {
  return ("registers spill to local memory on " + arch + ": " + Twine(report.spillStoreBytes) +
          " bytes stored, " + Twine(report.spillLoadBytes) + " bytes loaded per thread, " +
          Twine(report.registers) + " registers")
      .str();
}

static std::string noteText(const AssemblerNote &note, StringRef arch) {
  return ("ptxas C" + Twine(note.code) + " on " + arch + ": " + note.text).str();
}

std::vector<std::string> warningTexts(const FunctionReport &report, const Arch &arch) {
  std::vector<std::string> texts;
  if (report.spills())
    texts.push_back(spillText(report, arch.name));
  for (const AssemblerNote &note : report.notes)
    texts.push_back(noteText(note, arch.name));
  for (const std::string &warning : report.warnings)
    texts.push_back("ptxas on " + std::string(arch.name) + ": " + warning);
  return texts;
}

LogicalResult attachReport(LLVM::LLVMFuncOp kernel, const FunctionReport &report, const Arch &arch,
                           Strictness strictness) {
  Builder b(kernel.getContext());
  std::vector<std::string> texts = warningTexts(report, arch);
  SmallVector<StringRef> warnings(texts.begin(), texts.end());
  kernel->setAttr(
      kReportAttr,
      b.getDictionaryAttr(
          {b.getNamedAttr("arch", b.getStringAttr(arch.name)),
           b.getNamedAttr("registers", b.getI64IntegerAttr(report.registers)),
           b.getNamedAttr("spill_load_bytes", b.getI64IntegerAttr(report.spillLoadBytes)),
           b.getNamedAttr("spill_store_bytes", b.getI64IntegerAttr(report.spillStoreBytes)),
           b.getNamedAttr("stack_bytes", b.getI64IntegerAttr(report.stackBytes)),
           b.getNamedAttr("static_shared_bytes", b.getI64IntegerAttr(report.staticSharedBytes)),
           b.getNamedAttr("warnings", b.getStrArrayAttr(warnings))}));

  bool tooSlow = false;
  auto emit = [&](const std::string &text, bool isError) {
    (isError ? kernel.emitError() : kernel.emitWarning()) << text;
    tooSlow |= isError;
  };
  if (report.spills())
    emit(spillText(report, arch.name), strictness.spill);
  for (const AssemblerNote &note : report.notes)
    emit(noteText(note, arch.name), strictness.serialise && note.serialises());
  for (const std::string &warning : report.warnings)
    emit("ptxas on " + std::string(arch.name) + ": " + warning, /*isError=*/false);
  return failure(tooSlow);
}

} // namespace mla
