//===- Language.td - chapters of the reference, and what is refused -------===//
// Part of Builtins.td, which includes it. Text is Markdown; a test compiles every example in it.

/// A chapter of the language reference: text, then its built-ins. Chapters are in the order of
/// their positions.
class Chapter<bits<16> position, string title> {
  bits<16> Position = position;
  string Title = title;
  string Text = "";

  string CppText = "R\"text(" # Text # ")text\"";
}
def ChapterTable : GenericTable {
  let FilterClass = "Chapter";
  let CppTypeName = "ChapterInfo";
  let Fields = ["Position", "Title", "CppText"];
  string TypeOf_CppText = "code";
}

//===----------------------------------------------------------------------===//
// The forms of the language
//===----------------------------------------------------------------------===//

def FilesChapter : Chapter<0, "Kernel files"> {
  let Text = [{
A kernel file is Python syntax that the compiler reads itself; nothing of it is run by Python. It holds kernels, helpers
and constants, all at its top level:

```python
import mla
import mla.language as ml

LIMIT = 100.0


@mla.jit
def clip(x):
    return ml.clamp(x, -LIMIT, LIMIT)


@mla.kernel
def scale(x_ptr: "*fp32:16", y_ptr: "*fp32:16", n: "i32", factor: "fp32", BLOCK: ml.constexpr = 1024):
    offsets = ml.program_id(0).to(ml.int64) * BLOCK + ml.arange(0, BLOCK)
    mask = offsets < n
    x = ml.load(x_ptr + offsets, mask=mask)
    ml.store(y_ptr + offsets, clip(x * factor), mask=mask)
```

- `@mla.kernel` marks a kernel, `@mla.jit` a helper that kernels call; `@triton.jit` is either. `num_warps` and
  `num_stages` of the decorator are hints, other decorators (autotune, heuristics) mean nothing ahead of time. A file
  that says `import triton.language as tl` compiles too.
- A helper is evaluated in place of each call, with the types and constants of that call. It may return several values.
- `@mla.constexpr_function` (also `@triton.constexpr_function`) marks a function that is run at compile time: it takes and
  returns compile-time values, numbers stay what they are in Python, loops are run, and it may call itself.
- A module-level constant is any value that is known at compile time. Other statements are skipped.
- A parameter gets its type from the signature that is compiled (`--signature "*fp32:16, *fp32:16, i32, fp32, 1024"`) or
  from its annotation, a text as in a signature or a type. `*` is a pointer; `:16` promises a multiple of 16 (for pointers,
  in bytes), `:1` the value 1. A parameter that is annotated `ml.constexpr` is a compile-time constant.
}];
}

def TypesChapter : Chapter<10, "Types"> {
  let Text = [{
A value is a number of one of these types, a tile of them, a pointer (`ml.pointer_type(ml.float32)`, `"*fp32"` in
signatures), or a compile-time value: `None`, a bool, an integer, a float, a text, a type, a tuple.

{types}

Two types meet in an operation as in Triton: a number that is written in the kernel, or is `constexpr`, takes the type of
the other operand, unless it is of a higher kind (bool, integer, float). Otherwise the result is fp64 if one is fp64, else
fp32 if one is fp32, else fp16 if one is fp16; bf16 stays bf16 with bf16 and becomes fp32 with anything else. Two integers
give the wider type, of equal width the unsigned one. Quotients of fp16 and bf16 are fp32. Integer `//` and `%` truncate
toward zero, as in C, and want equal signedness. 8-bit floats must be converted to a wider type before arithmetic. int32
arithmetic stays int32: convert an index (`.to(ml.int64)`) before its product can exceed 31 bits.
}];
}

def ExtentsChapter : Chapter<20, "Tiles and extents"> {
  let Text = [{
A tile is a value of known shape; nothing changes it. Extents are compile-time constants, any positive integer, with at
most 2^20 elements in a tile. An extent that is a power of two, or up to 16 times one of at least 16 (576 = 9 × 64), is
held as it is; any other is padded to the next one, and the padding is never read, stored or reduced.

```python
import mla
import mla.language as ml


@mla.kernel
def parts(x_ptr: "*fp32", y_ptr: "*fp32"):
    x = ml.load(x_ptr + ml.arange(0, 3)[:, None] * 100 + ml.arange(0, 100))
    ml.store(y_ptr + ml.arange(0, 3), ml.sum(x[:, 4:], axis=1))
```

Shapes of operands broadcast as in NumPy: missing dimensions are inserted in front, an extent of 1 is repeated.
`x[:, None]` inserts a dimension; `x[4:36, :16]` with constant bounds is a part of a tile. `x.shape` is a tuple of
constants, `x.dtype` the element type, `x.numel` the number of elements, `x.T` the tile with its last two dimensions
exchanged.
}];
}

