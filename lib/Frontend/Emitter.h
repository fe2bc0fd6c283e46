//===- Emitter.h - syntax trees to tile IR --------------------------------===//
// Evaluates a kernel's statements in order: what is known at compile time is computed, the rest
// becomes IR. Helpers are evaluated at each call (inlined). What needs no more than values is the
// base class's (ValueEmitter.h); the methods are spread over the Emit*.cpp files by concern.
#pragma once

#include "Builtins.h"
#include "Globals.h"
#include "KernelArguments.h"
#include "Parser.h"
#include "ValueEmitter.h"
#include "mla/Dialect/Gather/Gather.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mla/Frontend/Frontend.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <map>

namespace mla::frontend {

/// Object::size that is copied or compared about as fast as one operation is emitted.
inline constexpr uint64_t kSizePerWork = 16;

/// A call of a built-in with its arguments in parameter order.
struct BuiltinCall {
  const BuiltinInfo *info;
  uint32_t offset;
  /// The value before the dot, for built-ins that are only members.
  Object receiver;
  llvm::SmallVector<Object> arguments;
  /// Where each argument stands; the call for defaults. A parameter `*name` has a tuple.
  llvm::SmallVector<uint32_t> offsets;

  /// Index of the parameter `name`, which must exist.
  size_t index(llvm::StringRef name) const;
  const Object &operator[](llvm::StringRef name) const { return arguments[index(name)]; }
  uint32_t offsetOf(llvm::StringRef name) const { return offsets[index(name)]; }
};

/// How a load or store goes about it; none of this changes a result.
struct AccessOptions {
  mla::tile::CacheKindAttr cache;
  mla::tile::EvictKindAttr evict;
  bool isVolatile = false;
  mlir::StringAttr label;
};

/// Loads the dialects of what the emitter makes.
void loadDialects(mlir::MLIRContext &context);

class Emitter : ValueEmitter {
public:
  Emitter(const Source &source, const Globals &globals, Parser &parser, const Options &options);
  ~Emitter();

  /// The module with the kernel, or null after one error.
  mlir::OwningOpRef<mlir::ModuleOp> run();

private:
  /// A local variable.
  struct Variable {
    Object value;
    /// Where it was assigned.
    mlir::Location location;
    /// Why it cannot be used, or empty.
    std::string problem;
    /// The statement that made it constexpr, or null.
    const Stmt *constexprBy = nullptr;
  };
  using Scope = std::map<llvm::StringRef, Variable>;

  /// A function being evaluated.
  struct Frame {
    llvm::StringRef function;
    Scope variables;
    /// Where it was called, or nothing for the kernel.
    std::optional<mlir::Location> callSite;
    Frame *caller = nullptr;
    /// `runtimeDepth` at its entry.
    unsigned entryDepth = 0;
    /// In a constexpr_function: numbers stay what they are in Python, and loops are run.
    bool isCompileTime = false;
    bool returned = false;
    Object result;
  };

  // EmitKernel.cpp: the function, its parameters and attributes.
  mlir::LogicalResult emitKernel(llvm::StringRef name);
  mlir::LogicalResult applyDecoratorHints(const Decorator &decorator);
  void setKernelAttributes(mlir::Operation *op, llvm::ArrayRef<KernelArgument> parameters,
                           llvm::ArrayRef<RuntimeArgument> arguments);
  void setHintAttributes(mlir::Operation *function);

  // KernelArguments.cpp
  mlir::FailureOr<std::vector<KernelArgument>> bindParameters(const FunctionDef &function);
  mlir::FailureOr<KernelArgument> bindParameter(const Parameter &parameter, llvm::StringRef entry,
                                                size_t position);
  mlir::LogicalResult readAnnotation(KernelArgument &argument, const Expr *annotation);
  /// Takes type and extents from ml.tensor[…]; leaves other annotations alone.
  mlir::LogicalResult readViewAnnotation(KernelArgument &argument, const Expr *annotation);
  mlir::FailureOr<ViewExtent> readViewExtent(const Expr *expr);
  mlir::LogicalResult checkViewBinding(const KernelArgument &argument);

