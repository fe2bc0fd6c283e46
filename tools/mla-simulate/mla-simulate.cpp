//===- mla-simulate.cpp - runs a kernel's PTX on the CPU ------------------===//
// One kernel, one launch, as mla-interpret does with IR. The manifest says what the arguments are.

#include "Arguments.h"

#include "mla/Runtime/TensorMaps.h"
#include "mla/Simulator/Counters.h"
#include "mla/Simulator/TensorMapEncoding.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

namespace cl = llvm::cl;
using namespace mla;
using llvm::StringRef;

static cl::OptionCategory kCategory("mla-simulate options");
static cl::opt<std::string> inputFlag(cl::Positional, cl::value_desc("FILE.ptx"), cl::desc("<PTX>"),
                                      cl::Required, cl::cat(kCategory));
static cl::opt<std::string> manifestFlag("manifest", cl::value_desc("FILE.json"),
                                         cl::cat(kCategory),
                                         cl::desc("Of the kernel; default FILE.json"));
static cl::opt<std::string> gridFlag("grid", cl::value_desc("X[,Y[,Z]]"), cl::init("1"),
                                     cl::cat(kCategory), cl::desc("Blocks; default 1"));
static cl::list<std::string> argumentFlag("argument", cl::value_desc("NAME=VALUE"),
                                          cl::cat(kCategory),
                                          cl::desc("An argument, as mla-interpret --help says"));
static cl::list<std::string>
    printFlag("print", cl::CommaSeparated, cl::value_desc("names"), cl::cat(kCategory),
              cl::desc("Arrays to print after the run; \"all\" for every one"));
static cl::opt<std::string> saveFlag("save", cl::value_desc("folder"), cl::cat(kCategory),
                                     cl::desc("Write each array to NAME.bin in this folder"));
static cl::opt<uint64_t> seedFlag("seed", cl::init(0), cl::cat(kCategory),
                                  cl::desc("Order of warps and copies"));
static cl::opt<unsigned> threadsFlag("host-threads", cl::init(1), cl::cat(kCategory),
                                     cl::desc("Threads of this machine; default 1"));
static cl::opt<uint64_t> stepsFlag("max-steps", cl::init(uint64_t(1) << 34), cl::cat(kCategory),
                                   cl::desc("Instructions of warps that count as endless"));
enum class Counters { None, Classes, Lines, Json };
static cl::opt<Counters> countersFlag(
    "counters", cl::ValueOptional, cl::cat(kCategory), cl::init(Counters::None),
    cl::desc("Print what instructions did:"),
    cl::values(clEnumValN(Counters::Classes, "", "the same as classes"),
               clEnumValN(Counters::Classes, "classes", "one row for each class of instructions"),
               clEnumValN(Counters::Lines, "lines", "one row for each instruction"),
               clEnumValN(Counters::Json, "json", "both, as JSON")));
static cl::opt<bool> noRacesFlag("no-races", cl::cat(kCategory),
                                 cl::desc("Do not look for races in shared memory"));
static cl::opt<bool> globalRacesFlag("global-races", cl::cat(kCategory),
                                     cl::desc("Look for races in global memory too"));
static cl::opt<bool> decodeFlag("decode", cl::cat(kCategory),
                                cl::desc("Only say whether every instruction is known"));

static cl::extrahelp kExamples(R"(
EXAMPLES:

  Run a kernel:
    mla-translate k.py --signature "*fp32, i32, 64" --arch sm_80 --emit ptx -o k.ptx
    mla-translate k.py --signature "*fp32, i32, 64" --arch sm_80 --emit manifest -o k.json
    mla-simulate k.ptx --argument x=*fp32:1,2,3,4 --argument n=i32:4 --print x

  With warps and copies in another order, and what each instruction did (--counters alone: by class):
    mla-simulate k.ptx --argument x=*fp32@x.bin --argument n=i32:64 --seed 7 --counters=lines

Exit: 0 the grid ran and nothing was found, 1 an error or a finding.
)");

static int fail(const llvm::Twine &text) {
  llvm::WithColor::error(llvm::errs(), "mla-simulate") << text << '\n';
  return EXIT_FAILURE;
}

/// What the launch passes, by the manifest.
static std::vector<arguments::Parameter> parametersOf(const runtime::Variant &variant) {
  std::vector<arguments::Parameter> parameters;
  for (const runtime::Argument &argument : variant.arguments)
    parameters.push_back({argument.name, argument.kind == runtime::ArgumentKind::Pointer,
                          arguments::findType(argument.elementType()), argument.divisibility});
  return parameters;
}

