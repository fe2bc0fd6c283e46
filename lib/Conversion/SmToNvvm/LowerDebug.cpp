//===- LowerDebug.cpp - barriers, assertions, prints, assumptions ---------===//
// Assertions and prints call what the CUDA driver links in: __assertfail and vprintf.

#include "Addressing.h"
#include "Lower.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

LogicalResult lower(ThreadEmitter &emitter, tile::BarrierOp op) {
  emitter.barrier(op.getLoc());
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::AssumeOp op) {
  LLVM::AssumeOp::create(emitter.builder(), op.getLoc(), emitter.scalar(op.getCondition()));
  return success();
}

//===----------------------------------------------------------------------===//
// What calls need
//===----------------------------------------------------------------------===//

static LLVM::LLVMFuncOp kernelOf(ThreadEmitter &emitter) {
  Operation *op = emitter.builder().getInsertionBlock()->getParentOp();
  auto kernel = dyn_cast<LLVM::LLVMFuncOp>(op);
  return kernel ? kernel : op->getParentOfType<LLVM::LLVMFuncOp>();
}

/// Declares an external function once.
static LLVM::LLVMFuncOp declare(ThreadEmitter &emitter, StringRef name, Type result,
                                ArrayRef<Type> parameters) {
  auto module = kernelOf(emitter)->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return known;
  OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
  return LLVM::LLVMFuncOp::create(top, module.getLoc(), name,
                                  LLVM::LLVMFunctionType::get(result, parameters));
}

/// A generic pointer to a constant string, one global per text.
static Value stringPointer(ThreadEmitter &emitter, Location loc, StringRef text) {
  OpBuilder &b = emitter.builder();
  auto module = kernelOf(emitter)->getParentOfType<ModuleOp>();
  std::string bytes = text.str() + '\0';
  LLVM::GlobalOp global;
  unsigned count = 0;
  for (auto each : module.getOps<LLVM::GlobalOp>()) {
    if (!each.getSymName().starts_with("mla_string"))
      continue;
    ++count;
    if (cast<StringAttr>(each.getValueOrNull()).getValue() == bytes)
      global = each;
  }
  if (!global) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size());
    global = LLVM::GlobalOp::create(top, module.getLoc(), type, /*isConstant=*/true,
                                    LLVM::Linkage::Internal, "mla_string" + std::to_string(count),
                                    b.getStringAttr(bytes), /*alignment=*/0, kGlobalSpace);
  }
  Value address = LLVM::AddressOfOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext(), kGlobalSpace), global.getSymName());
  return LLVM::AddrSpaceCastOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), address);
}

//===----------------------------------------------------------------------===//
// Assertions
//===----------------------------------------------------------------------===//

LogicalResult lower(ThreadEmitter &emitter, tile::AssertOp op) {
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  Value holds;
  for (Value each : emitter.registers(op.getCondition()))
    holds = holds ? Value(arith::AndIOp::create(b, loc, holds, each)) : each;
  Value fails = arith::XOrIOp::create(b, loc, holds, emitter.constant(b.getI1Type(), 1));
  auto branch = scf::IfOp::create(b, loc, fails, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Type pointer = LLVM::LLVMPointerType::get(b.getContext()), i32 = b.getI32Type(),
       i64 = b.getI64Type();
  LLVM::LLVMFuncOp fail = declare(emitter, "__assertfail", LLVM::LLVMVoidType::get(b.getContext()),
                                  {pointer, pointer, i32, pointer, i64});
  Value message = stringPointer(emitter, loc, op.getMessage());
  Value file = stringPointer(emitter, loc, op.getFile());
  Value function = stringPointer(emitter, loc, op.getFunction());
  constexpr int64_t kCharBytes = 1;
  LLVM::CallOp::create(b, loc, fail,
                       ValueRange{message, file, emitter.i32(op.getLine()), function,
                                  emitter.constant(i64, kCharBytes)});
  return success();
}

//===----------------------------------------------------------------------===//
// Prints
//===----------------------------------------------------------------------===//

/// vprintf's format of a value, and the value as it is passed.
static std::string formatOf(ThreadEmitter &emitter, Location loc, Value &value, bool isSigned,
                            bool hex) {
  OpBuilder &b = emitter.builder();
  Type type = value.getType();
  if (isa<LLVM::LLVMPointerType>(type)) {
    value = LLVM::PtrToIntOp::create(b, loc, b.getI64Type(), value);
    return "0x%016llx";
  }
  unsigned bits = type.getIntOrFloatBitWidth();
  if (isa<FloatType>(type) && hex) {
    type = b.getIntegerType(bits);
    value = LLVM::BitcastOp::create(b, loc, type, value);
  }
  if (isa<FloatType>(type)) {
    if (bits < 64)
      value = arith::ExtFOp::create(b, loc, b.getF64Type(), value);
    return "%f";
  }
  bool isWide = bits == 64;
  if (bits < 32) {
    bool extendsSign = isSigned && !hex && bits > 1;
    value = extendsSign ? Value(arith::ExtSIOp::create(b, loc, b.getI32Type(), value))
                        : Value(arith::ExtUIOp::create(b, loc, b.getI32Type(), value));
  }
  if (hex)
    return "0x%0" + std::to_string(std::max(bits / 4, 1u)) + (isWide ? "llx" : "x");
  return std::string(isWide ? "%ll" : "%") + (isSigned ? "d" : "u");
}

/// A text in which vprintf finds no conversions.
static std::string escaped(StringRef text) {
  std::string result;
  for (char c : text)
    result += c == '%' ? "%%" : std::string(1, c);
  return result;
}

/// Calls vprintf with arguments of 4 or 8 bytes, each aligned to its size.
static void emitPrint(ThreadEmitter &emitter, Location loc, StringRef format,
                      ArrayRef<Value> arguments) {
  OpBuilder &b = emitter.builder();
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Type> types =
      llvm::map_to_vector(arguments, [](Value each) { return each.getType(); });
  auto buffer = LLVM::LLVMStructType::getLiteral(b.getContext(), types);
  Value memory;
  {
    OpBuilder::InsertionGuard guard(b);
    Value one = emitter.i32(1);
    b.setInsertionPointAfterValue(one);
    memory = LLVM::AllocaOp::create(b, loc, pointer, buffer, one, /*alignment=*/8);
  }
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    Value field = LLVM::GEPOp::create(b, loc, pointer, buffer, memory,
                                      ArrayRef<LLVM::GEPArg>{0, int32_t(index)});
    LLVM::StoreOp::create(b, loc, argument, field);
  }
  LLVM::LLVMFuncOp print = declare(emitter, "vprintf", b.getI32Type(), {pointer, pointer});
  LLVM::CallOp::create(b, loc, print, ValueRange{stringPointer(emitter, loc, format), memory});
}

