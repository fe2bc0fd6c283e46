//===- SmDialect.cpp - registration, types and the layout attribute -------===//
#include "mla/Dialect/Sm/Sm.h"

#include "mla/Arch/Arch.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FoldInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mla;
using namespace mla::sm;

llvm::hash_code mla::hash_value(const TileLayout &layout) {
  llvm::hash_code hash = llvm::hash_combine_range(layout.segments);
  for (const LinearLayout::InDim &dim : layout.block.inDims()) {
    hash = llvm::hash_combine(hash, StringRef(dim.name));
    for (const LinearLayout::Coords &basis : dim.bases)
      hash = llvm::hash_combine(hash, llvm::hash_combine_range(basis));
  }
  return llvm::hash_combine(hash, llvm::hash_combine_range(layout.block.outSizes()));
}

#include "mla/Dialect/Sm/SmDialect.cpp.inc"
#include "mla/Dialect/Sm/SmEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "mla/Dialect/Sm/SmAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "mla/Dialect/Sm/SmTypes.cpp.inc"

namespace {
/// Prints layouts as #regs, #regs1, #shared, … at the top of the module instead of at every use.
struct LayoutAliases : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    auto layout = dyn_cast<LayoutAttr>(attr);
    if (!layout)
      return AliasResult::NoAlias;
    os << (layout.isShared() ? "shared" : "regs");
    return AliasResult::FinalAlias;
  }
};

/// Keeps constants inside sm.warps: their layouts are over its warps.
struct ConstantsPerRange : DialectFoldInterface {
  using DialectFoldInterface::DialectFoldInterface;

  bool shouldMaterializeInto(Region *region) const override {
    return isa<WarpsOp>(region->getParentOp());
  }
};
} // namespace