  // EmitStatements.cpp
  /// The statements that follow a block up to the end of the function: those behind it in the
  /// surrounding block, and what follows that one.
  struct Rest {
    llvm::ArrayRef<Stmt *> statements;
    const Rest *outer;
  };
  /// Nothing follows: the end of the function.
  static const Rest kEnd;
  /// `rest` follows the block; null in loops, after which nobody can say what follows.
  mlir::LogicalResult emitBlock(llvm::ArrayRef<Stmt *> block, const Rest *rest = nullptr);
  mlir::LogicalResult emitStatement(const Stmt &statement, const Rest *rest);
  mlir::LogicalResult emitAssign(const AssignStmt &statement);
  mlir::LogicalResult emitAugmented(const AugmentedStmt &statement);
  mlir::LogicalResult emitAnnotated(const AnnotatedStmt &statement);
  mlir::LogicalResult emitReturn(const ReturnStmt &statement);
  mlir::LogicalResult emitAssert(const AssertStmt &statement);
  mlir::LogicalResult assign(const Expr *target, const Object &value);
  void setVariable(llvm::StringRef name, Object value, uint32_t offset);
  /// Numbers become run-time scalars, as an assignment or return makes them.
  ObjectResult decay(const Object &value, uint32_t offset);
  mlir::FailureOr<bool> isConstexprAnnotation(const Expr *annotation);

  // EmitControlFlow.cpp, EmitLoops.cpp
  mlir::LogicalResult emitIf(const IfStmt &statement, size_t branch, const Rest *rest);
  mlir::LogicalResult emitRuntimeIf(const IfStmt &statement, size_t branch, mlir::Value condition);
  /// The same for a branch that may return: each side goes on with `rest` to the function's end.
  mlir::LogicalResult emitReturningIf(const IfStmt &statement, size_t branch, mlir::Value condition,
                                      const Rest *rest);
  /// Makes an scf.if without results give the value of either side.
  Object joinSides(mlir::Operation *sides, const Object &whenTrue, const Object &whenFalse);
  ObjectResult emitConditional(const ConditionalExpr &expr);
  /// A condition's value if known at compile time, else its i1 in `runtime`.
  mlir::FailureOr<std::optional<bool>> emitCondition(const Expr *expr, mlir::Value &runtime);
  struct Merge;
  void mergeScopes(const Scope &before, const Scope &whenTrue, const Scope &whenFalse,
                   Merge &merge);
  mlir::LogicalResult emitFor(const ForStmt &statement);
  /// The call of range, ml.range or ml.static_range that `iterable` is, with all three arguments.
  mlir::FailureOr<BuiltinCall> bindRange(const CallExpr &iterable, const BuiltinObject &builtin);
  /// The range that an expression calls, or null.
  mlir::FailureOr<const BuiltinObject *> rangeOf(const Expr *iterable, Object &callee);
  mlir::FailureOr<llvm::SmallVector<Integer>> staticValues(const BuiltinCall &range);
  mlir::LogicalResult emitStaticFor(const ForStmt &statement, const BuiltinCall &range);
  mlir::LogicalResult emitRuntimeFor(const ForStmt &statement, const BuiltinCall &range);
  mlir::FailureOr<mlir::NamedAttrList> loopOptions(const BuiltinCall &range);
  mlir::LogicalResult emitWhile(const WhileStmt &statement);
  mlir::LogicalResult emitStaticWhile(const WhileStmt &statement);
  struct Carried;
  /// Variables that a loop body assigns and that hold run-time values before it.
  std::vector<Carried> carriedVariables(const Body &body, llvm::StringRef loopVariable);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> loopResults(llvm::ArrayRef<Carried> carried,
                                                              const Scope &before);
  void leaveLoop(llvm::ArrayRef<Carried> carried, Scope before, mlir::ValueRange results,
                 const Stmt &loop);
  mlir::LogicalResult enterRegion(uint32_t offset);

