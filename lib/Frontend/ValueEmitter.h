//===- ValueEmitter.h - arithmetic on the language's values ---------------===//
// Operators and conversions with the language's rules of types: what is known at compile time is
// computed, the rest becomes IR. Knows nothing of statements, names or calls.
#pragma once

#include "Ast.h"
#include "Object.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

namespace mla::frontend {

class ValueEmitter {
protected:
  using ObjectResult = mlir::FailureOr<Object>;
  using TensorResult = mlir::FailureOr<Tensor>;

  explicit ValueEmitter(mlir::MLIRContext *context) : context(context), builder(context) {}
  virtual ~ValueEmitter() = default;

  // EmitOperators.cpp
  ObjectResult emitUnary(UnaryOp op, const Object &operand, uint32_t offset);
  ObjectResult emitBinary(BinaryOp op, const Object &lhs, const Object &rhs, uint32_t offset);
  ObjectResult emitCompare(CompareOp op, const Object &lhs, const Object &rhs, uint32_t offset);
  ObjectResult emitPointerOffset(BinaryOp op, const Object &lhs, const Object &rhs,
                                 uint32_t offset);
  /// Brings two operands to their computation type and common shape.
  mlir::FailureOr<std::pair<Tensor, Tensor>> promote(llvm::StringRef op, const Object &lhs,
                                                     const Object &rhs, uint32_t offset,
                                                     bool isDivision = false);
  /// fp32 may contract a product and a sum to one rounding, and functions with `approximate` may
  /// be the hardware's approximations; nothing else is relaxed.
  static mlir::arith::FastMathFlags floatFlags(mlir::Value operand, bool approximate = false) {
    using Flags = mlir::arith::FastMathFlags;
    if (!mlir::getElementTypeOrSelf(operand.getType()).isF32())
      return Flags::none;
    return approximate ? Flags::contract | Flags::afn : Flags::contract;
  }
  template <typename OpTy>
  mlir::Value floatOp(mlir::Value lhs, mlir::Value rhs, uint32_t offset) {
    return OpTy::create(builder, at(offset), lhs, rhs, floatFlags(lhs));
  }
  /// The operator /; fp32 by the hardware's approximation.
  mlir::Value quotient(mlir::Value lhs, mlir::Value rhs, uint32_t offset) {
    return mlir::arith::DivFOp::create(builder, at(offset), lhs, rhs,
                                       floatFlags(lhs, /*approximate=*/true));
  }
  template <typename OpTy>
  mlir::Value integerOp(mlir::Value lhs, mlir::Value rhs, uint32_t offset) {
    return OpTy::create(builder, at(offset), lhs, rhs);
  }

  // EmitConversions.cpp
  /// A number or run-time value as a run-time value (Triton's to_tensor).
  TensorResult toTensor(const Object &object, uint32_t offset);
  /// A number or run-time value converted to elements of a type.
  TensorResult toTensorOf(const Object &object, DType type, uint32_t offset);
  /// A number as a constant of a type; it must be representable.
  TensorResult constant(const Object &number, const ValueType &type, uint32_t offset);
  /// Floats round to nearest even, or toward zero if that is asked for and `type` is narrower.
  TensorResult convertTo(Tensor value, DType type, uint32_t offset, bool towardZero = false);
  TensorResult bitcast(Tensor value, DType type, uint32_t offset);
  Tensor splat(const Tensor &scalar, llvm::ArrayRef<int64_t> shape, uint32_t offset);
  Tensor expandDims(const Tensor &tile, int64_t axis, uint32_t offset);
  /// Repeats a value to a shape that it is compatible with.
  Tensor broadcastTo(Tensor value, llvm::ArrayRef<int64_t> shape, uint32_t offset);
  /// Shape that all values broadcast to; scalars have none. Checks the number of elements.
  mlir::FailureOr<llvm::SmallVector<int64_t, 2>> commonShape(llvm::ArrayRef<Tensor> values,
                                                             uint32_t offset);
  mlir::LogicalResult broadcastAll(llvm::MutableArrayRef<Tensor> values, uint32_t offset);

  static ObjectResult asObject(const TensorResult &tensor) {
    return mlir::failed(tensor) ? ObjectResult(mlir::failure()) : ObjectResult(Object(*tensor));
  }

  /// The place of the text at `offset`, and from where it was called.
  virtual mlir::Location at(size_t offset) const = 0;
  mlir::InFlightDiagnostic error(size_t offset) const { return mlir::emitError(at(offset)); }

  mlir::MLIRContext *context;
  mlir::OpBuilder builder;
};

} // namespace mla::frontend
