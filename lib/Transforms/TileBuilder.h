//===- TileBuilder.h - ops on tiles, their types found out ----------------===//
// What expansions of domain ops are written with: each method makes one op.
#pragma once

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mla {

class TileBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  /// A scalar, or a tile of equal elements.
  mlir::Value integer(mlir::Type type, int64_t value) {
    return constant(type, getIntegerAttr(tile::elementTypeOf(type), value));
  }
  mlir::Value number(mlir::Type type, double value) {
    return constant(type, getFloatAttr(tile::elementTypeOf(type), value));
  }
  /// first, first + 1, … as a row of i32.
  mlir::Value range(int64_t first, int64_t count) {
    auto type = mlir::RankedTensorType::get({count}, getI32Type());
    return tile::RangeOp::create(*this, type, int32_t(first), int32_t(first + count));
  }

  mlir::Value splat(mlir::Value scalar, llvm::ArrayRef<int64_t> shape) {
    auto type = mlir::RankedTensorType::get(shape, scalar.getType());
    return tile::SplatOp::create(*this, type, scalar);
  }
  /// In the shape of `like`.
  mlir::Value splatLike(mlir::Value scalar, mlir::Value like) {
    return splat(scalar, shapeOf(like));
  }
  /// One more dimension of extent 1.
  mlir::Value expand(mlir::Value value, int64_t axis) {
    auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
    llvm::SmallVector<int64_t> shape(type.getShape());
    shape.insert(shape.begin() + axis, 1);
    return tile::ExpandDimsOp::create(*this, type.clone(shape), value, int32_t(axis));
  }
  mlir::Value broadcast(mlir::Value value, llvm::ArrayRef<int64_t> shape) {
    auto type = llvm::cast<mlir::RankedTensorType>(value.getType()).clone(shape);
    return value.getType() == type ? value
                                   : mlir::Value(tile::BroadcastOp::create(*this, type, value));
  }
  /// A vector along `axis` of a matrix, 0 or 1, repeated to the shape of `like`.
  mlir::Value repeat(mlir::Value vector, int64_t axis, mlir::Value like) {
    // Along the rows it is a column and the other way round.
    return broadcastLike(expand(vector, 1 - axis), like);
  }
  mlir::Value broadcastLike(mlir::Value value, mlir::Value like) {
    return broadcast(value, shapeOf(like));
  }
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape) {
    auto type = llvm::cast<mlir::RankedTensorType>(value.getType()).clone(shape);
    return value.getType() == type
               ? value
               : mlir::Value(tile::ReshapeOp::create(*this, type, value, nullptr, nullptr));
  }
  /// `count` columns of a matrix from `first` on.
  mlir::Value columns(mlir::Value value, int64_t first, int64_t count) {
    auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
    auto part = type.clone({type.getDimSize(0), count});
    return value.getType() == part ? value
                                   : mlir::Value(tile::SliceOp::create(
                                         *this, part, value, llvm::ArrayRef({int64_t(0), first})));
  }

  /// Op(value) with another element type.
  template <typename Op>
  mlir::Value convert(mlir::Value value, mlir::Type element) {
    return Op::create(*this, tile::withElementType(value.getType(), element), value);
  }
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::CmpIOp::create(*this, predicate, lhs, rhs);
  }
  /// A product and a sum of such ops may be rounded once, as those in kernel texts.
  template <typename Op>
  mlir::Value contracted(mlir::Value lhs, mlir::Value rhs) {
    return Op::create(*this, lhs, rhs, mlir::arith::FastMathFlags::contract);
  }
  /// All elements along `axis`: a scalar if there is no other.
  mlir::Value reduce(tile::ReduceKind kind, mlir::Value value, int64_t axis) {
    auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
    llvm::SmallVector<int64_t> shape(type.getShape());
    shape.erase(shape.begin() + axis);
    mlir::Type result = shape.empty() ? type.getElementType() : mlir::Type(type.clone(shape));
    return tile::ReduceOp::create(*this, result, kind, value, int32_t(axis), /*is_unsigned=*/false);
  }
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no) {
    return mlir::arith::SelectOp::create(*this, condition, yes, no);
  }

private:
  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value tile) {
    return llvm::cast<mlir::RankedTensorType>(tile.getType()).getShape();
  }
  mlir::Value constant(mlir::Type type, mlir::TypedAttr element) {
    auto tile = llvm::dyn_cast<mlir::RankedTensorType>(type);
    return mlir::arith::ConstantOp::create(
        *this, tile ? mlir::DenseElementsAttr::get(tile, mlir::Attribute(element)) : element);
  }
};

} // namespace mla
