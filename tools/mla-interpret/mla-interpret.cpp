//===- mla-interpret.cpp - runs tile or ws IR on the CPU ------------------===//
// One kernel, one launch. mla-run makes the launches of JSON cases and compares results.

#include "Arguments.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mla/Interpreter/Interpreter.h"
#include "mla/Pipelines/Pipelines.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"
#include <chrono>

namespace cl = llvm::cl;
using namespace mla;
using llvm::StringRef;

static cl::OptionCategory kCategory("mla-interpret options");
static cl::opt<std::string> inputFlag(cl::Positional, cl::value_desc("FILE.mlir"),
                                      cl::desc("<IR of the tile or ws level>"), cl::Required,
                                      cl::cat(kCategory));
static cl::opt<std::string> kernelFlag("kernel", cl::value_desc("name"), cl::cat(kCategory),
                                       cl::desc("Kernel function; may be omitted if there is one"));
static cl::opt<std::string> gridFlag("grid", cl::value_desc("X[,Y[,Z]]"), cl::init("1"),
                                     cl::cat(kCategory), cl::desc("Programs; default 1"));
static cl::list<std::string> argumentFlag("argument", cl::value_desc("NAME=VALUE"),
                                          cl::cat(kCategory),
                                          cl::desc("An argument, see below; once for each"));
static cl::list<std::string>
    printFlag("print", cl::CommaSeparated, cl::value_desc("names"), cl::cat(kCategory),
              cl::desc("Arrays to print after the run; \"all\" for every one"));
static cl::opt<std::string> saveFlag("save", cl::value_desc("folder"), cl::cat(kCategory),
                                     cl::desc("Write each array to NAME.bin in this folder"));
static cl::opt<uint64_t> seedFlag("seed", cl::init(0), cl::cat(kCategory),
                                  cl::desc("Order of programs, roles and copies"));
static cl::opt<int64_t> stepsFlag("max-steps", cl::init(int64_t(1) << 32), cl::cat(kCategory),
                                  cl::desc("Ops of one program that count as endless"));
static cl::opt<bool> racesFlag("races", cl::cat(kCategory),
                               cl::desc("A program that touches what another one writes is an "
                                        "error"));
static cl::opt<bool> quietFlag("quiet", cl::cat(kCategory),
                               cl::desc("No progress of runs that take long"));

static cl::extrahelp kExamples(R"(
ARGUMENTS:

  n=i32:7               a scalar; types: i1 i8 i16 i32 i64 u8 u16 u32 u64 fp16 bf16 fp32 fp64
                        fp8e4nv fp8e5
  x=*fp32:1,2,nan,-inf  an array of these elements
  x=*bf16@x.bin         an array of the bytes of a file
  y=*fp32:64?           an array of 64 elements that must not be read before they are written

  The names are those of tile.arguments, or arg0, arg1, … Arrays are aligned as far as the kernel's
  arguments promise and not further.

EXAMPLES:

  What does this IR compute?
    mla-interpret sum.mlir --grid 2 --argument "x=*fp32:1,2,3,4" --argument "y=*fp32:2?" --print y

  The schedule of a kernel, with copies that complete in another order:
    mla-translate k.py --signature "*fp32, i32, 64" --arch sm_90a --emit ws --locations -o k.mlir
    mla-interpret k.mlir --argument x=*fp32@x.bin --argument n=i32:64 --seed 7 --save out

Exit: 0 the programs ran, 1 an error, which names the program and the line.
)");

static int fail(const llvm::Twine &text) {
  llvm::WithColor::error(llvm::errs(), "mla-interpret") << text << '\n';
  return EXIT_FAILURE;
}

static mlir::func::FuncOp findKernel(mlir::ModuleOp module) {
  llvm::SmallVector<mlir::func::FuncOp> functions(module.getOps<mlir::func::FuncOp>());
  std::vector<std::string> names;
  for (auto function : functions) {
    names.push_back(function.getName().str());
    if (function.getName() == StringRef(kernelFlag))
      return function;
  }
  if (kernelFlag.empty() && functions.size() == 1)
    return functions.front();
  fail(functions.empty() ? llvm::Twine("the input has no function")
                         : "--kernel must name one of " + llvm::join(names, ", "));
  return nullptr;
}

/// Says from time to time how far a long run is.
static std::function<void(int64_t, int64_t)> makeProgress() {
  using Clock = std::chrono::steady_clock;
  auto last = std::make_shared<Clock::time_point>(Clock::now());
  return [last](int64_t done, int64_t total) {
    if (Clock::now() - *last < std::chrono::seconds(5))
      return;
    *last = Clock::now();
    llvm::errs() << "mla-interpret: " << done << " of " << total << " programs\n";
  };
}

/// With the kernel's own names, else arg0, arg1, …
static std::vector<arguments::Parameter> parametersOf(mlir::func::FuncOp kernel) {
  std::vector<arguments::Parameter> parameters;
  auto known = kernel->getAttrOfType<mlir::ArrayAttr>(tile::kArgumentsAttr);
  for (unsigned i = 0; i < kernel.getNumArguments(); ++i) {
    auto entry = known && known.size() == kernel.getNumArguments()
                     ? mlir::dyn_cast<mlir::DictionaryAttr>(known[i])
                     : mlir::DictionaryAttr();
    auto name = entry ? entry.getAs<mlir::StringAttr>("name") : mlir::StringAttr();
    auto promise = kernel.getArgAttrOfType<mlir::IntegerAttr>(i, tile::kDivisibilityAttr);
    mlir::Type type = kernel.getArgumentTypes()[i];
    bool isPointer = mlir::isa<tile::PtrType>(type);
    parameters.push_back({name ? name.getValue().str() : "arg" + std::to_string(i), isPointer,
                          interp::elementOf(isPointer ? tile::pointeeOf(type) : type),
                          promise ? promise.getInt() : 1});
  }
  return parameters;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(kCategory);
  cl::ParseCommandLineOptions(argc, argv, "mla-interpret: runs a kernel's IR on the CPU\n");

  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(inputFlag, sources, &context);
  if (!module)
    return EXIT_FAILURE;
  mlir::func::FuncOp kernel = findKernel(*module);
  if (!kernel)
    return EXIT_FAILURE;

  interp::Memory memory;
  interp::Launch launch;
  auto grid = arguments::parseGrid(gridFlag);
  if (!grid)
    return fail(llvm::toString(grid.takeError()));
  auto values = arguments::makeArguments(parametersOf(kernel), argumentFlag, memory);
  if (!values)
    return fail(llvm::toString(values.takeError()));
  if (llvm::Error error = arguments::checkNames(printFlag, memory))
    return fail(llvm::toString(std::move(error)));
  launch.grid = *grid;
  launch.arguments = std::move(*values);
  launch.memory = &memory;
  launch.seed = seedFlag;
  launch.reportsRaces = racesFlag;
  launch.maxSteps = stepsFlag;
  if (!quietFlag)
    launch.progress = makeProgress();
  if (failed(interp::run(kernel, launch)))
    return EXIT_FAILURE;

  arguments::printArrays(llvm::outs(), printFlag, memory);
  if (!saveFlag.empty())
    if (llvm::Error error = arguments::saveArrays(saveFlag, memory))
      return fail(llvm::toString(std::move(error)));
  return EXIT_SUCCESS;
}
