//===- MemoryWords.cpp - registers as the words memory instructions move --===//
// Predicated accesses are inline PTX: LLVM has no form that leaves memory alone where a predicate
// is false without a branch round every access.

#include "MemoryWords.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mla {

static constexpr int64_t kWordBytes = 4;

/// Type of an element in memory.
static Type memoryType(Type element) {
  if (isa<tile::PtrType, LLVM::LLVMPointerType>(element))
    return IntegerType::get(element.getContext(), 64);
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  return element;
}

WordFormat::WordFormat(Type type, int64_t count)
    : element(tile::isFloat8(type) ? registerType(type) : type), memory(memoryType(element)) {
  int64_t elemBytes = memory.getIntOrFloatBitWidth() / 8;
  MLIRContext *context = element.getContext();
  if (elemBytes >= kWordBytes) {
    word = memory;
    elemsPerWord = 1;
  } else {
    elemsPerWord = std::min(count, kWordBytes / elemBytes);
    // The narrowest register that inline PTX takes has 16 bits.
    word = IntegerType::get(context, unsigned(std::max<int64_t>(elemsPerWord * elemBytes * 8, 8)));
  }
  numWords = count / elemsPerWord;
  wordBytes = elemBytes * elemsPerWord;
}

std::string WordFormat::suffix() const {
  std::string vector = numWords == 1 ? "" : ".v" + std::to_string(numWords);
  return vector + ".b" + std::to_string(wordBytes * 8);
}

StringRef WordFormat::constraint() const {
  if (word.isF32())
    return "f";
  if (word.isF64())
    return "d";
  return wordBytes == 8 ? "l" : wordBytes == 4 ? "r" : "h";
}

//===----------------------------------------------------------------------===//
// Elements and words
//===----------------------------------------------------------------------===//

static Value insertAt(ThreadEmitter &emitter, Location loc, Value vector, Value value,
                      int64_t position) {
  return LLVM::InsertElementOp::create(emitter.builder(), loc, vector, value,
                                       emitter.i32(position));
}

static Value extractAt(ThreadEmitter &emitter, Location loc, Value vector, int64_t position) {
  return LLVM::ExtractElementOp::create(emitter.builder(), loc, vector, emitter.i32(position));
}

static Value makeVector(ThreadEmitter &emitter, Location loc, ArrayRef<Value> values) {
  auto type = VectorType::get(int64_t(values.size()), values.front().getType());
  Value vector = LLVM::UndefOp::create(emitter.builder(), loc, type);
  for (auto [position, value] : llvm::enumerate(values))
    vector = insertAt(emitter, loc, vector, value, position);
  return vector;
}

static Value toMemory(ThreadEmitter &emitter, Location loc, const WordFormat &format, Value value) {
  OpBuilder &b = emitter.builder();
  if (value.getType() == format.memory)
    return value;
  if (value.getType().isInteger(1))
    return arith::ExtUIOp::create(b, loc, format.memory, value);
  return LLVM::PtrToIntOp::create(b, loc, format.memory, value);
}

static Value fromMemory(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                        Value value) {
  OpBuilder &b = emitter.builder();
  if (format.element == format.memory)
    return value;
  if (format.element.isInteger(1))
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, value,
                                 emitter.constant(format.memory, 0));
  return LLVM::IntToPtrOp::create(b, loc, registerType(format.element), value);
}

SmallVector<Value> packWords(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                             ArrayRef<Value> elements) {
  OpBuilder &b = emitter.builder();
  SmallVector<Value> words;
  for (int64_t word = 0; word < format.numWords; ++word) {
    SmallVector<Value> parts;
    for (Value element : elements.slice(word * format.elemsPerWord, format.elemsPerWord))
      parts.push_back(toMemory(emitter, loc, format, element));
    Value packed = parts.size() == 1 ? parts.front() : makeVector(emitter, loc, parts);
    if (packed.getType() != format.word)
      packed = LLVM::BitcastOp::create(b, loc, format.word, packed);
    words.push_back(packed);
  }
  return words;
}

SmallVector<Value> unpackWords(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                               ArrayRef<Value> words) {
  OpBuilder &b = emitter.builder();
  SmallVector<Value> elements;
  for (Value word : words) {
    Type type = format.elemsPerWord == 1
                    ? format.memory
                    : Type(VectorType::get(format.elemsPerWord, format.memory));
    if (word.getType() != type)
      word = LLVM::BitcastOp::create(b, loc, type, word);
    for (int64_t position = 0; position < format.elemsPerWord; ++position) {
      Value element = format.elemsPerWord == 1 ? word : extractAt(emitter, loc, word, position);
      elements.push_back(fromMemory(emitter, loc, format, element));
    }
  }
  return elements;
}

//===----------------------------------------------------------------------===//
// Plain accesses
//===----------------------------------------------------------------------===//

SmallVector<Value> loadWords(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                             Value pointer) {
  OpBuilder &b = emitter.builder();
  if (format.numWords == 1)
    return {LLVM::LoadOp::create(b, loc, format.word, pointer, unsigned(format.bytes()))};
  Value vector = LLVM::LoadOp::create(b, loc, VectorType::get(format.numWords, format.word),
                                      pointer, unsigned(format.bytes()));
  SmallVector<Value> words;
  for (int64_t word = 0; word < format.numWords; ++word)
    words.push_back(extractAt(emitter, loc, vector, word));
  return words;
}

void storeWords(ThreadEmitter &emitter, Location loc, const WordFormat &format, Value pointer,
                ArrayRef<Value> words) {
  Value value = words.size() == 1 ? words.front() : makeVector(emitter, loc, words);
  LLVM::StoreOp::create(emitter.builder(), loc, value, pointer, unsigned(format.bytes()));
}

