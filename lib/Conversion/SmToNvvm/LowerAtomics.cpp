//===- LowerAtomics.cpp - atomics -----------------------------------------===//
// Of the threads that hold an element, one does its atomic. If others need the result, it goes to
// them through scratch memory. A release is of all threads: a barrier stands before it.

#include "Addressing.h"
#include "Lower.h"
#include "MemoryWords.h"

using namespace mlir;

namespace mla {

namespace {
/// How the atomics of one op are written.
struct AtomicForm {
  tile::AtomicKind kind;
  tile::MemorySem sem;
  tile::MemoryScope scope;
  bool isUnsigned, isUsed;
  Type element;

  /// "atom.acq_rel.gpu.global.", or "red…" where no result is used and PTX allows it.
  std::string prefix() const {
    bool isReduction = !isUsed && kind != tile::AtomicKind::Xchg &&
                       (sem == tile::MemorySem::Relaxed || sem == tile::MemorySem::Release);
    return (isReduction ? "red." : "atom.") + tile::stringifyMemorySem(sem).str() + "." +
           tile::stringifyMemoryScope(scope).str() + ".global.";
  }
};

/// One element: where, with what, under which condition (null: always).
struct AtomicElement {
  Value pointer, value, condition;
};
} // namespace

/// The register class of inline PTX for an integer of so many bits.
static std::string constraintOf(Type type) {
  if (type.isF32())
    return "f";
  if (type.isF64())
    return "d";
  unsigned bits = type.getIntOrFloatBitWidth();
  return bits == 64 ? "l" : bits == 32 ? "r" : "h";
}

static Value asType(ThreadEmitter &emitter, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return LLVM::BitcastOp::create(emitter.builder(), loc, type, value);
}

/// One instruction: `text` is what follows the state space, "add.u32". Where the condition is false
/// nothing happens and the result is `otherwise` (null: zero). Null if the result is not used.
static Value emitAtomic(ThreadEmitter &emitter, Location loc, const AtomicForm &form,
                        StringRef text, const AtomicElement &element, ArrayRef<Value> words,
                        Value otherwise) {
  std::string prefix = form.prefix(), constraints, list;
  bool hasResult = form.isUsed, isReduction = StringRef(prefix).starts_with("red");
  Type type = words.front().getType();
  SmallVector<Value> operands;
  unsigned next = 0;
  if (hasResult) {
    constraints = "=" + constraintOf(type) + ",";
    ++next;
    if (element.condition) {
      constraints += "0,";
      operands.push_back(otherwise ? otherwise : zeroOf(emitter, type));
      ++next;
    }
    list = "$0, ";
  } else if (!isReduction) {
    list = "_, ";
  }
  operands.push_back(element.pointer);
  constraints += "l";
  list += "[$" + std::to_string(next++) + "]";
  for (Value word : words) {
    operands.push_back(word);
    constraints += "," + constraintOf(type);
    list += ", $" + std::to_string(next++);
  }
  std::string guard;
  if (element.condition) {
    operands.push_back(element.condition);
    constraints += ",b";
    guard = "@$" + std::to_string(next) + " ";
  }
  auto instruction =
      emitAsm(emitter, loc, hasResult ? type : Type(), operands,
              guard + prefix + text.str() + " " + list + ";", constraints + ",~{memory}");
  return hasResult ? instruction.getRes() : Value();
}

/// "u32", "s64", "b16"
static std::string typeText(char kind, Type type) {
  return kind + std::to_string(type.getIntOrFloatBitWidth());
}

/// Adding bf16 is a loop before sm_90, which LLVM knows how to write.
static Value addBf16(ThreadEmitter &emitter, Location loc, const AtomicForm &form,
                     const AtomicElement &element) {
  OpBuilder &b = emitter.builder();
  auto ordering = form.sem == tile::MemorySem::Relaxed   ? LLVM::AtomicOrdering::monotonic
                  : form.sem == tile::MemorySem::Acquire ? LLVM::AtomicOrdering::acquire
                  : form.sem == tile::MemorySem::Release ? LLVM::AtomicOrdering::release
                                                         : LLVM::AtomicOrdering::acq_rel;
  StringRef scope = form.scope == tile::MemoryScope::Cta   ? "block"
                    : form.scope == tile::MemoryScope::Gpu ? "device"
                                                           : "";
  auto add = [&]() -> Value {
    return LLVM::AtomicRMWOp::create(b, loc, LLVM::AtomicBinOp::fadd, element.pointer,
                                     element.value, ordering, scope);
  };
  if (!element.condition)
    return add();
  auto branch = scf::IfOp::create(b, loc, TypeRange(form.element), element.condition,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, add());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, loc, zeroOf(emitter, form.element));
  return branch.getResult(0);
}

/// max and min of floats by their bits: a value without sign bit is greater the greater its bits
/// are as a signed number, one with it the smaller they are as an unsigned one.
static Value floatExtremum(ThreadEmitter &emitter, Location loc, const AtomicForm &form,
                           const AtomicElement &element) {
  OpBuilder &b = emitter.builder();
  Type bits = b.getIntegerType(form.element.getIntOrFloatBitWidth());
  Value value = asType(emitter, loc, element.value, bits), zero = emitter.constant(bits, 0);
  bool isMax = form.kind == tile::AtomicKind::Max;
  auto under = [&](arith::CmpIPredicate predicate) {
    Value sign = arith::CmpIOp::create(b, loc, predicate, value, zero);
    return AtomicElement{element.pointer, value,
                         conjunction(emitter, loc, element.condition, sign)};
  };
  Value positive = emitAtomic(emitter, loc, form, (isMax ? "max." : "min.") + typeText('s', bits),
                              under(arith::CmpIPredicate::sge), value, /*otherwise=*/{});
  Value result = emitAtomic(emitter, loc, form, (isMax ? "min." : "max.") + typeText('u', bits),
                            under(arith::CmpIPredicate::slt), value, positive);
  return result ? asType(emitter, loc, result, form.element) : Value();
}

