//===- EmitCalls.cpp - calls of built-ins and helpers ---------------------===//
#include "Emitter.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mla::frontend;

/// Most helpers active at once.
static constexpr unsigned kMaxCallDepth = 64;

size_t BuiltinCall::index(StringRef name) const {
  for (auto [i, formal] : llvm::enumerate(parametersOf(*info)))
    if (formal.name == name)
      return i;
  llvm_unreachable("the table declares every parameter that is asked for");
}

LogicalResult Emitter::evaluateArguments(const CallExpr &expr, SmallVectorImpl<Actual> &actuals) {
  for (const Expr *argument : expr.arguments) {
    auto value = evaluate(argument);
    if (failed(value))
      return failure();
    actuals.push_back({"", argument->offset, std::move(*value)});
  }
  for (const KeywordArgument &keyword : expr.keywords) {
    auto value = evaluate(keyword.value);
    if (failed(value))
      return failure();
    actuals.push_back({keyword.name, keyword.offset, std::move(*value)});
  }
  return success();
}

FailureOr<Object> Emitter::evaluateCall(const CallExpr &expr) {
  auto callee = evaluate(expr.callee);
  if (failed(callee))
    return failure();
  SmallVector<Actual> actuals;
  if (failed(evaluateArguments(expr, actuals)))
    return failure();
  return call(*callee, std::move(actuals), expr.offset);
}

FailureOr<Object> Emitter::call(const Object &callee, SmallVector<Actual> actuals,
                                uint32_t offset) {
  if (auto *builtin = callee.get<BuiltinObject>()) {
    auto bound = bindBuiltin(*builtin, std::move(actuals), offset);
    return failed(bound) ? ObjectResult(failure()) : emitBuiltin(*bound);
  }
  if (auto *function = callee.get<FunctionObject>())
    return callFunction(*function, actuals, offset);
  return error(offset) << callee.describe() << " cannot be called";
}

FailureOr<Object> Emitter::callLanguage(StringRef name, ArrayRef<Object> arguments,
                                        uint32_t offset) {
  auto callee = moduleMember(ModuleObject::Language, name, offset);
  if (failed(callee))
    return failure();
  SmallVector<Actual> actuals;
  for (const Object &argument : arguments)
    actuals.push_back({"", offset, argument});
  return call(*callee, std::move(actuals), offset);
}

FailureOr<BuiltinCall> Emitter::bindBuiltin(const BuiltinObject &builtin,
                                            SmallVector<Actual> actuals, uint32_t offset) {
  BuiltinCall call{builtin.info, offset, {}, {}, {}};
  bool receiverIsArgument =
      builtin.receiver &&
      llvm::is_contained({BuiltinHome::Both, BuiltinHome::Math, BuiltinHome::BlockMember},
                         builtin.info->home);
  if (receiverIsArgument)
    actuals.insert(actuals.begin(), Actual{"", offset, *builtin.receiver});
  else if (builtin.receiver)
    call.receiver = *builtin.receiver;
  ArrayRef<Formal> formals = parametersOf(*builtin.info);
  auto bound = bindArguments([this](size_t offset) { return error(offset); }, builtin.info->name,
                             formals, actuals, offset);
  if (failed(bound))
    return failure();
  for (auto [position, formal] : llvm::enumerate(formals)) {
    int index = (*bound)[position];
    if (formal.variadic) {
      // The rest of the positional arguments, as a tuple.
      std::vector<Object> rest;
      uint32_t first = offset;
      for (const Actual &actual : ArrayRef(actuals).drop_front(std::min(position, actuals.size())))
        if (actual.keyword.empty()) {
          first = rest.empty() ? actual.offset : first;
          rest.push_back(actual.value);
        }
      call.arguments.push_back(Object::tuple(std::move(rest)));
      call.offsets.push_back(first);
      continue;
    }
    call.arguments.push_back(index < 0 ? formal.defaultValue : actuals[index].value);
    call.offsets.push_back(index < 0 ? offset : actuals[index].offset);
  }
  return call;
}

FailureOr<const FunctionDef *> Emitter::definition(StringRef name, const Global &global) {
  const FunctionDef *&known = definitions[&global];
  if (!known) {
    auto parsed = parser.parseFunction(global.token);
    if (failed(parsed))
      return failure();
    known = *parsed;
  }
  return known;
}

/// Evaluates a helper's body in place of the call.
FailureOr<Object> Emitter::callFunction(const FunctionObject &function, ArrayRef<Actual> actuals,
                                        uint32_t offset) {
  StringRef name = function.name;
  if (std::string problem = function.global->callProblem(name); !problem.empty()) {
    auto failure = error(offset) << problem;
    failure.attachNote(source.location(function.global->offset)) << "it is defined here";
    return failure;
  }
  bool isCompileTime = function.global->isCompileTime();
  unsigned depth = 0;
  for (Frame *active = frame; active; active = active->caller, ++depth)
    if (active->function == name && !isCompileTime)
      return error(offset) << "recursive call of '" << name
                           << "': helpers are inlined and cannot call themselves";
  if (depth > kMaxCallDepth)
    return error(offset) << "calls are nested more than " << kMaxCallDepth << " deep";
  auto parsed = definition(name, *function.global);
  if (failed(parsed))
    return failure();
  const std::vector<Parameter> &parameters = (*parsed)->parameters;
  SmallVector<Formal> formals = formalsOf(**parsed);
  auto bound = bindArguments([this](size_t offset) { return error(offset); }, name, formals,
                             actuals, offset);
  if (failed(bound))
    return failure();

  Frame callee;
  callee.function = name;
  callee.callSite = at(offset);
  callee.caller = frame;
  callee.entryDepth = runtimeDepth;
  callee.isCompileTime = isCompileTime;
  Frame *caller = std::exchange(frame, &callee);
  llvm::scope_exit leave([&] { frame = caller; });
  // Defaults see no parameters. The annotation constexpr promises nothing: run-time values that are
  // passed stay such, as in Triton.
  std::vector<Object> values;
  for (auto [parameter, index] : llvm::zip(parameters, *bound)) {
    ObjectResult value =
        index >= 0 ? ObjectResult(actuals[index].value) : evaluate(parameter.defaultValue);
    if (failed(value))
      return failure();
    if (isCompileTime && !value->isCompileTime())
      return mlir::emitError(*callee.callSite)
             << "'" << name << "' is a constexpr_function: expected a compile-time value for '"
             << parameter.name << "', got " << value->describe();
    values.push_back(std::move(*value));
  }
  for (auto [parameter, value] : llvm::zip(parameters, values))
    setVariable(parameter.name, std::move(value), parameter.offset);
  mlir::Block *block = builder.getInsertionBlock();
  Operation *last = block->empty() ? nullptr : &block->back();
  if (failed(emitBlock((*parsed)->body, &kEnd)))
    return failure();
  if (isCompileTime &&
      (!callee.result.isCompileTime() || last != (block->empty() ? nullptr : &block->back())))
    return mlir::emitError(*callee.callSite)
           << "'" << name
           << "' is a constexpr_function, and computes what is known at run time only";
  return callee.result;
}
