//===- LowerFloat8.cpp - conversions to and from 8-bit floats -------------===//
// Registers hold e4m3 (f8E4M3FN) and e5m2 (f8E5M2) as bytes. What is wider than the greatest
// finite number, infinity included, becomes that number, as the hardware's conversion has it; NaN
// becomes 0x7f. Architectures without the conversion compute the same bytes.

#include "Lower.h"
#include "mla/Arch/Arch.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace mla {

using tile::isFloat8;

namespace {
/// A format in terms of f32.
struct Format {
  bool isE4m3;
  unsigned mantissaBits, exponentBits;

  explicit Format(Type type)
      : isE4m3(isa<Float8E4M3FNType>(type)), mantissaBits(isE4m3 ? 3 : 2),
        exponentBits(7 - mantissaBits) {}

  int32_t bias() const { return (1 << (exponentBits - 1)) - 1; }
  /// Mantissa bits that f32 has more.
  unsigned droppedBits() const { return 23 - mantissaBits; }
  /// f32 bits of 2^exponent.
  static int32_t powerOfTwo(int32_t exponent) { return (127 + exponent) << 23; }
  int32_t leastNormal() const { return powerOfTwo(1 - bias()); }
  /// A sum with this number has the subnormal's mantissa in its lowest bits.
  int32_t subnormalAnchor() const { return powerOfTwo(23 + 1 - bias() - int32_t(mantissaBits)); }
  int32_t greatest() const { return isE4m3 ? 0x43e00000 : 0x47600000; } // 448, 57344
};

/// Conversions of one op's registers.
class Float8Emitter {
public:
  Float8Emitter(ThreadEmitter &emitter, Operation *op, Format format, bool hasHardware)
      : emitter(emitter), b(emitter.builder()), loc(op->getLoc()), format(format),
        hasHardware(hasHardware) {}

  /// Bytes to f16, which holds every number of both formats.
  SmallVector<Value> decode(ArrayRef<Value> bytes);
  /// f32 to bytes.
  SmallVector<Value> encode(ArrayRef<Value> values, bool towardZero);
  /// A float of any type as an f32 that rounds to the same byte.
  Value toF32(Value value, bool towardZero);
  Value intrinsic(Type result, StringRef name, ArrayRef<Value> operands) {
    return LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), operands)
        .getResult(0);
  }

private:
  std::pair<Value, Value> decodeE4m3(Value first, Value second);
  Value decodeE5m2(Value byte);
  Value encodeOne(Value value, bool towardZero);
  /// f(first, second) for pairs; the last of an odd number is paired with itself.
  template <typename Fn>
  SmallVector<Value> inPairs(ArrayRef<Value> values, Fn convert);
  Value i16(int64_t value) { return emitter.constant(b.getI16Type(), value); }

  ThreadEmitter &emitter;
  OpBuilder &b;
  Location loc;
  Format format;
  bool hasHardware;
};
} // namespace

