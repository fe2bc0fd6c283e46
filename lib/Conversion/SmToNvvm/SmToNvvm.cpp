//===- SmToNvvm.cpp - kernels at the hardware level to LLVM kernels -------===//
// One llvm.func per kernel; its body is what one thread does (ThreadEmitter).

#include "RegisterEstimate.h"
#include "ThreadEmitter.h"
#include "mla/Conversion/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace mla {
#define GEN_PASS_DEF_CONVERTSMTONVVM
#include "mla/Conversion/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// CTAs from which on ptxas must be told that one per SM is enough.
static constexpr int32_t kLargeCtaWarps = 16;
/// Of every arch from sm_80 on.
static constexpr int64_t kRegistersPerSm = 65536;
/// Registers besides those of tiles.
static constexpr int64_t kOtherRegisters = 20;
/// With fewer ptxas, left alone, lets enough warps run.
static constexpr int64_t kManyRegisters = 104;
/// Warps on an SM that more of would not help.
static constexpr int64_t kEnoughWarps = 16;

/// Warps of `source`, or failure with a diagnostic.
static FailureOr<int32_t> warpsOf(func::FuncOp source) {
  auto numWarps = source->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
  // Layouts are over a power of two of warps, but ranges of warps may have their own.
  bool hasRoles = !source.getBody().getOps<sm::WarpsOp>().empty();
  if (!numWarps || numWarps.getInt() < 1 || numWarps.getInt() > 32 ||
      (!hasRoles && !llvm::isPowerOf2_64(numWarps.getInt())))
    return source.emitError("kernel '")
           << source.getName() << "' needs `" << tile::kNumWarpsAttr
           << "`, a power of two in [1, 32], got " << source->getAttr(tile::kNumWarpsAttr);
  return int32_t(numWarps.getInt());
}

/// A tensor map is passed by value and read where it lies: 128 bytes, 64-byte aligned (PTX ISA
/// §5.5.8).
static DictionaryAttr tensorMapAttributes(MLIRContext *context) {
  constexpr unsigned kBytes = 128, kAlignment = 64;
  NamedAttrList list;
  list.set(LLVM::LLVMDialect::getByValAttrName(),
           TypeAttr::get(LLVM::LLVMArrayType::get(IntegerType::get(context, 8), kBytes)));
  list.set(LLVM::LLVMDialect::getAlignAttrName(),
           IntegerAttr::get(IntegerType::get(context, 64), kAlignment));
  list.set(LLVM::LLVMDialect::getNoUndefAttrName(), UnitAttr::get(context));
  list.set(NVVM::NVVMDialect::getGridConstantAttrName(), UnitAttr::get(context));
  return list.getDictionary(context);
}

/// What the launcher guarantees about an argument, in terms of LLVM.
static DictionaryAttr argumentAttributes(func::FuncOp source, unsigned argument) {
  if (isa<sm::TensorMapType>(source.getArgument(argument).getType()))
    return tensorMapAttributes(source.getContext());
  DictionaryAttr attributes = source.getArgAttrDict(argument);
  if (!attributes || !isa<tile::PtrType>(source.getArgument(argument).getType()))
    return attributes ? attributes : DictionaryAttr::get(source.getContext());
  NamedAttrList list(attributes);
  if (auto divisibility = attributes.getAs<IntegerAttr>(tile::kDivisibilityAttr)) {
    int64_t alignment = divisibility.getInt() & -divisibility.getInt();
    if (alignment > 1)
      list.set(LLVM::LLVMDialect::getAlignAttrName(),
               IntegerAttr::get(IntegerType::get(source.getContext(), 64), alignment));
  }
  return list.getDictionary(source.getContext());
}

/// How many CTAs ptxas has to leave room for on an SM; nothing if that is left to it.
static std::optional<int32_t> wantedCtas(func::FuncOp source, int32_t numWarps,
                                         const AxisInfoAnalysis &axes) {
  // Left alone, ptxas 13.0 aims at full occupancy of large CTAs: 32 registers at 512 threads. To
  // redistribute registers it must know how many there are.
  auto roles = source.getBody().getOps<sm::WarpsOp>();
  bool movesRegisters =
      llvm::any_of(roles, [](sm::WarpsOp range) { return bool(range.getRegisters()); });
  if (numWarps >= kLargeCtaWarps || movesRegisters)
    return 1;
  // Where memory is waited for, what counts is how many loads are under way: ptxas does not know
  // which loads should be, and which CTA should not be lost for a few registers. Products are
  // better judged by ptxas.
  bool multiplies = source
                        .walk([](Operation *op) {
                          return isa<sm::MmaOp, sm::WgmmaOp>(op) ? WalkResult::interrupt()
                                                                 : WalkResult::advance();
                        })
                        .wasInterrupted();
  if (multiplies || !roles.empty())
    return std::nullopt;
  int64_t registers = estimateRegisters(source, axes) + kOtherRegisters;
  if (registers < kManyRegisters)
    return std::nullopt;
  int64_t ctas = kRegistersPerSm / (registers * numWarps * kWarpThreads);
  return int32_t(std::clamp<int64_t>(ctas, 1, kEnoughWarps / numWarps));
}

