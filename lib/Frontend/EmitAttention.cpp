//===- EmitAttention.cpp - ml.attn: steps of tiled attention --------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Attn/Attn.h"

#include <cmath>

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitAttention(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::AttnMask:
    return emitMask(call);
  case BuiltinId::AttnSoftmaxInit:
    return emitSoftmaxInit(call);
  case BuiltinId::AttnSoftmaxStep:
    return emitSoftmaxStep(call);
  case BuiltinId::AttnSoftmaxFinish:
    return emitSoftmaxFinish(call);
  case BuiltinId::AttnMergeStep:
    return emitMergeStep(call);
  default:
    return emitGradScores(call);
  }
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

FailureOr<Tensor> Emitter::tileArgument(const BuiltinCall &call, StringRef name, Scalar element,
                                        size_t rank) {
  const Tensor *tile = call[name].tensor();
  if (tile && tile->type.element == DType(element) && tile->type.isTile &&
      tile->type.shape.size() == rank)
    return *tile;
  return error(call.offsetOf(name))
         << call.info->name << " expects a " << rank << "-D tile of " << DType(element).shortName()
         << " as '" << name << "', got " << call[name].describe();
}

FailureOr<Tensor> Emitter::rowsArgument(const BuiltinCall &call, StringRef name, Scalar element,
                                        int64_t rows) {
  uint32_t offset = call.offsetOf(name);
  if (call[name].isNumber()) {
    auto number = constant(call[name], DType(element), offset);
    return failed(number) ? number : TensorResult(splat(*number, rows, offset));
  }
  const Tensor *value = call[name].tensor();
  if (value && value->type == ValueType(DType(element)))
    return splat(*value, rows, offset);
  if (value && value->type == ValueType(DType(element), rows))
    return *value;
  return error(offset) << call.info->name << " expects " << ValueType(DType(element), rows).name()
                       << " or a scalar as '" << name << "', got " << call[name].describe();
}

FailureOr<Tensor> Emitter::int32Argument(const BuiltinCall &call, StringRef name) {
  uint32_t offset = call.offsetOf(name);
  if (call[name].isNumber())
    return constant(call[name], DType(Scalar::Int32), offset);
  const Tensor *value = call[name].tensor();
  if (value && value->type == ValueType(DType(Scalar::Int32)))
    return *value;
  return error(offset) << call.info->name << " expects a scalar i32 as '" << name << "', got "
                       << call[name].describe();
}

FailureOr<Tensor> Emitter::float32Argument(const BuiltinCall &call, StringRef name) {
  uint32_t offset = call.offsetOf(name);
  auto value = toTensorOf(call[name], Scalar::Float32, offset);
  if (succeeded(value) && value->type.isTile)
    return error(offset) << "expected a scalar fp32 as '" << name << "', got "
                         << call[name].describe();
  return value;
}

FailureOr<StringAttr> Emitter::labelArgument(const BuiltinCall &call) {
  auto label = stringArgument(call, "label");
  if (failed(label))
    return failure();
  return label->empty() ? StringAttr() : builder.getStringAttr(*label);
}

/// The arguments m, l and acc.
struct Emitter::SoftmaxState {
  Tensor m, l, acc;
};

FailureOr<Emitter::SoftmaxState> Emitter::stateArguments(const BuiltinCall &call) {
  auto m = tileArgument(call, "m", Scalar::Float32, 1);
  auto l = failed(m) ? m : tileArgument(call, "l", Scalar::Float32, 2);
  auto acc = failed(l) ? l : tileArgument(call, "acc", Scalar::Float32, 2);
  if (failed(acc))
    return failure();
  int64_t rows = m->type.shape[0];
  if (l->type.shape[0] != rows || acc->type.shape[0] != rows)
    return error(call.offsetOf("m"))
           << call.info->name << " expects a state of shapes [M], [M, L] and [M, D], got "
           << shapeName(m->type.shape) << ", " << shapeName(l->type.shape) << " and "
           << shapeName(acc->type.shape);
  return SoftmaxState{*m, *l, *acc};
}

//===----------------------------------------------------------------------===//
// Built-ins
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitMask(const BuiltinCall &call) {
  auto scores = tileArgument(call, "scores", Scalar::Float32, 2);
  auto firstKey = failed(scores) ? scores : int32Argument(call, "first_key");
  if (failed(firstKey))
    return failure();
  auto limit = rowsArgument(call, "limit", Scalar::Int32, scores->type.shape[0]);
  if (failed(limit))
    return failure();
  Value window;
  if (!call["window"].isNone()) {
    auto given = int32Argument(call, "window");
    if (failed(given))
      return failure();
    window = given->value;
  }
  auto label = labelArgument(call);
  if (failed(label))
    return failure();
  Value result = attn::MaskOp::create(builder, at(call.offset), scores->value.getType(),
                                      scores->value, firstKey->value, limit->value, window, *label);
  return Object(Tensor{result, scores->type});
}

FailureOr<Object> Emitter::emitSoftmaxInit(const BuiltinCall &call) {
  int64_t extents[3];
  for (auto [extent, name] : llvm::zip(extents, std::array<StringRef, 3>{"rows", "sums", "dims"})) {
    auto value = integerArgument(call, name);
    if (failed(value))
      return failure();
    if (*value < 1 || *value > kMaxTileElements)
      return error(call.offsetOf(name)) << "expected " << name << " between 1 and "
                                        << kMaxTileElements << ", got " << toString(*value);
    extent = int64_t(*value);
  }
  auto [rows, sums, dims] = extents;
  ValueType m(Scalar::Float32, rows), l(Scalar::Float32, {rows, sums}),
      acc(Scalar::Float32, {rows, dims});
  for (const ValueType &type : {l, acc})
    if (!tileElements(type.shape))
      return error(call.offset) << "a tile of shape " << shapeName(type.shape) << " has more than "
                                << kMaxTileElements << " elements";
  auto op = attn::SoftmaxInitOp::create(builder, at(call.offset), m.irType(context),
                                        l.irType(context), acc.irType(context));
  return Object::tuple({Tensor{op.getM(), m}, Tensor{op.getL(), l}, Tensor{op.getAcc(), acc}});
}