template <typename Fn>
SmallVector<Value> Float8Emitter::inPairs(ArrayRef<Value> values, Fn convert) {
  SmallVector<Value> results;
  for (size_t i = 0; i < values.size(); i += 2) {
    bool isPair = i + 1 < values.size();
    auto [first, second] = convert(values[i], values[isPair ? i + 1 : i]);
    results.push_back(first);
    if (isPair)
      results.push_back(second);
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Bytes to f16
//===----------------------------------------------------------------------===//

/// e5m2 is the upper half of f16.
Value Float8Emitter::decodeE5m2(Value byte) {
  Value word = arith::ExtUIOp::create(b, loc, b.getI16Type(), byte);
  word = arith::ShLIOp::create(b, loc, word, i16(8));
  return arith::BitcastOp::create(b, loc, b.getF16Type(), word);
}

/// Two bytes at once, one in each half of a word. The bits moved to f16's place are the number
/// divided by 2^(15 - 7), subnormals too.
std::pair<Value, Value> Float8Emitter::decodeE4m3(Value first, Value second) {
  Type i32Type = b.getI32Type();
  auto both = [&](int64_t value) { return emitter.i32(value << 16 | value); };
  auto extend = [&](Value byte) { return arith::ExtUIOp::create(b, loc, i32Type, byte); };
  Value word = arith::ShLIOp::create(b, loc, extend(second), emitter.i32(16));
  word = arith::OrIOp::create(b, loc, word, extend(first));
  Value magnitude = arith::AndIOp::create(b, loc, word, both(0x7f));
  auto halves = VectorType::get(2, b.getF16Type());
  Value number = LLVM::BitcastOp::create(b, loc, halves,
                                         arith::ShLIOp::create(b, loc, magnitude, emitter.i32(7)));
  Attribute factor = b.getFloatAttr(b.getF16Type(), 256.0);
  auto scale = DenseElementsAttr::get(halves, ArrayRef(factor));
  number = arith::MulFOp::create(b, loc, number, emitter.constant(scale));
  Value bits = LLVM::BitcastOp::create(b, loc, i32Type, number);
  // One more than the magnitude has bit 7 where that is 0x7f, NaN.
  Value isNan = arith::AddIOp::create(b, loc, magnitude, both(1));
  isNan = arith::ShRUIOp::create(b, loc, isNan, emitter.i32(7));
  isNan = arith::AndIOp::create(b, loc, isNan, both(1));
  Value nan = arith::MulIOp::create(b, loc, isNan, emitter.i32(0x7fff));
  Value sign = arith::AndIOp::create(b, loc, word, both(0x80));
  sign = arith::ShLIOp::create(b, loc, sign, emitter.i32(8));
  bits = arith::OrIOp::create(b, loc, arith::OrIOp::create(b, loc, bits, nan), sign);
  Value pair = LLVM::BitcastOp::create(b, loc, halves, bits);
  return {LLVM::ExtractElementOp::create(b, loc, pair, emitter.i32(0)),
          LLVM::ExtractElementOp::create(b, loc, pair, emitter.i32(1))};
}

SmallVector<Value> Float8Emitter::decode(ArrayRef<Value> bytes) {
  if (!format.isE4m3)
    return llvm::map_to_vector(bytes, [&](Value byte) { return decodeE5m2(byte); });
  return inPairs(bytes, [&](Value first, Value second) {
    if (!hasHardware)
      return decodeE4m3(first, second);
    Type i16Type = b.getI16Type();
    Value low = arith::ExtUIOp::create(b, loc, i16Type, first);
    Value high = arith::ExtUIOp::create(b, loc, i16Type, second);
    high = arith::ShLIOp::create(b, loc, high, i16(8));
    Value pair = intrinsic(VectorType::get(2, b.getF16Type()), "llvm.nvvm.e4m3x2.to.f16x2.rn",
                           {Value(arith::OrIOp::create(b, loc, low, high))});
    Value zero = emitter.i32(0), one = emitter.i32(1);
    return std::pair<Value, Value>(LLVM::ExtractElementOp::create(b, loc, pair, zero),
                                   LLVM::ExtractElementOp::create(b, loc, pair, one));
  });
}

//===----------------------------------------------------------------------===//
// Floats to bytes
//===----------------------------------------------------------------------===//

Value Float8Emitter::toF32(Value value, bool towardZero) {
  Type f32 = b.getF32Type();
  if (value.getType() == f32)
    return value;
  if (!value.getType().isF64())
    return arith::ExtFOp::create(b, loc, f32, value);
  Value cut = intrinsic(f32, "llvm.nvvm.d2f.rz", value);
  if (towardZero)
    return cut;
  // Rounded to odd, so that the second rounding sees on which side of a tie the number is.
  Value back = arith::ExtFOp::create(b, loc, b.getF64Type(), cut);
  Value isCut = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, back, value);
  Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), cut);
  Value sticky = arith::ExtUIOp::create(b, loc, b.getI32Type(), isCut);
  bits = arith::OrIOp::create(b, loc, bits, sticky);
  return arith::BitcastOp::create(b, loc, f32, bits);
}

Value Float8Emitter::encodeOne(Value value, bool towardZero) {
  Type i32 = b.getI32Type(), f32 = b.getF32Type();
  Value bits = arith::BitcastOp::create(b, loc, i32, value);
  Value magnitude = arith::AndIOp::create(b, loc, bits, emitter.i32(0x7fffffff));
  Value sign = arith::ShRUIOp::create(b, loc, bits, emitter.i32(24));
  sign = arith::AndIOp::create(b, loc, sign, emitter.i32(0x80));
  Value finite = arith::MinUIOp::create(b, loc, magnitude, emitter.i32(format.greatest()));

  // Normal numbers: round the mantissa, which may carry into the exponent, and move the bias.
  unsigned dropped = format.droppedBits();
  Value rounded = finite;
  if (!towardZero) {
    Value last = arith::ShRUIOp::create(b, loc, finite, emitter.i32(dropped));
    last = arith::AndIOp::create(b, loc, last, emitter.i32(1));
    Value half = arith::AddIOp::create(b, loc, last, emitter.i32((1 << (dropped - 1)) - 1));
    rounded = arith::AddIOp::create(b, loc, finite, half);
  }
  Value normal = arith::ShRUIOp::create(b, loc, rounded, emitter.i32(dropped));
  normal = arith::SubIOp::create(b, loc, normal,
                                 emitter.i32((127 - format.bias()) << format.mantissaBits));
  // Subnormal ones: the sum with the anchor rounds at their last place.
  Value number = arith::BitcastOp::create(b, loc, f32, finite);
  Value anchorBits = emitter.i32(format.subnormalAnchor());
  Value anchor = arith::BitcastOp::create(b, loc, f32, anchorBits);
  Value sum = towardZero ? intrinsic(f32, "llvm.nvvm.add.rz.f", {number, anchor})
                         : Value(arith::AddFOp::create(b, loc, number, anchor));
  Value subnormal = arith::BitcastOp::create(b, loc, i32, sum);
  subnormal = arith::SubIOp::create(b, loc, subnormal, anchorBits);

  Value isSubnormal = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, finite,
                                            emitter.i32(format.leastNormal()));
  Value result = arith::SelectOp::create(b, loc, isSubnormal, subnormal, normal);
  result = arith::OrIOp::create(b, loc, result, sign);
  Value isNan =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ugt, magnitude, emitter.i32(0x7f800000));
  result = arith::SelectOp::create(b, loc, isNan, emitter.i32(0x7f), result);
  return arith::TruncIOp::create(b, loc, b.getI8Type(), result);
}