/// The empty kernel that replaces `source`.
static FailureOr<LLVM::LLVMFuncOp> createKernel(OpBuilder &builder, func::FuncOp source,
                                                int32_t numWarps, const AxisInfoAnalysis &axes) {
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> argumentAttrs;
  for (BlockArgument argument : source.getArguments()) {
    Type type =
        isa<RankedTensorType, IndexType, sm::BufferType, sm::MbarrierType>(argument.getType())
            ? Type()
            : registerType(argument.getType());
    if (!type)
      return source.emitError("kernel '")
             << source.getName() << "' cannot be lowered: argument " << argument.getArgNumber()
             << " has type " << argument.getType();
    types.push_back(type);
    argumentAttrs.push_back(argumentAttributes(source, argument.getArgNumber()));
  }
  MLIRContext *context = source.getContext();
  NamedAttrList attributes(source->getDiscardableAttrDictionary());
  attributes.set(NVVM::NVVMDialect::getKernelFuncAttrName(), UnitAttr::get(context));
  attributes.set(NVVM::NVVMDialect::getReqntidAttrName(),
                 DenseI32ArrayAttr::get(context, {numWarps * kWarpThreads, 1, 1}));
  if (int32_t cluster = sm::clusterSize(source); cluster > 1)
    attributes.set(NVVM::NVVMDialect::getClusterDimAttrName(),
                   DenseI32ArrayAttr::get(context, {cluster, 1, 1}));
  if (std::optional<int32_t> ctas = wantedCtas(source, numWarps, axes))
    attributes.set(NVVM::NVVMDialect::getMinctasmAttrName(), builder.getI32IntegerAttr(*ctas));
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types);
  auto kernel = LLVM::LLVMFuncOp::create(builder, source.getLoc(), source.getName(), type,
                                         LLVM::Linkage::External, /*dsoLocal=*/false,
                                         LLVM::CConv::C, /*comdat=*/{}, attributes, argumentAttrs);
  kernel.addEntryBlock(builder);
  return kernel;
}

/// Declares dynamic shared memory.
static void declareShared(ModuleOp module) {
  if (module.lookupSymbol(kSharedSymbol))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto bytes = LLVM::LLVMArrayType::get(builder.getI8Type(), 0);
  LLVM::GlobalOp::create(builder, module.getLoc(), bytes, /*isConstant=*/false,
                         LLVM::Linkage::External, kSharedSymbol, Attribute(), kSharedAlignment,
                         kSharedSpace);
}

/// Waits for the kernel before this one, and lets the one behind it start, on archs that can. Both
/// stand in front of everything: nothing is read or written before the other kernel has ended.
static void overlapKernels(func::FuncOp source, LLVM::LLVMFuncOp kernel) {
  auto neighbours = source->getAttrOfType<ArrayAttr>(sm::kOverlapAttr);
  if (!neighbours)
    return;
  const Arch *arch = sm::targetArch(source);
  if (!arch || !arch->has(Feature::GridControl))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
  for (StringRef neighbour : neighbours.getAsValueRange<StringAttr>())
    NVVM::GriddepcontrolOp::create(builder, kernel.getLoc(),
                                   neighbour == "previous"
                                       ? NVVM::GridDepActionKind::wait
                                       : NVVM::GridDepActionKind::launch_dependents);
}

static LogicalResult lowerKernel(func::FuncOp source) {
  if (!source->hasAttr(tile::kKernelAttr))
    return source.emitError("function '")
           << source.getName() << "' is no kernel: expected every function to be inlined";
  FailureOr<int32_t> numWarps = warpsOf(source);
  if (failed(numWarps))
    return failure();
  OpBuilder builder(source);
  AxisInfoAnalysis axes(source);
  FailureOr<LLVM::LLVMFuncOp> kernel = createKernel(builder, source, *numWarps, axes);
  if (failed(kernel))
    return failure();
  ThreadEmitter emitter(*kernel, *numWarps, axes);
  if (failed(emitter.emitBody(source)))
    return failure();
  overlapKernels(source, *kernel);
  if (emitter.usesShared())
    declareShared(source->getParentOfType<ModuleOp>());
  source.erase();
  return success();
}

namespace {
struct ConvertSmToNvvm : mla::impl::ConvertSmToNvvmBase<ConvertSmToNvvm> {
  void runOnOperation() override {
    for (auto source : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (failed(lowerKernel(source)))
        return signalPassFailure();
  }
};
} // namespace
