//===- Compile.cpp - one kernel for one architecture ----------------------===//
// See Compile.h.

#include "Compile.h"

#include "mla/Dialect/Sm/Sm.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mla/Frontend/Frontend.h"
#include "mla/Pipelines/Pipelines.h"
#include "mla/Target/Ptx.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/SourceMgr.h"
#include <chrono>

using namespace mlir;

namespace mla::translate {

static constexpr int64_t kDefaultWarps = 4;
static constexpr int64_t kDefaultStages = 3;

double Result::millisecondsOf(ArrayRef<StringRef> stages) const {
  double sum = 0;
  for (const auto &[stage, time] : milliseconds)
    if (stages.empty() || llvm::is_contained(stages, StringRef(stage)))
      sum += time;
  return sum;
}

namespace {

/// How far a module has been lowered.
enum class Level { Tile, Ws, Sm, Llvm };

constexpr StringRef kLevelNames[] = {"tile", "ws", "sm", "llvm"};

/// One compilation; its members live as long as the IR.
class Compilation {
public:
  Compilation(const Options &options, const Job &job, StringRef ptxas,
              const DialectRegistry &registry, Result &result)
      : options(options), arch(job.arch), kind(job.kind), ptxas(ptxas), result(result),
        diagnostics(result.diagnostics), context(registry, MLIRContext::Threading::DISABLED),
        handler(sources, &context, diagnostics) {
    // The source line says enough; printing whole kernels would bury the message.
    context.printOpOnDiagnostic(false);
    if (kind == ImageKind::Ptx)
      fallbackHandler.emplace(&context, [this](Diagnostic &said) { return leaveOut(said); });
    sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(*options.input), llvm::SMLoc());
  }

  LogicalResult run();

private:
  LogicalResult leaveOut(Diagnostic &error);
  LogicalResult timed(StringRef stage, llvm::function_ref<LogicalResult()> work);
  LogicalResult read();
  LogicalResult selectKernel();
  LogicalResult checkLevel();
  LogicalResult selectArch();
  LogicalResult setChoices();
  LogicalResult setChoice(StringRef attribute, StringRef name, std::optional<int64_t> flag,
                          std::optional<int64_t> recipe, int64_t otherwise,
                          llvm::Error (*check)(int64_t, StringRef));
  LogicalResult setRecipeChoices(const RecipeEntry &recipe);
  void setOrigin(StringRef choice, StringRef origin);
  LogicalResult runStage(Level gives, int64_t scratchBytes = 0);
  int64_t excessSharedBytes();
  LogicalResult lowerToSm();
  LogicalResult lower(Level target);
  LogicalResult emitImage();
  const RecipeEntry *recipeEntry() const;

  const Options &options;
  const Arch *arch;
  ImageKind kind;
  StringRef ptxas;
  Result &result;

  llvm::raw_string_ostream diagnostics;
  llvm::SourceMgr sources;
  MLIRContext context;
  SourceMgrDiagnosticHandler handler;
  std::optional<ScopedDiagnosticHandler> fallbackHandler;
  OwningOpRef<ModuleOp> module;
  FunctionOpInterface kernel;
  Level level = Level::Tile;
};

} // namespace

/// Nobody asked for the fallback image by name: what it fails on is a warning, and the images that
/// were asked for are made. Errors in the kernel itself fail those too.
LogicalResult Compilation::leaveOut(Diagnostic &error) {
  if (error.getSeverity() != DiagnosticSeverity::Error)
    return failure();
  if (result.leftOut.empty())
    result.leftOut = error.str();
  InFlightDiagnostic warning = emitWarning(error.getLocation())
                               << "no fallback PTX for other archs: " << error.str();
  for (Diagnostic &note : error.getNotes())
    warning.attachNote(note.getLocation()) << note.str();
  return success();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

LogicalResult Compilation::timed(StringRef stage, llvm::function_ref<LogicalResult()> work) {
  llvm::PrettyStackTraceFormat trace("stage %s for %s of %s", stage.str().c_str(),
                                     arch ? arch->name.data() : "no arch",
                                     options.inputPath.c_str());
  auto start = std::chrono::steady_clock::now();
  LogicalResult status = work();
  std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  result.milliseconds.emplace_back(stage.str(), elapsed.count());
  return status;
}

const RecipeEntry *Compilation::recipeEntry() const {
  return options.recipe && arch ? options.recipe->find(*arch) : nullptr;
}

LogicalResult Compilation::read() {
  if (options.isKernelText) {
    frontend::Options request{options.kernel, options.signature, options.constants, options.debug};
    if (const RecipeEntry *entry = recipeEntry())
      request.constants.insert(entry->constants.begin(), entry->constants.end());
    module = frontend::compile(sources, request, context);
  } else {
    module = parseSourceFile<ModuleOp>(sources, &context);
  }
  return success(bool(module));
}

static bool isKernel(FunctionOpInterface function) {
  return function->hasAttr(tile::kKernelAttr) ||
         function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName());
}

