//===- SolveLayouts.cpp - give every tile a register layout ---------------===//
//   1. *Cheap* values (constants, ranges, splats and index arithmetic on them) have no layout of
//      their own: each use recomputes them in the layout it wants.
//   2. Other tiles fall into *groups* of one layout: through elementwise ops, loops and branches.
//   3. Each group gets a layout: from its strongest anchor, else from a larger tile it is reduced
//      from or broadcast to, else from an access outside of the loop that computes it, else the
//      default.
//   4. Every op is rewritten; an operand in another layout is recomputed if cheap, else converted.
#include "mla/Transforms/Passes.h"

#include "CopyLayouts.h"
#include "LayoutGroups.h"
#include "ProductLayouts.h"
#include "ShapeLayouts.h"
#include "mla/Arch/Arch.h"
#include "mla/Layout/AxisSteps.h"
#include "mla/Layout/LaneMoves.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

namespace mla {
#define GEN_PASS_DEF_SOLVELAYOUTS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

static RankedTensorType tileType(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

/// Most elements that a thread may hold of a tile from which a part is taken.
static constexpr int64_t kMaxPartRegisters = 1024;
/// Most bytes of elements that a thread may sort: its network must fit in registers.
static constexpr int64_t kMaxSortBytes = 512;

/// Bytes that a thread moves at once between registers and shared memory.
static constexpr int64_t kSharedAccessBytes = 16;

/// Most elements of a small matrix that a thread loads for itself, instead of through shared
/// memory.
static constexpr int64_t kMaxOwnLoads = 16;

/// Neighbouring elements that a thread holds where a layout is made for a reduction or scan.
static constexpr int32_t kRunElems = 4;

namespace {
class LayoutSolver {
public:
  /// Solves what is inside `root`, which runs on `numWarps` warps.
  LayoutSolver(Operation *root, int32_t numWarps)
      : root(root), context(root->getContext()), numWarps(numWarps) {}
  LogicalResult run();

private:
  // 1. and 2.
  void findCheap();
  bool isCheap(Value value) const { return cheap.contains(value); }
  void buildGroups();
  void unite(ValueRange values);
  /// The first of `values` that is not cheap, else the first.
  Value firstTile(ValueRange values) const {
    auto it = llvm::find_if(values, [&](Value value) { return !isCheap(value); });
    return it == values.end() ? values.front() : *it;
  }
  // 3.
  LayoutGroup &groupOf(Value value) { return groups[classes.getLeaderValue(value)]; }
  void addAnchors(Operation *op);
  /// Whether `op` loads a tile from addresses that are loaded too.
  bool gathers(Operation *op) const {
    auto load = dyn_cast<tile::LoadOp>(op);
    return hasProducts && load && !isCheap(load.getPtr()) &&
           isa<RankedTensorType>(load.getType()) &&
           cast<RankedTensorType>(load.getType()).getRank() > 1;
  }
  void anchor(Operation *op, Value value, Anchor kind, sm::LayoutAttr layout, int32_t elems);
  bool deriveFromRelations();
  void resolve();
  sm::LayoutAttr coalesced(RankedTensorType type, std::optional<tile::AccessAttr> access) {
    return attr(accessLayout(type, access, numWarps));
  }
  sm::LayoutAttr forCopy(RankedTensorType ptrs, std::optional<tile::AccessAttr> access) {
    return attr(copyLayout(ptrs, access, numWarps));
  }
  sm::LayoutAttr attr(const TileLayout &layout) { return sm::LayoutAttr::get(context, layout); }
  // 4.
  LogicalResult rewrite(Operation *op);
  LogicalResult rewriteSlice(tile::SliceOp slice);
  void rewriteShapeChange(Operation *op);
  void rewriteCombine(Operation *op, unsigned axis, bool ordered);
  LogicalResult rewriteSort(tile::SortOp sort);
  void leaveIn(Value result, sm::LayoutAttr layout);
  void rewriteStore(tile::StoreOp store);
  void rewriteRegions(Operation *op);
  sm::LayoutAttr wanted(Value value);
  Value inLayout(Value value, sm::LayoutAttr layout);
  Value recompute(Value value, sm::LayoutAttr layout);
  void setOperand(OpOperand &operand, sm::LayoutAttr layout) {
    operand.set(inLayout(operand.get(), layout));
  }

  Operation *root;
  MLIRContext *context;
  int32_t numWarps;
  DenseSet<Value> cheap;
  llvm::EquivalenceClasses<Value> classes; // ordered by insertion; leaders are stable once built
  llvm::MapVector<Value, LayoutGroup> groups;
  SmallVector<Operation *> ops; ///< in order, before rewriting
  /// Else threads have nothing better to follow than memory.
  bool hasProducts = false;
  DenseMap<std::pair<Value, sm::LayoutAttr>, Value> available;
};

} // namespace

//===----------------------------------------------------------------------===//
// Cheap values and groups
//===----------------------------------------------------------------------===//

void LayoutSolver::findCheap() {
  for (Operation *op : ops) {
    if (op->getNumResults() != 1 || !tileType(op->getResult(0)))
      continue;
    bool isSource = isa<arith::ConstantOp, tile::RangeOp, tile::SplatOp>(op);
    bool passesOn = isRelabelling(op) || isa<tile::AddPtrOp, tile::PtrCastOp>(op) ||
                    (isElementwiseOnTiles(op) && isa<arith::ArithDialect>(op->getDialect()));
    auto operandIsCheap = [&](Value operand) { return !tileType(operand) || isCheap(operand); };
    if (isSource || (passesOn && llvm::all_of(op->getOperands(), operandIsCheap)))
      cheap.insert(op->getResult(0));
  }
}

/// The tiles among `values` that are not cheap join one group.
void LayoutSolver::unite(ValueRange values) {
  Value first;
  for (Value value : values) {
    if (!value || !tileType(value) || isCheap(value))
      continue;
    classes.insert(value);
    if (first)
      classes.unionSets(first, value);
    first = value;
  }
}

void LayoutSolver::buildGroups() {
  for (Operation *op : ops) {
    forEachLayoutGroup(
        op, [&](Value value) { return isCheap(value); }, [&](ValueRange values) { unite(values); });
    for (Value value : op->getResults())
      unite(value);
  }
  for (const auto *entry : classes) {
    LayoutGroup &group = groupOf(entry->getData());
    if (!group.type)
      group.type = tileType(entry->getData());
    group.depth = std::max(group.depth, loopsRound(Value(entry->getData()).getParentBlock()));
    group.isAddress |= bool(tile::pointeeOf(entry->getData().getType()));
  }
  for (Operation *op : ops)
    addAnchors(op);
}

//===----------------------------------------------------------------------===//
// Layouts of groups
//===----------------------------------------------------------------------===//

void LayoutSolver::anchor(Operation *op, Value value, Anchor kind, sm::LayoutAttr layout,
                          int32_t elems) {
  if (!value || !tileType(value) || isCheap(value))
    return;
  LayoutGroup &group = groupOf(value);
  bool isOutside = hasProducts && loopsRound(op->getBlock()) < group.depth;
  bool isSmall = gathers(op) && isNarrowLoad(op, elems, kWarpThreads * numWarps);
  if (kind == Anchor::Memory && (isOutside || isSmall)) {
    group.fallback = layout;
    return;
  }
  if (std::pair(kind, elems) <= std::pair(group.anchor, group.elems))
    return;
  group.anchor = kind;
  group.elems = elems;
  group.layout = layout;
}

void LayoutSolver::addAnchors(Operation *op) {
  if (isProduct(op)) {
    anchor(op, op->getResult(0), Anchor::Mma, attr(accumulatorLayout(op)), 1);
    // A tile from shared memory is read the way the product wants it, also if it is extended first.
    for (unsigned index : {0, 1}) {
      Value source = op->getOperand(index);
      if (auto extend = source.getDefiningOp<arith::ExtFOp>())
        source = extend.getIn();
      if (source.getDefiningOp<sm::LoadSharedOp>())
        anchor(op, op->getOperand(index), Anchor::Mma, attr(*factorLayout(op, index)), 1);
    }
    return;
  }
  Value ptr, value;
  std::optional<tile::AccessAttr> access;
  if (auto load = dyn_cast<tile::LoadOp>(op)) {
    ptr = load.getPtr(), value = load.getResult(), access = load.getAccess();
  } else if (isa<tile::AtomicRmwOp, tile::AtomicCasOp>(op)) {
    ptr = op->getOperand(0), value = op->getResult(0);
  } else if (auto store = dyn_cast<tile::StoreOp>(op)) {
    ptr = store.getPtr(), value = store.getPtr(), access = store.getAccess();
  } else if (auto copy = dyn_cast<sm::AsyncCopyOp>(op)) {
    ptr = copy.getPtr(), value = copy.getPtr(), access = copy.getAccess();
  } else if (auto store = dyn_cast<sm::StoreSharedOp>(op); store && !store.getOrdered()) {
    // A tile that is computed for products: the widest accesses that fill a swizzled row, which
    // takes eight threads next to each other, whatever it is loaded from.
    RankedTensorType type = tileType(store.getSource());
    access = tile::AccessAttr::get(context, type.getRank() - 1,
                                   kSharedAccessBytes / tile::elementBytes(type.getElementType()));
    anchor(op, store.getSource(), Anchor::Shared, forCopy(type, access), access->getElems());
    return;
  }
  if (!ptr || !tileType(ptr))
    return;
  // Of rows that may lie anywhere few for each thread.
  bool isCopy = isa<sm::AsyncCopyOp>(op) || gathers(op);
  sm::LayoutAttr layout =
      isCopy ? forCopy(tileType(ptr), access) : coalesced(tileType(ptr), access);
  if (hasProducts && isShortVector(tileType(ptr)) && !isCheap(value) && groupOf(value).isAddress)
    layout = attr(wholeInEachWarp(layout.getLayout()));
  anchor(op, value, Anchor::Memory, layout, access ? access->getElems() : 1);
}

/// Gives groups without a layout that of a larger tile they come from or go to. True if any was
/// found.
bool LayoutSolver::deriveFromRelations() {
  bool changed = false;
  auto derive = [&](Value open, Value known, auto &&map) {
    if (!tileType(open) || isCheap(open) || isCheap(known) || groupOf(open).layout ||
        !groupOf(known).layout)
      return;
    std::optional<TileLayout> layout = map(groupOf(known).layout.getLayout());
    if (!layout)
      return;
    LayoutGroup &group = groupOf(open);
    bool isMuch = group.fallback && ownElements(*layout) > kMaxOwnLoads;
    group.layout = isMuch ? group.fallback : attr(*layout);
    changed = true;
  };
  for (Operation *op : ops) {
    if (isa<tile::ReduceOp, tile::GenericReduceOp>(op)) {
      for (Value result : op->getResults())
        derive(result, firstTile(op->getOperands()),
               [&](const TileLayout &layout) { return layoutAfter(op, tileType(result), layout); });
    } else if (isa<tile::ExpandDimsOp, tile::BroadcastOp, tile::TransOp, tile::ReshapeOp,
                   tile::JoinOp, tile::SplitOp>(op)) {
      Value source = op->getOperand(0), result = op->getResult(0);
      derive(source, result,
             [&](const TileLayout &layout) { return layoutBefore(op, tileType(source), layout); });
      derive(result, source,
             [&](const TileLayout &layout) { return layoutAfter(op, tileType(result), layout); });
    }
  }
  return changed;
}

void LayoutSolver::resolve() {
  while (true) {
    if (deriveFromRelations())
      continue;
    // Nothing follows from anything: the largest open group gets the default, then others may
    // follow from it.
    LayoutGroup *largest = nullptr;
    for (auto &[leader, group] : groups)
      if (!group.layout &&
          (!largest || group.type.getNumElements() > largest->type.getNumElements()))
        largest = &group;
    if (!largest)
      return;
    largest->layout =
        largest->fallback ? largest->fallback : coalesced(largest->type, std::nullopt);
  }
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// The layout `value` has, or would choose for itself if it is cheap.
sm::LayoutAttr LayoutSolver::wanted(Value value) {
  return isCheap(value) ? coalesced(tileType(value), std::nullopt) : groupOf(value).layout;
}

/// A copy of cheap `value` in `layout`, right behind the original. Null if the operands have no
/// layouts for it.
Value LayoutSolver::recompute(Value value, sm::LayoutAttr layout) {
  Operation *def = value.getDefiningOp();
  SmallVector<std::optional<TileLayout>> layouts;
  for (Value operand : def->getOperands()) {
    RankedTensorType source = tileType(operand);
    layouts.push_back(source ? layoutBefore(def, source, layout.getLayout()) : std::nullopt);
    if (source && !layouts.back())
      return {};
  }
  OpBuilder builder(context);
  builder.setInsertionPointAfter(def);
  RankedTensorType type = sm::withLayout(tileType(value), layout);
  if (auto constant = dyn_cast<arith::ConstantOp>(def)) {
    auto dense = cast<DenseElementsAttr>(constant.getValue());
    return arith::ConstantOp::create(builder, def->getLoc(), dense.reshape(type));
  }
  IRMapping map;
  for (auto [operand, before] : llvm::zip_equal(def->getOperands(), layouts))
    if (before)
      map.map(operand, inLayout(operand, attr(*before)));
  builder.setInsertionPointAfter(def);
  Operation *clone = builder.clone(*def, map);
  clone->getResult(0).setType(type);
  return clone->getResult(0);
}

Value LayoutSolver::inLayout(Value value, sm::LayoutAttr layout) {
  if (!tileType(value) || sm::layoutOf(value.getType()) == layout)
    return value;
  // What lanes can take from before a conversion needs no second one behind it.
  if (auto before = value.getDefiningOp<sm::ConvertLayoutOp>(); before && hasProducts) {
    int32_t bytes = tile::elementBytes(tileType(value).getElementType());
    if (matchLanes(sm::layoutOf(before.getSource().getType()).getLayout(), layout.getLayout(),
                   bytes))
      value = before.getSource();
  }
  auto key = std::pair(value, layout);
  if (Value known = available.lookup(key))
    return known;
  // A vector is converted before it becomes a matrix, once for all of them.
  bool isVector = hasProducts && isa_and_nonnull<tile::ExpandDimsOp>(value.getDefiningOp());
  Value result = isCheap(value) || isVector ? recompute(value, layout) : Value();
  if (!result) {
    // A cheap value that cannot be had in this layout is computed in its own.
    Value held = isCheap(value) ? inLayout(value, wanted(value)) : value;
    OpBuilder builder(context);
    builder.setInsertionPointAfterValue(held);
    result = sm::ConvertLayoutOp::create(builder, value.getLoc(),
                                         sm::withLayout(tileType(value), layout), held);
  }
  return available[key] = result;
}

void LayoutSolver::rewriteStore(tile::StoreOp store) {
  RankedTensorType type = tileType(store.getPtr());
  if (!type)
    return;
  sm::LayoutAttr layout;
  if (!isCheap(store.getPtr())) {
    layout = groupOf(store.getPtr()).layout;
  } else {
    layout = isCheap(store.getValue()) ? coalesced(type, store.getAccess())
                                       : groupOf(store.getValue()).layout;
    // A value held in narrow pieces is worth one trip through shared memory if the addresses allow
    // 16 bytes. Inside a loop there is no drained buffer for it.
    auto access = store.getAccess();
    if (access && !store->getParentOfType<LoopLikeOpInterface>()) {
      int64_t elemBytes = tile::elementBytes(tile::pointeeOf(type));
      int64_t held = contiguousRegisters(layout.getLayout(), access->getDim()) * elemBytes;
      if (access->getElems() * elemBytes >= 16 && held < 8)
        layout = coalesced(type, access);
    }
  }
  for (OpOperand &operand : store->getOpOperands())
    setOperand(operand, layout);
}

/// Carried values take the layout of their group.
void LayoutSolver::rewriteRegions(Operation *op) {
  auto setTypes = [&](ValueRange values) {
    for (Value value : values)
      if (tileType(value))
        value.setType(sm::withLayout(tileType(value), groupOf(value).layout));
  };
  auto setOperands = [&](MutableArrayRef<OpOperand> operands, ValueRange like) {
    for (auto [operand, value] : llvm::zip(operands, like))
      if (tileType(value))
        setOperand(operand, groupOf(value).layout);
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    setOperands(loop.getInitsMutable(), loop.getResults());
    setTypes(loop.getRegionIterArgs());
    setTypes(loop.getResults());
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    setOperands(loop.getInitsMutable(), loop.getBeforeArguments());
    setTypes(loop.getBeforeArguments());
    setTypes(loop.getAfterArguments());
    setTypes(loop.getResults());
  } else if (isa<scf::IfOp>(op)) {
    setTypes(op->getResults());
  } else if (auto condition = dyn_cast<scf::ConditionOp>(op)) {
    setOperands(condition.getArgsMutable(), op->getParentOp()->getResults());
  } else if (isa<scf::YieldOp>(op)) {
    auto loop = dyn_cast<scf::WhileOp>(op->getParentOp());
    setOperands(op->getOpOperands(),
                loop ? ValueRange(loop.getBeforeArguments()) : op->getParentOp()->getResults());
  }
}

/// An op makes `result` in `layout`; users that agreed on another one get a conversion.
void LayoutSolver::leaveIn(Value result, sm::LayoutAttr layout) {
  sm::LayoutAttr agreed = groupOf(result).layout;
  result.setType(sm::withLayout(tileType(result), layout));
  if (layout == agreed)
    return;
  OpBuilder builder(context);
  builder.setInsertionPointAfterValue(result);
  auto convert = sm::ConvertLayoutOp::create(builder, result.getLoc(),
                                             sm::withLayout(tileType(result), agreed), result);
  result.replaceAllUsesExcept(convert, convert);
  classes.unionSets(result, convert.getResult());
}

/// Threads take the part out of their own registers; where the layouts do not allow that, the part
/// or the whole tile is converted.
LogicalResult LayoutSolver::rewriteSlice(tile::SliceOp slice) {
  PartLayouts layouts = choosePartLayouts(
      {wanted(slice.getSource()).getLayout(), wanted(slice.getResult()).getLayout()},
      slice.getOffsets().vec());
  if (layouts.whole.numRegisters() > kMaxPartRegisters)
    return slice.emitError("cannot take this part in registers: a thread would hold ")
           << layouts.whole.numRegisters() << " elements of " << slice.getSource().getType()
           << "; expected offsets and extents divisible by larger powers of two";
  setOperand(slice.getSourceMutable(), attr(layouts.whole));
  leaveIn(slice.getResult(), attr(layouts.part));
  return success();
}

/// A shape change whose sides may have agreed on layouts that do not fit together: they do if the
/// source's layout is that before the result's, else the result is converted. Where no thread can
/// keep its elements (a reshape that moves segments) the op itself exchanges them.
void LayoutSolver::rewriteShapeChange(Operation *op) {
  Value source = op->getOperand(0), result = op->getResult(0);
  for (Value operand : op->getOperands())
    if (isCheap(source))
      source = operand;
  sm::LayoutAttr agreed = groupOf(result).layout, held = wanted(source), made = agreed;
  std::optional<TileLayout> before = layoutBefore(op, tileType(source), agreed.getLayout());
  std::optional<TileLayout> after = layoutAfter(op, tileType(result), held.getLayout());
  if (before && (!after || isCheap(source)))
    held = attr(*before);
  else if (after)
    made = attr(*after);
  for (OpOperand &operand : op->getOpOperands())
    setOperand(operand, held);
  for (Value each : op->getResults())
    leaveIn(each, made);
}

/// A reduction leaves a slice of its sources, a scan their layout. Sources in a layout whose
/// threads do not hold whole runs along the axis are converted.
void LayoutSolver::rewriteCombine(Operation *op, unsigned axis, bool ordered) {
  Value source = firstTile(op->getOperands());
  sm::LayoutAttr layout = wanted(source);
  if (!axisSteps(layout.getLayout(), axis, ordered))
    layout = attr(coalescedLayout(tileType(source).getShape().vec(), axis, kRunElems, numWarps));
  for (OpOperand &operand : op->getOpOperands())
    setOperand(operand, layout);
  for (Value result : op->getResults())
    if (tileType(result))
      leaveIn(result, isa<tile::ScanOp>(op) ? layout : attr(sliceLayout(layout.getLayout(), axis)));
}

/// Warps sort lines that they hold whole.
LogicalResult LayoutSolver::rewriteSort(tile::SortOp sort) {
  RankedTensorType type = tileType(sort.getResult());
  TileLayout layout = sortLayout(type.getShape().vec(), sort.getAxis(), numWarps);
  int64_t bytes = std::max<int64_t>(4, tile::elementBytes(type.getElementType()));
  if (layout.numRegisters() * bytes > kMaxSortBytes)
    return sort.emitError("cannot sort ")
           << type << " with " << numWarps << " warps: a thread would hold "
           << layout.numRegisters() << " elements, at most " << kMaxSortBytes / bytes
           << " are allowed";
  setOperand(sort.getSourceMutable(), attr(layout));
  leaveIn(sort.getResult(), attr(layout));
  return success();
}

LogicalResult LayoutSolver::rewrite(Operation *op) {
  if (isa<scf::SCFDialect>(op->getDialect()))
    return rewriteRegions(op), success();
  if (auto store = dyn_cast<tile::StoreOp>(op))
    return rewriteStore(store), success();
  if (auto store = dyn_cast<sm::StoreSharedOp>(op))
    return setOperand(store.getSourceMutable(), wanted(store.getSource())), success();
  if (auto slice = dyn_cast<tile::SliceOp>(op))
    return rewriteSlice(slice);
  if (isa<tile::AssertOp, tile::PrintOp>(op)) {
    for (OpOperand &operand : op->getOpOperands())
      if (tileType(operand.get()))
        setOperand(operand, wanted(operand.get()));
    return success();
  }
  if (auto copy = dyn_cast<sm::AsyncCopyOp>(op)) {
    sm::LayoutAttr layout = isCheap(copy.getPtr())
                                ? forCopy(tileType(copy.getPtr()), copy.getAccess())
                                : groupOf(copy.getPtr()).layout;
    setOperand(op->getOpOperand(0), layout);
    if (copy.getMask())
      setOperand(copy.getMaskMutable()[0], layout);
    return success();
  }
  if (auto wait = dyn_cast<sm::WgmmaWaitOp>(op)) {
    for (Value result : wait.getResults())
      result.setType(sm::withLayout(tileType(result), groupOf(result).layout));
    return success();
  }
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return rewriteCombine(reduce, reduce.getAxis(), /*ordered=*/false), success();
  if (auto reduce = dyn_cast<tile::GenericReduceOp>(op))
    return rewriteCombine(reduce, reduce.getAxis(), !reduce.getCommutative()), success();
  if (auto scan = dyn_cast<tile::ScanOp>(op))
    return rewriteCombine(scan, scan.getAxis(), /*ordered=*/true), success();
  if (isa<tile::JoinOp, tile::SplitOp>(op) ||
      (isa<tile::ReshapeOp>(op) && !isCheap(op->getResult(0))))
    return rewriteShapeChange(op), success();
  if (auto sort = dyn_cast<tile::SortOp>(op))
    return rewriteSort(sort);
  if (op->getNumResults() != 1 && !isElementwiseOnTiles(op))
    return success();
  Value result = op->getResult(0);
  if (auto unsplat = dyn_cast<tile::UnsplatOp>(op)) {
    setOperand(unsplat.getSourceMutable(), wanted(unsplat.getSource()));
    return success();
  }
  if (!tileType(result) || isCheap(result))
    return success();
  sm::LayoutAttr layout = groupOf(result).layout;
  for (Value each : op->getResults()) // elementwise ops may have several, in one layout
    each.setType(sm::withLayout(tileType(each), layout));
  if (isProduct(op)) {
    for (unsigned index : {0, 1})
      if (std::optional<TileLayout> wanted = factorLayout(op, index))
        setOperand(op->getOpOperand(index), attr(*wanted));
    setOperand(op->getOpOperand(2), layout);
    return success();
  }
  // What is selected from, or counted, stays in its own layout.
  sm::LayoutAttr held;
  if (isa<tile::GatherOp, tile::HistogramOp>(op))
    held = wanted(op->getOperand(0));
  for (OpOperand &operand : op->getOpOperands())
    if (RankedTensorType source = tileType(operand.get())) {
      bool isHeld = held && (operand.getOperandNumber() == 0 || isa<tile::HistogramOp>(op));
      setOperand(operand, isHeld ? held : attr(*layoutBefore(op, source, layout.getLayout())));
    }
  return success();
}

LogicalResult LayoutSolver::run() {
  root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op == root)
      return WalkResult::advance();
    if (isa<sm::WarpsOp>(op))
      return WalkResult::skip(); // other warps: solved by itself
    ops.push_back(op);
    return WalkResult::advance();
  });
  hasProducts = llvm::any_of(ops, isProduct);
  findCheap();
  buildGroups();
  resolve();
  for (Operation *op : ops)
    if (failed(rewrite(op)))
      return failure();
  // What was recomputed everywhere is dead now.
  for (Operation *op : llvm::reverse(ops))
    if (op->getNumResults() == 1 && isCheap(op->getResult(0)) && op->use_empty())
      op->erase();
  return success();
}

namespace {
struct SolveLayouts : mla::impl::SolveLayoutsBase<SolveLayouts> {
  using SolveLayoutsBase::SolveLayoutsBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
    if (!numWarps) {
      func.emitError("kernel has no `tile.num_warps`");
      return signalPassFailure();
    }
    bool ok = succeeded(LayoutSolver(func, numWarps.getInt()).run());
    func.walk(
        [&](sm::WarpsOp role) { ok = ok && succeeded(LayoutSolver(role, role.getCount()).run()); });
    if (!ok)
      signalPassFailure();
  }
};
} // namespace