  // EmitExpressions.cpp
  ObjectResult evaluate(const Expr *expr);
  ObjectResult evaluateKind(const Expr *expr);
  ObjectResult evaluateName(const NameExpr &expr);
  ObjectResult evaluateAttribute(const AttributeExpr &expr);
  ObjectResult evaluateSubscript(const SubscriptExpr &expr);
  ObjectResult evaluateFormatString(const FormatStringExpr &expr);
  ObjectResult evaluateLogical(const LogicalExpr &expr);
  ObjectResult evaluateCompare(const CompareExpr &expr);
  ObjectResult evaluateComprehension(const ComprehensionExpr &expr);
  ObjectResult evaluateGlobal(llvm::StringRef name, const Global &global, uint32_t offset);
  /// A name in mla.language or one of its modules.
  ObjectResult moduleMember(ModuleObject::Which module, llvm::StringRef name, uint32_t offset);

  // EmitShapes.cpp
  ObjectResult indexTile(const Tensor &tile, const SubscriptExpr &expr);
  /// The part of a tile that starts at `offsets`.
  Tensor part(const Tensor &tile, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> shape,
              uint32_t offset);
  mlir::FailureOr<int64_t> tileBound(const Expr *bound, int64_t extent, int64_t otherwise);

  // EmitRearrangements.cpp: built-ins that give elements other coordinates.
  ObjectResult emitRearrangement(const BuiltinCall &call);
  /// The tile with its last two dimensions exchanged.
  ObjectResult transpose(const Object &object, uint32_t offset);
  ObjectResult emitPermutation(const BuiltinCall &call);
  ObjectResult emitReshape(const BuiltinCall &call);
  ObjectResult emitExpandDims(const BuiltinCall &call);
  ObjectResult emitBroadcastTo(const BuiltinCall &call);
  ObjectResult emitJoin(const BuiltinCall &call);
  ObjectResult emitSplit(const BuiltinCall &call);
  ObjectResult emitCat(const BuiltinCall &call);
  Tensor permute(const Tensor &tile, llvm::ArrayRef<int32_t> order, uint32_t offset);
  /// The elements of a value in row-major order with as many of another shape; () for a scalar.
  Tensor reshape(const Tensor &value, llvm::ArrayRef<int64_t> shape, uint32_t offset);
  Tensor join(Tensor a, Tensor b, uint32_t offset);
  /// Two tiles of one type, `b` behind `a` along `dim`.
  Tensor concatenate(const Tensor &a, const Tensor &b, int64_t dim, uint32_t offset);
  /// An argument `*name` of integers, or of one tuple of them.
  mlir::FailureOr<llvm::SmallVector<Integer>> integersArgument(const BuiltinCall &call,
                                                               llvm::StringRef name);
  mlir::FailureOr<llvm::SmallVector<int64_t, 2>> variadicShape(const BuiltinCall &call,
                                                               llvm::StringRef name);
  /// An argument that counts dimensions from the front, or negative from the back.
  mlir::FailureOr<int64_t> axisArgument(const BuiltinCall &call, llvm::StringRef name,
                                        int64_t rank);
  /// Two tiles or numbers of one element type and shape, after broadcasting.
  mlir::FailureOr<std::pair<Tensor, Tensor>>
  equalTiles(const BuiltinCall &call, llvm::StringRef first, llvm::StringRef second);

  // EmitSelections.cpp: built-ins in which data decides where elements go.
  ObjectResult emitSelection(const BuiltinCall &call);
  ObjectResult emitGather(const BuiltinCall &call);
  ObjectResult emitFlip(const BuiltinCall &call);
  ObjectResult emitHistogram(const BuiltinCall &call);
  ObjectResult emitSort(const BuiltinCall &call);
  TensorResult numberTile(const BuiltinCall &call, llvm::StringRef name);
  /// An argument that is a tile of integers, of at least 32 bits in the end.
  TensorResult indexTile(const BuiltinCall &call, llvm::StringRef name);
  /// The argument `name`, or the last dimension of `tile` for None.
  mlir::FailureOr<int64_t> lastOrGivenAxis(const BuiltinCall &call, llvm::StringRef name,
                                           const Tensor &tile);
  Tensor gather(const Tensor &source, const Tensor &index, int64_t axis, uint32_t offset);