SmallVector<Value> Float8Emitter::encode(ArrayRef<Value> values, bool towardZero) {
  if (!hasHardware || towardZero) // the hardware rounds to nearest only
    return llvm::map_to_vector(values, [&](Value value) { return encodeOne(value, towardZero); });
  StringRef name = format.isE4m3 ? "llvm.nvvm.ff.to.e4m3x2.rn" : "llvm.nvvm.ff.to.e5m2x2.rn";
  return inPairs(values, [&](Value first, Value second) {
    Value pair = intrinsic(b.getI16Type(), name, {second, first}); // upper byte first
    Value high = arith::ShRUIOp::create(b, loc, pair, i16(8));
    return std::pair<Value, Value>(arith::TruncIOp::create(b, loc, b.getI8Type(), pair),
                                   arith::TruncIOp::create(b, loc, b.getI8Type(), high));
  });
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

bool involvesFloat8(Operation *op) {
  auto isFloat8Tile = [](Type type) { return isFloat8(tile::elementTypeOf(type)); };
  return llvm::any_of(op->getOperandTypes(), isFloat8Tile) ||
         llvm::any_of(op->getResultTypes(), isFloat8Tile);
}

/// A decoded number as what `op` makes of it.
static Value fromHalf(OpBuilder &b, Operation *op, Value half, Type to) {
  Location loc = op->getLoc();
  if (to.isF16())
    return half;
  Value wide = arith::ExtFOp::create(b, loc, to.isF64() ? to : b.getF32Type(), half);
  if (to.isBF16())
    return arith::TruncFOp::create(b, loc, to, wide);
  if (isa<arith::FPToSIOp>(op))
    return arith::FPToSIOp::create(b, loc, to, wide);
  return isa<arith::FPToUIOp>(op) ? arith::FPToUIOp::create(b, loc, to, wide) : wide;
}

/// The operand of `op` as an f32 that rounds to the same byte. Integers that f32 does not hold are
/// beyond the greatest number of both formats.
static Value toFloat(Float8Emitter &float8, OpBuilder &b, Operation *op, Value value,
                     bool towardZero) {
  if (isa<arith::SIToFPOp>(op))
    return arith::SIToFPOp::create(b, op->getLoc(), b.getF32Type(), value);
  if (isa<arith::UIToFPOp>(op))
    return arith::UIToFPOp::create(b, op->getLoc(), b.getF32Type(), value);
  return float8.toF32(value, towardZero);
}

LogicalResult lowerFloat8Conversion(ThreadEmitter &emitter, Operation *op) {
  const Arch *arch = sm::targetArch(op);
  if (!arch)
    return failure();
  Type from = tile::elementTypeOf(op->getOperand(0).getType());
  Type to = tile::elementTypeOf(op->getResult(0).getType());
  Float8Emitter float8(emitter, op, Format(isFloat8(from) ? from : to), arch->has(Feature::CvtFp8));
  // Registers that hold the same value are converted once.
  ArrayRef<Value> operands = emitter.registers(op->getOperand(0));
  llvm::SetVector<Value> unique(operands.begin(), operands.end());
  SmallVector<Value> converted;
  OpBuilder &b = emitter.builder();
  if (isFloat8(from)) {
    for (Value half : float8.decode(unique.getArrayRef()))
      converted.push_back(fromHalf(b, op, half, to));
  } else {
    auto truncate = dyn_cast<arith::TruncFOp>(op);
    bool towardZero = truncate && truncate.getRoundingmode() == arith::RoundingMode::toward_zero;
    SmallVector<Value> values = llvm::map_to_vector(unique.getArrayRef(), [&](Value value) {
      return toFloat(float8, b, op, value, towardZero);
    });
    converted = float8.encode(values, towardZero);
  }
  llvm::DenseMap<Value, Value> results;
  for (auto [value, result] : llvm::zip_equal(unique, converted))
    results[value] = result;
  emitter.define(op->getResult(0),
                 llvm::map_to_vector(operands, [&](Value value) { return results[value]; }));
  return success();
}

} // namespace mla
