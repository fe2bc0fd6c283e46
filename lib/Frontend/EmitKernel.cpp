//===- EmitKernel.cpp - the kernel function -------------------------------===//
#include "Emitter.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

/// Most statements and expressions evaluated for one kernel, unrolled and inlined ones included.
static constexpr uint64_t kMaxWork = uint64_t(1) << 19;
/// Largest strings and tuples, as Object::size counts, and most tuples within tuples.
static constexpr uint64_t kMaxSize = 1 << 14;
static constexpr uint32_t kMaxTupleDepth = 100;
/// Takes a few MiB of stack.
static constexpr unsigned kMaxRecursion = 1500;

Emitter::Emitter(const Source &source, const Globals &globals, Parser &parser,
                 const Options &options)
    : ValueEmitter(source.context()), source(source), globals(globals), parser(parser),
      options(options) {}
Emitter::~Emitter() = default;

Location Emitter::at(size_t offset) const {
  Location location = source.location(offset);
  return frame && frame->callSite ? Location(CallSiteLoc::get(location, *frame->callSite))
                                  : location;
}

LogicalResult Emitter::charge(uint32_t offset, uint64_t amount) {
  work += amount;
  if (work <= kMaxWork)
    return success();
  return error(offset) << "the kernel expands to more than " << kMaxWork
                       << " operations; unroll or inline less";
}

LogicalResult Emitter::chargeSize(const Object &value, uint32_t offset) {
  uint64_t size = value.size();
  if (size > kMaxSize)
    return error(offset) << "the value has more than " << kMaxSize << " elements or characters";
  if (value.depth() > kMaxTupleDepth)
    return error(offset) << "tuples are nested more than " << kMaxTupleDepth << " deep";
  return charge(offset, size / kSizePerWork);
}

LogicalResult Emitter::nest(uint32_t offset) {
  if (++nesting <= kMaxRecursion)
    return success();
  return error(offset) << "calls, constants and expressions are nested more than " << kMaxRecursion
                       << " deep together";
}

OwningOpRef<ModuleOp> Emitter::run() {
  auto name = globals.selectKernel(options.kernel);
  if (failed(name))
    return nullptr;
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, source.location(0));
  builder.setInsertionPointToStart(module->getBody());
  Frame kernel;
  kernel.function = *name;
  frame = &kernel;
  LogicalResult emitted = emitKernel(*name);
  frame = nullptr;
  if (failed(emitted) || failed(verify(*module)))
    return nullptr;
  return module;
}

LogicalResult Emitter::emitKernel(StringRef name) {
  const Global &global = *globals.find(name);
  auto function = definition(name, global);
  if (failed(function) || failed(applyDecoratorHints(*global.compiled())))
    return failure();
  auto parameters = bindParameters(**function);
  if (failed(parameters))
    return failure();
  std::vector<RuntimeArgument> arguments = runtimeArguments(*parameters);

  SmallVector<Type> types;
  SmallVector<Location> locations;
  for (const RuntimeArgument &argument : arguments) {
    types.push_back(argument.type.irType(context));
    locations.push_back(at(argument.offset));
  }
  auto op = func::FuncOp::create(builder, at((*function)->offset), name,
                                 builder.getFunctionType(types, {}));
  setKernelAttributes(op, *parameters, arguments);
  mlir::Block *entry = builder.createBlock(&op.getBody(), {}, types, locations);
  auto valueOf = [&](StringRef argument) -> Value {
    auto it = llvm::find_if(arguments,
                            [&](const RuntimeArgument &each) { return each.name == argument; });
    return entry->getArgument(it - arguments.begin());
  };
  for (const KernelArgument &parameter : *parameters) {
    Object value = parameter.isConstant() ? *parameter.constant
                   : parameter.view ? makeView(parameter, valueOf)
                                    : Object(Tensor{valueOf(parameter.name), *parameter.type});
    if (parameter.block)
      value = makeDescriptor(parameter, *value.get<ViewObject>());
    setVariable(parameter.name, std::move(value), parameter.offset);
  }
  if (failed(emitBlock((*function)->body, &kEnd)))
    return failure();
  setHintAttributes(op);
  func::ReturnOp::create(builder, at((*function)->offset));
  return success();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// num_warps and num_stages of the decorator; its other options do not concern compiling ahead of
/// time.
LogicalResult Emitter::applyDecoratorHints(const Decorator &decorator) {
  for (const char *name : {"num_warps", "num_stages"}) {
    auto expr = parser.parseKeyword(decorator.arguments, name);
    if (failed(expr))
      return failure();
    if (!*expr)
      continue;
    auto value = evaluate(*expr);
    if (failed(value))
      return failure();
    std::optional<Integer> count = value->integer();
    bool isWarps = StringRef(name) == "num_warps";
    if (!count || *count < 1 || *count > 32 || (isWarps && (*count & (*count - 1)) != 0))
      return error((*expr)->offset)
             << "expected " << name << (isWarps ? " to be a power of two" : "")
             << " between 1 and 32, got " << value->describe();
    hints[name] = int32_t(*count);
  }
  return success();
}

/// A constexpr as an attribute, for the report.
static Attribute constantAttribute(OpBuilder &builder, const Object &constant) {
  if (auto *flag = constant.get<bool>())
    return builder.getBoolAttr(*flag);
  if (auto *integer = constant.get<Integer>(); integer &&
                                               *integer >= std::numeric_limits<int64_t>::min() &&
                                               *integer <= std::numeric_limits<int64_t>::max())
    return builder.getI64IntegerAttr(int64_t(*integer));
  if (auto *number = constant.get<double>())
    return builder.getF64FloatAttr(*number);
  return builder.getStringAttr(toText(constant));
}

void Emitter::setKernelAttributes(Operation *op, ArrayRef<KernelArgument> parameters,
                                  ArrayRef<RuntimeArgument> arguments) {
  auto function = cast<func::FuncOp>(op);
  SmallVector<Attribute> runtime;
  SmallVector<NamedAttribute> constantValues;
  for (const KernelArgument &parameter : parameters)
    if (parameter.isConstant())
      constantValues.push_back(
          builder.getNamedAttr(parameter.name, constantAttribute(builder, *parameter.constant)));
  for (const RuntimeArgument &argument : arguments) {
    IntegerAttr divisibility = builder.getI32IntegerAttr(argument.divisibility);
    if (argument.divisibility > 1)
      function.setArgAttr(runtime.size(), mla::tile::kDivisibilityAttr, divisibility);
    runtime.push_back(builder.getDictionaryAttr({
        builder.getNamedAttr("name", builder.getStringAttr(argument.name)),
        builder.getNamedAttr("type", builder.getStringAttr(argument.type.shortName())),
        builder.getNamedAttr("divisibility", divisibility),
    }));
  }
  function->setAttr(mla::tile::kKernelAttr, builder.getUnitAttr());
  function->setAttr(mla::tile::kArgumentsAttr, builder.getArrayAttr(runtime));
  function->setAttr(mla::tile::kConstantsAttr, builder.getDictionaryAttr(constantValues));
}

/// Hints in the text, which loops may have raised.
void Emitter::setHintAttributes(Operation *function) {
  SmallVector<NamedAttribute> provenance;
  for (const auto &[name, value] : hints) {
    function->setAttr("tile." + name, builder.getI32IntegerAttr(value));
    provenance.push_back(builder.getNamedAttr(name, builder.getStringAttr("source")));
  }
  if (!provenance.empty())
    function->setAttr(mla::tile::kProvenanceAttr, builder.getDictionaryAttr(provenance));
}