void SmDialect::initialize() {
  addInterfaces<LayoutAliases, ConstantsPerRange>();
  addTypes<
#define GET_TYPEDEF_LIST
#include "mla/Dialect/Sm/SmTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mla/Dialect/Sm/SmAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mla/Dialect/Sm/SmOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// #sm.layout
//===----------------------------------------------------------------------===//

static void printInts(AsmPrinter &printer, ArrayRef<int32_t> values) {
  printer << '[';
  llvm::interleaveComma(values, printer.getStream());
  printer << ']';
}

void LayoutAttr::print(AsmPrinter &printer) const {
  const TileLayout &layout = getLayout();
  printer << '<';
  printInts(printer, layout.segments);
  printer << ", {";
  llvm::interleaveComma(layout.block.inDims(), printer.getStream(),
                        [&](const LinearLayout::InDim &dim) {
                          printer << dim.name << " = [";
                          llvm::interleaveComma(dim.bases, printer.getStream(),
                                                [&](const LinearLayout::Coords &basis) {
                                                  printInts(printer, basis);
                                                });
                          printer << ']';
                        });
  printer << "}, ";
  printInts(printer, layout.block.outSizes());
  printer << '>';
}

static ParseResult parseInts(AsmParser &parser, std::vector<int32_t> &values) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                        [&] { return parser.parseInteger(values.emplace_back()); });
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  std::vector<int32_t> segments, sizes;
  std::vector<LinearLayout::InDim> inDims;
  auto parseInDim = [&]() -> ParseResult {
    std::string name;
    LinearLayout::Bases bases;
    if (parser.parseKeywordOrString(&name) || parser.parseEqual() ||
        parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                       [&] { return parseInts(parser, bases.emplace_back()); }))
      return failure();
    inDims.push_back({name, std::move(bases)});
    return success();
  };
  if (parser.parseLess() || parseInts(parser, segments) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces, parseInDim) ||
      parser.parseComma() || parseInts(parser, sizes) || parser.parseGreater())
    return {};
  if (auto error = LinearLayout::validate(inDims, sizes)) {
    parser.emitError(loc, "invalid layout: ") << *error;
    return {};
  }
  return parser.getChecked<LayoutAttr>(
      loc, parser.getContext(), TileLayout{segments, LinearLayout(std::move(inDims), sizes)});
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError, TileLayout layout) {
  if (layout.segments.size() != layout.block.rank())
    return emitError() << "a layout of rank " << layout.block.rank() << " has "
                       << layout.segments.size() << " segment counts";
  for (int32_t count : layout.segments)
    if (count < 1 || count > kMaxSegments)
      return emitError() << "segment counts must be in [1, " << kMaxSegments << "], got " << count;
  bool isShared = layout.block.hasIn(kOffset);
  if (isShared && (layout.block.inDims().size() != 1 || !layout.block.isInvertible()))
    return emitError() << "a shared-memory layout must map offsets one to one to elements";
  if (!isShared) {
    if (!layout.block.hasIn(kRegister) || !layout.block.hasIn(kLane) || !layout.block.hasIn(kWarp))
      return emitError() << "a register layout needs the inputs register, lane and warp";
    if (layout.block.inBits(kLane) != 5)
      return emitError() << "a register layout has 5 lane bits, got " << layout.block.inBits(kLane);
    if (!layout.block.isSurjective())
      return emitError() << "a register layout must hold every element";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// !sm.buffer
//===----------------------------------------------------------------------===//

LogicalResult BufferType::verify(function_ref<InFlightDiagnostic()> emitError, int32_t depth,
                                 RankedTensorType tile) {
  if (depth < 1)
    return emitError() << "a buffer's depth must be at least 1, got " << depth;
  auto layout = dyn_cast_or_null<LayoutAttr>(tile.getEncoding());
  if (!layout || !layout.isShared())
    return emitError() << "a buffer's tile needs a shared-memory layout, got " << tile;
  if (ArrayRef<int64_t>(layout.getLayout().shape()) != tile.getShape())
    return emitError() << "a buffer's layout must have the shape of its tile " << tile;
  return success();
}

int64_t BufferType::getTileBytes() const {
  return getTile().getNumElements() * tile::elementBytes(getTile().getElementType());
}

LogicalResult MbarrierType::verify(function_ref<InFlightDiagnostic()> emitError, int32_t depth) {
  if (depth < 1)
    return emitError() << "a ring of mbarriers has a depth of at least 1, got " << depth;
  return success();
}

//===----------------------------------------------------------------------===//
// Queries
//===----------------------------------------------------------------------===//

LayoutAttr mla::sm::layoutOf(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile ? dyn_cast_or_null<LayoutAttr>(tile.getEncoding()) : LayoutAttr();
}

RankedTensorType mla::sm::withLayout(RankedTensorType type, LayoutAttr layout) {
  return RankedTensorType::get(type.getShape(), type.getElementType(), layout);
}

const Arch *mla::sm::targetArch(Operation *op) {
  auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
  auto name = module ? module->getAttrOfType<StringAttr>(kArchAttr) : StringAttr();
  if (!name) {
    op->emitError("the module has no target: set the attribute `sm.arch` to one of ")
        << archNames();
    return nullptr;
  }
  const Arch *arch = findArch(name.getValue());
  if (!arch)
    op->emitError("unknown target \"") << name.getValue() << "\": expected one of " << archNames();
  auto without = module->getAttrOfType<ArrayAttr>(kWithoutAttr);
  if (!arch || !without)
    return arch;
  std::vector<Feature> features;
  for (Attribute feature : without) {
    auto text = dyn_cast<StringAttr>(feature);
    std::optional<Feature> known = text ? namedFeature(text.getValue()) : std::nullopt;
    if (!known) {
      op->emitError("`") << kWithoutAttr << "` expects \"wgmma\" or \"tma\", got " << feature;
      return nullptr;
    }
    features.push_back(*known);
  }
  return archWithout(*arch, features);
}

int64_t mla::sm::sharedLimit(Operation *op, const Arch &arch) {
  auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
  auto limit = module->getAttrOfType<IntegerAttr>(kSharedLimitAttr);
  return limit ? std::min(limit.getInt(), arch.maxSharedBytesPerBlock)
               : arch.maxSharedBytesPerBlock;
}