/// Prints under a condition; null: always.
static void printIf(ThreadEmitter &emitter, Location loc, Value condition,
                    llvm::function_ref<void()> print) {
  OpBuilder &b = emitter.builder();
  if (!condition)
    return print();
  auto branch = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  print();
}

namespace {
/// The lines of one value.
struct ValuePrinter {
  ThreadEmitter &emitter;
  tile::PrintOp op;
  unsigned number;
  std::array<Value, 3> program;

  void print();
  void printElement(Value element, ArrayRef<Value> coords);
  ArrayRef<int64_t> extents();
};
} // namespace

ArrayRef<int64_t> ValuePrinter::extents() {
  if (op.getExtents())
    return cast<DenseI64ArrayAttr>((*op.getExtents())[number]).asArrayRef();
  auto type = dyn_cast<RankedTensorType>(op.getValues()[number].getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

void ValuePrinter::printElement(Value element, ArrayRef<Value> coords) {
  std::string text = "pid (%u, %u, %u) idx (";
  SmallVector<Value> arguments(program.begin(), program.end());
  for (auto [dim, coord] : llvm::enumerate(coords)) {
    // As wide as the greatest index, so that lines stand below each other.
    std::string width = std::to_string(std::to_string(extents()[dim] - 1).size());
    text += (dim ? ", %" : "%") + width + "u";
    arguments.push_back(coord);
  }
  text += ")" + escaped(op.getPrefix());
  if (op.getValues().size() > 1)
    text += "(operand " + std::to_string(number) + ") ";
  text += formatOf(emitter, op.getLoc(), element, op.getIsSigned()[number] != 0, op.getHex());
  arguments.push_back(element);
  emitPrint(emitter, op.getLoc(), text + "\n", arguments);
}

void ValuePrinter::print() {
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  Value value = op.getValues()[number];
  UniqueRegisters registers(emitter.layoutOf(value.getType()));
  Value owner = emitter.threadsWithout(replicaThreadBits(registers.layout));
  SmallVector<LinearIndex> indices;
  for (unsigned dim = 0; dim < registers.layout.rank(); ++dim)
    indices.push_back(coordinateIndex(registers.layout, dim));
  for (auto [reg, held] : llvm::enumerate(registers.representative)) {
    SmallVector<Value> coords;
    Value condition = owner;
    for (auto [dim, index] : llvm::enumerate(indices)) {
      LinearIndex::Constant constant = index.constantOf(int64_t(reg));
      Value coord = emitter.threadPart(index.threadImages);
      if (constant.flipped)
        coord = arith::XOrIOp::create(b, loc, coord, emitter.i32(constant.flipped));
      if (constant.added)
        coord = arith::AddIOp::create(b, loc, coord, emitter.i32(constant.added));
      coords.push_back(coord);
      auto type = cast<RankedTensorType>(value.getType());
      if (extents()[dim] == type.getDimSize(dim))
        continue;
      Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, coord,
                                           emitter.i32(extents()[dim]));
      condition = condition ? Value(arith::AndIOp::create(b, loc, condition, inside)) : inside;
    }
    printIf(emitter, loc, condition, [&] { printElement(emitter.registers(value)[held], coords); });
  }
}

LogicalResult lower(ThreadEmitter &emitter, tile::PrintOp op) {
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  Type i32 = b.getI32Type();
  std::array<Value, 3> program = {NVVM::BlockIdXOp::create(b, loc, i32),
                                  NVVM::BlockIdYOp::create(b, loc, i32),
                                  NVVM::BlockIdZOp::create(b, loc, i32)};
  if (op.getValues().empty()) {
    Value first = emitter.threadsWithout(~uint32_t(0));
    printIf(emitter, loc, first, [&] {
      emitPrint(emitter, loc, "pid (%u, %u, %u)" + escaped(op.getPrefix()) + "\n", program);
    });
  }
  for (unsigned number = 0; number < op.getValues().size(); ++number)
    ValuePrinter{emitter, op, number, program}.print();
  return success();
}

} // namespace mla
