//===- ThreadEmitter.cpp - what one thread does, op by op -----------------===//
// The walk, control flow, and what is computed once at the kernel's entry.

#include "ThreadEmitter.h"

#include "Lower.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mla {

Type registerType(Type element) {
  if (isa<tile::PtrType>(element))
    return LLVM::LLVMPointerType::get(element.getContext(), kGlobalSpace);
  if (isa<sm::TensorMapType>(element))
    return LLVM::LLVMPointerType::get(element.getContext());
  if (isa<sm::BufferType, sm::MbarrierType>(element))
    return IntegerType::get(element.getContext(), 32);
  if (tile::isFloat8(element))
    return IntegerType::get(element.getContext(), 8);
  if (isa<IndexType, Float16Type, BFloat16Type, Float32Type, Float64Type>(element))
    return element;
  if (auto integer = dyn_cast<IntegerType>(element); integer && integer.isSignless())
    return integer;
  return {};
}

ThreadEmitter::ThreadEmitter(LLVM::LLVMFuncOp kernel, int32_t numWarps,
                             const AxisInfoAnalysis &axes)
    : kernel(kernel), axes(axes), b(kernel.getContext()),
      everyone(/*firstWarp=*/0, numWarps, /*barrier=*/0, &kernel.getBody().front(),
               /*lastEntryOp=*/nullptr) {
  b.setInsertionPointToEnd(&kernel.getBody().front());
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

ArrayRef<Value> ThreadEmitter::registers(Value value) const {
  auto it = valueRegisters.find(value);
  assert(it != valueRegisters.end() && "used before its definition was emitted");
  return it->second;
}

void ThreadEmitter::define(Value value, ArrayRef<Value> registers) {
  valueRegisters[value] = registers.copy(allocator);
}

SmallVector<int64_t> ThreadEmitter::equalRuns(Value value) const {
  if (!isa<RankedTensorType>(value.getType()))
    return {};
  AxisInfo info = axes.lookup(value);
  SmallVector<int64_t> lengths;
  for (const AxisInfo::Dim &dim : info.dims)
    lengths.push_back(dim.constancy & -dim.constancy);
  if (info.assumed || llvm::all_of(lengths, [](int64_t length) { return length == 1; }))
    return {};
  // Of all threads alike: coordinates are XORs of a thread's and a register's part, whose high bits
  // say which run it is.
  TileLayout layout = layoutOf(value.getType());
  SmallVector<int64_t> firsts;
  std::map<std::vector<int64_t>, int64_t> known;
  for (int64_t reg = 0, count = layout.numRegisters(); reg < count; ++reg) {
    std::vector<int64_t> run = layout.coords(reg, /*lane=*/0, /*warp=*/0);
    for (auto [coordinate, length] : llvm::zip_equal(run, lengths))
      coordinate /= length;
    firsts.push_back(known.try_emplace(std::move(run), reg).first->second);
  }
  return firsts;
}

TileLayout ThreadEmitter::layoutOf(Type type) const {
  if (sm::LayoutAttr layout = sm::layoutOf(type))
    return layout.getLayout();
  LinearLayout::Bases lanes(kLaneBits), warpBases(llvm::Log2_32_Ceil(numWarps()));
  return {{},
          LinearLayout({{std::string(kRegister), {}},
                        {std::string(kLane), std::move(lanes)},
                        {std::string(kWarp), std::move(warpBases)}},
                       {})};
}

//===----------------------------------------------------------------------===//
// Code at the kernel's entry
//===----------------------------------------------------------------------===//

Value ThreadEmitter::atEntry(Role &where, llvm::function_ref<Value()> emit) {
  OpBuilder::InsertionGuard guard(b);
  if (where.lastEntryOp)
    b.setInsertionPointAfter(where.lastEntryOp);
  else
    b.setInsertionPointToStart(where.entry);
  Value value = emit();
  if (b.getInsertionPoint() != where.entry->begin())
    where.lastEntryOp = &*std::prev(b.getInsertionPoint());
  return value;
}

Value ThreadEmitter::constant(TypedAttr value) {
  if (auto number = dyn_cast<FloatAttr>(value); number && tile::isFloat8(value.getType()))
    value = IntegerAttr::get(registerType(value.getType()), number.getValue().bitcastToAPInt());
  auto it = constants.find(value);
  if (it != constants.end())
    return it->second;
  Value result = atEntry(
      everyone, [&]() -> Value { return arith::ConstantOp::create(b, kernel.getLoc(), value); });
  constants[value] = result;
  return result;
}

Value ThreadEmitter::constant(Type type, int64_t value) {
  return constant(cast<TypedAttr>(IntegerAttr::get(type, value)));
}

/// XOR over the bits i of `thread` of images[i]. Bits that move by the same distance share one
/// shift.
static Value emitLinear(ThreadEmitter &emitter, Location loc, Value thread,
                        ArrayRef<int64_t> images) {
  OpBuilder &b = emitter.builder();
  std::map<int, uint32_t> bitsOfShift;
  for (auto [from, image] : llvm::enumerate(images))
    for (int to = 0; to < 31; ++to)
      if (image >> to & 1)
        bitsOfShift[to - int(from)] |= uint32_t(1) << from;
  Value sum;
  uint32_t everyBit = (uint32_t(1) << images.size()) - 1;
  for (auto [shift, bits] : bitsOfShift) {
    Value term = thread;
    if (bits != everyBit)
      term = arith::AndIOp::create(b, loc, term, emitter.i32(bits));
    if (shift > 0)
      term = arith::ShLIOp::create(b, loc, term, emitter.i32(shift));
    if (shift < 0)
      term = arith::ShRUIOp::create(b, loc, term, emitter.i32(-shift));
    sum = sum ? Value(arith::XOrIOp::create(b, loc, sum, term)) : term;
  }
  return sum ? sum : emitter.i32(0);
}

Value ThreadEmitter::threadIndex() {
  Value &inCta = everyone.threadParts[{}];
  if (!inCta)
    inCta = atEntry(everyone, [&]() -> Value {
      auto range = LLVM::ConstantRangeAttr::get(b.getContext(), APInt(32, 0),
                                                APInt(32, everyone.numWarps * kWarpThreads));
      return NVVM::ThreadIdXOp::create(b, kernel.getLoc(), b.getI32Type(), range);
    });
  Value &thread = role->threadParts[{}];
  if (!thread)
    thread = role->firstWarp == 0 ? inCta : atEntry(*role, [&]() -> Value {
      Value first = i32(role->firstWarp * kWarpThreads);
      return arith::SubIOp::create(b, kernel.getLoc(), inCta, first);
    });
  return thread;
}

Value ThreadEmitter::warpIndex() {
  (void)threadIndex(); // Where the entry's code needs it.
  if (!everyone.warp)
    everyone.warp = atEntry(everyone, [&]() -> Value {
      Location loc = kernel.getLoc();
      Value shift = i32(kLaneBits), inCta = everyone.threadParts[{}];
      Value warp = arith::ShRUIOp::create(b, loc, inCta, shift);
      return NVVM::ShflOp::create(b, loc, warp.getType(), i32(-1), warp, i32(0),
                                  i32(kWarpThreads - 1), NVVM::ShflKind::idx,
                                  /*return_value_and_is_valid=*/UnitAttr());
    });
  if (!role->warp)
    role->warp = role->firstWarp == 0 ? everyone.warp : atEntry(*role, [&]() -> Value {
      return arith::SubIOp::create(b, kernel.getLoc(), everyone.warp, i32(role->firstWarp));
    });
  return role->warp;
}

Value ThreadEmitter::electedInWarp() {
  if (!role->electedInWarp)
    role->electedInWarp = atEntry(*role, [&]() -> Value {
      return NVVM::ElectSyncOp::create(b, kernel.getLoc(), b.getI1Type(), /*membermask=*/Value());
    });
  return role->electedInWarp;
}

Value ThreadEmitter::elected() {
  Value inWarp = electedInWarp();
  if (role->numWarps == 1)
    return inWarp;
  Value warp = warpIndex();
  if (!role->elected)
    role->elected = atEntry(*role, [&]() -> Value {
      Location loc = kernel.getLoc();
      Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, warp, i32(0));
      return arith::AndIOp::create(b, loc, isFirst, inWarp);
    });
  return role->elected;
}

