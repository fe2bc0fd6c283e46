//===- Ptx.cpp - LLVM dialect to PTX text ---------------------------------===//
// Three things differ from a stock NVPTX compiler: every instruction that threads execute together
// is marked convergent (MLIR's inline assembly is not, and LLVM would duplicate a barrier into both
// sides of a branch), the pipeline has no pass that lengthens live ranges, and LLVM's fatal errors
// do not end the process.

#include "mla/Target/Ptx.h"

#include "Libdevice.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/GVN.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include <mutex>

// llvm/Support/TargetSelect.h initialises every target that LLVM was built with; this compiler has
// one.
extern "C" void LLVMInitializeNVPTXTargetInfo();
extern "C" void LLVMInitializeNVPTXTarget();
extern "C" void LLVMInitializeNVPTXTargetMC();
extern "C" void LLVMInitializeNVPTXAsmPrinter();

using namespace mlir;

namespace mla {

//===----------------------------------------------------------------------===//
// Fatal errors
//===----------------------------------------------------------------------===//

/// Where this thread's fatal LLVM error goes; null outside of code generation.
static thread_local std::string *fatalMessage = nullptr;

/// Leaves code generation instead of the process. A handler that returned would let LLVM abort.
static void recoverFromFatalError(void *, const char *reason, bool) {
  if (!fatalMessage) {
    llvm::errs() << "LLVM ERROR: " << reason << '\n';
    return;
  }
  *fatalMessage = reason;
  llvm::CrashRecoveryContext::GetCurrent()->HandleExit(EXIT_FAILURE);
}

/// Runs `work`; false and a message if LLVM gave up (fatal error, abort or a crash). What `work`
/// allocated is lost then: the caller must not touch it again.
static bool runRecoverably(llvm::function_ref<void()> work, std::string &message) {
  fatalMessage = &message;
  const void *traceState = llvm::SavePrettyStackState();
  llvm::CrashRecoveryContext context;
  bool finished = context.RunSafely(work);
  llvm::RestorePrettyStackState(traceState);
  fatalMessage = nullptr;
  if (!finished && message.empty())
    message = "the code generator crashed";
  return finished;
}

/// Process-wide settings, made once.
static void initializeBackend() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    // The option exists only as a command-line flag. A value from the command line stays.
    llvm::cl::Option *shortPointers = llvm::cl::getRegisteredOptions().lookup("nvptx-short-ptr");
    if (shortPointers && shortPointers->getNumOccurrences() == 0)
      shortPointers->addOccurrence(0, "nvptx-short-ptr", "true");
    llvm::install_fatal_error_handler(recoverFromFatalError);
    llvm::CrashRecoveryContext::Enable();
  });
}

//===----------------------------------------------------------------------===//
// MLIR to LLVM IR
//===----------------------------------------------------------------------===//

llvm::SmallVector<LLVM::LLVMFuncOp> kernelsOf(ModuleOp module) {
  llvm::SmallVector<LLVM::LLVMFuncOp> kernels;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
      kernels.push_back(function);
  return kernels;
}

/// The kernel that LLVM names in "… In function: <name>", else the first one.
static LLVM::LLVMFuncOp guiltyKernel(ModuleOp module, StringRef message) {
  StringRef name = message.rsplit("In function: ").second.trim();
  if (auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return function;
  return kernelsOf(module).front();
}

/// Lowers ops such as nvvm.inline_ptx, which have no LLVM intrinsic.
static LogicalResult lowerInlinePtx(ModuleOp module) {
  PassManager pm(module->getName());
  pm.addPass(createConvertNVVMToLLVMPass());
  return pm.run(module);
}

/// Removes what other dialects say of parameters: the translation knows only its own attributes and
/// would warn.
static void dropForeignParameterAttributes(ModuleOp module) {
  for (auto function : module.getOps<FunctionOpInterface>()) {
    for (unsigned i = 0, end = function.getNumArguments(); i < end; ++i) {
      SmallVector<StringAttr> foreign;
      for (NamedAttribute attribute : function.getArgAttrs(i)) {
        StringRef name = attribute.getName();
        if (!name.starts_with("llvm.") && !name.starts_with("nvvm."))
          foreign.push_back(attribute.getName());
      }
      for (StringAttr name : foreign)
        function.removeArgAttr(i, name);
    }
  }
}

/// Whether all threads of a warp have to execute calls of this intrinsic together, or its place
/// relative to branches matters.
static bool needsConvergence(StringRef intrinsic) {
  static constexpr StringLiteral kPrefixes[] = {
      "bar.",   "barrier.",  "cp.async.", "elect.", "fence.", "ldmatrix.",
      "match.", "mbarrier.", "membar.",   "mma.",   "redux.", "setmaxnreg.",
      "shfl.",  "stmatrix.", "tcgen05.",  "vote.",  "wgmma.", "wmma."};
  return intrinsic.consume_front("llvm.nvvm.") &&
         llvm::any_of(kPrefixes, [&](StringRef prefix) { return intrinsic.starts_with(prefix); });
}

/// Marks every call that must not be duplicated, merged or moved across control flow.
static void markConvergent(llvm::Module &module) {
  for (llvm::Function &function : module) {
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      auto *call = dyn_cast<llvm::CallBase>(&instruction);
      if (!call)
        continue;
      llvm::Function *callee = call->getCalledFunction();
      // A called function may contain a barrier.
      if (!callee || !callee->isIntrinsic() || needsConvergence(callee->getName()))
        call->setConvergent();
    }
    if (!function.isDeclaration())
      function.setConvergent();
  }
}

