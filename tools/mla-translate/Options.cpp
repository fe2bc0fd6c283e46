//===- Options.cpp - what the command line asks for -----------------------===//
// See Options.h.

#include "Options.h"

#include "Output.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include <set>

namespace cl = llvm::cl;
using llvm::StringRef;
using llvm::Twine;

namespace mla::translate {

static cl::OptionCategory kCategory("mla-translate options");

static cl::opt<std::string> inputFlag(cl::Positional, cl::value_desc("FILE.py|FILE.mlir"),
                                      cl::desc("<kernel file or IR>"), cl::Required,
                                      cl::cat(kCategory));
static cl::opt<std::string> kernelFlag("kernel", cl::value_desc("name"), cl::cat(kCategory),
                                       cl::desc("Kernel function; may be omitted if there is one"));
static cl::opt<std::string> signatureFlag(
    "signature", cl::value_desc("types"), cl::cat(kCategory),
    cl::desc("One entry per parameter, comma-separated: a type (\"*bf16\", \"i32\", "
             "\"fp32\"), with :16 if divisible by 16, :1 if equal to 1, or a constexpr's "
             "value"));
static cl::list<std::string>
    setFlag("set", cl::value_desc("NAME=VALUE"), cl::cat(kCategory),
            cl::desc("Value of a constexpr; wins over recipe and signature"));
static cl::opt<bool> debugFlag("debug", cl::cat(kCategory),
                               cl::desc("Keep assertions that are checked while the kernel runs"));
static cl::opt<std::string> archFlag("arch", cl::value_desc("sm_90a[,...]|all"), cl::cat(kCategory),
                                     cl::desc("Targets to compile for"));
static cl::opt<std::string> warpsFlag("num-warps", cl::value_desc("N"), cl::cat(kCategory),
                                      cl::desc("Warps per block, a power of two from 1 to 32"));
static cl::opt<std::string> stagesFlag("num-stages", cl::value_desc("N"), cl::cat(kCategory),
                                       cl::desc("Depth of software pipelines, at least 1"));
static cl::opt<std::string>
    recipeFlag("recipe", cl::value_desc("file.json"), cl::cat(kCategory),
               cl::desc("Choices per arch; they win over hints in the source"));
static cl::opt<std::string> sharedLimitFlag(
    "shared-limit", cl::value_desc("bytes"), cl::cat(kCategory),
    cl::desc("Shared memory per block that the kernel may use, if less than the arch has"));
static cl::list<std::string>
    withoutFlag("without", cl::CommaSeparated, cl::value_desc("wgmma,tma"), cl::cat(kCategory),
                cl::desc("Compile as if the arch lacked this, to run what other archs run"));
static cl::opt<std::string>
    emitFlag("emit", cl::value_desc("what"), cl::cat(kCategory),
             cl::desc("source-tile, tile, ws, sm, llvm (IR after that stage), ptx, "
                      "cubin, fatbin, manifest or report; default ptx"),
             cl::init("ptx"));
static cl::opt<bool> locationsFlag("locations", cl::cat(kCategory),
                                   cl::desc("Print the source line of each op of IR, and of each "
                                            "instruction of PTX (.loc)"));
static cl::opt<bool> timeFlag("time", cl::cat(kCategory),
                              cl::desc("Print the time of each stage to stderr; compiles one arch "
                                       "at a time"));
static cl::list<std::string> werrorFlag(
    "Werror", cl::CommaSeparated, cl::value_desc("spill,serialise"), cl::cat(kCategory),
    cl::desc("Fail if registers spill, or if ptxas serialises matrix chains (C7509-C7518)"));
static cl::opt<std::string> ptxasFlag("ptxas", cl::value_desc("program"), cl::cat(kCategory),
                                      cl::desc("Assembler; default $MLA_PTXAS, then PATH, then "
                                               "/usr/local/cuda/bin"));
static cl::opt<std::string>
    outputFlag("o", cl::value_desc("file"), cl::cat(kCategory), cl::init("-"),
               cl::desc("Output; {arch} in it is replaced by each arch's name; "
                        "default stdout"));

static cl::opt<std::string>
    manifestFlag("manifest", cl::value_desc("file.json"), cl::cat(kCategory),
                 cl::desc("With --emit ptx of one arch: also write what a launcher has to know"));

static cl::opt<bool>
    fatbinPtxFlag("fatbin-ptx", cl::cat(kCategory),
                  cl::desc("With --emit fatbin: also the PTX of every arch, uncompressed, which "
                           "the simulating driver runs"));

static cl::extrahelp kExamples(R"(
EXAMPLES:

  Look at the machine code of a kernel for Hopper:
    mla-translate vector_add.py --signature "*fp32:16, *fp32:16, *fp32:16, i64, 1024" --arch sm_90a

  The IR after the schedule stage, with another tile size:
    mla-translate matmul.py --signature "..." --set BLOCK_N=128 --arch sm_80 --emit ws

  Everything a server needs: matmul.fatbin and its manifest matmul.json:
    mla-translate matmul.py --signature "..." --recipe recipe.json --arch all --emit fatbin -o matmul.fatbin

  One cubin per arch:
    mla-translate matmul.py --signature "..." --arch sm_80,sm_90a --emit cubin -o "matmul.{arch}.cubin"

  Registers, spills, shared memory and times; spills fail:
    mla-translate matmul.py --signature "..." --arch all --emit report --Werror=spill,serialise

  Continue from IR of any level:
    mla-translate kernel.ws.mlir --arch sm_80 --emit ptx

A value comes from the command line, else the recipe, else a hint in the source, else the default
(4 warps, 3 stages); the manifest says which.
)");

static constexpr StringRef kEmitNames[] = {"source-tile", "tile",  "ws",     "sm",       "llvm",
                                           "ptx",         "cubin", "fatbin", "manifest", "report"};

StringRef emitName(Emit emit) { return kEmitNames[size_t(emit)]; }

static llvm::Error makeError(const Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (!buffer)
    return makeError("cannot read '" + path + "': " + buffer.getError().message());
  return std::move(*buffer);
}

static llvm::Error parseInteger(StringRef flag, StringRef text, std::optional<int64_t> &value) {
  int64_t number;
  if (text.getAsInteger(10, number))
    return makeError("--" + flag + " expects an integer, got '" + text + "'");
  value = number;
  return llvm::Error::success();
}

static llvm::Error parseEmit(Options &options) {
  auto found = llvm::find(kEmitNames, StringRef(emitFlag));
  if (found == std::end(kEmitNames))
    return makeError("--emit expects one of " + llvm::join(llvm::ArrayRef(kEmitNames), ", ") +
                     ", got '" + emitFlag + "'");
  options.emit = Emit(found - std::begin(kEmitNames));
  return llvm::Error::success();
}

static llvm::Error parseConstants(Options &options) {
  for (StringRef assignment : setFlag) {
    auto [name, value] = assignment.split('=');
    if (name.trim().empty() || value.trim().empty())
      return makeError("--set expects NAME=VALUE, got '" + assignment + "'");
    if (!options.constants.try_emplace(name.trim().str(), value.trim().str()).second)
      return makeError("--set gives '" + name.trim() + "' twice");
  }
  return llvm::Error::success();
}

static llvm::Error parseStrictness(Options &options) {
  for (StringRef what : werrorFlag) {
    if (what == "spill")
      options.strictness.spill = true;
    else if (what == "serialise")
      options.strictness.serialise = true;
    else
      return makeError("--Werror expects spill or serialise, got '" + what + "'");
  }
  return llvm::Error::success();
}

static llvm::Error parseNumbers(Options &options) {
  if (warpsFlag.getNumOccurrences()) {
    if (llvm::Error error = parseInteger("num-warps", warpsFlag, options.numWarps))
      return error;
    if (llvm::Error error = checkNumWarps(*options.numWarps, "--num-warps"))
      return error;
  }
  if (stagesFlag.getNumOccurrences()) {
    if (llvm::Error error = parseInteger("num-stages", stagesFlag, options.numStages))
      return error;
    if (llvm::Error error = checkNumStages(*options.numStages, "--num-stages"))
      return error;
  }
  if (sharedLimitFlag.getNumOccurrences()) {
    if (llvm::Error error = parseInteger("shared-limit", sharedLimitFlag, options.sharedLimitBytes))
      return error;
    if (*options.sharedLimitBytes < 0)
      return makeError("--shared-limit must be at least 0 bytes, got " +
                       Twine(*options.sharedLimitBytes));
  }
  for (const std::string &feature : withoutFlag) {
    if (!namedFeature(feature))
      return makeError("--without expects wgmma or tma, got '" + feature + "'");
    options.without.push_back(feature);
  }
  return llvm::Error::success();
}

static llvm::Error parseArchs(Options &options) {
  if (archFlag.getNumOccurrences()) {
    std::string error;
    if (!parseArchList(archFlag, options.archs, error))
      return makeError("--arch: " + error);
    return llvm::Error::success();
  }
  // IR below the front end may name its target.
  bool needsArch = options.isKernelText && options.emit != Emit::SourceTile;
  if (needsArch || options.emit == Emit::Fatbin || options.emit == Emit::Manifest || options.recipe)
    return makeError(Twine(options.recipe ? "--recipe" : "--emit " + emitName(options.emit).str()) +
                     " needs --arch: " + archNames() + " or all");
  return llvm::Error::success();
}

/// One output for several archs is refused unless it is one file by nature.
static llvm::Error checkOutput(const Options &options) {
  bool onePerArch = options.emit == Emit::Ptx || options.emit == Emit::Cubin;
  bool hasPattern = StringRef(options.output).contains(kArchPattern);
  if (onePerArch && options.archs.size() > 1 && !hasPattern)
    return makeError("--emit " + emitName(options.emit) + " of " + Twine(options.archs.size()) +
                     " archs needs one file per arch: put " + kArchPattern +
                     " into -o, or take --emit fatbin");
  if (hasPattern && options.emit >= Emit::Fatbin)
    return makeError("--emit " + emitName(options.emit) + " writes one file for all archs; -o '" +
                     options.output + "' must not contain " + kArchPattern);
  if (options.emit == Emit::Fatbin && options.output == "-")
    return makeError("--emit fatbin writes two files and needs -o NAME.fatbin");
  if (options.emit == Emit::Fatbin && manifestPath(options.output) == options.output)
    return makeError("--emit fatbin writes its manifest to '" + options.output +
                     "'; -o must have another extension");
  if (options.fatbinPtx && options.emit != Emit::Fatbin)
    return makeError("--fatbin-ptx needs --emit fatbin, got --emit " +
                     emitName(options.emit).str());
  if (!options.manifest.empty()) {
    if (options.emit != Emit::Ptx || options.archs.size() != 1)
      return makeError("--manifest needs --emit ptx and one --arch; fatbins have theirs anyway");
    if (options.manifest == options.output)
      return makeError("--manifest and -o name the same file, '" + options.output + "'");
    if (llvm::Error error = checkWritable(options.manifest))
      return error;
  }
  return checkWritable(options.output);
}

/// Flags that only mean something for kernel text.
static llvm::Error checkKernelTextFlags(const Options &options) {
  if (options.isKernelText)
    return llvm::Error::success();
  if (signatureFlag.getNumOccurrences() || !options.constants.empty())
    return makeError(Twine(options.constants.empty() ? "--signature" : "--set") +
                     " applies to kernel text (.py); '" + options.inputPath +
                     "' is IR, already specialised");
  if (options.emit == Emit::SourceTile)
    return makeError("--emit source-tile applies to kernel text (.py); '" + options.inputPath +
                     "' is IR");
  return llvm::Error::success();
}

static llvm::Error readInputs(Options &options) {
  auto input = readFile(options.inputPath);
  if (!input)
    return input.takeError();
  options.input = std::move(*input);
  if (!recipeFlag.getNumOccurrences())
    return llvm::Error::success();
  auto text = readFile(recipeFlag);
  if (!text)
    return text.takeError();
  llvm::Expected<Recipe> recipe = parseRecipe((*text)->getBuffer(), recipeFlag);
  if (!recipe)
    return recipe.takeError();
  options.recipe = std::move(*recipe);
  return llvm::Error::success();
}

llvm::Expected<Options> parseCommandLine(int argc, char **argv) {
  cl::HideUnrelatedOptions(kCategory);
  cl::ParseCommandLineOptions(argc, argv, "mla-translate: compiles kernels ahead of time\n");
  Options options;
  options.inputPath = inputFlag;
  StringRef extension = llvm::sys::path::extension(options.inputPath);
  if (extension != ".py" && extension != ".mlir")
    return makeError("input must be a .py or .mlir file, got '" + options.inputPath + "'");
  options.isKernelText = extension == ".py";
  options.kernel = kernelFlag;
  options.signature = signatureFlag;
  options.debug = debugFlag;
  options.time = timeFlag;
  options.locations = locationsFlag;
  options.ptxas = ptxasFlag;
  options.output = outputFlag;
  options.manifest = manifestFlag;
  options.fatbinPtx = fatbinPtxFlag;
  for (auto parse : {parseEmit, parseConstants, parseStrictness, parseNumbers})
    if (llvm::Error error = parse(options))
      return error;
  if (llvm::Error error = readInputs(options))
    return error;
  if (llvm::Error error = parseArchs(options))
    return error;
  if (llvm::Error error = checkKernelTextFlags(options))
    return error;
  if (llvm::Error error = checkOutput(options))
    return error;
  return options;
}

} // namespace mla::translate
