//===- EmitRandom.cpp - random numbers ------------------------------------===//
// Philox, a counter-based generator: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
// as 1, 2, 3", SC 2011. Numbers depend on seed and counter only, and are bit by bit those of
// Triton.
#include "Emitter.h"
#include "Literals.h"

using namespace mlir;
using namespace mla::frontend;

namespace {
/// Constants of Philox-4x32 and Philox-4x64.
struct PhiloxConstants {
  uint64_t multiplierA, multiplierB, keyA, keyB;
};
} // namespace

static constexpr PhiloxConstants kPhilox32 = {0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85};
static constexpr PhiloxConstants kPhilox64 = {0xD2E7470EE14C6C93, 0xCA5A826395121157,
                                              0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B};

/// Most rounds that a call may ask for.
static constexpr int64_t kMaxRounds = 64;

FailureOr<Object> Emitter::applyBuiltin(StringRef name, ArrayRef<Object> arguments,
                                        uint32_t offset) {
  const BuiltinInfo *info = findBuiltin(name, {BuiltinHome::Language, BuiltinHome::Both,
                                               BuiltinHome::Math, BuiltinHome::MathFunction});
  BuiltinCall call{info, offset, {}, {}, {}};
  for (auto [i, formal] : llvm::enumerate(parametersOf(*info))) {
    call.arguments.push_back(i < arguments.size() ? arguments[i] : formal.defaultValue);
    call.offsets.push_back(offset);
  }
  return emitBuiltin(call);
}

//===----------------------------------------------------------------------===//
// Philox
//===----------------------------------------------------------------------===//

/// One round: two products, and the key added for the next one.
LogicalResult Emitter::philoxRound(std::array<Object, 4> &counter, std::array<Object, 2> &key,
                                   bool isWide, uint32_t offset) {
  const PhiloxConstants &constants = isWide ? kPhilox64 : kPhilox32;
  auto apply = [&](BinaryOp op, const Object &lhs, const Object &rhs) {
    return emitBinary(op, lhs, rhs, offset);
  };
  /// High half of a product, mixed with another word and the key.
  auto mix = [&](uint64_t multiplier, const Object &word, const Object &other,
                 const Object &keyWord) -> ObjectResult {
    auto high = applyBuiltin("umulhi", {Object(Integer(multiplier)), word}, offset);
    auto mixed = failed(high) ? high : apply(BinaryOp::Xor, *high, other);
    return failed(mixed) ? mixed : apply(BinaryOp::Xor, *mixed, keyWord);
  };
  auto first = mix(constants.multiplierB, counter[2], counter[1], key[0]);
  auto third = failed(first) ? first : mix(constants.multiplierA, counter[0], counter[3], key[1]);
  auto second = failed(third)
                    ? third
                    : apply(BinaryOp::Mul, counter[2], Object(Integer(constants.multiplierB)));
  auto fourth = failed(second)
                    ? second
                    : apply(BinaryOp::Mul, counter[0], Object(Integer(constants.multiplierA)));
  auto keyA =
      failed(fourth) ? fourth : apply(BinaryOp::Add, key[0], Object(Integer(constants.keyA)));
  auto keyB = failed(keyA) ? keyA : apply(BinaryOp::Add, key[1], Object(Integer(constants.keyB)));
  if (failed(keyB))
    return failure();
  counter = {*first, *second, *third, *fourth};
  key = {*keyA, *keyB};
  return success();
}

FailureOr<std::array<Object, 4>> Emitter::philoxRounds(std::array<Object, 4> counter,
                                                       std::array<Object, 2> key,
                                                       const BuiltinCall &call) {
  auto rounds = integerArgument(call, "n_rounds");
  if (failed(rounds))
    return failure();
  if (*rounds < 0 || *rounds > kMaxRounds)
    return error(call.offsetOf("n_rounds"))
           << "n_rounds must be between 0 and " << kMaxRounds << ", got " << toString(*rounds);
  DType type = counter[0].tensor()->type.element;
  bool isWide = type == DType(Scalar::Uint64);
  if (!isWide && type != DType(Scalar::Uint32))
    return error(call.offset) << call.info->name << " counts in uint32 or uint64, got "
                              << type.shortName();
  for (int64_t round = 0; round < int64_t(*rounds); ++round)
    if (failed(philoxRound(counter, key, isWide, call.offset)))
      return failure();
  return counter;
}