  // EmitViews.cpp
  /// The view of a parameter; `valueOf` gives its run-time arguments by name.
  Object makeView(const KernelArgument &parameter,
                  llvm::function_ref<mlir::Value(llvm::StringRef)> valueOf);
  ObjectResult indexView(const std::shared_ptr<const View> &view, const SubscriptExpr &expr);
  /// Where a slice starts along dimension `dim`, and how long it is.
  mlir::FailureOr<std::pair<mlir::Value, int64_t>> sliceBounds(const View &view, size_t dim,
                                                               const SliceExpr &expr);
  /// A scalar position as int64.
  mlir::FailureOr<mlir::Value> viewIndex(const Object &index, uint32_t offset);
  /// Parameters of load and store that concern pointers only.
  mlir::LogicalResult checkSliceOptions(const BuiltinCall &call);
  ObjectResult loadSlice(const BuiltinCall &call, const ViewSlice &slice,
                         const AccessOptions &options);
  /// The parameter `valid` of a load as int64, or null.
  mlir::FailureOr<mlir::Value> validRows(const BuiltinCall &call, const ViewSlice &slice);
  ObjectResult storeSlice(const BuiltinCall &call, const ViewSlice &slice,
                          const AccessOptions &options);

  // EmitBlocks.cpp: block pointers and tensor descriptors
  mlir::FailureOr<std::vector<Object>> scalarsArgument(const BuiltinCall &call,
                                                       llvm::StringRef name);
  mlir::FailureOr<std::vector<Tensor>> positionsArgument(const BuiltinCall &call,
                                                         llvm::StringRef name, size_t count);
  mlir::FailureOr<bool> paddingArgument(const BuiltinCall &call, DType element);
  /// The array that make_block_ptr or make_tensor_descriptor names.
  mlir::FailureOr<std::shared_ptr<BlockArray>> makeBlockArray(const BuiltinCall &call);
  mlir::FailureOr<std::shared_ptr<const View>>
  makeArrayView(const BuiltinCall &call, const Tensor &base, const BlockArray &array);
  /// The descriptor of a parameter whose memory is `view`.
  Object makeDescriptor(const KernelArgument &parameter, const ViewObject &view);
  ObjectResult emitMakeBlockPtr(const BuiltinCall &call);
  ObjectResult emitAdvance(const BuiltinCall &call);
  ObjectResult emitMakeTensorDescriptor(const BuiltinCall &call);
  ObjectResult emitDescriptorAccess(const BuiltinCall &call);
  ObjectResult loadBlockPointer(const BuiltinCall &call, const AccessOptions &options);
  ObjectResult storeBlockPointer(const BuiltinCall &call, const AccessOptions &options);
  mlir::LogicalResult checkBlockOptions(const BuiltinCall &call);
  mlir::FailureOr<llvm::SmallVector<int32_t>> uncheckedDims(const BuiltinCall &call,
                                                            const BlockArray &array);
  struct BlockPlace;
  BlockPlace placeBlock(const BlockArray &array, llvm::ArrayRef<Tensor> offsets,
                        llvm::ArrayRef<int32_t> unchecked, uint32_t offset);
  /// Reads the block at `offsets`, which lies inside along the dimensions `unchecked`.
  Tensor loadBlock(const BlockArray &array, llvm::ArrayRef<Tensor> offsets,
                   llvm::ArrayRef<int32_t> unchecked, bool padsNan, const AccessOptions &options,
                   uint32_t offset);
  /// Writes the argument `value` of the call.
  mlir::LogicalResult storeBlock(const BlockArray &array, llvm::ArrayRef<Tensor> offsets,
                                 llvm::ArrayRef<int32_t> unchecked, const BuiltinCall &call,
                                 const AccessOptions &options);
  /// The argument `value` of the call in the array's element type and `shape`.
  TensorResult blockValue(const BlockArray &array, llvm::ArrayRef<int64_t> shape,
                          const BuiltinCall &call);