def ViewsChapter : Chapter<30, "Views"> {
  let Text = [{
A parameter that is annotated `ml.tensor[type, extent, …]` is an array in memory. An extent is a constant, or a name in
quotes: that of a constexpr parameter for its value, any other for an extent that is known at run time; equal names are
one extent. The launch passes the pointer, the named extents
(int64) and the strides of all dimensions but the last (int64), whose stride is 1. An array with the default `None` is
absent unless the signature has it.

```python
import mla
import mla.language as ml


@mla.kernel
def copy_rows(src: ml.tensor[ml.bf16, 'ROWS', 576], dst: ml.tensor[ml.f32, 'ROWS', 512], BLOCK: ml.constexpr = 64):
    first = ml.program_id(0) * BLOCK
    ml.store(dst[first:first + BLOCK, :], ml.load(src[first:first + BLOCK, :512]))
```

A slice is an argument of `ml.load` and `ml.store`: `start:start + N` with a constant N, `:` over a constant extent, or a
scalar, which drops the dimension. What lies outside of the array reads as zero and is not stored, so that no mask is
needed; addresses are 64 bits wide. `a if c else b` of two views that differ in run-time values only is a view with the
values of one of them. `src.shape`, `src.strides` and `src.dtype` describe the array, `src.ptr` points to its
first element.
}];
}

def ControlChapter : Chapter<40, "Control flow"> {
  let Text = [{
```python
import mla
import mla.language as ml


@mla.kernel
def first_above(x_ptr: "*fp32", y_ptr: "*i32", n: "i32", LIMITS: ml.constexpr = (1.0, 10.0)):
    if n <= 0:
        return
    for which in ml.static_range(len(LIMITS)):
        i = 0
        while (i < n) and (ml.load(x_ptr + i, mask=i < n) <= LIMITS[which]):
            i += 1
        ml.store(y_ptr + which, i)
```

- `if`, `elif`, `else` and `a if c else b` with a condition that is known at compile time take one side and ignore the other.
  Otherwise the condition is a scalar, a variable has one type behind both sides, and one that only one side assigns cannot
  be used behind them.
- `for` runs over `range`, `ml.range` (with options) or `ml.static_range` (unrolled). `while` takes a scalar condition. A
  variable that a loop changes keeps its type; what a loop's body alone assigns stays inside.
- `return` may stand under a run-time condition, not in a loop under one. A kernel returns nothing; a helper's returns
  agree in type.
- `and`, `or`, `not` and chains such as `a < b < c` combine int1 values, of tiles element by element.
- `assert` of a condition that is known at compile time is checked by the compiler, of any other as `ml.device_assert`.
}];
}

//===----------------------------------------------------------------------===//
// Chapters of built-ins
//===----------------------------------------------------------------------===//