void ThreadEmitter::barrier(Location loc) {
  if (role == &everyone) {
    NVVM::BarrierOp::create(b, loc);
  } else if (role->numWarps == 1) {
    NVVM::SyncWarpOp::create(b, loc, i32(-1));
  } else {
    NVVM::BarrierOp::create(b, loc, TypeRange(), i32(role->barrier),
                            i32(role->numWarps * kWarpThreads), /*reductionOp=*/{},
                            /*reductionPredicate=*/Value());
  }
}

Value ThreadEmitter::threadPart(ArrayRef<int64_t> images) {
  if (llvm::all_of(images, [](int64_t image) { return image == 0; }))
    return i32(0);
  Value thread = threadIndex();
  std::vector<int64_t> key(images.begin(), images.end());
  auto it = role->threadParts.find(key);
  if (it != role->threadParts.end())
    return it->second;
  Value part = atEntry(*role, [&] { return emitLinear(*this, kernel.getLoc(), thread, images); });
  role->threadParts[key] = part;
  return part;
}

Value ThreadEmitter::threadsWithout(uint32_t bits) {
  bits &= uint32_t(llvm::PowerOf2Ceil(numWarps()) * kWarpThreads) - 1;
  return bits ? threadsWhere(bits, 0) : Value();
}

Value ThreadEmitter::threadsWhere(uint32_t bits, uint32_t set) {
  Value thread = threadIndex();
  Value mask = i32(bits), wanted = i32(set);
  Value &condition = role->threadConditions[{bits, set}];
  if (!condition)
    condition = atEntry(*role, [&]() -> Value {
      Location loc = kernel.getLoc();
      Value masked = arith::AndIOp::create(b, loc, thread, mask);
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, masked, wanted);
    });
  return condition;
}