  // EmitAtomics.cpp
  ObjectResult emitAtomic(const BuiltinCall &call);
  ObjectResult emitDescriptorAtomic(const BuiltinCall &call);
  mlir::LogicalResult checkAtomicType(const BuiltinCall &call, DType type);
  mlir::FailureOr<mla::tile::MemorySem> memorySem(const BuiltinCall &call);
  mlir::FailureOr<mla::tile::MemoryScope> memoryScope(const BuiltinCall &call);

  // EmitDebug.cpp
  ObjectResult emitDebug(const BuiltinCall &call);
  ObjectResult emitDeviceAssert(const Object &condition, const Object &message, const Object &mask,
                                uint32_t offset);
  ObjectResult emitDevicePrint(const BuiltinCall &call);
  ObjectResult emitAxisHint(const BuiltinCall &call);

  // EmitRandom.cpp
  ObjectResult emitRandom(const BuiltinCall &call);
  /// A built-in of the language with its first arguments given, the others by default.
  ObjectResult applyBuiltin(llvm::StringRef name, llvm::ArrayRef<Object> arguments,
                            uint32_t offset);
  mlir::LogicalResult philoxRound(std::array<Object, 4> &counter, std::array<Object, 2> &key,
                                  bool isWide, uint32_t offset);
  /// As many rounds as the call's n_rounds says.
  mlir::FailureOr<std::array<Object, 4>>
  philoxRounds(std::array<Object, 4> counter, std::array<Object, 2> key, const BuiltinCall &call);
  mlir::FailureOr<std::array<Object, 4>>
  philox(const Tensor &seed, const std::array<Tensor, 4> &words, const BuiltinCall &call);
  TensorResult counterArgument(const BuiltinCall &call, llvm::StringRef name);
  mlir::FailureOr<std::array<Object, 4>> randomWords(const BuiltinCall &call);
  ObjectResult toUniform(const Object &bits, const BuiltinCall &call);
  mlir::FailureOr<std::pair<Object, Object>> toNormal(const Object &u1, const Object &u2,
                                                      uint32_t offset);
  ObjectResult emitDistribution(const BuiltinCall &call);

  // EmitElements.cpp
  /// Pointers to elements of an array, and which of them lie inside it.
  struct Elements {
    Tensor pointers, mask;
  };
  /// The elements at all combinations of `positions` (1-D tiles of int64, one per dimension).
  mlir::FailureOr<Elements> elementsOf(const BlockArray &array, llvm::ArrayRef<Tensor> positions,
                                       uint32_t offset);
  Tensor consecutive(const Tensor &start, int64_t count, uint32_t offset);
  ObjectResult emitDescriptorRows(const BuiltinCall &call, const BlockArray &array);

  // EmitCalls.cpp
  ObjectResult evaluateCall(const CallExpr &expr);
  ObjectResult call(const Object &callee, llvm::SmallVector<Actual> actuals, uint32_t offset);
  mlir::FailureOr<BuiltinCall> bindBuiltin(const BuiltinObject &builtin,
                                           llvm::SmallVector<Actual> actuals, uint32_t offset);
  mlir::LogicalResult evaluateArguments(const CallExpr &expr,
                                        llvm::SmallVectorImpl<Actual> &actuals);
  ObjectResult callFunction(const FunctionObject &function, llvm::ArrayRef<Actual> actuals,
                            uint32_t offset);
  /// Calls ml.name.
  ObjectResult callLanguage(llvm::StringRef name, llvm::ArrayRef<Object> arguments,
                            uint32_t offset);
  mlir::FailureOr<const FunctionDef *> definition(llvm::StringRef name, const Global &global);

