//===- MemoryWords.h - registers as the words that memory instructions move ===//
// Loads and stores move words: 32-bit ones for elements of 1 or 2 bytes if there are enough of
// them, else the elements themselves. An i1 is a byte 0 or 1, a pointer a 64-bit integer.
#pragma once

#include "ThreadEmitter.h"

namespace mla {

/// How consecutive elements of one type lie in the words of one memory access.
struct WordFormat {
  /// Element as a value and in memory; an 8-bit float is a byte in both.
  Type element, memory;
  Type word;
  int64_t numWords;
  int64_t elemsPerWord;
  int64_t wordBytes;

  /// `count` (a power of two) elements of type `type`.
  WordFormat(Type type, int64_t count);
  int64_t bytes() const { return numWords * wordBytes; }
  /// ".v4.b32", and the inline-assembly constraint of a word.
  std::string suffix() const;
  llvm::StringRef constraint() const;
};

/// Elements to words and back.
llvm::SmallVector<Value> packWords(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                                   ArrayRef<Value> elements);
llvm::SmallVector<Value> unpackWords(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                                     ArrayRef<Value> words);

/// Plain loads and stores of aligned words, in the address space of `pointer`.
llvm::SmallVector<Value> loadWords(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                                   Value pointer);
void storeWords(ThreadEmitter &emitter, Location loc, const WordFormat &format, Value pointer,
                ArrayRef<Value> words);

/// How an access of global memory is written: "ld" or "st" with all that stands before the type,
/// for example "ld.volatile.global", "st.global.cs".
struct AccessForm {
  std::string load = "ld.global", store = "st.global";
  /// Nothing but the plain instruction, which LLVM knows.
  bool isPlain = true;

  AccessForm() = default;
  AccessForm(std::optional<tile::CacheKind> cache, std::optional<tile::EvictKind> evict,
             bool isVolatile = false);
};

/// Loads global memory where `predicate` holds, else gives `otherwise`; a null predicate is true.
llvm::SmallVector<Value> loadWordsIf(ThreadEmitter &emitter, Location loc, const WordFormat &format,
                                     Value pointer, Value predicate, ArrayRef<Value> otherwise,
                                     const AccessForm &form = {});
/// Stores where `predicate` holds, to global or shared memory; a null predicate is true.
void storeWordsIf(ThreadEmitter &emitter, Location loc, const WordFormat &format, Value pointer,
                  Value predicate, ArrayRef<Value> words, const AccessForm &form = {});

/// Inline PTX that touches memory: one instruction of `text`, with a result if `result` is not
/// null.
mlir::LLVM::InlineAsmOp emitAsm(ThreadEmitter &emitter, Location loc, Type result,
                                ArrayRef<Value> operands, llvm::StringRef text,
                                llvm::StringRef constraints);

/// The same where `predicate` (i1) holds, without a result; anything in memory may change.
/// `text` refers to the operands as $0, $1, …
void emitAsmIf(ThreadEmitter &emitter, Location loc, Value predicate, ArrayRef<Value> operands,
               const llvm::Twine &text, llvm::StringRef constraints);

/// A shared-memory pointer as the 32-bit register that inline assembly takes.
Value sharedRegister(ThreadEmitter &emitter, Location loc, Value pointer);

/// A zero of an element type.
Value zeroOf(ThreadEmitter &emitter, Type element);
/// Whether `value` is the constant true, or null.
bool isAlwaysTrue(Value value);
/// `a` and `b`, either of which may be null for true.
Value conjunction(ThreadEmitter &emitter, Location loc, Value a, Value b);

} // namespace mla