/// The variant that describes PTX for `target`; where there is none, one that describes PTX.
static const runtime::Variant *findVariant(const runtime::Manifest &manifest, StringRef target) {
  auto rank = [&](const runtime::Variant &variant) {
    return 2 * (variant.arch == target) + (variant.kind == runtime::ImageKind::Ptx);
  };
  const runtime::Variant *found = nullptr;
  for (const runtime::Variant &variant : manifest.variants)
    if (!found || rank(variant) > rank(*found))
      found = &variant;
  return found;
}

/// The driver's cuTensorMapEncodeTiled, with the simulator's encoding.
static CUresult encodeTiled(CUtensorMap *result, CUtensorMapDataType type, cuuint32_t rank,
                            void *address, const cuuint64_t *extents, const cuuint64_t *strides,
                            const cuuint32_t *box, const cuuint32_t *steps,
                            CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                            CUtensorMapL2promotion, CUtensorMapFloatOOBfill fill) {
  std::string problem = sim::encodeTiled(result, type, rank, address, extents, strides, box, steps,
                                         interleave, swizzle, fill);
  if (!problem.empty())
    fail(problem);
  return problem.empty() ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/// What the launch passes behind the arguments.
static std::string encodeMaps(const runtime::Variant &variant,
                              const std::vector<runtime::Value> &values,
                              const std::vector<sim::Parameter> &places,
                              std::vector<uint8_t> &bytes) {
  runtime::Driver driver;
  driver.cuTensorMapEncodeTiledFn = encodeTiled;
  std::vector<CUtensorMap> maps(variant.tensorMaps.size());
  runtime::Status status = runtime::encodeTensorMaps(driver, variant, values, maps);
  for (size_t i = 0; status.ok() && i < maps.size(); ++i)
    std::memcpy(bytes.data() + places[values.size() + i].offset, &maps[i], sizeof(maps[i]));
  return status.message;
}

/// Copies arrays to the device and gives the bytes of the kernel's parameters.
static std::vector<uint8_t> pass(sim::Device &device, const runtime::Variant &variant,
                                 const std::vector<sim::Parameter> &places,
                                 llvm::ArrayRef<interp::Tile> values, interp::Memory &memory,
                                 std::vector<uint64_t> &addresses,
                                 std::vector<runtime::Value> &passed) {
  std::vector<uint8_t> bytes(places.empty() ? 0 : places.back().offset + places.back().bytes);
  for (size_t i = 0; i < values.size(); ++i) {
    uint64_t bits = values[i].toBits()[0];
    const runtime::Argument &argument = variant.arguments[i];
    if (argument.kind == runtime::ArgumentKind::Pointer) {
      const interp::Allocation &array = memory.all()[addresses.size()];
      uint64_t alignment =
          std::max<uint64_t>(argument.divisibility, interp::bytesOf(array.element));
      bits = device.allocate(array.bytes.size(), alignment, array.name);
      if (array.written.empty())
        device.write(bits, array.bytes.data(), array.bytes.size());
      addresses.push_back(bits);
    }
    std::memcpy(bytes.data() + places[i].offset, &bits, places[i].bytes);
    passed.push_back({argument.kind, bits});
  }
  return bytes;
}

static void print(const sim::Report &report) {
  for (const sim::Finding &finding : report.findings)
    llvm::errs() << sim::textOf(finding, inputFlag) << '\n';
  switch (countersFlag) {
  case Counters::None:
    break;
  case Counters::Classes:
    llvm::outs() << sim::classTable(report);
    break;
  case Counters::Lines:
    llvm::outs() << sim::lineTable(report) << report.instructions << " instructions of warps\n";
    break;
  case Counters::Json:
    llvm::outs() << sim::countersJson(report);
    break;
  }
}

static int run(sim::Device &device, const runtime::Variant &variant) {
  interp::Memory memory;
  auto grid = arguments::parseGrid(gridFlag);
  if (!grid)
    return fail(llvm::toString(grid.takeError()));
  auto values = arguments::makeArguments(parametersOf(variant), argumentFlag, memory);
  if (!values)
    return fail(llvm::toString(values.takeError()));
  if (llvm::Error problem = arguments::checkNames(printFlag, memory))
    return fail(llvm::toString(std::move(problem)));
  std::vector<sim::Parameter> places = device.parameters(variant.entry);
  size_t wanted = values->size() + variant.tensorMaps.size();
  if (places.size() != wanted)
    return fail("the kernel '" + variant.entry + "' has " + llvm::Twine(places.size()) +
                " parameters in the PTX and " + llvm::Twine(wanted) + " in the manifest");
  for (size_t i = 0; i < places.size(); ++i) {
    bool isMap = i >= values->size();
    bool isPointer = !isMap && variant.arguments[i].kind == runtime::ArgumentKind::Pointer;
    size_t wants = isMap       ? sizeof(CUtensorMap)
                   : isPointer ? sizeof(uint64_t)
                               : interp::bytesOf((*values)[i].element);
    if (places[i].bytes != wants)
      return fail("parameter " + llvm::Twine(i) + " of the kernel '" + variant.entry + "' has " +
                  llvm::Twine(places[i].bytes) + " bytes in the PTX and " + llvm::Twine(wants) +
                  " in the manifest");
  }
  for (int64_t extent : *grid)
    if (extent > INT32_MAX)
      return fail("--grid expects extents below 2^31, got " + llvm::Twine(extent));
  if (threadsFlag < 1 || threadsFlag > 1024)
    return fail("--host-threads expects 1 to 1024, got " + llvm::Twine(threadsFlag));
  sim::Launch launch;
  launch.kernel = variant.entry;
  for (unsigned axis = 0; axis < 3; ++axis)
    launch.grid[axis] = unsigned((*grid)[axis]);
  launch.block[0] = unsigned(variant.threads);
  launch.cluster = {unsigned(variant.cluster), 1, 1};
  launch.sharedBytes = unsigned(variant.sharedBytes);
  launch.registers = unsigned(std::max(variant.registers, 0));
  launch.seed = seedFlag;
  launch.threads = threadsFlag;
  launch.maxInstructions = stepsFlag;
  launch.checkRaces = !noRacesFlag;
  launch.progress = [](const sim::Progress &progress) {
    llvm::errs() << "mla-simulate: " << progress.begun << " of " << progress.clusters
                 << " clusters begun, " << progress.instructions / 1000000
                 << " million instructions of warps\n";
  };
  launch.checkGlobalRaces = globalRacesFlag;
  launch.countLines = countersFlag != Counters::None;
  std::vector<uint64_t> addresses;
  std::vector<runtime::Value> passed;
  launch.parameters = pass(device, variant, places, *values, memory, addresses, passed);
  if (std::string problem = encodeMaps(variant, passed, places, launch.parameters);
      !problem.empty())
    return fail(problem);

  sim::Report report;
  std::string error;
  if (!device.launch(launch, report, error))
    return fail(error);
  llvm::outs() << report.output;
  print(report);
  interp::Memory after;
  for (size_t i = 0; i < addresses.size(); ++i) {
    const interp::Allocation &before = memory.all()[i];
    interp::Allocation &array =
        after.allocate(before.name, before.element, int64_t(before.bytes.size()), 1, false);
    device.read(addresses[i], array.bytes.data(), array.bytes.size());
    device.readWritten(addresses[i], array.written.data(), array.bytes.size());
  }
  arguments::printArrays(llvm::outs(), printFlag, after);
  if (!saveFlag.empty())
    if (llvm::Error problem = arguments::saveArrays(saveFlag, after))
      return fail(llvm::toString(std::move(problem)));
  return report.isClean() ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(kCategory);
  cl::ParseCommandLineOptions(argc, argv, "mla-simulate: runs a kernel's PTX on the CPU\n");

  auto file = llvm::MemoryBuffer::getFile(inputFlag);
  if (!file)
    return fail("cannot read '" + inputFlag + "': " + file.getError().message());
  sim::Device device;
  sim::Diagnostic diagnostic;
  StringRef text = (*file)->getBuffer();
  if (!device.load({text.data(), text.size()}, diagnostic))
    return fail(inputFlag + ":" + llvm::Twine(diagnostic.line) + ": " + diagnostic.text);
  if (decodeFlag) {
    for (const std::string &kernel : device.kernels())
      llvm::outs() << kernel << '\n';
    return EXIT_SUCCESS;
  }
  llvm::SmallString<128> path(inputFlag);
  llvm::sys::path::replace_extension(path, ".json");
  runtime::Manifest manifest;
  runtime::Status status = runtime::Manifest::read(
      manifestFlag.empty() ? path.str().str() : manifestFlag.getValue(), manifest);
  if (!status.ok())
    return fail(status.message);
  // Of ".target sm_90a, debug".
  StringRef target = text.split(".target").second.ltrim();
  target = target.take_until([](char c) { return !llvm::isAlnum(c) && c != '_'; });
  const runtime::Variant *variant = findVariant(manifest, target);
  return variant ? run(device, *variant) : fail("the manifest has no variant");
}