  // EmitBuiltins.cpp, EmitMemory.cpp, EmitReductions.cpp
  ObjectResult emitBuiltin(const BuiltinCall &call);
  /// EmitCompileTime.cpp: those that make no IR.
  ObjectResult emitCompileTimeBuiltin(const BuiltinCall &call);
  ObjectResult emitPythonBuiltin(const BuiltinCall &call);
  mlir::FailureOr<bool> isInstance(const Object &value, const Object &kind, uint32_t offset);
  ObjectResult emitStaticAssert(const Object &condition, const Object &message, uint32_t offset);
  ObjectResult emitArange(const BuiltinCall &call);
  ObjectResult emitFull(const BuiltinCall &call, const Object &value);
  ObjectResult emitFullLike(const BuiltinCall &call, const Object &value);
  ObjectResult filled(const Object &value, uint32_t valueOffset, const ValueType &type,
                      uint32_t offset);
  ObjectResult emitGrid(const BuiltinCall &call);
  ObjectResult emitWhere(const BuiltinCall &call);
  ObjectResult emitCdiv(const BuiltinCall &call);
  ObjectResult emitSwizzle2d(const BuiltinCall &call);
  ObjectResult emitLogical(const BuiltinCall &call);
  ObjectResult emitTo(const BuiltinCall &call);
  ObjectResult emitLoad(const BuiltinCall &call);
  ObjectResult emitStore(const BuiltinCall &call);
  TensorResult pointerArgument(const BuiltinCall &call);
  mlir::FailureOr<std::optional<Tensor>>
  accessOperand(const BuiltinCall &call, llvm::StringRef name, const Tensor &pointer, DType type);
  /// A string that is one of `allowed`; empty if it is not given, or None.
  mlir::FailureOr<std::string> optionArgument(const BuiltinCall &call, llvm::StringRef name,
                                              llvm::ArrayRef<llvm::StringRef> allowed);
  mlir::FailureOr<AccessOptions> accessOptions(const BuiltinCall &call,
                                               llvm::ArrayRef<llvm::StringRef> caches);
  mlir::LogicalResult broadcastToPointers(llvm::MutableArrayRef<Tensor> operands, uint32_t offset);
  mlir::LogicalResult checkUnusedView(const BuiltinCall &call);

  // EmitDot.cpp
  ObjectResult emitDot(const BuiltinCall &call);
  mlir::FailureOr<mla::tile::DotPrecision> dotPrecision(const BuiltinCall &call);
  mlir::FailureOr<std::optional<Tensor>> accumulator(const BuiltinCall &call, const ValueType &type,
                                                     DType result);
  struct Product;
  /// a @ b + acc of 2-D tiles, and of each pair of a batch; `acc` may be absent.
  Tensor emitProduct(const Product &product, const Tensor &a, const Tensor &b,
                     std::optional<Tensor> acc, llvm::StringRef label);
  Tensor emitBatch(const Product &product, const Tensor &a, const Tensor &b,
                   std::optional<Tensor> acc, llvm::StringRef label);
  ObjectResult emitReduction(const BuiltinCall &call);
  /// The parameter `axis`, nothing if it is None.
  mlir::FailureOr<std::optional<int64_t>> reductionAxis(const BuiltinCall &call,
                                                        const ValueType &type);
  Tensor reduceAxis(BuiltinId id, const Tensor &value, int64_t axis, uint32_t offset);

  // EmitCombine.cpp: reductions and scans by a function.
  ObjectResult emitCombination(const BuiltinCall &call);
  using Tensors = llvm::SmallVector<Tensor, 2>;
  /// What a left and a right group of elements make together.
  using CombineFn =
      llvm::function_ref<mlir::FailureOr<Tensors>(const Tensors &left, const Tensors &right)>;
  mlir::FailureOr<Tensors> combineInputs(const BuiltinCall &call);
  mlir::LogicalResult emitCombineRegion(mlir::Operation *op, const Tensors &inputs, uint32_t offset,
                                        CombineFn combine);
  mlir::FailureOr<Tensors> genericReduce(const Tensors &inputs, int64_t axis, bool commutative,
                                         uint32_t offset, CombineFn combine);
  mlir::FailureOr<Tensors> scan(const Tensors &inputs, int64_t axis, bool reverse, uint32_t offset,
                                CombineFn combine);
  mlir::FailureOr<Tensors> callCombine(const BuiltinCall &call, const Tensors &left,
                                       const Tensors &right);
  ObjectResult emitReduce(const BuiltinCall &call);
  ObjectResult emitScan(const BuiltinCall &call);
  ObjectResult emitCumulative(const BuiltinCall &call);
  /// The extremum along an axis and where it is.
  mlir::FailureOr<Tensors> extremumAndIndex(Tensor input, int64_t axis, bool isMax,
                                            bool tieBreakLeft, uint32_t offset);
  ObjectResult emitArgExtremum(const BuiltinCall &call);
  ObjectResult emitSoftmax(const BuiltinCall &call);
  ObjectResult emitSigmoid(const BuiltinCall &call);

