//===- EmitIndexer.cpp - ml.indexer: choosing keys ------------------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Indexer/Indexer.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitIndexer(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::IndexerHeadReduce:
    return emitHeadReduce(call);
  case BuiltinId::IndexerTopkInit:
    return emitTopkInit(call);
  case BuiltinId::IndexerTopkStep:
    return emitTopkStep(call);
  default:
    return emitTopkFinish(call);
  }
}

FailureOr<Object> Emitter::emitHeadReduce(const BuiltinCall &call) {
  auto scores = tileArgument(call, "scores", Scalar::Float32, 2);
  auto weights = failed(scores) ? scores : tileArgument(call, "weights", Scalar::Float32, 2);
  if (failed(weights))
    return failure();
  int64_t tokens = weights->type.shape[0], heads = weights->type.shape[1];
  int64_t rows = scores->type.shape[0], keys = scores->type.shape[1];
  if (rows != tokens * heads)
    return error(call.offsetOf("scores"))
           << "expected scores of " << tokens * heads << " rows for the " << tokens
           << " tokens and " << heads << " heads of weights, got " << scores->type.name();
  Value keyScale;
  if (!call["key_scale"].isNone()) {
    auto given = rowsArgument(call, "key_scale", Scalar::Float32, keys);
    if (failed(given))
      return failure();
    keyScale = given->value;
  }
  auto label = labelArgument(call);
  if (failed(label))
    return failure();
  ValueType type(Scalar::Float32, {tokens, keys});
  Value result =
      mla::indexer::HeadReduceOp::create(builder, at(call.offset), type.irType(context),
                                         scores->value, weights->value, keyScale, *label);
  return Object(Tensor{result, type});
}

FailureOr<Object> Emitter::emitTopkInit(const BuiltinCall &call) {
  auto rows = integerArgument(call, "rows");
  auto count = failed(rows) ? rows : integerArgument(call, "k");
  if (failed(count))
    return failure();
  for (auto [value, name] : {std::pair(*rows, "rows"), std::pair(*count, "k")})
    if (value < 1 || value > kMaxTileElements)
      return error(call.offsetOf(name)) << "expected " << name << " between 1 and "
                                        << kMaxTileElements << ", got " << toString(value);
  ValueType type(Scalar::Int64, {int64_t(*rows), int64_t(llvm::PowerOf2Ceil(uint64_t(*count)))});
  if (!tileElements(type.shape))
    return error(call.offset) << "a state of shape " << shapeName(type.shape) << " has more than "
                              << kMaxTileElements << " elements";
  Value state = mla::indexer::TopkInitOp::create(builder, at(call.offset), type.irType(context));
  return Object(Tensor{state, type});
}

FailureOr<Tensor> Emitter::topkStateArgument(const BuiltinCall &call) {
  auto state = tileArgument(call, "state", Scalar::Int64, 2);
  if (succeeded(state) && !llvm::isPowerOf2_64(uint64_t(state->type.shape[1])))
    return error(call.offsetOf("state"))
           << "expected a state with a power of two of columns, as topk_init makes it, got "
           << state->type.name();
  return state;
}

FailureOr<Object> Emitter::emitTopkStep(const BuiltinCall &call) {
  auto logits = tileArgument(call, "logits", Scalar::Float32, 2);
  auto state = failed(logits) ? logits : topkStateArgument(call);
  if (failed(state))
    return failure();
  int64_t rows = state->type.shape[0];
  if (logits->type.shape[0] != rows)
    return error(call.offsetOf("logits")) << "expected logits with the rows of the state, "
                                          << state->type.name() << ", got " << logits->type.name();
  auto first = rowsArgument(call, "first", Scalar::Int32, rows);
  auto limit = failed(first) ? first : rowsArgument(call, "limit", Scalar::Int32, rows);
  auto label = failed(limit) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  Value result = mla::indexer::TopkStepOp::create(builder, at(call.offset), state->value.getType(),
                                                  logits->value, first->value, limit->value,
                                                  state->value, *label);
  return Object(Tensor{result, state->type});
}

FailureOr<Object> Emitter::emitTopkFinish(const BuiltinCall &call) {
  auto state = topkStateArgument(call);
  auto count = failed(state) ? FailureOr<Integer>(failure()) : integerArgument(call, "k");
  if (failed(count))
    return failure();
  int64_t rows = state->type.shape[0], places = state->type.shape[1];
  if (*count < 1 || *count > places)
    return error(call.offsetOf("k")) << "expected k between 1 and the " << places
                                     << " columns of the state, got " << toString(*count);
  auto label = labelArgument(call);
  if (failed(label))
    return failure();
  ValueType values(Scalar::Float32, {rows, int64_t(*count)}),
      indices(Scalar::Int32, {rows, int64_t(*count)});
  auto op = mla::indexer::TopkFinishOp::create(builder, at(call.offset), values.irType(context),
                                               indices.irType(context), state->value, *label);
  return Object::tuple({Tensor{op.getValues(), values}, Tensor{op.getIndices(), indices}});
}
