//===- Object.h - what an expression evaluates to -------------------------===//
// Either known at compile time (Python's view of it) or a value of the kernel's IR.
#pragma once

#include "Ast.h"
#include "Source.h"
#include "Types.h"
#include "mlir/IR/Value.h"
#include <memory>
#include <variant>

namespace mla::frontend {

struct BlockArray;
struct BuiltinInfo;
struct Global;
struct Object;
struct View;
struct ViewSlice;

/// Python's integers, to 127 bits; beyond is an error.
using Integer = __int128;

struct NoneObject {};
/// A number or tile at run time.
struct Tensor {
  mlir::Value value;
  ValueType type = ValueType(Scalar::Int32);
};
struct TupleObject {
  std::shared_ptr<const std::vector<Object>> elements;
  /// What Object::size and Object::depth give.
  uint64_t size = 1;
  uint32_t depth = 1;
};
/// An array in memory: a parameter that is annotated ml.tensor[…].
struct ViewObject {
  std::shared_ptr<const View> view;
};
/// Part of a view, which load and store take.
struct SliceObject {
  std::shared_ptr<const ViewSlice> slice;
};
/// An array for blocks of one shape: Triton's tensor descriptor.
struct DescriptorObject {
  std::shared_ptr<const BlockArray> array;
};
/// The block of an array that starts at `offsets` (int64): Triton's block pointer.
struct BlockPointerObject {
  std::shared_ptr<const BlockArray> array;
  std::vector<Tensor> offsets;
};
struct ModuleObject {
  /// mla, mla.language, and in it attn, indexer, gather (also a built-in), math, extra (also
  /// extra.cuda), extra.libdevice and the enumeration PropagateNan.
  enum Which : uint8_t {
    Package,
    Language,
    Attention,
    Indexer,
    Gather,
    Math,
    Extra,
    Libdevice,
    PropagateNan
  } which;
};
/// What x.type is of a tile: element type and extents.
struct TileTypeObject {
  ValueType type;
};
/// A class of values, which isinstance asks for.
struct ClassObject {
  enum Which : uint8_t { Tensor, TensorDescriptor, Tuple, Dtype } which;
};
/// A built-in; `receiver` is set for x.sum.
struct BuiltinObject {
  const BuiltinInfo *info;
  std::shared_ptr<const Object> receiver;
};
/// A function of the file.
struct FunctionObject {
  llvm::StringRef name;
  const Global *global;
};

struct Object {
  using Data =
      std::variant<NoneObject, bool, Integer, double, std::string, DType, TupleObject, Tensor,
                   ViewObject, SliceObject, DescriptorObject, BlockPointerObject, ModuleObject,
                   TileTypeObject, BuiltinObject, FunctionObject, ClassObject>;
  Data data;

  Object() = default;
  template <typename T>
    requires(!std::is_same_v<std::decay_t<T>, Object> && std::is_constructible_v<Data, T>)
  Object(T &&value) : data(std::forward<T>(value)) {}
  static Object tuple(std::vector<Object> elements);

  template <typename T>
  const T *get() const {
    return std::get_if<T>(&data);
  }
  bool isNone() const { return get<NoneObject>(); }
  const Tensor *tensor() const { return get<Tensor>(); }
  /// Elements of a tuple, or null.
  const std::vector<Object> *elements() const {
    auto *tuple = get<TupleObject>();
    return tuple ? tuple->elements.get() : nullptr;
  }
  /// Whether this is a compile-time number (Python's bool, int or float).
  bool isNumber() const { return get<bool>() || get<Integer>() || get<double>(); }
  /// The value of a bool or int.
  std::optional<Integer> integer() const;
  /// Whether nothing in it exists only at run time.
  bool isCompileTime() const;
  /// How much there is to walk over: elements of tuples within tuples, shared ones as often as they
  /// appear, and characters.
  uint64_t size() const;
  /// Tuples on the longest path down.
  uint32_t depth() const;
  /// For messages, in which much of it is cut off: "int32[64]", "the constant 5", "the string 'x'".
  std::string describe() const;
};

struct View {
  llvm::StringRef name;
  DType element;
  mlir::Value value;
  /// To its first element.
  Tensor pointer;
  /// Extents and strides: constants, or int64 values.
  std::vector<Object> shape, strides;
  /// Extents as they are declared, for messages: "[M, 576]".
  std::string shapeText;
};

/// An array of which blocks are taken. Its view has a dimension for each of the array's, the
/// contiguous one last, and one of extent 1 behind them if none is.
struct BlockArray {
  std::shared_ptr<const View> view;
  /// The view's dimension of each dimension of the array.
  llvm::SmallVector<int32_t> viewDims;
  llvm::SmallVector<int64_t, 2> blockShape;
  /// Extents and strides of the array, as given.
  std::vector<Object> shape, strides;
  /// Outside the array there is NaN instead of zero.
  bool padsNan = false;

  size_t rank() const { return viewDims.size(); }
  ValueType blockType() const { return ValueType(view->element, blockShape); }
};

struct ViewSlice {
  std::shared_ptr<const View> view;
  /// Where it starts along each dimension of the view (int64).
  llvm::SmallVector<mlir::Value> indices;
  /// The dimensions of the view that the slice keeps, and its extents there.
  llvm::SmallVector<int32_t> dims;
  llvm::SmallVector<int64_t, 2> shape;

  /// Type of what a load of it gives: a tile, or a scalar if it keeps no dimension.
  ValueType type() const {
    return dims.empty() ? ValueType(view->element) : ValueType(view->element, shape);
  }
};

//===----------------------------------------------------------------------===//
// Arithmetic at compile time: Python's
//===----------------------------------------------------------------------===//

/// Applies an operator to compile-time objects; errors point at `offset`.
mlir::FailureOr<Object> foldUnary(ErrorAt errorAt, UnaryOp op, const Object &operand,
                                  uint32_t offset);
mlir::FailureOr<Object> foldBinary(ErrorAt errorAt, BinaryOp op, const Object &lhs,
                                   const Object &rhs, uint32_t offset);
mlir::FailureOr<Object> foldCompare(ErrorAt errorAt, CompareOp op, const Object &lhs,
                                    const Object &rhs, uint32_t offset);
/// Python's bool(): zero, empty and None are false. Nothing for run-time values.
std::optional<bool> truth(const Object &object);
/// Python's str().
std::string toText(const Object &object);
/// Whether two compile-time objects are equal (1 == 1.0 == True, as in Python).
bool equal(const Object &lhs, const Object &rhs);

/// The type a compile-time number has on its own (Triton's to_tensor): int32 if it fits, else
/// uint32, int64, uint64; float32, or float64 outside its normal range. Nothing if no type holds
/// it.
std::optional<DType> typeOfNumber(const Object &number);

/// Reads a signature or option value: a Python literal or a type name. Nothing if it is neither.
std::optional<Object> parseConstant(llvm::StringRef text);

} // namespace mla::frontend