//===----------------------------------------------------------------------===//
// LLVM IR to PTX
//===----------------------------------------------------------------------===//

/// Collects LLVM's error diagnostics, which would otherwise be printed without a location and end
/// the process.
class DiagnosticCollector : public llvm::DiagnosticHandler {
public:
  explicit DiagnosticCollector(std::string &errors) : errors(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    llvm::raw_string_ostream os(errors);
    llvm::DiagnosticPrinterRawOStream printer(os);
    if (!errors.empty())
      os << "; ";
    info.print(printer);
    return true;
  }

private:
  std::string &errors;
};

/// Simplification only. LICM is absent on purpose: hoisting the addresses of a swizzled tile costs
/// 54 registers in a matrix loop, and what to hoist or unroll was decided in MLIR.
static void simplify(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);

  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SROAPass(llvm::SROAOptions::PreserveCFG));
  passes.addPass(llvm::EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::GVNPass());
  passes.addPass(llvm::DSEPass());
  passes.addPass(llvm::ADCEPass());
  llvm::ModulePassManager manager;
  manager.addPass(llvm::AlwaysInlinerPass(/*InsertLifetime=*/false));
  manager.addPass(llvm::GlobalDCEPass());
  manager.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(passes)));
  manager.run(module, modules);
}

/// Optimises `module` and prints its PTX. False with `error` on failure.
static bool generate(llvm::Module &module, llvm::TargetMachine &machine, std::string &ptx,
                     std::string &error) {
  llvm::raw_string_ostream verifierErrors(error);
  if (llvm::verifyModule(module, &verifierErrors))
    return false;
  simplify(module, machine);
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream os(text);
  llvm::legacy::PassManager codegen;
  if (machine.addPassesToEmitFile(codegen, os, nullptr, llvm::CodeGenFileType::AssemblyFile)) {
    error = "the NVPTX target cannot print assembly";
    return false;
  }
  codegen.run(module);
  ptx = std::string(text);
  return error.empty();
}

static std::unique_ptr<llvm::TargetMachine> createMachine(const Arch &arch, StringRef ptxFeature,
                                                          std::string &error) {
  llvm::Triple triple("nvptx64-nvidia-cuda");
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, StringRef(arch.name), ptxFeature, llvm::TargetOptions(),
                                  std::nullopt, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

/// Links what `module` calls of libdevice. False with `error` if it cannot be had.
static bool resolveLibdevice(llvm::Module &module, const Arch &arch, StringRef ptxas,
                             std::string &error) {
  if (!needsLibdevice(module))
    return true;
  llvm::Expected<std::string> path = findLibdevice(ptxas);
  llvm::Error failed = path ? linkLibdevice(module, *path, arch) : path.takeError();
  if (!failed)
    return true;
  error = llvm::toString(std::move(failed));
  return false;
}

/// LLVM writes locations of functions that have a scope of debug information, and nothing else of
/// it.
static LogicalResult addScopes(ModuleOp module) {
  PassManager manager(module.getContext());
  LLVM::DIScopeForLLVMFuncOpPassOptions options;
  options.emissionKind = LLVM::DIEmissionKind::DebugDirectivesOnly;
  manager.addPass(LLVM::createDIScopeForLLVMFuncOpPass(options));
  return manager.run(module);
}

FailureOr<std::string> emitPtx(ModuleOp module, const Arch &arch, StringRef ptxFeature,
                               StringRef ptxas, bool sourceLines) {
  initializeBackend();
  if (kernelsOf(module).empty()) {
    module.emitError("no kernel to generate PTX for: no llvm.func has the attribute nvvm.kernel");
    return failure();
  }
  DialectRegistry translations;
  registerBuiltinDialectTranslation(translations);
  registerLLVMDialectTranslation(translations);
  registerNVVMDialectTranslation(translations);
  module.getContext()->appendDialectRegistry(translations);
  dropForeignParameterAttributes(module);
  if (failed(lowerInlinePtx(module)) || (sourceLines && failed(addScopes(module))))
    return failure();

  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(arch, ptxFeature, error);
  auto context = std::make_unique<llvm::LLVMContext>();
  context->setDiagnosticHandler(std::make_unique<DiagnosticCollector>(error));
  std::unique_ptr<llvm::Module> llvmModule;
  if (machine) {
    llvmModule = translateModuleToLLVMIR(module, *context, "mla");
    if (!llvmModule)
      return failure(); // Already reported.
    llvmModule->setTargetTriple(machine->getTargetTriple());
    llvmModule->setDataLayout(machine->createDataLayout());
    markConvergent(*llvmModule);
  }

  std::string ptx, fatal;
  bool generated = false;
  if (machine && resolveLibdevice(*llvmModule, arch, ptxas, error) &&
      !runRecoverably([&] { generated = generate(*llvmModule, *machine, ptx, error); }, fatal)) {
    // LLVM stopped halfway: its objects are in no state to be destroyed.
    (void)llvmModule.release();
    (void)machine.release();
    (void)context.release();
    error = fatal;
  }
  if (generated)
    return ptx;
  LLVM::LLVMFuncOp kernel = guiltyKernel(module, error);
  std::string oneLine = StringRef(error).trim().str();
  std::replace(oneLine.begin(), oneLine.end(), '\n', ' ');
  kernel.emitError("LLVM cannot generate PTX of '")
      << kernel.getName() << "' for " << arch.name << ": " << oneLine;
  return failure();
}

StringRef ptxVersion(StringRef ptx) {
  StringRef rest = ptx.split(".version ").second;
  return rest.take_while([](char c) { return llvm::isDigit(c) || c == '.'; });
}

} // namespace mla
