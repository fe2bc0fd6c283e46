//===- PartitionRoles.cpp - several roles that compute --------------------===//
// The recipe places matrix products; everything else follows. An op that works on a matrix derived
// from a product belongs to the product's role; vectors, scalars and what is derived from no
// product are computed by every role that needs them. A value that leaves its role - a matrix for
// another role's product, or the vector that a reduction leaves - travels through a channel of
// depth 1. As in ws-split-roles, every role starts as a copy of the whole body and is cut down.
#include "RoleReducer.h"
#include "mla/Transforms/Passes.h"

#include "mla/Analysis/Aliasing.h"
#include "mla/Transforms/RolePlan.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/MapVector.h"

namespace mla {
#define GEN_PASS_DEF_PARTITIONROLES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Op attribute (i32) while the pass runs: index of the role that computes the op.
static constexpr StringLiteral kOwnerAttr = "ws.owner";
/// Op attribute (i32) while the pass runs, on a put and its get: their number.
static constexpr StringLiteral kCrossingAttr = "ws.crossing";

//===----------------------------------------------------------------------===//
// Placement
//===----------------------------------------------------------------------===//

/// The role that the recipe gives each product; every pattern and every product counts.
static FailureOr<DenseMap<Operation *, int32_t>> placeProducts(ws::RoleOp all,
                                                               ArrayRef<RolePlan> roles) {
  SmallVector<tile::DotOp> dots;
  all.walk([&](tile::DotOp dot) { dots.push_back(dot); });
  auto labelOf = [](tile::DotOp dot) { return dot.getLabel().value_or("without a label"); };
  auto addCandidates = [&](InFlightDiagnostic &error) {
    for (tile::DotOp dot : dots)
      error.attachNote(dot.getLoc()) << "matrix product \"" << labelOf(dot) << '"';
  };
  DenseMap<Operation *, int32_t> placed;
  for (auto [index, role] : llvm::enumerate(roles))
    for (const std::string &pattern : role.ops) {
      bool any = false;
      for (tile::DotOp dot : dots) {
        if (!dot.getLabel() || !fitsLabel(pattern, *dot.getLabel()))
          continue;
        any = true;
        auto [it, isNew] = placed.insert({dot, int32_t(index)});
        if (!isNew && it->second != int32_t(index))
          return dot.emitOpError("\"")
                 << *dot.getLabel() << "\" is placed in role \"" << roles[it->second].name
                 << "\" and in role \"" << role.name << '"';
      }
      if (any)
        continue;
      InFlightDiagnostic error = all.emitError("role \"")
                                 << role.name << "\" places \"" << pattern
                                 << "\", which no matrix product is labelled";
      addCandidates(error);
      return error;
    }
  for (tile::DotOp dot : dots)
    if (!placed.contains(dot)) {
      InFlightDiagnostic error = dot.emitOpError("\"")
                                 << labelOf(dot) << "\" is placed in no role of the recipe";
      addCandidates(error);
      return error;
    }
  return placed;
}

//===----------------------------------------------------------------------===//
// Owners
//===----------------------------------------------------------------------===//

/// A tile with more than one extent above 1: what is too large to be computed twice, or moved for
/// nothing.
static bool isMatrix(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && llvm::count_if(type.getShape(), [](int64_t extent) { return extent > 1; }) > 1;
}

namespace {
/// Finds which role computes what.
class Owners {
public:
  Owners(ws::RoleOp all, ArrayRef<RolePlan> roles, const DenseMap<Operation *, int32_t> &placed)
      : all(all), roles(roles), placed(placed) {}

  LogicalResult run();

  /// The role of an op or a value; -1: any that needs it.
  int32_t of(Operation *op) const {
    auto it = ops.find(op);
    return it == ops.end() ? -1 : it->second;
  }
  /// The role of what uses `use`.
  int32_t ofUser(OpOperand &use) const;

private:
  int32_t of(Value value) const {
    auto it = values.find(value);
    return it == values.end() ? -1 : it->second;
  }
  void set(Value value, int32_t owner);
  LogicalResult visit(Operation *op);