Value ThreadEmitter::sharedPointer(Location loc, Value offset) {
  sharedUsed = true;
  auto type = LLVM::LLVMPointerType::get(b.getContext(), kSharedSpace);
  Value start = LLVM::AddressOfOp::create(b, loc, type, kSharedSymbol);
  return LLVM::GEPOp::create(b, loc, type, b.getI8Type(), start, ValueRange{offset});
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

LogicalResult ThreadEmitter::checkTypes(Operation *op, TypeRange types) {
  for (Type type : types) {
    Type element = tile::elementTypeOf(type);
    if (!registerType(element))
      return op->emitOpError("cannot be lowered: values of type ")
             << element << ", " << kRegisterTypes;
    if (!isa<RankedTensorType>(type))
      continue;
    sm::LayoutAttr layout = sm::layoutOf(type);
    if (!layout || layout.isShared())
      return op->emitOpError("expects tiles with a register layout, got ") << type;
    if (layout.getLayout().numWarps() != numWarps())
      return op->emitOpError("expects layouts of ") << numWarps() << " warps, got " << type;
  }
  return success();
}

LogicalResult ThreadEmitter::emitBody(func::FuncOp source) {
  if (!source.getBody().hasOneBlock())
    return source.emitError("kernel '")
           << source.getName() << "' has branches: expected structured control flow";
  for (auto [from, to] : llvm::zip_equal(source.getArguments(), kernel.getArguments()))
    define(from, Value(to));
  return emitBlock(source.getBody().front());
}

LogicalResult ThreadEmitter::emitBlock(Block &block) {
  for (auto it = block.begin(); it != block.end(); ++it) {
    SmallVector<sm::WarpsOp> ranges;
    for (; it != block.end() && isa<sm::WarpsOp>(*it); ++it)
      ranges.push_back(cast<sm::WarpsOp>(*it));
    if (!ranges.empty() && failed(emitWarps(ranges)))
      return failure();
    if (it == block.end())
      break;
    if (failed(checkTypes(&*it, it->getResultTypes())) || failed(emitOp(&*it)))
      return failure();
  }
  return success();
}

FailureOr<SmallVector<Value>> ThreadEmitter::emitFunction(Block &function,
                                                          ArrayRef<Value> arguments) {
  for (auto [argument, value] : llvm::zip_equal(function.getArguments(), arguments))
    define(argument, value);
  for (Operation &op : function.without_terminator())
    if (failed(checkTypes(&op, op.getResultTypes())) || failed(emitOp(&op)))
      return failure();
  return llvm::map_to_vector(function.getTerminator()->getOperands(),
                             [&](Value value) { return scalar(value); });
}

LogicalResult ThreadEmitter::emitWarps(ArrayRef<sm::WarpsOp> ranges) {
  OpBuilder::InsertionGuard guard(b);
  int32_t covered = 0;
  for (sm::WarpsOp range : ranges) {
    Location loc = range.getLoc();
    int32_t first = int32_t(range.getFirst()), count = int32_t(range.getCount());
    covered += count;
    // Who comes to the last one, if they are everyone, need no test.
    bool isLast = range == ranges.back();
    if (isLast && covered == everyone.numWarps)
      return emitRole(range);
    Value fromFirst = warpIndex();
    if (first != 0)
      fromFirst = arith::SubIOp::create(b, loc, fromFirst, i32(first));
    Value mine = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, fromFirst, i32(count));
    auto branch = scf::IfOp::create(b, loc, mine, /*withElseRegion=*/!isLast);
    b.setInsertionPointToStart(branch.thenBlock());
    if (failed(emitRole(range)))
      return failure();
    if (!isLast)
      b.setInsertionPointToStart(branch.elseBlock());
  }
  return success();
}