/// An argument that is an integer, as a run-time value.
FailureOr<Tensor> Emitter::counterArgument(const BuiltinCall &call, StringRef name) {
  auto value = toTensor(call[name], call.offsetOf(name));
  if (succeeded(value) && !value->type.element.isInteger())
    return error(call.offsetOf(name))
           << "expected integers for '" << name << "', got " << value->type.name();
  return value;
}

/// philox(seed, c0, c1, c2, c3): the key is the seed's two halves.
FailureOr<std::array<Object, 4>>
Emitter::philox(const Tensor &seed, const std::array<Tensor, 4> &words, const BuiltinCall &call) {
  unsigned bits = words[0].type.element.bits();
  if (bits != 32 && bits != 64)
    return error(call.offset) << call.info->name << " counts in 32 or 64 bits, got "
                              << words[0].type.name();
  DType type = bits == 32 ? Scalar::Uint32 : Scalar::Uint64;
  std::array<Object, 4> counter;
  for (auto [word, object] : llvm::zip(words, counter)) {
    if (word.type.element.bits() != bits)
      return error(call.offset) << "expected counters of one width, got " << words[0].type.name()
                                << " and " << word.type.name();
    object = *convertTo(word, type, call.offset);
  }
  Tensor wide = *convertTo(seed, Scalar::Uint64, call.offset);
  std::array<Object, 2> key = {wide, *constant(Object(Integer(0)), type, call.offset)};
  if (bits == 32) {
    auto high = emitBinary(BinaryOp::Shr, wide, Object(Integer(32)), call.offset);
    if (failed(high))
      return failure();
    key = {*convertTo(wide, type, call.offset), *convertTo(*high->tensor(), type, call.offset)};
  }
  return philoxRounds(std::move(counter), std::move(key), call);
}

/// The four words for a seed and a tile of counters.
FailureOr<std::array<Object, 4>> Emitter::randomWords(const BuiltinCall &call) {
  StringRef name = parametersOf(*call.info)[1].name;
  auto seed = counterArgument(call, "seed");
  auto offsets = failed(seed) ? seed : counterArgument(call, name);
  if (failed(offsets))
    return failure();
  Tensor low = *convertTo(*offsets, Scalar::Uint32, call.offset);
  Tensor zero = *constant(Object(Integer(0)), low.type, call.offset), high = zero;
  if (offsets->type.element.bits() > 32) {
    auto shifted = emitBinary(BinaryOp::Shr, *offsets, Object(Integer(32)), call.offset);
    if (failed(shifted))
      return failure();
    high = *convertTo(*shifted->tensor(), Scalar::Uint32, call.offset);
  }
  return philox(*seed, {low, high, zero, zero}, call);
}

//===----------------------------------------------------------------------===//
// Distributions
//===----------------------------------------------------------------------===//

/// Numbers in [0, 1): the sign is folded away, the rest is scaled.
FailureOr<Object> Emitter::toUniform(const Object &bits, const BuiltinCall &call) {
  auto value = toTensor(bits, call.offset);
  if (failed(value))
    return failure();
  DType element = value->type.element;
  if (!element.isInteger() || element.bits() < 32)
    return error(call.offset) << "expected integers of 32 or 64 bits, got " << value->type.name();
  bool isWide = element.bits() == 64;
  // The greatest factors with which the greatest integer stays below 1.
  double scale = isWide ? 1.0842020432385337e-19 : 4.6566127342e-10;
  Tensor number = *convertTo(*value, isWide ? Scalar::Int64 : Scalar::Int32, call.offset);
  auto isNegative = emitCompare(CompareOp::Lt, number, Object(Integer(0)), call.offset);
  auto negated = emitUnary(UnaryOp::Negate, number, call.offset);
  auto folded = failed(negated)
                    ? negated
                    : emitBinary(BinaryOp::Sub, *negated, Object(Integer(1)), call.offset);
  if (failed(isNegative) || failed(folded))
    return failure();
  auto magnitude = applyBuiltin("where", {*isNegative, *folded, Object(number)}, call.offset);
  return failed(magnitude) ? magnitude
                           : emitBinary(BinaryOp::Mul, *magnitude, Object(scale), call.offset);
}