/// The result, or null if it is not used.
static Value emitRmw(ThreadEmitter &emitter, Location loc, const AtomicForm &form,
                     const AtomicElement &element) {
  Type type = form.element;
  bool isFloat = isa<FloatType>(type);
  std::string name = tile::stringifyAtomicKind(form.kind).str() + ".";
  Type word = type;
  switch (form.kind) {
  case tile::AtomicKind::Add:
    if (type.isBF16())
      return addBf16(emitter, loc, form, element);
    name += type.isF16() ? "noftz.f16" : isFloat ? typeText('f', type) : typeText('u', type);
    if (type.isF16())
      word = emitter.builder().getIntegerType(16);
    break;
  case tile::AtomicKind::Max:
  case tile::AtomicKind::Min:
    if (isFloat)
      return floatExtremum(emitter, loc, form, element);
    name += typeText(form.isUnsigned ? 'u' : 's', type);
    break;
  case tile::AtomicKind::And:
  case tile::AtomicKind::Or:
  case tile::AtomicKind::Xor:
    name += typeText('b', type);
    break;
  case tile::AtomicKind::Xchg:
    name = "exch." + typeText('b', type);
    word = emitter.builder().getIntegerType(type.getIntOrFloatBitWidth());
    break;
  }
  Value result = emitAtomic(emitter, loc, form, name, element,
                            asType(emitter, loc, element.value, word), /*otherwise=*/{});
  return result ? asType(emitter, loc, result, type) : Value();
}

//===----------------------------------------------------------------------===//
// Who does it, who needs the result
//===----------------------------------------------------------------------===//

/// What the threads that own an element got for it, in all threads that hold it.
static LogicalResult shareResults(ThreadEmitter &emitter, Operation *op, const TileLayout &layout,
                                  Type element, Value owner, MutableArrayRef<Value> values) {
  auto scratch = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
  if (!scratch)
    return op->emitOpError("cannot be lowered: it has no `")
           << sm::kScratchOffsetAttr << "` (run sm-plan-memory)";
  Location loc = op->getLoc();
  WordFormat format(element, 1);
  SharedAddresses addresses(emitter, loc, denseIndex(layout, format.bytes()),
                            emitter.i32(scratch.getInt()));
  for (auto [reg, value] : llvm::enumerate(values))
    storeWordsIf(emitter, loc, format, addresses.pointer(reg), owner,
                 packWords(emitter, loc, format, value));
  emitter.barrier(loc);
  for (auto [reg, value] : llvm::enumerate(values))
    value =
        unpackWords(emitter, loc, format, loadWords(emitter, loc, format, addresses.pointer(reg)))
            .front();
  return success();
}

/// Both atomics: `emit` does it for one element.
template <typename Op, typename Emit>
static LogicalResult lowerAtomic(ThreadEmitter &emitter, Op op, Emit emit) {
  Location loc = op.getLoc();
  UniqueRegisters registers(emitter.layoutOf(op.getPtr().getType()));
  Value owner = emitter.threadsWithout(replicaThreadBits(registers.layout));
  if (op.releases())
    emitter.barrier(loc);
  SmallVector<Value> results;
  for (int32_t reg : registers.representative) {
    Value mask = op.getMask() ? emitter.registers(op.getMask())[reg] : Value();
    results.push_back(emit(reg, conjunction(emitter, loc, mask, owner)));
  }
  Type element = tile::elementTypeOf(op.getResult().getType());
  if (op.getResult().use_empty()) {
    for (Value &result : results)
      result = zeroOf(emitter, element);
  } else if (owner &&
             failed(shareResults(emitter, op, registers.layout, element, owner, results))) {
    return failure();
  }
  emitter.define(op.getResult(), registers.expand(results));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::AtomicRmwOp op) {
  AtomicForm form{op.getKind(),       op.getSem(),     op.getScope(),
                  op.getIsUnsigned(), !op.use_empty(), tile::pointeeOf(op.getPtr().getType())};
  return lowerAtomic(emitter, op, [&](int32_t reg, Value condition) {
    return emitRmw(
        emitter, op.getLoc(), form,
        {emitter.registers(op.getPtr())[reg], emitter.registers(op.getValue())[reg], condition});
  });
}

LogicalResult lower(ThreadEmitter &emitter, tile::AtomicCasOp op) {
  // As an exchange: there is no form without a result.
  AtomicForm form{tile::AtomicKind::Xchg, op.getSem(),     op.getScope(),
                  /*isUnsigned=*/false,   !op.use_empty(), tile::pointeeOf(op.getPtr().getType())};
  Location loc = op.getLoc();
  Type bits = emitter.builder().getIntegerType(form.element.getIntOrFloatBitWidth());
  return lowerAtomic(emitter, op, [&](int32_t reg, Value condition) {
    Value words[] = {asType(emitter, loc, emitter.registers(op.getCmp())[reg], bits),
                     asType(emitter, loc, emitter.registers(op.getValue())[reg], bits)};
    Value result = emitAtomic(emitter, loc, form, "cas." + typeText('b', bits),
                              {emitter.registers(op.getPtr()) [reg], {}, condition}, words,
                              /*otherwise=*/{});
    return result ? asType(emitter, loc, result, form.element) : Value();
  });
}

} // namespace mla
