//===- LowerGlobal.cpp - loads, stores and copies of global memory --------===//
// Accesses are as wide as the access facts and the layout allow; masks become predicates, so that
// nothing is read or written where they are false.

#include "Lower.h"
#include "SharedTile.h"
#include "mla/Analysis/AsyncCopies.h"

#include <bit>

using namespace mlir;

namespace mla {

static constexpr int64_t kMaxAccessBytes = 16;

/// Elements per access of a tile with this layout.
static int64_t accessElems(const TileLayout &layout, std::optional<tile::AccessAttr> access,
                           int64_t elemBytes) {
  if (!access || layout.rank() == 0 || access->getElems() < 1)
    return 1;
  // Groups whose extent is no power of two are aligned to the largest power that divides it.
  int64_t known = access->getElems() & -access->getElems();
  int64_t held = contiguousRegisters(layout, unsigned(access->getDim()));
  return std::min({known, held, kMaxAccessBytes / elemBytes});
}

/// One tile access: its registers without copies, and how many go together.
struct GlobalAccess {
  UniqueRegisters registers;
  Type element;
  int64_t elems;

  GlobalAccess(ThreadEmitter &emitter, Value ptr, std::optional<tile::AccessAttr> access)
      : registers(emitter.layoutOf(ptr.getType())), element(tile::pointeeOf(ptr.getType())),
        elems(accessElems(registers.layout, access, tile::elementBytes(element))) {}
};

/// The mask of one register, null for true.
static Value maskOf(ThreadEmitter &emitter, Value mask, int32_t reg) {
  if (!mask)
    return {};
  Value value = emitter.registers(mask)[reg];
  return isAlwaysTrue(value) ? Value() : value;
}

/// What a load reads, and where; all but `ptr` may be null.
struct LoadOperands {
  Value ptr, mask, other;
  /// An i1 register besides the mask.
  Value predicate;
  AccessForm form = {};
};

/// Elements of `count` unique registers from `first` on.
static SmallVector<Value> loadElements(ThreadEmitter &emitter, Location loc,
                                       const GlobalAccess &access, const LoadOperands &load,
                                       int64_t first, int64_t count) {
  WordFormat format(access.element, access.elems);
  SmallVector<Value> loaded;
  for (int64_t next = first; next < first + count; next += access.elems) {
    ArrayRef<int32_t> regs =
        ArrayRef<int32_t>(access.registers.representative).slice(next, access.elems);
    Value pointer = emitter.registers(load.ptr)[regs.front()];
    Value condition =
        conjunction(emitter, loc, maskOf(emitter, load.mask, regs.front()), load.predicate);
    SmallVector<Value> words;
    if (condition || !load.form.isPlain) {
      SmallVector<Value> otherwise = llvm::map_to_vector(regs, [&](int32_t reg) {
        return load.other ? emitter.registers(load.other)[reg] : zeroOf(emitter, access.element);
      });
      words = loadWordsIf(emitter, loc, format, pointer, condition,
                          packWords(emitter, loc, format, otherwise), load.form);
    } else {
      words = loadWords(emitter, loc, format, pointer);
    }
    llvm::append_range(loaded, unpackWords(emitter, loc, format, words));
  }
  return loaded;
}

LogicalResult lower(ThreadEmitter &emitter, tile::LoadOp op) {
  GlobalAccess access(emitter, op.getPtr(), op.getAccess());
  LoadOperands load{op.getPtr(), op.getMask(), op.getOther(), /*predicate=*/{},
                    AccessForm(op.getCache(), op.getEvict(), op.getIsVolatile())};
  SmallVector<Value> loaded =
      loadElements(emitter, op.getLoc(), access, load, 0, access.registers.layout.numRegisters());
  emitter.define(op.getResult(), access.registers.expand(loaded));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::StoreOp op) {
  Location loc = op.getLoc();
  GlobalAccess access(emitter, op.getPtr(), op.getAccess());
  WordFormat format(access.element, access.elems);
  ArrayRef<int32_t> held = access.registers.representative;
  AccessForm form(op.getCache(), op.getEvict());
  // Of the threads that hold an element, one stores it.
  Value owner = emitter.threadsWithout(replicaThreadBits(access.registers.layout));
  for (size_t first = 0; first < held.size(); first += access.elems) {
    SmallVector<Value> elements;
    for (int32_t reg : held.slice(first, access.elems))
      elements.push_back(emitter.registers(op.getValue())[reg]);
    SmallVector<Value> words = packWords(emitter, loc, format, elements);
    Value pointer = emitter.registers(op.getPtr())[held[first]];
    Value condition = conjunction(emitter, loc, maskOf(emitter, op.getMask(), held[first]), owner);
    if (condition || !form.isPlain)
      storeWordsIf(emitter, loc, format, pointer, condition, words, form);
    else
      storeWords(emitter, loc, format, pointer, words);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Asynchronous copies
//===----------------------------------------------------------------------===//

/// cp.async of one piece where `predicate` (may be null) holds, zeros where `mask` (may be null) is
/// false.
static void emitCopy(ThreadEmitter &emitter, Location loc, SharedAddresses::Address target,
                     Value source, int64_t bytes, Value mask, Value predicate) {
  OpBuilder &b = emitter.builder();
  SmallVector<Value> operands = {sharedRegister(emitter, loc, target.pointer), source};
  std::string constraints = "r,l";
  // Only whole 16-byte pieces may bypass L1.
  std::string text = bytes == kMaxAccessBytes ? "cp.async.cg" : "cp.async.ca";
  text += ".shared.global [$0 + " + std::to_string(target.immediate) + "], [$1], " +
          std::to_string(bytes);
  if (mask) {
    // Fewer source bytes than destination bytes: the rest is filled with zeros.
    text += ", $" + std::to_string(operands.size());
    operands.push_back(arith::SelectOp::create(b, loc, mask, emitter.i32(bytes), emitter.i32(0)));
    constraints += ",r";
  }
  if (predicate) {
    text = "@$" + std::to_string(operands.size()) + " " + text;
    operands.push_back(predicate);
    constraints += ",b";
  }
  emitAsm(emitter, loc, /*result=*/{}, operands, text + ";", constraints);
}

LogicalResult lower(ThreadEmitter &emitter, sm::AsyncCopyOp op) {
  Location loc = op.getLoc();
  GlobalAccess access(emitter, op.getPtr(), op.getAccess());
  const TileLayout &layout = access.registers.layout;
  auto slot = cast<sm::BufferType>(op.getSlot().getType());
  if (!registerType(access.element))
    return op.emitOpError("cannot be lowered: elements of type ")
           << access.element << ", " << kRegisterTypes;
  const TileLayout &shared = slot.getLayout().getLayout();
  int64_t elemBytes = tile::elementBytes(access.element);
  std::optional<LinearIndex> index = sharedIndex(layout, shared, elemBytes);
  if (!index)
    return op.emitOpError("expects pointers and slot with the same segments, got ")
           << op.getPtr().getType() << " and " << slot;
  Value base = emitter.scalar(op.getSlot());
  Value predicate = op.getPredicate() ? emitter.scalar(op.getPredicate()) : Value();

  access.elems = std::min<int64_t>(access.elems, sharedVector(layout, shared));
  int64_t pieceBytes = access.elems * elemBytes;
  if (pieceBytes < kMinAsyncCopyBytes) {
    LoadOperands load{op.getPtr(), op.getMask(), /*other=*/{}, predicate};
    // Load and store in turn: a whole tile in registers would crowd out accumulators.
    return storeShared(emitter, op, access.registers, shared, access.element, base, predicate,
                       [&](int64_t first, int64_t count) {
                         return loadElements(emitter, loc, access, load, first, count);
                       });
  }
  Value owner = emitter.threadsWithout(replicaThreadBits(layout));
  Value condition = conjunction(emitter, loc, predicate, owner);
  SharedAddresses addresses(emitter, loc, std::move(*index), base);
  ArrayRef<int32_t> held = access.registers.representative;
  for (size_t first = 0; first < held.size(); first += access.elems)
    emitCopy(emitter, loc, addresses.split(first), emitter.registers(op.getPtr())[held[first]],
             pieceBytes, maskOf(emitter, op.getMask(), held[first]), condition);
  return success();
}

} // namespace mla