  // EmitMath.cpp, EmitLibdevice.cpp
  ObjectResult emitMath(const BuiltinCall &call);
  ObjectResult emitUnaryMath(const BuiltinCall &call);
  ObjectResult emitAbs(const BuiltinCall &call);
  ObjectResult emitFma(const BuiltinCall &call);
  ObjectResult emitUmulhi(const BuiltinCall &call);
  ObjectResult emitQuotient(const BuiltinCall &call);
  ObjectResult emitExtremum(const BuiltinCall &call, bool isMax);
  ObjectResult emitClamp(const BuiltinCall &call);
  mlir::FailureOr<bool> propagatesNan(const BuiltinCall &call);
  mlir::Value extremum(bool isMax, bool propagateNan, const Tensor &x, const Tensor &y,
                       uint32_t offset);
  /// Arguments as run-time values of their common type and shape; constants take part with their
  /// own type. bf16 becomes fp32 if `widen`.
  mlir::FailureOr<llvm::SmallVector<Tensor, 3>>
  commonOperands(const BuiltinCall &call, llvm::ArrayRef<llvm::StringRef> names, bool widen,
                 bool isDivision = false);
  ObjectResult emitLibdevice(const BuiltinCall &call);
  ObjectResult emitLibdevicePower(const BuiltinCall &call);
  ObjectResult emitLibdeviceTest(const BuiltinCall &call);

  // EmitAttention.cpp: ml.attn.
  ObjectResult emitAttention(const BuiltinCall &call);
  ObjectResult emitMask(const BuiltinCall &call);
  ObjectResult emitSoftmaxInit(const BuiltinCall &call);
  ObjectResult emitSoftmaxStep(const BuiltinCall &call);
  ObjectResult emitSoftmaxFinish(const BuiltinCall &call);
  ObjectResult emitMergeStep(const BuiltinCall &call);
  ObjectResult emitGradScores(const BuiltinCall &call);
  /// An argument that is a tile of `element` with `rank` dimensions.
  TensorResult tileArgument(const BuiltinCall &call, llvm::StringRef name, Scalar element,
                            size_t rank);
  /// An argument that is a tile of a type, or a scalar to be repeated.
  TensorResult rowsArgument(const BuiltinCall &call, llvm::StringRef name, Scalar element,
                            int64_t rows);
  /// An argument that is a scalar float32, or a number.
  TensorResult float32Argument(const BuiltinCall &call, llvm::StringRef name);
  /// An argument that fits in a scalar int32.
  TensorResult int32Argument(const BuiltinCall &call, llvm::StringRef name);
  struct SoftmaxState;
  mlir::FailureOr<SoftmaxState> stateArguments(const BuiltinCall &call);
  mlir::FailureOr<mlir::StringAttr> labelArgument(const BuiltinCall &call);