FailureOr<Object> Emitter::emitSoftmaxStep(const BuiltinCall &call) {
  auto scores = tileArgument(call, "scores", Scalar::Float32, 2);
  if (failed(scores))
    return failure();
  auto state = stateArguments(call);
  auto label = failed(state) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  auto [m, l, acc] = *state;
  int64_t sums = l.type.shape[1], keys = scores->type.shape[1];
  if (scores->type.shape[0] != l.type.shape[0] || (sums != keys && sums != 1))
    return error(call.offsetOf("scores"))
           << "expected scores in the shape of l, " << l.type.name()
           << (sums == 1 ? " or wider" : "") << ", got " << scores->type.name();
  Value scale;
  if (!call["scale"].isNone()) {
    auto given = float32Argument(call, "scale");
    if (failed(given))
      return failure();
    if (call["scale"].isNumber()) {
      // A factor that is not positive would turn the maximum round, without a sign of it.
      const double *number = call["scale"].get<double>();
      std::optional<Integer> integer = call["scale"].integer();
      double factor = number ? *number : integer ? double(*integer) : 1;
      if (!(factor > 0 && std::isfinite(factor)))
        return error(call.offsetOf("scale"))
               << "expected a positive, finite 'scale', got " << call["scale"].describe();
    }
    scale = given->value;
  }
  auto op = attn::SoftmaxStepOp::create(builder, at(call.offset), scores->value.getType(),
                                        m.value.getType(), l.value.getType(), acc.value.getType(),
                                        scores->value, m.value, l.value, acc.value, scale, *label);
  return Object::tuple({Tensor{op.getWeights(), scores->type}, Tensor{op.getNewM(), m.type},
                        Tensor{op.getNewL(), l.type}, Tensor{op.getNewAcc(), acc.type}});
}

FailureOr<Object> Emitter::emitSoftmaxFinish(const BuiltinCall &call) {
  auto state = stateArguments(call);
  auto label = failed(state) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  auto [m, l, acc] = *state;
  Value sink;
  if (!call["sink"].isNone()) {
    auto given = rowsArgument(call, "sink", Scalar::Float32, m.type.shape[0]);
    if (failed(given))
      return failure();
    sink = given->value;
  }
  auto op =
      attn::SoftmaxFinishOp::create(builder, at(call.offset), acc.value.getType(),
                                    m.value.getType(), m.value, l.value, acc.value, sink, *label);
  return Object::tuple({Tensor{op.getResult(), acc.type}, Tensor{op.getLse(), m.type}});
}

FailureOr<Object> Emitter::emitMergeStep(const BuiltinCall &call) {
  auto out = tileArgument(call, "out", Scalar::Float32, 2);
  auto lse = failed(out) ? out : tileArgument(call, "lse", Scalar::Float32, 1);
  if (failed(lse))
    return failure();
  auto state = stateArguments(call);
  auto label = failed(state) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  auto [m, l, acc] = *state;
  int64_t parts = out->type.shape[0], dims = out->type.shape[1];
  if (lse->type.shape[0] != parts)
    return error(call.offsetOf("lse"))
           << "expected an lse for each of " << parts << " parts, got " << lse->type.name();
  if (m.type.shape[0] != 1 || l.type.shape[1] != parts || acc.type.shape[1] != dims)
    return error(call.offsetOf("m"))
           << "merge_step expects the state of softmax_init(1, " << parts << ", " << dims
           << "), got shapes " << shapeName(m.type.shape) << ", " << shapeName(l.type.shape)
           << " and " << shapeName(acc.type.shape);
  auto op = attn::MergeStepOp::create(builder, at(call.offset), m.value.getType(),
                                      l.value.getType(), acc.value.getType(), out->value,
                                      lse->value, m.value, l.value, acc.value, *label);
  return Object::tuple({Tensor{op.getNewM(), m.type}, Tensor{op.getNewL(), l.type},
                        Tensor{op.getNewAcc(), acc.type}});
}

FailureOr<Object> Emitter::emitGradScores(const BuiltinCall &call) {
  auto scores = tileArgument(call, "scores", Scalar::Float32, 2);
  auto gradWeights =
      failed(scores) ? scores : tileArgument(call, "grad_weights", Scalar::Float32, 2);
  if (failed(gradWeights))
    return failure();
  if (gradWeights->type != scores->type)
    return error(call.offsetOf("grad_weights"))
           << "expected grad_weights in the shape of scores, " << scores->type.name() << ", got "
           << gradWeights->type.name();
  auto transposed = boolArgument(call, "transposed");
  if (failed(transposed))
    return failure();
  int64_t rows = scores->type.shape[*transposed ? 1 : 0];
  auto lse = rowsArgument(call, "lse", Scalar::Float32, rows);
  auto delta = failed(lse) ? lse : rowsArgument(call, "delta", Scalar::Float32, rows);
  auto scale = failed(delta) ? delta : float32Argument(call, "scale");
  auto label = failed(scale) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  Type tiles = scores->value.getType();
  auto op = attn::GradScoresOp::create(builder, at(call.offset), tiles, tiles, scores->value,
                                       lse->value, gradWeights->value, delta->value, scale->value,
                                       *transposed, *label);
  return Object::tuple(
      {Tensor{op.getWeights(), scores->type}, Tensor{op.getResult(), scores->type}});
}