/// Finds the kernel and drops the others, so that every later stage sees one.
LogicalResult Compilation::selectKernel() {
  SmallVector<FunctionOpInterface> kernels;
  for (auto function : module->getOps<FunctionOpInterface>())
    if (isKernel(function))
      kernels.push_back(function);
  SmallVector<StringRef> names =
      llvm::map_to_vector(kernels, [](FunctionOpInterface function) { return function.getName(); });
  if (kernels.empty())
    return module->emitError("no kernel: no function has the attribute tile.kernel or nvvm.kernel");
  if (options.kernel.empty() && kernels.size() > 1)
    return module->emitError("--kernel must name one of ") << llvm::join(names, ", ");
  for (FunctionOpInterface function : kernels) {
    if (!kernel && (options.kernel.empty() || function.getName() == options.kernel))
      kernel = function;
    else
      function->erase();
  }
  if (!kernel)
    return module->emitError("no kernel '") << options.kernel << "' in '" << options.inputPath
                                            << "', it has: " << llvm::join(names, ", ");
  return success();
}

/// The level follows from what the kernel contains; ws ops come first because channels carry
/// layouts too.
static Level levelOf(FunctionOpInterface kernel) {
  if (isa<LLVM::LLVMFuncOp>(kernel.getOperation()))
    return Level::Llvm;
  Level level = Level::Tile;
  kernel->walk([&](Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    bool hasLayout = llvm::any_of(op->getResultTypes(), [](Type type) {
      auto tile = dyn_cast<RankedTensorType>(type);
      return tile && tile.getEncoding();
    });
    if (dialect == "ws") {
      level = Level::Ws;
      return WalkResult::interrupt();
    }
    if (dialect == "sm" || hasLayout)
      level = Level::Sm;
    return WalkResult::advance();
  });
  return level;
}

