//===- Products.cpp - one 16x8 product of fragments, by type --------------===//
#include "Products.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace mla {

static Type factorType(Value factor) {
  auto buffer = dyn_cast<sm::BufferType>(factor.getType());
  return tile::elementTypeOf(buffer ? Type(buffer.getTile()) : factor.getType());
}

/// The values that an instruction gives.
static void unpackInto(ThreadEmitter &emitter, Location loc, Value results,
                       MutableArrayRef<Value> acc) {
  for (auto [position, value] : llvm::enumerate(acc))
    value = LLVM::ExtractValueOp::create(emitter.builder(), loc, results, position);
}

/// mma.sync as inline PTX; `types` is ".f32.tf32.tf32.f32".
static void emitMma(ThreadEmitter &emitter, Location loc, StringRef shape, StringRef types,
                    ArrayRef<Value> a, ArrayRef<Value> b, MutableArrayRef<Value> acc) {
  OpBuilder &builder = emitter.builder();
  std::string text = ("mma.sync.aligned." + shape + ".row.col" + types +
                      " {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$10, $11, $12, $13};")
                         .str();
  std::string kept = acc.front().getType().isInteger() ? "r" : "f", constraints;
  for (int i = 0; i < 4; ++i)
    constraints += "=" + kept + ",";
  constraints += "r,r,r,r,r,r";
  for (int i = 0; i < 4; ++i)
    constraints += "," + kept;
  SmallVector<Value> operands;
  for (Value word : llvm::concat<const Value>(a, b))
    operands.push_back(word.getType().isInteger(32)
                           ? word
                           : LLVM::BitcastOp::create(builder, loc, builder.getI32Type(), word));
  llvm::append_range(operands, acc);
  Type result = LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                                 SmallVector<Type>(4, acc.front().getType()));
  Value results =
      LLVM::InlineAsmOp::create(builder, loc, result, operands, text, constraints,
                                /*has_side_effects=*/false, /*is_align_stack=*/false,
                                LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr())
          .getRes();
  unpackInto(emitter, loc, results, acc);
}

namespace {

/// f16 and bf16: m16n8k16.
class HalfProducts : public Products {
public:
  HalfProducts(ThreadEmitter &emitter, Location loc, Type element)
      : emitter(emitter), loc(loc), element(element) {}

  bool reassociates() const override { return true; }
  Factor prepare(MmaOperand, ArrayRef<Value> words) override {
    Factor factor{SmallVector<Value, 4>(words), {}};
    // f16 operands are vectors, bf16 operands plain words.
    if (element.isF16())
      for (Value &word : factor.words)
        word = LLVM::BitcastOp::create(emitter.builder(), loc, VectorType::get(2, element), word);
    return factor;
  }

  void multiply(const Factor &a, const Factor &b, MutableArrayRef<Value> acc, int64_t) override {
    OpBuilder &builder = emitter.builder();
    Type result = LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                                   SmallVector<Type>(4, builder.getF32Type()));
    NVVM::MMATypes type = element.isF16() ? NVVM::MMATypes::f16 : NVVM::MMATypes::bf16;
    Value products = NVVM::MmaOp::create(
        builder, loc, result, a.words, b.words, acc, ArrayRef<int64_t>{16, 8, 16},
        /*b1Op=*/std::nullopt, /*intOverflow=*/std::nullopt, std::array{type, type},
        std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
    unpackInto(emitter, loc, products, acc);
  }

private:
  ThreadEmitter &emitter;
  Location loc;
  Type element;
};

/// 8-bit integers and floats, and tf32: words as they are.
class WordProducts : public Products {
public:
  WordProducts(ThreadEmitter &emitter, Location loc, StringRef shape, std::string types)
      : emitter(emitter), loc(loc), shape(shape), types(std::move(types)) {}

  bool reassociates() const override { return true; }
  Factor prepare(MmaOperand, ArrayRef<Value> words) override {
    return {SmallVector<Value, 4>(words), {}};
  }
  void multiply(const Factor &a, const Factor &b, MutableArrayRef<Value> acc, int64_t) override {
    emitMma(emitter, loc, shape, types, a.words, b.words, acc);
  }

private:
  ThreadEmitter &emitter;
  Location loc;
  StringRef shape;
  std::string types;
};

constexpr llvm::StringLiteral kTf32Shape = "m16n8k8", kTf32Types = ".f32.tf32.tf32.f32";

/// f32 as the sum of two tf32: a · b without the product of the rests. The corrections have their
/// own accumulators, so that those of infinite factors, which are NaN, can be dropped.
class SplitProducts : public Products {
public:
  SplitProducts(ThreadEmitter &emitter, Location loc, int64_t numRegisters)
      : emitter(emitter), loc(loc),
        corrections(numRegisters, emitter.constant(emitter.builder().getF32FloatAttr(0.0f))) {}

  Factor prepare(MmaOperand, ArrayRef<Value> words) override {
    OpBuilder &b = emitter.builder();
    Factor factor;
    for (Value word : words) {
      Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), word);
      bits = arith::AndIOp::create(b, loc, bits, emitter.i32(int32_t(0xffffe000)));
      Value kept = arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
      factor.words.push_back(kept);
      factor.rest.push_back(arith::SubFOp::create(b, loc, word, kept));
    }
    return factor;
  }
  void multiply(const Factor &a, const Factor &b, MutableArrayRef<Value> acc,
                int64_t firstRegister) override {
    auto correction = MutableArrayRef<Value>(corrections).slice(firstRegister, 4);
    emitMma(emitter, loc, kTf32Shape, kTf32Types, a.rest, b.words, correction);
    emitMma(emitter, loc, kTf32Shape, kTf32Types, a.words, b.rest, correction);
    emitMma(emitter, loc, kTf32Shape, kTf32Types, a.words, b.words, acc);
  }
  void finish(MutableArrayRef<Value> acc) override {
    OpBuilder &b = emitter.builder();
    Value zero = emitter.constant(b.getF32FloatAttr(0.0f));
    for (auto [value, correction] : llvm::zip_equal(acc, corrections)) {
      Value isNumber =
          arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, correction, correction);
      Value valid = arith::SelectOp::create(b, loc, isNumber, correction, zero);
      value = arith::AddFOp::create(b, loc, value, valid);
    }
  }