  // EmitIndexer.cpp: ml.indexer.
  ObjectResult emitIndexer(const BuiltinCall &call);
  ObjectResult emitHeadReduce(const BuiltinCall &call);
  ObjectResult emitTopkInit(const BuiltinCall &call);
  ObjectResult emitTopkStep(const BuiltinCall &call);
  ObjectResult emitTopkFinish(const BuiltinCall &call);
  /// The argument `state` of a choice of keys.
  TensorResult topkStateArgument(const BuiltinCall &call);
  // EmitGather.cpp, EmitRecords.cpp: ml.gather.
  ObjectResult emitRows(const BuiltinCall &call);
  ObjectResult emitDecodeRecord(const BuiltinCall &call);
  ObjectResult emitEncodeRecord(const BuiltinCall &call);
  ObjectResult emitCacheViews(const BuiltinCall &call);
  mlir::FailureOr<const View *> viewArgument(const BuiltinCall &call, llvm::StringRef name,
                                             llvm::ArrayRef<size_t> ranks, llvm::StringRef what);
  mlir::FailureOr<std::pair<int64_t, int64_t>> columnsArgument(const BuiltinCall &call,
                                                               const View &view);
  struct RowsCall;
  mlir::FailureOr<RowsCall> rowsCall(const BuiltinCall &call, const View *view,
                                     llvm::StringRef indices, llvm::ArrayRef<Scalar> types);
  mlir::FailureOr<const RecordFormat *> formatArgument(const BuiltinCall &call);
  TensorResult matrixArgument(const BuiltinCall &call, const Object &object, llvm::StringRef name,
                              llvm::StringRef what, llvm::function_ref<bool(DType)> isElement);
  mlir::FailureOr<mlir::Value> cacheScale(const BuiltinCall &call, llvm::StringRef name,
                                          const RecordFormat &format);
  mlir::FailureOr<mlir::Value> scalesArgument(const BuiltinCall &call, const RecordFormat &format,
                                              int64_t rows);
  mlir::FailureOr<llvm::SmallVector<Tensor>> fieldArguments(const BuiltinCall &call,
                                                            const RecordFormat &format);
  mlir::FailureOr<gather::ScaleRuleKindAttr> ruleArgument(const BuiltinCall &call,
                                                          const RecordFormat &format);
  static ObjectResult tileOrTuple(mlir::ValueRange values, llvm::ArrayRef<ValueType> types);

  // Arguments of built-ins that must be known at compile time.
  mlir::FailureOr<Integer> integerArgument(const BuiltinCall &call, llvm::StringRef name);
  mlir::FailureOr<bool> boolArgument(const BuiltinCall &call, llvm::StringRef name);
  mlir::FailureOr<std::string> stringArgument(const BuiltinCall &call, llvm::StringRef name);
  mlir::FailureOr<DType> dtypeArgument(const BuiltinCall &call, llvm::StringRef name);
  mlir::FailureOr<llvm::SmallVector<int64_t, 2>> shapeArgument(const BuiltinCall &call,
                                                               llvm::StringRef name);
  /// The extents in a tuple that was given as the argument `name`.
  mlir::FailureOr<llvm::SmallVector<int64_t, 2>>
  shapeOf(const BuiltinCall &call, llvm::StringRef name, llvm::ArrayRef<Object> extents);

  // Run-time values inside objects, for loops and branches.
  static void flatten(const Object &object, llvm::SmallVectorImpl<Tensor> &tensors);
  /// `object` with its run-time values replaced in order.
  static Object withValues(const Object &object, mlir::ValueRange values, size_t &next);
  /// Whether two objects have run-time values of the same types at the same places and are equal
  /// elsewhere.
  static bool sameStructure(const Object &lhs, const Object &rhs);
  static bool sameValues(const Object &lhs, const Object &rhs);

  mlir::Location at(size_t offset) const override;
  /// Counts work, so that unrolling and inlining end.
  mlir::LogicalResult charge(uint32_t offset, uint64_t amount = 1);
  /// Bounds compile-time values, and counts the work of walking over them.
  mlir::LogicalResult chargeSize(const Object &value, uint32_t offset);
  /// Bounds the recursion over calls, expressions and statements; who calls it restores `nesting`.
  mlir::LogicalResult nest(uint32_t offset);

  const Source &source;
  const Globals &globals;
  Parser &parser;
  const Options &options;
  Frame *frame = nullptr;
  /// Loops and branches around the insertion point.
  unsigned runtimeDepth = 0;
  uint64_t work = 0;
  /// Calls, expressions and statements around the one in progress.
  unsigned nesting = 0;
  /// Parsed functions and evaluated constants of the file.
  llvm::DenseMap<const Global *, const FunctionDef *> definitions;
  std::map<const Global *, Object> constants;
  llvm::DenseSet<const Global *> constantsInProgress;
  /// Hints in the text: num_warps, num_stages.
  std::map<std::string, int32_t> hints;
};

} // namespace mla::frontend