  ws::RoleOp all;
  ArrayRef<RolePlan> roles;
  const DenseMap<Operation *, int32_t> &placed;
  DenseMap<Operation *, int32_t> ops;
  DenseMap<Value, int32_t> values;
  bool changed = true;
};
} // namespace

void Owners::set(Value value, int32_t owner) {
  if (owner >= 0 && isMatrix(value))
    changed |= values.insert({value, owner}).second;
}

LogicalResult Owners::visit(Operation *op) {
  if (auto it = placed.find(op); it != placed.end()) {
    ops[op] = it->second;
    set(op->getResult(0), it->second);
    return success();
  }
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (auto [init, arg, yielded, result] : llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs(),
                                                       loop.getYieldedValues(), loop.getResults()))
      for (Value from : {Value(init), Value(yielded)}) {
        set(arg, of(from));
        set(result, of(from));
      }
    return success();
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (auto [index, result] : llvm::enumerate(branch.getResults())) {
      set(result, of(branch.thenYield().getOperand(index)));
      set(result, of(branch.elseYield().getOperand(index)));
    }
    return success();
  }
  if (op->getNumRegions() != 0 || op->hasTrait<OpTrait::IsTerminator>())
    return success();
  int32_t owner = -1;
  for (Value operand : op->getOperands()) {
    int32_t other = of(operand);
    if (other < 0)
      continue;
    if (owner >= 0 && owner != other)
      return op->emitOpError("works on matrices of the roles \"")
             << roles[owner].name << "\" and \"" << roles[other].name
             << "\": only matrix products can, with the left operand from another role";
    owner = other;
  }
  if (owner >= 0)
    ops[op] = owner;
  for (Value result : op->getResults())
    set(result, owner);
  return success();
}