/// Refuses what can no longer be done to IR that is lowered already.
LogicalResult Compilation::checkLevel() {
  level = levelOf(kernel);
  StringRef name = kLevelNames[size_t(level)];
  if (Emit wanted = options.emit; wanted >= Emit::Tile && wanted <= Emit::Llvm &&
                                  size_t(wanted) - size_t(Emit::Tile) < size_t(level))
    return kernel->emitError("cannot emit ")
           << emitName(wanted) << ": the kernel is already at level " << name;
  if (level == Level::Tile)
    return success();
  StringRef tooLate = options.numWarps           ? "--num-warps"
                      : options.numStages        ? "--num-stages"
                      : options.recipe           ? "--recipe"
                      : options.sharedLimitBytes ? "--shared-limit"
                      : !options.without.empty() ? "--without"
                                                 : "";
  if (!tooLate.empty())
    return kernel->emitError(tooLate)
           << " applies to tile IR: the kernel is already at level " << name;
  return success();
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

/// The target in force: the command line's, else the module's. IR below the tile level is bound to
/// its own.
LogicalResult Compilation::selectArch() {
  auto named = (*module)->getAttrOfType<StringAttr>(sm::kArchAttr);
  if (named && arch && level != Level::Tile && named.getValue() != StringRef(arch->name)) {
    // The fallback is for archs that have no image of their own; IR of one arch has none for them.
    // Whoever gives such IR knows.
    if (kind == ImageKind::Ptx) {
      result.leftOut = ("the input is lowered for " + named.getValue()).str();
      return failure();
    }
    return kernel->emitError("cannot compile for ")
           << arch->name << ": the kernel is already lowered for " << named.getValue();
  }
  if (!arch && named) {
    arch = findArch(named.getValue());
    if (!arch)
      return (*module)->emitError("unknown ")
             << sm::kArchAttr << " '" << named.getValue() << "', allowed: " << archNames();
  }
  if (arch)
    (*module)->setAttr(sm::kArchAttr, StringAttr::get(&context, arch->name));
  else if (options.emit != Emit::SourceTile)
    return module->emitError("--arch is missing and '")
           << options.inputPath << "' does not name a target in " << sm::kArchAttr;
  return success();
}

void Compilation::setOrigin(StringRef choice, StringRef origin) {
  NamedAttrList origins(kernel->getAttrOfType<DictionaryAttr>(tile::kProvenanceAttr));
  origins.set(choice, StringAttr::get(&context, origin));
  kernel->setAttr(tile::kProvenanceAttr, origins.getDictionary(&context));
}

LogicalResult Compilation::setChoice(StringRef attribute, StringRef name,
                                     std::optional<int64_t> flag, std::optional<int64_t> recipe,
                                     int64_t otherwise, llvm::Error (*check)(int64_t, StringRef)) {
  auto hint = kernel->getAttrOfType<IntegerAttr>(attribute);
  int64_t value = flag     ? *flag
                  : recipe ? *recipe
                  : hint   ? hint.getValue().getSExtValue()
                           : otherwise;
  // IR that this tool wrote already says where its choices came from.
  auto origins = kernel->getAttrOfType<DictionaryAttr>(tile::kProvenanceAttr);
  auto known = origins ? origins.getAs<StringAttr>(name) : StringAttr();
  if (flag || recipe || !hint || !known)
    setOrigin(name, flag ? "command line" : recipe ? "recipe" : hint ? "source" : "default");
  kernel->setAttr(attribute, IntegerAttr::get(IntegerType::get(&context, 32), value));
  if (llvm::Error error = check(value, attribute))
    return kernel->emitError(llvm::toString(std::move(error)));
  return success();
}

/// Choices by label or role, and transforms: they are the recipe's alone.
LogicalResult Compilation::setRecipeChoices(const RecipeEntry &recipe) {
  Builder builder(&context);
  auto set = [&](StringRef attribute, StringRef choice, const auto &values, auto makeAttribute) {
    if (values.empty())
      return;
    NamedAttrList all(kernel->getAttrOfType<DictionaryAttr>(attribute));
    for (const auto &[label, value] : values) {
      all.set(label, makeAttribute(value));
      setOrigin((choice + "." + label).str(), "recipe");
    }
    kernel->setAttr(attribute, all.getDictionary(&context));
  };
  auto integer = [&](int64_t value) { return builder.getI32IntegerAttr(int32_t(value)); };
  set(tile::kChannelDepthsAttr, "channels", recipe.channelDepths, integer);
  set(tile::kRegistersAttr, "registers", recipe.registers, integer);
  set(tile::kL2HintsAttr, "hints", recipe.l2Hints,
      [&](const std::string &hint) { return builder.getStringAttr(hint); });
  if (recipe.cluster) {
    kernel->setAttr(tile::kClusterAttr, integer(*recipe.cluster));
    setOrigin("cluster", "recipe");
  }
  if (!recipe.overlap.empty()) {
    SmallVector<StringRef> neighbours(recipe.overlap.begin(), recipe.overlap.end());
    kernel->setAttr(sm::kOverlapAttr, builder.getStrArrayAttr(neighbours));
    setOrigin("overlap", "recipe");
  }
  if (!recipe.roles.empty()) {
    // The recipe's own number of warps fits; one from the command line need not.
    int64_t warps = 0;
    for (const RolePlan &role : recipe.roles)
      warps += role.warps;
    auto numWarps = kernel->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
    if (numWarps.getInt() != warps)
      return kernel->emitError("the recipe's roles have ")
             << warps << " warps together, --num-warps must say the same, got "
             << numWarps.getInt();
    kernel->setAttr(tile::kRolesAttr, builder.getArrayAttr(llvm::map_to_vector(
                                          recipe.roles, [&](const RolePlan &role) -> Attribute {
                                            return role.attribute(&context);
                                          })));
    setOrigin("roles", "recipe");
  }
  if (!recipe.transforms)
    return success();
  if (kernel->hasAttr(tile::kAppliedTransformsAttr))
    return kernel->emitError("the recipe has transforms, but the kernel is transformed already: ")
           << tile::kAppliedTransformsAttr << " = "
           << kernel->getAttr(tile::kAppliedTransformsAttr);
  kernel->setAttr(tile::kTransformsAttr,
                  builder.getArrayAttr(llvm::map_to_vector(
                      *recipe.transforms, [&](const TransformStep &step) -> Attribute {
                        return step.attribute(&context);
                      })));
  setOrigin("transforms", "recipe");
  return success();
}

LogicalResult Compilation::setChoices() {
  if (level != Level::Tile)
    return success();
  const RecipeEntry *recipe = recipeEntry();
  if (options.sharedLimitBytes)
    (*module)->setAttr(sm::kSharedLimitAttr,
                       IntegerAttr::get(IntegerType::get(&context, 64), *options.sharedLimitBytes));
  SmallVector<StringRef> names(options.without.begin(), options.without.end());
  if (recipe)
    for (const std::string &name : recipe->without)
      if (!llvm::is_contained(names, name))
        names.push_back(name), setOrigin("without", "recipe");
  if (!names.empty()) {
    (*module)->setAttr(sm::kWithoutAttr, Builder(&context).getStrArrayAttr(names));
  }
  if (options.isKernelText && recipe)
    for (const auto &constant : recipe->constants)
      setOrigin(constant.first, "recipe");
  for (const auto &constant : options.constants)
    setOrigin(constant.first, "command line");
  if (failed(setChoice(tile::kNumWarpsAttr, "num_warps", options.numWarps,
                       recipe ? recipe->numWarps : std::nullopt, kDefaultWarps, checkNumWarps)) ||
      failed(setChoice(tile::kNumStagesAttr, "num_stages", options.numStages,
                       recipe ? recipe->numStages : std::nullopt, kDefaultStages, checkNumStages)))
    return failure();
  return recipe ? setRecipeChoices(*recipe) : success();
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// Runs the stage that gives `gives`.
LogicalResult Compilation::runStage(Level gives, int64_t scratchBytes) {
  return timed(kLevelNames[size_t(gives)], [&] {
    PassManager pm(&context);
    switch (gives) {
    case Level::Tile:
      addTileStage(pm);
      break;
    case Level::Ws:
      addWsStage(pm, scratchBytes);
      break;
    case Level::Sm:
      addSmStage(pm);
      break;
    case Level::Llvm:
      addLlvmStage(pm);
      break;
    }
    return pm.run(*module);
  });
}

/// Bytes of shared memory by which the kernel exceeds the target's limit, as far as it is planned.
int64_t Compilation::excessSharedBytes() {
  int64_t excess = 0;
  for (auto function : module->getOps<FunctionOpInterface>())
    if (auto planned = function->getAttrOfType<IntegerAttr>(sm::kSharedBytesAttr))
      if (const Arch *target = sm::targetArch(function))
        excess = std::max(excess, planned.getInt() - sm::sharedLimit(function, *target));
  return excess;
}

/// From tile IR to sm IR. Only with its layouts is known what threads exchange through shared
/// memory; if that does not fit beside the channels, both stages run again with less for these.
LogicalResult Compilation::lowerToSm() {
  OwningOpRef<ModuleOp> start = module->clone();
  int64_t scratchBytes = 0, lastExcess = INT64_MAX;
  while (true) {
    std::vector<Diagnostic> said;
    LogicalResult status = failure();
    {
      ScopedDiagnosticHandler hold(&context, [&](Diagnostic &diagnostic) {
        said.push_back(std::move(diagnostic));
        return success();
      });
      if (succeeded(runStage(Level::Ws, scratchBytes)))
        status = runStage(Level::Sm);
    }
    int64_t excess = excessSharedBytes();
    if (succeeded(status) || excess == 0 || excess >= lastExcess) {
      for (Diagnostic &diagnostic : said)
        context.getDiagEngine().emit(std::move(diagnostic));
      return status;
    }
    scratchBytes += excess;
    lastExcess = excess;
    module = start->clone();
  }
}

/// Runs the stages between the present level and `target`.
LogicalResult Compilation::lower(Level target) {
  // Tile IR may come from the front end or from the tile stage, which leaves its own output as it
  // is.
  bool isTile = level == Level::Tile;
  if (isTile && failed(runStage(Level::Tile)))
    return failure();
  if (isTile && target >= Level::Sm) {
    if (failed(lowerToSm()))
      return failure();
    level = Level::Sm;
  }
  for (Level gives : {Level::Ws, Level::Sm, Level::Llvm})
    if (gives > level && gives <= target && failed(runStage(gives)))
      return failure();
  return success();
}

/// LLVM dialect to PTX or machine code.
LogicalResult Compilation::emitImage() {
  SmallVector<LLVM::LLVMFuncOp> kernels = kernelsOf(*module);
  if (kernels.size() != 1)
    return (*module)->emitError(
               "expected one llvm.func with nvvm.kernel after the llvm stage, got ")
           << kernels.size();
  LLVM::LLVMFuncOp function = kernels.front();
  StringRef feature =
      kind == ImageKind::Ptx ? StringRef(kFallbackPtxFeature) : StringRef(arch->ptxFeature);
  FailureOr<std::string> ptx = failure();
  if (failed(timed("ptx", [&] {
        return ptx = emitPtx(*module, *arch, feature, options.ptxas, options.locations);
      })))
    return failure();
  result.text = std::move(*ptx);
  if (!options.assembles() && options.manifest.empty())
    return success();
  FailureOr<VariantInfo> info = describeKernel(function, *arch, kind);
  if (failed(info))
    return failure();
  result.info = std::move(*info);
  result.info.ptxVersion = ptxVersion(result.text);
  if (kind == ImageKind::Ptx || !options.assembles())
    return success();

  LogicalResult assembled = timed("ptxas", [&]() -> LogicalResult {
    llvm::Expected<Assembly> assembly = assemble(result.text, *arch, ptxas, options.strictness);
    if (!assembly)
      return function.emitError(llvm::toString(assembly.takeError()));
    result.assembly = std::move(*assembly);
    return success();
  });
  if (failed(assembled))
    return failure();
  FunctionReport report = result.assembly.reportOf(function.getName());
  result.info.registers = report.registers;
  result.info.spillBytes = std::max(report.spillStoreBytes, report.spillLoadBytes);
  result.info.warnings = warningTexts(report, *arch);
  result.info.assembler = report;
  return attachReport(function, report, *arch, options.strictness);
}

LogicalResult Compilation::run() {
  if (failed(timed("front end", [&] { return read(); })) || failed(selectKernel()) ||
      failed(checkLevel()) || failed(selectArch()))
    return failure();
  if (failed(setChoices()))
    return failure();
  if (options.emit != Emit::SourceTile) {
    Level target =
        options.emit >= Emit::Llvm ? Level::Llvm : Level(size_t(options.emit) - size_t(Emit::Tile));
    if (failed(lower(target)))
      return failure();
  }
  if (options.emit > Emit::Llvm)
    return emitImage();
  llvm::raw_string_ostream os(result.text);
  module->print(os, OpPrintingFlags().enableDebugInfo(options.locations));
  os << '\n';
  return success();
}

Result compile(const Options &options, const Job &job, StringRef ptxas,
               const DialectRegistry &registry) {
  Result result;
  result.succeeded = succeeded(Compilation(options, job, ptxas, registry, result).run()) ||
                     !result.leftOut.empty();
  return result;
}

} // namespace mla::translate