private:
  ThreadEmitter &emitter;
  Location loc;
  SmallVector<Value> corrections;
};

/// f64: m8n8k4, two for the rows and two for k. Its fragments are words of those of m16n8k8.
class DoubleProducts : public Products {
public:
  DoubleProducts(ThreadEmitter &emitter, Location loc, int64_t presentK)
      : emitter(emitter), loc(loc), numSteps(presentK > kLanesAlongK ? 2 : 1) {}

  Factor prepare(MmaOperand, ArrayRef<Value> words) override {
    return {SmallVector<Value, 4>(words), {}};
  }
  void multiply(const Factor &a, const Factor &b, MutableArrayRef<Value> acc, int64_t) override {
    OpBuilder &builder = emitter.builder();
    Type result = LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                                   SmallVector<Type>(2, builder.getF64Type()));
    for (int64_t step = 0; step < numSteps; ++step)
      for (int64_t half = 0; half < 2; ++half) {
        auto rows = acc.slice(2 * half, 2);
        Value products = NVVM::MmaOp::create(
            builder, loc, result, ValueRange{a.words[half + 2 * step]}, ValueRange{b.words[step]},
            rows, ArrayRef<int64_t>{8, 8, 4}, /*b1Op=*/std::nullopt,
            /*intOverflow=*/std::nullopt, std::array{NVVM::MMATypes::f64, NVVM::MMATypes::f64},
            std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
        unpackInto(emitter, loc, products, rows);
      }
  }

private:
  ThreadEmitter &emitter;
  Location loc;
  int64_t numSteps;
};

/// Fused products and sums of f32. The elements of a fragment are handed round: the four
/// lanes that share a row of the accumulator hold that row of A, and the lanes 4n to 4n + 3 column
/// n of B.
class FusedProducts : public Products {
public:
  FusedProducts(ThreadEmitter &emitter, Location loc, int64_t presentK)
      : emitter(emitter), loc(loc), presentK(presentK) {}

  /// Two values for each k: of A of rows r and r + 8, of B of columns 2c and 2c + 1.
  Factor prepare(MmaOperand which, ArrayRef<Value> words) override {
    OpBuilder &b = emitter.builder();
    Value thread = emitter.threadIndex();
    // Lane of the element with k = 0 of the accumulator's row, and of its first column.
    Value row = arith::AndIOp::create(b, loc, thread, emitter.i32(0x1c));
    Value column = arith::AndIOp::create(b, loc, thread, emitter.i32(3));
    column = arith::ShLIOp::create(b, loc, column, emitter.i32(3));
    Factor factor;
    for (int64_t k = 0; k < presentK; ++k)
      for (int64_t half = 0; half < 2; ++half) {
        bool isA = which == MmaOperand::A;
        Value word = isA ? words[half + 2 * (k / 4)] : words[k / 4];
        int64_t offset = k % 4 + (isA ? 0 : 4 * half);
        Value lane = arith::OrIOp::create(b, loc, isA ? row : column, emitter.i32(offset));
        factor.words.push_back(NVVM::ShflOp::create(b, loc, word.getType(), emitter.i32(-1), word,
                                                    lane, emitter.i32(kWarpThreads - 1),
                                                    NVVM::ShflKind::idx,
                                                    /*return_value_and_is_valid=*/UnitAttr()));
      }
    return factor;
  }
  void multiply(const Factor &a, const Factor &b, MutableArrayRef<Value> acc, int64_t) override {
    for (int64_t k = 0; k < presentK; ++k)
      for (auto [i, value] : llvm::enumerate(acc))
        value = math::FmaOp::create(emitter.builder(), loc, a.words[2 * k + i / 2],
                                    b.words[2 * k + i % 2], value);
  }

private:
  ThreadEmitter &emitter;
  Location loc;
  int64_t presentK;
};
} // namespace

/// Name of an 8-bit type in an instruction.
static std::string typeName(Type type) {
  if (type.isInteger(8))
    return ".s8";
  return isa<Float8E4M3FNType>(type) ? ".e4m3" : ".e5m2";
}

std::unique_ptr<Products> Products::create(ThreadEmitter &emitter, sm::MmaOp op, int64_t presentK) {
  Location loc = op.getLoc();
  Type a = factorType(op.getA()), b = factorType(op.getB());
  if (a.isF16() || a.isBF16())
    return std::make_unique<HalfProducts>(emitter, loc, a);
  if (a.isF64())
    return std::make_unique<DoubleProducts>(emitter, loc, presentK);
  if (op.getPrecision() == tile::DotPrecision::IEEE)
    return std::make_unique<FusedProducts>(emitter, loc, presentK);
  if (op.getPrecision() == tile::DotPrecision::TF32x3)
    return std::make_unique<SplitProducts>(emitter, loc, emitter.registers(op.getAcc()).size());
  if (a.isF32())
    return std::make_unique<WordProducts>(emitter, loc, kTf32Shape, kTf32Types.str());
  std::string sum = a.isInteger(8) ? ".s32" : ".f32";
  return std::make_unique<WordProducts>(emitter, loc, "m16n8k32",
                                        sum + typeName(a) + typeName(b) + sum);
}

} // namespace mla
