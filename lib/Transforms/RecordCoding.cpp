//===- RecordCoding.cpp - expansions of the coding of records -------------===//
// Numbers of more than a byte are made of bytes by halves: [N, 2 n] numbers become [N, n] of twice
// the width, which takes no exchange between threads that hold neighbouring bytes. Parts of a
// record are taken where the register layouts of its tile can be cut; bytes elsewhere are gathered.
// Products and quotients keep their own rounding: nothing here may contract or
// approximate.

#include "RecordCoding.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mla;

/// The bits of f32 that are exponent, and that are mantissa.
static constexpr int32_t kExponentBits = 0x7f800000, kMantissaBits = 0x007fffff;

/// Parts of a tile of bytes that begin and end at multiples of this are registers of the whole.
static constexpr int64_t kCut = 64;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// A float tile in another float type.
static Value toFloat(TileBuilder &b, Value value, Type element) {
  Type from = tile::elementTypeOf(value.getType());
  if (from == element)
    return value;
  if (!element.isF32() && !from.isF32()) // f16 and bf16 meet in f32
    return toFloat(b, toFloat(b, value, b.getF32Type()), element);
  return element.isF32() ? b.convert<arith::ExtFOp>(value, element)
                         : b.convert<arith::TruncFOp>(value, element);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// Integers [N, n] of `width` bits whose bytes, low ones first, are [N, n · width / 8] integers.
static Value joinBytes(TileBuilder &b, Value parts, unsigned width) {
  unsigned bits = tile::elementTypeOf(parts.getType()).getIntOrFloatBitWidth();
  if (bits == width)
    return parts;
  int64_t rows = shapeOf(parts)[0], count = shapeOf(parts)[1] / 2;
  auto half = cast<RankedTensorType>(parts.getType()).clone({rows, count});
  auto split = tile::SplitOp::create(b, half, half, b.reshape(parts, {rows, count, 2}));
  Type wide = b.getIntegerType(2 * bits);
  Value low = b.convert<arith::ExtUIOp>(split.getLhs(), wide);
  Value high = b.convert<arith::ExtUIOp>(split.getRhs(), wide);
  high = arith::ShLIOp::create(b, high, b.integer(high.getType(), bits));
  return joinBytes(b, arith::OrIOp::create(b, high, low), width);
}

/// `count` bytes of each row from `offset` on.
static Value takeBytes(TileBuilder &b, Value bytes, int64_t offset, int64_t count) {
  if (offset % kCut == 0 && (count % kCut == 0 || shapeOf(bytes)[1] < kCut))
    return b.columns(bytes, offset, count);
  SmallVector<int64_t> shape{shapeOf(bytes)[0], count};
  Value index = b.broadcast(b.expand(b.range(offset, count), 0), shape);
  auto type = RankedTensorType::get(shape, b.getI8Type());
  return tile::GatherOp::create(b, type, bytes, index, 1);
}

/// `count` numbers from byte `offset` of each row on, as floats of their own type; ue8m0 as f32.
static Value readNumbers(TileBuilder &b, Value bytes, RecordNumber number, int64_t offset,
                         int64_t count) {
  int64_t width = bytesOf(number);
  Value bits = joinBytes(b, takeBytes(b, bytes, offset, count * width), unsigned(8 * width));
  if (number != RecordNumber::UE8M0)
    return b.convert<arith::BitcastOp>(bits, gather::elementType(b.getContext(), number));
  // 2^(byte - 127): the exponent of an f32, but for the least, which is subnormal, and for NaN.
  Value wide = b.convert<arith::ExtUIOp>(bits, b.getI32Type());
  Type type = wide.getType();
  Value power = arith::ShLIOp::create(b, wide, b.integer(type, 23));
  Value isLeast = b.compare(arith::CmpIPredicate::eq, wide, b.integer(type, 0));
  Value isNan = b.compare(arith::CmpIPredicate::eq, wide, b.integer(type, 255));
  power = b.select(isLeast, b.integer(type, 1 << 22), power);
  power = b.select(isNan, b.integer(type, kExponentBits | 1 << 22), power);
  return b.convert<arith::BitcastOp>(power, b.getF32Type());
}

/// Scales [N, G] or one scale, repeated for the `width` numbers of each row.
static Value repeatScales(TileBuilder &b, Value scales, int64_t rows, int64_t width) {
  if (!isa<RankedTensorType>(scales.getType()))
    return b.splat(scales, {rows, width});
  int64_t groups = shapeOf(scales)[1];
  if (groups == 1)
    return b.broadcast(scales, {rows, width});
  Value repeated = b.broadcast(b.expand(scales, 2), {rows, groups, width / groups});
  return b.reshape(repeated, {rows, width});
}

int64_t mla::codesOf(const RecordFormat &format, int64_t count) {
  const RecordScales &scales = format.scales;
  int64_t groups = llvm::PowerOf2Ceil(scales.count);
  bool hasBytes =
      scales.place == ScalePlace::Page && groups * bytesOf(scales.number) <= format.scaleBytes;
  return hasBytes && groups * scales.group <= format.recordBytes ? groups * scales.group : count;
}

RecordParts mla::takeParts(TileBuilder &b, gather::DecodeRecordOp op) {
  const RecordFormat &format = op.getFormat().format();
  RecordParts parts;
  for (auto [i, result] : llvm::enumerate(op.getFields())) {
    const RecordField &field = format.fields[i];
    Value record = op.getRecord();
    int64_t count = shapeOf(result)[1];
    if (i == 0)
      count = codesOf(format, count);
    parts.fields.push_back(
        format.isPlain() ? record : readNumbers(b, record, field.number, field.offset, count));
  }
  const RecordScales &scales = format.scales;
  if (scales.place == ScalePlace::Record)
    parts.scales = readNumbers(b, op.getRecord(), scales.number, scales.offset, scales.count);
  return parts;
}

SmallVector<Value> mla::emitDecode(TileBuilder &b, gather::DecodeRecordOp op, RecordParts parts) {
  const RecordScales &scales = op.getFormat().format().scales;
  if (Value given = op.getScales()) {
    bool isNumbers = tile::elementTypeOf(given.getType()).isF32();
    int64_t groups = isNumbers ? 0 : shapeOf(parts.fields[0])[1] / scales.group;
    parts.scales = isNumbers ? given : readNumbers(b, given, scales.number, scales.offset, groups);
  }
  SmallVector<Value> results;
  for (auto [i, result] : llvm::enumerate(op.getFields())) {
    Value value = parts.fields[i];
    if (i == 0 && parts.scales) {
      ArrayRef<int64_t> shape = shapeOf(value);
      Value repeated = repeatScales(b, parts.scales, shape[0], shape[1]);
      value = arith::MulFOp::create(b, toFloat(b, value, b.getF32Type()), repeated);
    }
    value = toFloat(b, value, tile::elementTypeOf(result.getType()));
    results.push_back(b.columns(value, 0, shapeOf(result)[1]));
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

/// The scales [N, G] of values [N, W] in f32.
static Value findScales(TileBuilder &b, Value values, const RecordScales &scales,
                        gather::ScaleRuleKind rule) {
  int64_t rows = shapeOf(values)[0];
  Value sizes = math::AbsFOp::create(b, values);
  // maxnum ignores NaN, which must not become the maximum of a group of nothing else.
  sizes = arith::MaxNumFOp::create(b, sizes, b.number(sizes.getType(), scales.leastAmax));
  Value amax;
  if (scales.count == 1) {
    auto type = RankedTensorType::get({rows}, b.getF32Type());
    amax = tile::ReduceOp::create(b, type, tile::ReduceKind::Max, sizes, 1, /*is_unsigned=*/false);
    amax = b.expand(amax, 1);
  } else {
    auto type = RankedTensorType::get({rows, scales.count}, b.getF32Type());
    sizes = b.reshape(sizes, {rows, scales.count, scales.group});
    amax = tile::ReduceOp::create(b, type, tile::ReduceKind::Max, sizes, 2, /*is_unsigned=*/false);
  }
  Type type = amax.getType();
  Value scale = arith::DivFOp::create(b, amax, b.number(type, 448.0));
  bool isPow2 = rule == gather::ScaleRuleKind::Pow2;
  if (float least = isPow2 ? scales.leastPow2 : scales.leastLinear; least > 0)
    scale = arith::MaxNumFOp::create(b, scale, b.number(type, least));
  if (!isPow2)
    return scale;
  // Scales are normal numbers: any bit of the mantissa carries into the exponent.
  Value bits = b.convert<arith::BitcastOp>(scale, b.getI32Type());
  bits = arith::AddIOp::create(b, bits, b.integer(bits.getType(), kMantissaBits));
  bits = arith::AndIOp::create(b, bits, b.integer(bits.getType(), kExponentBits));
  return b.convert<arith::BitcastOp>(bits, b.getF32Type());
}

/// Powers of two [N, G] as bytes [N, bytes], zeros behind them.
static Value encodePowers(TileBuilder &b, Value scales, int64_t bytes) {
  int64_t rows = shapeOf(scales)[0];
  Value bits = b.convert<arith::BitcastOp>(scales, b.getI32Type());
  Value exponents = arith::ShRUIOp::create(b, bits, b.integer(bits.getType(), 23));
  exponents = b.convert<arith::TruncIOp>(exponents, b.getI8Type());
  if (shapeOf(exponents)[1] == bytes)
    return exponents;
  // A gather gives zero behind the last column.
  Value columns = b.broadcast(b.expand(b.range(0, bytes), 0), {rows, bytes});
  auto type = RankedTensorType::get({rows, bytes}, b.getI8Type());
  return tile::GatherOp::create(b, type, exponents, columns, 1);
}

/// Values [N, W] by their scales. Powers of two that follow from values lie between 2^-126 and
/// 2^126: the product with the reciprocal then has the quotient's bits, one division for a group.
static Value divide(TileBuilder &b, Value values, Value scales,
                    std::optional<gather::ScaleRuleKind> rule) {
  ArrayRef<int64_t> shape = shapeOf(values);
  if (rule != gather::ScaleRuleKind::Pow2)
    return arith::DivFOp::create(b, values, repeatScales(b, scales, shape[0], shape[1]));
  Value inverse = arith::DivFOp::create(b, b.number(scales.getType(), 1.0), scales);
  return arith::MulFOp::create(b, values, repeatScales(b, inverse, shape[0], shape[1]));
}

SmallVector<Value> mla::emitEncode(TileBuilder &b, gather::EncodeRecordOp op) {
  const RecordFormat &format = op.getFormat().format();
  const RecordScales &scales = format.scales;
  SmallVector<Value> results;
  for (auto [i, value] : llvm::enumerate(op.getValues())) {
    Type element = gather::elementType(b.getContext(), format.fields[i].number);
    if (i != 0 || scales.place == ScalePlace::None) {
      results.push_back(toFloat(b, value, element));
      continue;
    }
    Value wide = toFloat(b, value, b.getF32Type());
    Value scale = op.getScale();
    if (!scale)
      scale = findScales(b, wide, scales, *op.getRule());
    results.push_back(toFloat(b, divide(b, wide, scale, op.getRule()), element));
    if (!op.getScale())
      results.push_back(
          scales.number == RecordNumber::UE8M0 ? encodePowers(b, scale, format.scaleBytes) : scale);
  }
  return results;
}