LogicalResult ThreadEmitter::emitRole(sm::WarpsOp range) {
  int32_t first = int32_t(range.getFirst()), count = int32_t(range.getCount());
  if (++numRoles > sm::kMaxRoleBarriers)
    return range.emitOpError("cannot be lowered: a kernel has at most ")
           << sm::kMaxRoleBarriers << " warp ranges";
  // Its entry is here, which may be in the middle of the kernel's block.
  Operation *last =
      b.getInsertionPoint() == b.getBlock()->begin() ? nullptr : &*std::prev(b.getInsertionPoint());
  Role inside(first, count, /*barrier=*/numRoles, b.getBlock(), last);
  role = &inside;
  if (auto registers = range.getRegisters()) {
    int32_t atLaunch = sm::launchRegisters(everyone.numWarps);
    auto action = int32_t(*registers) < atLaunch ? NVVM::SetMaxRegisterAction::decrease
                                                 : NVVM::SetMaxRegisterAction::increase;
    if (int32_t(*registers) != atLaunch)
      NVVM::SetMaxRegisterOp::create(b, range.getLoc(), int32_t(*registers), action);
  }
  LogicalResult result = emitBlock(range.getBody().front());
  role = &everyone;
  return result;
}

LogicalResult ThreadEmitter::emitStructured(Operation *op) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    llvm::append_range(operands, registers(operand));
  auto appendTypes = [&](SmallVectorImpl<Type> &types, Type type) {
    types.append(layoutOf(type).numRegisters(), registerType(tile::elementTypeOf(type)));
  };
  SmallVector<Type> resultTypes;
  for (Type type : op->getResultTypes())
    appendTypes(resultTypes, type);

  Operation *copy = Operation::create(
      op->getLoc(), op->getName(), resultTypes, operands, op->getDiscardableAttrDictionary(),
      op->getPropertiesStorage(), BlockRange(), op->getNumRegions());
  b.insert(copy);
  auto defineFrom = [&](ValueRange values, ValueRange expanded) {
    for (Value value : values) {
      int64_t count = layoutOf(value.getType()).numRegisters();
      define(value, SmallVector<Value>(expanded.take_front(count)));
      expanded = expanded.drop_front(count);
    }
  };
  for (auto [region, copied] : llvm::zip_equal(op->getRegions(), copy->getRegions())) {
    if (region.empty())
      continue;
    Block &block = region.front();
    if (failed(checkTypes(op, block.getArgumentTypes())))
      return failure();
    SmallVector<Type> argumentTypes;
    for (Type type : block.getArgumentTypes())
      appendTypes(argumentTypes, type);
    OpBuilder::InsertionGuard guard(b);
    Block *body = b.createBlock(&copied, {}, argumentTypes,
                                SmallVector<Location>(argumentTypes.size(), op->getLoc()));
    defineFrom(block.getArguments(), body->getArguments());
    if (failed(emitBlock(block)))
      return failure();
  }
  defineFrom(op->getResults(), copy->getResults());
  return success();
}

