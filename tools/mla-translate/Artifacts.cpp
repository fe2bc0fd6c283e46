//===- Artifacts.cpp - from compilations to files -------------------------===//
// See Artifacts.h.

#include "Artifacts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;

namespace mla::translate {

/// Every choice that was made and where it came from: "num_warps 8 (recipe), …".
static std::string choicesText(const VariantInfo &info) {
  std::string text;
  auto add = [&](const std::string &choice, const std::string &value) {
    auto origin = info.provenance.find(choice);
    text += (text.empty() ? "" : ", ") + choice + " " + value +
            (origin == info.provenance.end() ? "" : " (" + origin->second + ")");
  };
  add("num_warps", std::to_string(info.numWarps));
  add("num_stages", std::to_string(info.numStages));
  for (const auto &[label, depth] : info.channelDepths)
    add("channels." + label, std::to_string(depth));
  for (const auto &[role, count] : info.roleRegisters)
    add("registers." + role, std::to_string(count));
  if (!info.roles.empty())
    add("roles",
        llvm::join(llvm::map_range(info.roles, [](const RolePlan &role) { return role.text(); }),
                   "; "));
  if (info.cluster > 1)
    add("cluster", std::to_string(info.cluster));
  if (info.overlapsPrevious)
    add("overlap", "previous");
  for (const auto &[label, hint] : info.l2Hints)
    add("hints." + label, hint);
  if (!info.transforms.empty())
    add("transforms", llvm::join(info.transforms, "; "));
  return text;
}

static std::string reportText(llvm::ArrayRef<Result> results) {
  std::vector<std::vector<std::string>> rows = {
      {"kernel", "arch", "registers", "spill B", "stack B", "shared B", "threads", "stages",
       "ptxas notes", "cubin B", "front end ms", "MLIR ms", "LLVM ms", "ptxas ms"}};
  std::string notes;
  for (const Result &result : results) {
    const VariantInfo &info = result.info;
    FunctionReport report = result.assembly.reportOf(info.entry);
    rows.push_back({info.entry, info.arch, std::to_string(info.registers),
                    std::to_string(info.spillBytes), std::to_string(report.stackBytes),
                    std::to_string(info.sharedBytes + report.staticSharedBytes),
                    std::to_string(info.threads), std::to_string(info.numStages),
                    std::to_string(info.warnings.size()),
                    std::to_string(result.assembly.cubin.size()),
                    formatMilliseconds(result.millisecondsOf({"front end"})),
                    formatMilliseconds(result.millisecondsOf({"tile", "ws", "sm", "llvm"})),
                    formatMilliseconds(result.millisecondsOf({"ptx"})),
                    formatMilliseconds(result.millisecondsOf({"ptxas"}))});
    notes += "  " + info.entry + " for " + info.arch + ": " + choicesText(info) + "\n";
    for (const std::string &warning : info.warnings)
      notes += "  " + info.entry + ": " + warning + "\n";
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  printTable(os, rows);
  os << notes;
  return text;
}

void printTimes(llvm::ArrayRef<Job> jobs, llvm::ArrayRef<Result> results) {
  std::vector<std::vector<std::string>> rows = {{"ms"}};
  for (const auto &stage : results.front().milliseconds)
    rows.front().push_back(stage.first);
  rows.front().push_back("total");
  for (auto [job, result] : llvm::zip_equal(jobs, results)) {
    std::string name = job.arch ? std::string(job.arch->name) : "";
    std::vector<std::string> row = {name + (job.kind == ImageKind::Ptx ? " (ptx)" : "")};
    for (size_t i = 1; i + 1 < rows.front().size(); ++i)
      row.push_back(formatMilliseconds(result.millisecondsOf({rows.front()[i]})));
    row.push_back(formatMilliseconds(result.millisecondsOf()));
    rows.push_back(std::move(row));
  }
  printTable(llvm::errs(), rows);
}

static llvm::Expected<std::string> packImages(const Options &options, llvm::ArrayRef<Job> jobs,
                                              llvm::ArrayRef<Result> results, StringRef ptxas) {
  llvm::Expected<std::string> fatbinary = findBesidePtxas("fatbinary", ptxas);
  if (!fatbinary)
    return fatbinary.takeError();
  std::vector<Image> images;
  llvm::SmallPtrSet<const Arch *, 16> withPtx;
  for (auto [job, result] : llvm::zip_equal(jobs, results)) {
    images.push_back(
        {job.kind, job.arch, job.kind == ImageKind::Ptx ? result.text : result.assembly.cubin});
    if (job.kind == ImageKind::Ptx)
      withPtx.insert(job.arch);
  }
  // What machine code was made from; the manifest need not say it, since no GPU takes it.
  if (options.fatbinPtx)
    for (auto [job, result] : llvm::zip_equal(jobs, results))
      if (withPtx.insert(job.arch).second)
        images.push_back({ImageKind::Ptx, job.arch, result.text});
  return makeFatbin(images, *fatbinary, /*compresses=*/!options.fatbinPtx);
}

llvm::Expected<std::vector<OutputFile>> makeFiles(const Options &options, llvm::ArrayRef<Job> jobs,
                                                  llvm::ArrayRef<Result> results,
                                                  llvm::ArrayRef<LeftOutImage> leftOut,
                                                  StringRef ptxas) {
  std::vector<OutputFile> files;
  if (options.emit <= Emit::Cubin) {
    for (auto [job, result] : llvm::zip_equal(jobs, results)) {
      StringRef arch = job.arch ? StringRef(job.arch->name) : StringRef(result.info.arch);
      files.push_back({pathForArch(options.output, arch),
                       options.emit == Emit::Cubin ? result.assembly.cubin : result.text});
    }
    if (!options.manifest.empty()) {
      VariantInfo info = results.front().info;
      info.kind = ImageKind::Ptx;
      files.push_back(
          {options.manifest, manifestText(info.entry, llvm::sys::path::filename(options.inputPath),
                                          {info}, leftOut)});
    }
    return files;
  }
  if (options.emit == Emit::Report) {
    files.push_back({options.output, reportText(results)});
    return files;
  }
  std::vector<VariantInfo> variants;
  for (const Result &result : results)
    variants.push_back(result.info);
  std::string manifest = manifestText(
      variants.front().entry, llvm::sys::path::filename(options.inputPath), variants, leftOut);
  if (options.emit == Emit::Fatbin) {
    llvm::Expected<std::string> fatbin = packImages(options, jobs, results, ptxas);
    if (!fatbin)
      return fatbin.takeError();
    files.push_back({options.output, std::move(*fatbin)});
  }
  files.push_back({options.emit == Emit::Fatbin ? manifestPath(options.output) : options.output,
                   std::move(manifest)});
  return files;
}

} // namespace mla::translate
