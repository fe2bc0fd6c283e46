//===- PipelineFuzzer.cpp - kernels that no one would write, to PTX -------===//
// A libFuzzer target: each input is a kernel file with a line that says what to compile (Input.h).
// What the front end takes goes through every stage to PTX, for an arch and with numbers of warps
// and stages that follow from the input's bytes. Whatever the kernel is, a stage must end with IR
// that verifies, or with an error that names a place in the file.
//
// Built and run as FrontendFuzzer.cpp says, with mla-fuzz-pipeline for mla-fuzz-frontend and with
// -timeout=60. The passes need an arch's worth of tiles: inputs whose tiles would take more than
// kMaxRegisters of each thread are left out.

#include "Input.h"

#include "mla/Dialect/Sm/Sm.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mla/Pipelines/Pipelines.h"
#include "mla/Target/Ptx.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using llvm::StringRef;

/// Of one tile in each thread.
static constexpr int64_t kMaxRegisters = 128;
static constexpr unsigned kMaxOps = 2000;
/// One of each class, and the oldest.
static constexpr StringRef kArchs[] = {"sm_80", "sm_86", "sm_89", "sm_90a", "sm_100a", "sm_120a"};

namespace {
/// What an input is compiled for.
struct Choices {
  const mla::Arch *arch;
  int64_t warps, stages;
};
} // namespace

static Choices choose(StringRef text) {
  uint64_t hash = llvm::xxh3_64bits(text);
  auto next = [&](uint64_t count) {
    uint64_t choice = hash % count;
    hash /= count;
    return choice;
  };
  const mla::Arch *arch = mla::findArch(kArchs[next(std::size(kArchs))]);
  int64_t warps = int64_t(1) << next(4);
  return {arch, warps, int64_t(1 + next(5))};
}

[[noreturn]] static void report(const llvm::Twine &what) {
  llvm::errs() << "mla-fuzz-pipeline: " << what << '\n';
  abort();
}

/// Whether the passes get through it in a moment.
static bool isSmall(ModuleOp module, int64_t warps) {
  unsigned ops = 0;
  WalkResult result = module.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tile = dyn_cast<RankedTensorType>(type);
          tile && tile.getNumElements() > kMaxRegisters * warps * mla::kWarpThreads)
        return WalkResult::interrupt();
    return ++ops > kMaxOps ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

static void setChoices(ModuleOp module, const Choices &choices) {
  Builder builder(module.getContext());
  module->setAttr(mla::sm::kArchAttr, builder.getStringAttr(choices.arch->name));
  for (auto kernel : module.getOps<FunctionOpInterface>()) {
    kernel->setAttr(mla::tile::kNumWarpsAttr, builder.getI32IntegerAttr(int32_t(choices.warps)));
    kernel->setAttr(mla::tile::kNumStagesAttr, builder.getI32IntegerAttr(int32_t(choices.stages)));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const DialectRegistry registry = [] {
    DialectRegistry all;
    mla::registerAllDialects(all);
    return all;
  }();
  StringRef text(reinterpret_cast<const char *>(data), size);
  Choices choices = choose(text);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  unsigned errors = 0;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    ++errors;
    if (!diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
      report("an error without a place: " + diagnostic.str());
    return success();
  });
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, "kernel.py"),
                             llvm::SMLoc());
  OwningOpRef<ModuleOp> module = mla::frontend::compile(sources, fuzz::readOptions(text), context);
  if (!module || !isSmall(*module, choices.warps))
    return 0;
  setChoices(*module, choices);

  constexpr void (*kStages[])(OpPassManager &) = {mla::addTileStage,
                                                  [](OpPassManager &pm) { mla::addWsStage(pm); },
                                                  mla::addSmStage, mla::addLlvmStage};
  for (auto addStage : kStages) {
    PassManager passes(&context);
    addStage(passes);
    LogicalResult status = passes.run(*module);
    if (failed(status) != bool(errors))
      report(errors ? "an error, and yet a result" : "no result, and no error");
    if (failed(status))
      return 0;
  }
  if (failed(mla::emitPtx(*module, *choices.arch, choices.arch->ptxFeature)) && !errors)
    report("no PTX, and no error");
  return 0;
}