LogicalResult ThreadEmitter::emitOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<tile::AtomicRmwOp, tile::AtomicCasOp, tile::BarrierOp, tile::AssertOp, tile::PrintOp,
            tile::AssumeOp>([&](auto typed) { return lower(*this, typed); })
      .Case<tile::LoadOp, tile::StoreOp, sm::AsyncCopyOp, tile::ProgramIdOp, tile::NumProgramsOp,
            tile::RangeOp, tile::SplatOp, tile::ExpandDimsOp, tile::BroadcastOp, tile::TransOp,
            tile::SliceOp, tile::ReshapeOp, tile::JoinOp, tile::SplitOp, tile::UnsplatOp,
            tile::GatherOp, tile::HistogramOp, tile::SortOp, tile::AddPtrOp, tile::PtrCastOp,
            sm::TransOp, sm::SubslotOp, sm::AllocOp, sm::SlotOp, sm::CommitGroupOp, sm::WaitGroupOp,
            sm::BarrierOp, sm::LoadSharedOp, sm::StoreSharedOp, sm::ConvertLayoutOp, tile::ReduceOp,
            tile::GenericReduceOp, tile::ScanOp, sm::MmaOp, sm::MbarrierAllocOp, sm::MbarrierInitOp,
            sm::MbarrierArriveOp, sm::MbarrierExpectTxOp, sm::MbarrierWaitOp, sm::FenceProxyAsyncOp,
            sm::TmaPrefetchOp, sm::TmaLoadOp, sm::TmaStoreOp, sm::TmaStoreWaitOp, sm::WgmmaOp,
            sm::WgmmaWaitOp, sm::ZeroRowsOp, sm::ClusterBarrierOp, arith::ConstantOp>(
          [&](auto typed) { return lower(*this, typed); })
      .Case<scf::ForOp, scf::IfOp, scf::WhileOp, scf::YieldOp, scf::ConditionOp>(
          [&](Operation *structured) { return emitStructured(structured); })
      .Case([&](func::ReturnOp ret) -> LogicalResult {
        if (ret.getNumOperands() != 0)
          return ret.emitOpError("cannot be lowered: a kernel returns nothing");
        LLVM::ReturnOp::create(b, ret.getLoc(), ValueRange());
        return success();
      })
      .Default([&](Operation *other) -> LogicalResult {
        if (isa<arith::ArithDialect, math::MathDialect>(other->getDialect()))
          return lowerElementwise(*this, other);
        return other->emitError("op '") << other->getName() << "' cannot be lowered";
      });
}

} // namespace mla