LogicalResult Owners::run() {
  while (std::exchange(changed, false)) {
    WalkResult result = all.walk([&](Operation *op) {
      return op == all || succeeded(visit(op)) ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}

int32_t Owners::ofUser(OpOperand &use) const {
  Operation *user = use.getOwner();
  if (isa<scf::YieldOp>(user) && isMatrix(use.get()))
    return of(use.get());
  return of(user);
}

//===----------------------------------------------------------------------===//
// Values that leave their role
//===----------------------------------------------------------------------===//

/// What a channel for the result of `op` is called.
static std::string crossingName(Operation *op) {
  if (auto label = op->getAttrOfType<StringAttr>("label"))
    return label.getValue().split('.').first.str();
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return tile::stringifyReduceKind(reduce.getKind()).str();
  return op->getName().stripDialect().str();
}

namespace {
/// Channels of crossing values: those of one kind and type share one.
class Crossings {
public:
  explicit Crossings(ws::RoleOp all) : top(all) {}
  void add(Operation *op, int32_t owner, const Owners &owners);

private:
  Value channelFor(Operation *op);

  OpBuilder top;
  llvm::MapVector<std::pair<StringAttr, Type>, Value> channels;
  int32_t count = 0;
};
} // namespace

Value Crossings::channelFor(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  auto name = StringAttr::get(op->getContext(), crossingName(op));
  Value &channel = channels[{name, type}];
  if (channel)
    return channel;
  TileLayout layout = swizzledSharedLayout(type.getShape().vec(), /*fastest=*/type.getRank() - 1,
                                           tile::elementBytes(type.getElementType()));
  auto tile = sm::withLayout(type, sm::LayoutAttr::get(type.getContext(), layout));
  auto channelType = ws::ChannelType::get(type.getContext(), /*depth=*/1, tile);
  return channel = ws::ChannelOp::create(top, op->getLoc(), channelType, name);
}

/// Computes what other roles wait for as early as its operands are there.
static void hoist(Operation *op) {
  if (isa<tile::DotOp, tile::ReduceOp>(op) || !isPure(op))
    return;
  Operation *latest = nullptr;
  for (Value operand : op->getOperands()) {
    Operation *def = operand.getDefiningOp();
    if (!def || def->getBlock() != op->getBlock())
      continue;
    if (!latest || latest->isBeforeInBlock(def))
      latest = def;
  }
  if (latest)
    op->moveAfter(latest);
}

/// A put and a get behind `op` for the users that are not of its own role.
void Crossings::add(Operation *op, int32_t owner, const Owners &owners) {
  Value value = op->getResult(0);
  SmallVector<OpOperand *> foreign;
  for (OpOperand &use : value.getUses())
    if (owners.ofUser(use) != owner)
      foreign.push_back(&use);
  if (foreign.empty())
    return;
  hoist(op);
  Value channel = channelFor(op);
  OpBuilder builder(op->getBlock(), std::next(Block::iterator(op)));
  IntegerAttr number = builder.getI32IntegerAttr(count++);
  auto put = ws::PutTileOp::create(builder, op->getLoc(), channel, value, /*slot=*/Value(),
                                   /*parity=*/Value());
  put->setAttr(kCrossingAttr, number);
  put->setAttr(kOwnerAttr, builder.getI32IntegerAttr(owner));
  auto get = ws::GetOp::create(builder, op->getLoc(), value.getType(), channel, /*slot=*/Value(),
                               /*parity=*/Value(), /*valid=*/Value());
  get->setAttr(kCrossingAttr, number);
  get->setAttr(kOwnerAttr, builder.getI32IntegerAttr(owner));
  for (OpOperand *use : foreign)
    use->set(get.getResult());
}

//===----------------------------------------------------------------------===//
// Order inside a role
//===----------------------------------------------------------------------===//

/// Whether `op` puts into or takes from `channel`.
static bool takesPart(Operation *op, Value channel) {
  return isa<ws::PutTileOp, ws::GetOp>(op) && op->getOperand(0) == channel;
}

/// The ops that read the tile, through parts of it.
static void collectReaders(Value tile, SmallVectorImpl<Operation *> &readers) {
  for (Operation *user : tile.getUsers())
    if (isa<tile::TransOp, tile::SliceOp>(user))
      collectReaders(user->getResult(0), readers);
    else
      readers.push_back(user);
}

/// The first op of the block of `op`, from `op` on, that uses one of its results, or the block's
/// end.
static Operation *firstUser(Operation *op) {
  Operation *first =
      op->getBlock()->mightHaveTerminator() ? op->getBlock()->getTerminator() : nullptr;
  for (Operation *user : op->getUsers())
    if (Operation *here = op->getBlock()->findAncestorOpInBlock(*user);
        here && (!first || here->isBeforeInBlock(first)))
      first = here;
  return first;
}

/// The first op behind `op` that uses it, or for which `stops` holds; null if there is none up to
/// the end of a block without terminator.
static Operation *firstUntil(Operation *op, llvm::function_ref<bool(Operation *)> stops) {
  Operation *user = firstUser(op);
  Operation *next = op->getNextNode();
  while (next != user && !stops(next))
    next = next->getNextNode();
  return next;
}

/// Vectors and scalars that are not needed at once do not hold up what is: they are computed just
/// before their first use.
static void sinkVectors(ws::RoleOp role) {
  SmallVector<Operation *> ops;
  role.walk([&](Operation *op) {
    bool isVector =
        op->getNumResults() == 1 && !isMatrix(op->getResult(0)) && op->getNumRegions() == 0;
    if (isVector && isPure(op) && !op->use_empty() && llvm::none_of(op->getOperands(), isMatrix))
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (Operation *first = firstUser(op))
      op->moveBefore(first);
}

/// Takes a tile only when it is needed, after the tiles before it: what comes first does not wait.
static void sinkGet(ws::GetOp get) {
  Operation *next = firstUntil(get, [&](Operation *op) { return takesPart(op, get.getChannel()); });
  if (next)
    get->moveBefore(next);
  else
    get->moveBefore(get->getBlock(), get->getBlock()->end());
}

/// Whether a computed tile is taken, which goes to registers at once.
static bool takesComputedTile(ws::GetOp get) {
  return llvm::any_of(get.getChannel().getUsers(),
                      [](Operation *user) { return isa<ws::PutTileOp>(user); });
}

/// The product behind product `op`, in its block, that adds to its result and takes nothing else of
/// it; null if there is none.
static tile::DotOp addingTo(Operation *op) {
  auto dot = dyn_cast<tile::DotOp>(op);
  auto next = dot && dot->hasOneUse() ? dyn_cast<tile::DotOp>(*dot->user_begin()) : tile::DotOp();
  bool adds = next && next->getBlock() == op->getBlock() && next.getAcc() == dot.getResult();
  return adds ? next : tile::DotOp();
}

/// Releases a tile behind its last reader. A product reads shared memory until its result is
/// needed: releasing the tile only there lets the role go on beside the product, up to where it
/// may have to wait for another tile.
static void placeRelease(ws::GetOp get) {
  Operation *last = get;
  SmallVector<Operation *> readers;
  if (!takesComputedTile(get))
    collectReaders(get.getResult(), readers);
  for (Operation *reader : readers)
    if (Operation *here = get->getBlock()->findAncestorOpInBlock(*reader);
        here && last->isBeforeInBlock(here))
      last = here;
  // Products that add up are one.
  while (tile::DotOp next = addingTo(last))
    last = next;
  OpBuilder builder(get->getContext());
  builder.setInsertionPointAfter(last);
  if (isa<tile::DotOp>(last)) {
    builder.setInsertionPoint(firstUntil(last, [&](Operation *op) {
      return isa<ws::GetOp>(op) || takesPart(op, get.getChannel());
    }));
  }
  ws::ReleaseOp::create(builder, get.getLoc(), get.getChannel(), /*slot=*/Value());
}

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

static std::optional<int32_t> ownerOf(Operation *op) {
  auto owner = op->getAttrOfType<IntegerAttr>(kOwnerAttr);
  return owner ? std::optional<int32_t>(owner.getInt()) : std::nullopt;
}

/// Cuts a copy of the whole body down to role `index`.
static void reduceRole(ws::RoleOp role, int32_t index) {
  SmallVector<ws::GetOp> ownGets;
  role.walk([&](Operation *op) {
    auto get = dyn_cast<ws::GetOp>(op);
    if (get && get->hasAttr(kCrossingAttr) && ownerOf(get) == index)
      ownGets.push_back(get);
  });
  for (ws::GetOp get : ownGets) {
    auto put = cast<ws::PutTileOp>(get->getPrevNode());
    get.getResult().replaceAllUsesWith(put.getValue());
    get.erase();
  }
  RoleReducer(role).run([&](Operation *op) {
    // Stores and whatever else shows that belong to no role are the first one's business.
    bool shows =
        writesMemory(op) ||
        isa<ws::PutTileOp, tile::BarrierOp, tile::AssertOp, tile::PrintOp, tile::AssumeOp>(op);
    return shows && ownerOf(op).value_or(0) == index;
  });
  SmallVector<ws::GetOp> gets;
  role.walk([&](ws::GetOp get) { gets.push_back(get); });
  sinkVectors(role);
  for (ws::GetOp get : llvm::reverse(gets))
    sinkGet(get);
  for (ws::GetOp get : gets)
    placeRelease(get);
}

/// Puts of tiles that no role gets are not needed.
static void dropUnread(func::FuncOp func) {
  for (auto channel : llvm::make_early_inc_range(func.getOps<ws::ChannelOp>())) {
    bool isRead = llvm::any_of(channel.getChannel().getUsers(),
                               [](Operation *user) { return isa<ws::GetOp>(user); });
    if (isRead)
      continue;
    for (Operation *user : llvm::make_early_inc_range(channel.getChannel().getUsers()))
      user->erase();
    channel.erase();
  }
}

static LogicalResult partition(func::FuncOp func, ArrayAttr attribute) {
  SmallVector<RolePlan> specs;
  for (Attribute element : attribute) {
    std::optional<RolePlan> plan = rolePlanFromAttribute(element);
    if (!plan)
      return func.emitError("`") << tile::kRolesAttr << "` holds no role: " << element;
    specs.push_back(*plan);
  }
  ws::RoleOp compute;
  for (auto role : func.getOps<ws::RoleOp>())
    if (role.getRole() == "compute")
      compute = role;
  if (!compute)
    return func.emitError("the recipe names roles, which needs tiles that are copied in bulk: on "
                          "this target the kernel has one role");
  int32_t warps = 0;
  for (const RolePlan &spec : specs)
    warps += spec.warps;
  if (warps != int32_t(compute.getNumWarps()))
    return func.emitError("the recipe's roles have ")
           << warps << " warps, the kernel computes with " << compute.getNumWarps();

  auto placed = placeProducts(compute, specs);
  if (failed(placed))
    return failure();
  Owners owners(compute, specs, *placed);
  if (failed(owners.run()))
    return failure();
  SmallVector<Operation *> owned;
  compute.walk([&](Operation *op) {
    if (owners.of(op) >= 0)
      owned.push_back(op);
  });
  Crossings crossings(compute);
  for (Operation *op : owned) {
    op->setAttr(kOwnerAttr,
                IntegerAttr::get(IntegerType::get(func.getContext(), 32), owners.of(op)));
    if (op->getNumResults() == 1 && isa<RankedTensorType>(op->getResult(0).getType()))
      crossings.add(op, owners.of(op), owners);
  }
  SmallVector<ws::ReleaseOp> releases;
  compute.walk([&](ws::ReleaseOp release) { releases.push_back(release); });
  for (ws::ReleaseOp release : releases)
    release.erase(); // each role releases behind its own readers

  OpBuilder builder(compute);
  int32_t firstWarp = compute.getFirstWarp();
  for (auto [index, spec] : llvm::enumerate(specs)) {
    auto role = cast<ws::RoleOp>(builder.clone(*compute));
    role.setRole(spec.name);
    role.setFirstWarp(firstWarp);
    role.setNumWarps(spec.warps);
    if (spec.registers)
      role.setRegisters(*spec.registers);
    firstWarp += spec.warps;
    reduceRole(role, index);
  }
  compute.erase();
  dropUnread(func);
  func.walk([](Operation *op) {
    op->removeAttr(kOwnerAttr);
    op->removeAttr(kCrossingAttr);
  });
  return success();
}

namespace {
struct PartitionRoles : mla::impl::PartitionRolesBase<PartitionRoles> {
  using PartitionRolesBase::PartitionRolesBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    Attribute attribute = func->getAttr(tile::kRolesAttr);
    if (!attribute || !func->hasAttr(tile::kKernelAttr))
      return;
    auto roles = dyn_cast<ArrayAttr>(attribute);
    if (!roles)
      func.emitError("`") << tile::kRolesAttr << "` must be an array of roles, got " << attribute;
    if (!roles || failed(partition(func, roles)))
      signalPassFailure();
  }
};
} // namespace