/// Box and Muller: two normal numbers from two uniform ones.
FailureOr<std::pair<Object, Object>> Emitter::toNormal(const Object &u1, const Object &u2,
                                                       uint32_t offset) {
  auto function = [&](StringRef name, const Object &x) { return applyBuiltin(name, {x}, offset); };
  auto bounded = applyBuiltin("maximum", {Object(1.0e-7), u1}, offset);
  auto angle = emitBinary(BinaryOp::Mul, u2, Object(6.283185307179586), offset);
  auto log = failed(bounded) ? bounded : function("log", *bounded);
  auto square = failed(log) ? log : emitBinary(BinaryOp::Mul, *log, Object(-2.0), offset);
  auto radius = failed(square) ? square : function("sqrt", *square);
  if (failed(radius) || failed(angle))
    return failure();
  auto cosine = function("cos", *angle), sine = function("sin", *angle);
  if (failed(cosine) || failed(sine))
    return failure();
  auto first = emitBinary(BinaryOp::Mul, *radius, *cosine, offset);
  auto second = emitBinary(BinaryOp::Mul, *radius, *sine, offset);
  if (failed(first) || failed(second))
    return failure();
  return std::pair(*first, *second);
}

/// rand, rand4x, randn and randn4x from the generator's words.
FailureOr<Object> Emitter::emitDistribution(const BuiltinCall &call) {
  BuiltinId id = call.info->id;
  auto words = randomWords(call);
  if (failed(words))
    return failure();
  bool isNormal = id == BuiltinId::Randn || id == BuiltinId::Randn4x;
  bool isSingle = id == BuiltinId::Rand || id == BuiltinId::Randn;
  size_t needed = !isSingle ? 4 : isNormal ? 2 : 1;
  std::vector<Object> numbers;
  for (const Object &word : ArrayRef<Object>(*words).take_front(needed)) {
    auto uniform = toUniform(word, call);
    if (failed(uniform))
      return failure();
    numbers.push_back(std::move(*uniform));
  }
  for (size_t i = 0; isNormal && i < needed; i += 2) {
    auto pair = toNormal(numbers[i], numbers[i + 1], call.offset);
    if (failed(pair))
      return failure();
    std::tie(numbers[i], numbers[i + 1]) = *pair;
  }
  return isSingle ? numbers.front() : Object::tuple(std::move(numbers));
}

FailureOr<Object> Emitter::emitRandom(const BuiltinCall &call) {
  FailureOr<std::array<Object, 4>> words = failure();
  switch (call.info->id) {
  case BuiltinId::UintToUniformFloat:
    return toUniform(call["x"], call);
  case BuiltinId::PairUniformToNormal: {
    auto pair = toNormal(call["u1"], call["u2"], call.offset);
    if (failed(pair))
      return failure();
    return Object::tuple({pair->first, pair->second});
  }
  case BuiltinId::Philox:
  case BuiltinId::PhiloxImpl: {
    std::array<Tensor, 4> counter;
    for (auto [name, word] : llvm::zip(std::array<StringRef, 4>{"c0", "c1", "c2", "c3"}, counter)) {
      auto value = counterArgument(call, name);
      if (failed(value))
        return failure();
      word = *value;
    }
    if (call.info->id == BuiltinId::Philox) {
      auto seed = counterArgument(call, "seed");
      words = failed(seed) ? words : philox(*seed, counter, call);
      break;
    }
    auto k0 = counterArgument(call, "k0");
    auto k1 = failed(k0) ? k0 : counterArgument(call, "k1");
    if (failed(k1))
      return failure();
    words = philoxRounds({counter[0], counter[1], counter[2], counter[3]}, {*k0, *k1}, call);
    break;
  }
  case BuiltinId::Randint:
  case BuiltinId::Randint4x:
    words = randomWords(call);
    break;
  default:
    return emitDistribution(call);
  }
  if (failed(words))
    return failure();
  if (call.info->id == BuiltinId::Randint)
    return words->front();
  return Object::tuple({words->begin(), words->end()});
}
