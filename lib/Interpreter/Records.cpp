//===- Records.cpp - the coding of cache records --------------------------===//
// What dialects/Gather/GatherOps.td says of decode_record and encode_record, record by record.
#include "Registry.h"

#include "mla/Dialect/Gather/Gather.h"
#include <bit>
#include <cmath>
#include <cstring>

using namespace mlir;

namespace mla::interp {

/// The interpreter's element for a number that is a float type of the IR.
static Element elementFor(RecordNumber number) {
  switch (number) {
  case RecordNumber::E4M3:
    return Element::E4M3;
  case RecordNumber::E5M2:
    return Element::E5M2;
  case RecordNumber::BF16:
    return Element::BF16;
  case RecordNumber::FP16:
    return Element::F16;
  case RecordNumber::FP32:
    return Element::F32;
  case RecordNumber::UE8M0:
    return Element::I8;
  }
  llvm_unreachable("all numbers of records are listed");
}

static float decodeNumber(RecordNumber number, const uint8_t *bytes) {
  if (number == RecordNumber::UE8M0)
    return *bytes == 255 ? NAN : std::ldexp(1.0f, int(*bytes) - 127);
  uint32_t bits = 0;
  std::memcpy(&bits, bytes, size_t(bytesOf(number)));
  return decodeFloat(elementFor(number), bits);
}

/// The elements of a tile as they lie in memory, row by row.
static std::vector<uint8_t> bytesIn(const Tile &tile) {
  unsigned bytes = bytesOf(tile.element);
  std::vector<uint64_t> bits = tile.toBits();
  std::vector<uint8_t> result(bits.size() * bytes);
  for (size_t i = 0; i < bits.size(); ++i)
    std::memcpy(&result[i * bytes], &bits[i], bytes);
  return result;
}

static Outcome decodeRecordOp(Machine &machine, Operation *op) {
  auto decode = cast<gather::DecodeRecordOp>(op);
  const RecordFormat &format = decode.getFormat().format();
  const RecordScales &scales = format.scales;
  const Tile &record = machine[decode.getRecord()];
  size_t rows = size_t(record.shape[0]);
  std::vector<uint8_t> bytes = bytesIn(record), behindPage;
  if (scales.place == ScalePlace::Page)
    behindPage = bytesIn(machine[decode.getScales()]);

  auto scaleOf = [&](size_t row, int64_t column) {
    if (scales.place == ScalePlace::Tensor)
      return machine[decode.getScales()].floats()[0];
    const std::vector<uint8_t> &from = scales.place == ScalePlace::Page ? behindPage : bytes;
    size_t offset = size_t(scales.offset + column / scales.group * bytesOf(scales.number));
    return decodeNumber(scales.number, &from[row * (from.size() / rows) + offset]);
  };
  for (auto [i, result] : llvm::enumerate(decode.getFields())) {
    const RecordField &field = format.fields[i];
    auto type = cast<RankedTensorType>(result.getType());
    Tile tile(*elementOf(type.getElementType()), type.getShape());
    int64_t width = type.getDimSize(1);
    for (size_t row = 0; row < rows; ++row)
      for (int64_t j = 0; j < width; ++j) {
        size_t offset = size_t(field.offset + j * bytesOf(field.number));
        float value = decodeNumber(field.number, &bytes[row * (bytes.size() / rows) + offset]);
        if (i == 0 && scales.place != ScalePlace::None)
          value *= scaleOf(row, j);
        tile.makeFloats()[row * size_t(width) + size_t(j)] = roundFloat(tile.element, value);
      }
    machine.set(result, std::move(tile));
  }
  return Outcome::Next;
}

/// The scale of a group of values.
static float scaleFor(ArrayRef<float> group, const RecordScales &scales,
                      gather::ScaleRuleKind rule) {
  float amax = scales.leastAmax;
  for (float value : group)
    if (std::fabs(value) > amax)
      amax = std::fabs(value);
  bool isPow2 = rule == gather::ScaleRuleKind::Pow2;
  float scale = std::fmax(amax / 448.0f, isPow2 ? scales.leastPow2 : scales.leastLinear);
  if (!isPow2 || std::isinf(scale))
    return scale;
  int exponent;
  float half = std::frexp(scale, &exponent); // scale = half · 2^exponent, 0.5 ≤ half < 1
  return std::ldexp(1.0f, half == 0.5f ? exponent - 1 : exponent);
}

static Outcome encodeRecordOp(Machine &machine, Operation *op) {
  auto encode = cast<gather::EncodeRecordOp>(op);
  const RecordFormat &format = encode.getFormat().format();
  const RecordScales &scales = format.scales;
  auto result = encode.getParts().begin();
  for (auto [i, operand] : llvm::enumerate(encode.getValues())) {
    const Tile &values = machine[operand];
    bool isScaled = i == 0 && scales.place != ScalePlace::None;
    size_t group = size_t(scales.group ? scales.group : values.shape[1]);
    std::vector<float> found; // row by row
    Tile codes(elementFor(format.fields[i].number), values.shape);
    for (size_t first = 0; first < values.size(); first += group) {
      ArrayRef<float> part = values.floats().slice(first, std::min(group, values.size() - first));
      float scale = 1;
      if (isScaled)
        found.push_back(scale = encode.getScale() ? machine[encode.getScale()].floats()[0]
                                                  : scaleFor(part, scales, *encode.getRule()));
      for (auto [j, value] : llvm::enumerate(part))
        codes.makeFloats()[first + j] = roundFloat(codes.element, isScaled ? value / scale : value);
    }
    machine.set(*result++, std::move(codes));
    if (!isScaled || encode.getScale())
      continue;
    auto type = cast<RankedTensorType>((*result).getType());
    Tile tile(*elementOf(type.getElementType()), type.getShape());
    size_t count = size_t(scales.count), stride = size_t(type.getDimSize(1));
    for (auto [index, scale] : llvm::enumerate(found)) {
      size_t at = index / count * stride + index % count;
      if (scales.number == RecordNumber::FP32)
        tile.makeFloats()[at] = scale;
      else
        tile.makeIntegers()[at] = int8_t(std::bit_cast<uint32_t>(scale) >> 23);
    }
    machine.set(*result++, std::move(tile));
  }
  return Outcome::Next;
}

void addRecords(Registry &registry) {
  registry.add<gather::DecodeRecordOp>(decodeRecordOp);
  registry.add<gather::EncodeRecordOp>(encodeRecordOp);
}

} // namespace mla::interp