def CreationChapter : Chapter<100, "Programs and creation">;
def MemoryChapter : Chapter<110, "Memory">;
def BlocksChapter : Chapter<120, "Block pointers and tensor descriptors">;
def AtomicsChapter : Chapter<130, "Atomics">;
def ProductsChapter : Chapter<140, "Matrix products">;
def AttentionChapter : Chapter<150, "Attention, tile by tile">;
def IndexerChapter : Chapter<160, "Choosing keys, tile by tile">;
def GatherChapter : Chapter<170, "Rows by index, and cache records"> {
  let Text = [{
`ml.gather.rows` and `ml.gather.paged_rows` read the rows of a cache that data select. A row that is not there is zero, and
nothing is read for it. A cache may hold its rows as records, bytes of a format:

| format | values | scales | bytes |
|---|---|---|---|
| `fp8_ds_mla` | 512 fp8e4nv, 64 bf16 | 4 fp32 in the record, of 128 values each | 656 |
| `fp8_dsv4` | 448 fp8e4nv, 64 bf16 | 7 powers of two behind the page, of 64 values each | 576 + 8 |
| `fp8_dsv41` | 512 fp8e4nv | 16 powers of two behind the page, of 32 values each | 512 + 16 |
| `indexer_fp8`, `indexer_fp8_64`, `indexer_fp8_32` | 128, 64 or 32 fp8e4nv | 1 fp32 behind the page | 128, 64 or 32 + 4 |
| `fp8_e4m3`, `fp8_e5m2` | any number | one fp32 for the cache, an argument | |
| `bf16`, `fp16` | any number | none | |

Behind the page means: a page holds the values of all its records and then the scales of all. `ml.gather.record_views` makes
views of both.
}];
}
def ElementsChapter : Chapter<200, "Element by element">;
def ReductionsChapter : Chapter<210, "Reductions and scans">;
def ShapesChapter : Chapter<220, "Shapes, and elements that move">;
def SelectionsChapter : Chapter<230, "Elements that data selects">;
def ConversionsChapter : Chapter<240, "Conversions and tests of types">;
def RandomChapter : Chapter<250, "Random numbers">;
def CompileTimeChapter : Chapter<260, "Compile time and loops">;
def PythonChapter : Chapter<270, "Python's own">;
def HintsChapter : Chapter<280, "Debugging and hints">;
def LibdeviceChapter : Chapter<290, "libdevice"> {
  let Text = "Functions that Triton kernels import from `triton.language.extra`.";
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

def RefusedChapter : Chapter<1000, "What is refused"> {
  let Text = "Each of these is an error that names the form, with line and column.";
}

/// A form of Python or Triton that kernels cannot use, why or what to write instead, a kernel body
/// (see Builtins.td) that uses it, and a part of the error.
class Refusal<string form, string instead, string example, string message> {
  string Form = form;
  string Instead = instead;
  string Example = example;
  string Message = message;

  string CppForm = "R\"text(" # Form # ")text\"";
  string CppInstead = "R\"text(" # Instead # ")text\"";
}
def RefusalTable : GenericTable {
  let FilterClass = "Refusal";
  let CppTypeName = "RefusalInfo";
  let Fields = ["CppForm", "CppInstead"];
  string TypeOf_CppForm = "code";
  string TypeOf_CppInstead = "code";
}

def RefusedBreak : Refusal<"`break` and `continue`",
    "Loops have one exit, so that they can be pipelined: put the condition into `while`, or the body under `if`.",
    "for i in range(n):\n    break", "'break' statements">;
def RefusedLoopElse : Refusal<"`else` of a loop", "Write its body behind the loop.",
    "for i in range(n):\n    pass\nelse:\n    pass", "'else' blocks of loops">;
def RefusedLoopReturn : Refusal<"`return` in a loop under a run-time condition", "Keep what is to be returned in a variable.",
    "for i in range(n):\n    if i > 3:\n        return", "'return' inside a loop">;
def RefusedLoopTargets : Refusal<"`for a, b in …`, and loops over anything but a range",
    "Index a tuple by the variable of `ml.static_range`.", "for a, b in ((1, 2),):\n    pass",
    "loops over several variables">;
def RefusedFunction : Refusal<"functions and classes inside of kernels, `lambda`",
    "Define helpers at the top level, with `@mla.jit`.", "f = lambda x: x", "lambda expressions">;
def RefusedException : Refusal<"`try`, `raise`, `with`, `del`, `global`, `nonlocal`, `match`, `async`, `yield`",
    "They have no meaning on a GPU.", "raise n", "'raise' statements">;
def RefusedImport : Refusal<"`import` inside of functions, and modules other than `mla` and `triton`",
    "Import at the top of the file; nothing of other packages can be used in kernels.", "import mla", "'import' statements">;
def RefusedCollection : Refusal<"dictionaries, sets, their comprehensions, generators",
    "Tuples (a list is one) hold values; `[f(i) for i in ml.static_range(4)]` makes one, `ml.static_range` goes over it.", "x = {1: 2}", "dictionaries and sets">;
def RefusedElement : Refusal<"assignment to elements or attributes",
    "Tiles are values: select with `ml.where`, write to memory with `ml.store`.",
    "x = ml.zeros((16,), ml.float32)\nx[0] = 1.0", "tiles are values">;
def RefusedTileIndex : Refusal<"a tile as an index of a tile", "Use `ml.gather`.",
    "x = ml.arange(0, 16)\ny = x[x]", "index">;
def RefusedStep : Refusal<"steps in slices", "Use `ml.reshape` and `ml.split`.",
    "x = ml.arange(0, 16)\ny = x[::2]", "step">;
def RefusedCondition : Refusal<"a tile as a condition", "Use `ml.where`, or reduce the tile to a scalar.",
    "if ml.arange(0, 16) > 3:\n    pass", "expected a scalar condition">;
def RefusedMatmul : Refusal<"the operator `@`", "Use `ml.dot`.", "x = n @ n", "use dot for matrix products">;
def RefusedPower : Refusal<"`**` of run-time values", "Use `ml.exp2` or `ml.extra.libdevice.pow`.",
    "x = n ** 2", "'**' is only supported between compile-time constants">;
def RefusedVariadic : Refusal<"`*args`, `**kwargs`, starred expressions", "Pass a tuple.",
    "x = ml.maximum(*(n, n))", "unpacked arguments">;
def RefusedWalrus : Refusal<"`:=`", "Assign in a statement of its own.", "x = (y := n)", "assignment expressions">;
def RefusedFormat : Refusal<"conversions and formats in f-strings, bytes, complex numbers", "Only plain `{name}` is replaced.",
    "ml.static_print(f\"{BLOCK:3}\")", "format specifications">;
def RefusedPython : Refusal<"Python's `print`, `abs`, `sum`, `list`, …", "Use the functions of `ml`.",
    "print(n)", "Python's 'print'">;
def RefusedSignedness : Refusal<"`//` and `%` of integers of different signedness", "Convert one of them.",
    "x = n // n.to(ml.uint32)", "their signedness differs">;
def RefusedHuge : Refusal<"tiles of more than 2^20 elements", "Take smaller tiles, in a loop.",
    "x = ml.zeros((2048, 1024), ml.float32)", "elements">;
def RefusedDotScaled : Refusal<"`ml.dot_scaled`", "Convert the factors, multiply them by their scales and use `ml.dot`.",
    "ml.dot_scaled(n, n, n, n, n, n)", "scaled products of small floats">;
def RefusedAssembly : Refusal<"`ml.inline_asm_elementwise`",
    "It would bind the kernel to one architecture: use functions of `ml` or of `ml.extra.libdevice`.",
    "ml.inline_asm_elementwise(n)", "inline assembly">;