//===----------------------------------------------------------------------===//
// Predicated accesses
//===----------------------------------------------------------------------===//

Value sharedRegister(ThreadEmitter &emitter, Location loc, Value pointer) {
  OpBuilder &b = emitter.builder();
  return LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), pointer);
}

/// Inline PTX has no 8-bit registers.
static Value widenByte(ThreadEmitter &emitter, Location loc, Value word) {
  OpBuilder &b = emitter.builder();
  return word.getType().isInteger(8) ? Value(arith::ExtUIOp::create(b, loc, b.getI16Type(), word))
                                     : word;
}

/// "$first, $(first + 1), …"
static std::string operandList(int64_t first, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return count == 1 ? text : "{" + text + "}";
}

LLVM::InlineAsmOp emitAsm(ThreadEmitter &emitter, Location loc, Type result,
                          ArrayRef<Value> operands, StringRef text, StringRef constraints) {
  return LLVM::InlineAsmOp::create(emitter.builder(), loc, result ? TypeRange(result) : TypeRange(),
                                   operands, text, constraints, /*has_side_effects=*/true,
                                   /*is_align_stack=*/false, LLVM::TailCallKind::None,
                                   LLVM::AsmDialectAttr(), ArrayAttr());
}

void emitAsmIf(ThreadEmitter &emitter, Location loc, Value predicate, ArrayRef<Value> operands,
               const Twine &text, StringRef constraints) {
  SmallVector<Value> all(operands);
  all.push_back(predicate);
  std::string separator = constraints.empty() ? "" : ",";
  emitAsm(emitter, loc, {}, all, ("@$" + Twine(operands.size()) + " " + text).str(),
          constraints.str() + separator + "b,~{memory}");
}

AccessForm::AccessForm(std::optional<tile::CacheKind> cache, std::optional<tile::EvictKind> evict,
                       bool isVolatile)
    : isPlain(!cache && !evict && !isVolatile) {
  if (isVolatile) {
    load = "ld.volatile.global"; // takes no hints
    return;
  }
  // PTX has one or the other.
  std::string hint;
  if (cache)
    hint = "." + tile::stringifyCacheKind(*cache).str();
  else if (evict)
    hint = ".L1::evict_" + tile::stringifyEvictKind(*evict).str();
  load += hint;
  store += hint;
}

SmallVector<Value> loadWordsIf(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                               Value pointer, Value predicate, ArrayRef<Value> otherwise,
                               const AccessForm &form) {
  OpBuilder &b = emitter.builder();
  // Operands: the results, with a predicate their initial values (tied to them), address,
  // predicate.
  int64_t count = format.numWords, address = predicate ? 2 * count : count;
  SmallVector<Value> operands;
  std::string constraints, tied, text;
  Type wordType = format.word.isInteger(8) ? b.getI16Type() : format.word;
  for (int64_t word = 0; word < count; ++word) {
    constraints += "=" + format.constraint().str() + ",";
    if (!predicate)
      continue;
    operands.push_back(widenByte(emitter, loc, otherwise[word]));
    tied += std::to_string(word) + ",";
  }
  operands.push_back(pointer);
  tied += "l";
  if (predicate) {
    operands.push_back(predicate);
    tied += ",b";
    text = "@$" + std::to_string(address + 1) + " ";
  }
  text += form.load + format.suffix() + " " + operandList(0, count) + ", [$" +
          std::to_string(address) + "];";
  Type result = wordType;
  if (count > 1)
    result = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(count, wordType));
  Value loaded = emitAsm(emitter, loc, result, operands, text, constraints + tied).getRes();
  SmallVector<Value> words;
  for (int64_t word = 0; word < count; ++word) {
    Value value = count == 1 ? loaded : Value(LLVM::ExtractValueOp::create(b, loc, loaded, word));
    if (value.getType() != format.word)
      value = arith::TruncIOp::create(b, loc, format.word, value);
    words.push_back(value);
  }
  return words;
}

void storeWordsIf(ThreadEmitter &emitter, Location loc, const WordFormat &format, Value pointer,
                  Value predicate, ArrayRef<Value> words, const AccessForm &form) {
  bool isShared = cast<LLVM::LLVMPointerType>(pointer.getType()).getAddressSpace() == kSharedSpace;
  // Operands: address, predicate, the words.
  SmallVector<Value> operands = {isShared ? sharedRegister(emitter, loc, pointer) : pointer};
  std::string constraints = isShared ? "r" : "l", text;
  if (predicate) {
    operands.push_back(predicate);
    constraints += ",b";
    text = "@$1 ";
  }
  int64_t first = int64_t(operands.size());
  for (Value word : words) {
    operands.push_back(widenByte(emitter, loc, word));
    constraints += "," + format.constraint().str();
  }
  text += (isShared ? "st.shared" : form.store) + format.suffix() + " [$0], " +
          operandList(first, format.numWords) + ";";
  emitAsm(emitter, loc, {}, operands, text, constraints);
}

//===----------------------------------------------------------------------===//
// Small values
//===----------------------------------------------------------------------===//

Value zeroOf(ThreadEmitter &emitter, Type element) {
  if (isa<tile::PtrType, LLVM::LLVMPointerType>(element))
    return LLVM::ZeroOp::create(emitter.builder(), emitter.builder().getUnknownLoc(),
                                registerType(element));
  return emitter.constant(emitter.builder().getZeroAttr(element));
}

bool isAlwaysTrue(Value value) { return !value || matchPattern(value, m_One()); }

Value conjunction(ThreadEmitter &emitter, Location loc, Value a, Value b) {
  if (isAlwaysTrue(a))
    return isAlwaysTrue(b) ? Value() : b;
  return isAlwaysTrue(b) ? a : Value(arith::AndIOp::create(emitter.builder(), loc, a, b));
}

} // namespace mla
