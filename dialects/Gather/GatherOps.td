//===- GatherOps.td - ops of the gather dialect ---------------------------===//
#ifndef MLA_DIALECTS_GATHER_GATHEROPS
#define MLA_DIALECTS_GATHER_GATHEROPS

include "Gather/GatherBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

def Gather_RowsOp : Gather_Op<"rows", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "reads the rows of a view that a tile of indices names";
  let description = [{
    A view [R, C] has R rows; a view [P, S, C], a pool of P pages of S rows each, has P · S, and row r is row r mod S of page r / S.

        result[i, j] = row index[i] of the view, element column + j

    A row outside [0, rows), whatever its index, and elements outside [0, C) read as zero and are not dereferenced. Any index may
    occur more than once. Addresses have 64 bits.
    C1. The view has two or three dimensions.
    C2. The result is [N, W] with an index for each of the N rows, and has the view's element type.
    C3. `column` is at least 0, and `column` + W at most C if C is constant.

    ```mlir
    %kv = gather.rows %cache[%index] {label = "kv"} : !tile.view<?x?x576xbf16>, tensor<64xi32> -> tensor<64x576xbf16>
    %v = gather.rows %keys[%index] {column = 64 : i64} : !tile.view<?x576xbf16>, tensor<64xi32> -> tensor<64x512xbf16>
    ```
  }];
  let arguments = (ins Tile_ViewType:$view, 1DTensorOf<[I32, I64]>:$index,
                       DefaultValuedAttr<I64Attr, "0">:$column, OptionalAttr<StrAttr>:$label);
  let results = (outs RankedTensorOf<[Tile_Int, Tile_Float]>:$result);
  let assemblyFormat = [{
    $view `[` $index `]` attr-dict `:` qualified(type($view)) `,` type($index) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Gather_PagedRowsOp : Gather_Op<"paged_rows", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "reads the rows at positions of a sequence whose pages a table lists";
  let description = [{
    `view` [P, S, C] is a pool of P pages of S rows, `table` [B, M] lists the pages of B sequences. With p = positions[i]

        result[i, j] = view[table[sequence, p / S], p mod S, column + j]

    if 0 ≤ p < length and the table and the pool have that entry, else zero: `sequence` in [0, B), p / S below M, the page in [0, P).
    Only then memory is read: entries of the table past the length are not, nor is a page outside the pool. Elements outside
    [0, C) read as zero. Addresses have 64 bits.
    C1. The view has three dimensions.
    C2. The table has two dimensions, its elements are i32.
    C3. The result is [N, W] with a position for each of the N rows, and has the view's element type.
    C4. `column` is at least 0, and `column` + W at most C if C is constant.

    ```mlir
    %kv = gather.paged_rows %cache, %table[%b, %positions] length %n {label = "kv"}
        : !tile.view<?x?x576xbf16>, !tile.view<?x?xi32>, tensor<64xi32> -> tensor<64x576xbf16>
    ```
  }];
  let arguments = (ins Tile_ViewType:$view, Tile_ViewType:$table, I64:$sequence, 1DTensorOf<[I32]>:$positions,
                       I32:$length, DefaultValuedAttr<I64Attr, "0">:$column, OptionalAttr<StrAttr>:$label);
  let results = (outs RankedTensorOf<[Tile_Int, Tile_Float]>:$result);
  let assemblyFormat = [{
    $view `,` $table `[` $sequence `,` $positions `]` `length` $length attr-dict `:` qualified(type($view)) `,`
    qualified(type($table)) `,` type($positions) `->` type($result)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

def Gather_DecodeRecordOp : Gather_Op<"decode_record", [Pure]> {
  let summary = "makes numbers of the bytes of cache records";
  let description = [{
    `record` has one record in each row, as it lies in memory. Each result is a field of the records, in the table's order, in any of
    the types f16, bf16 and f32:

        scaled field     result[i, j] = round(f32(code[i, j]) · f32(scale[i, j / group]))
        other fields     result[i, j] = round(number[i, j])

    The product is rounded to f32 and then, to nearest even, to the result's type, for any scale: not only for powers of two. A
    code that is NaN, and any code of a scale that is NaN, gives NaN. The scale of a ue8m0 byte b is 2^(b - 127), of 255 NaN.

    `scales` are what lies behind the page, the bytes [N, bytes] i8 or, of fp32, the scales [N, count] f32 as `encode_record` gives
    them; one f32 for formats with one scale per cache; absent for others.
    C1. `record` is [N, bytes] i8; for formats of numbers of 16 bits, [N, W] of that type.
    C2. `scales` is there, of that type, where the format has scales outside the record, and only there.
    C3. There is one result for each field, [N, numbers] of the field.

    ```mlir
    %latent, %rope = gather.decode_record %raw <fp8_ds_mla> {label = "decode"}
        : tensor<64x656xi8> -> tensor<64x512xbf16>, tensor<64x64xbf16>
    %nope, %r = gather.decode_record %page scales %s <fp8_dsv4>
        : tensor<64x576xi8>, tensor<64x8xi8> -> tensor<64x448xbf16>, tensor<64x64xbf16>
    ```
  }];
  let arguments = (ins 2DTensorOf<[I8, F16, BF16]>:$record, Optional<AnyTypeOf<[F32, 2DTensorOf<[F32, I8]>]>>:$scales,
                       Gather_FormatAttr:$format, OptionalAttr<StrAttr>:$label);
  let results = (outs Variadic<Gather_Values>:$fields);
  let assemblyFormat = [{
    $record (`scales` $scales^)? $format attr-dict `:` type($record) (`,` type($scales)^)? `->` type($fields)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Gather_EncodeRecordOp : Gather_Op<"encode_record", [Pure, AttrSizedOperandSegments]> {
  let summary = "makes the numbers of cache records of values";
  let description = [{
    `values` are the fields of N records, in the table's order. For each group of values of the scaled field, with amax its
    greatest magnitude (NaN ignored, 0 if all are NaN) or the format's least amax if that is more, and 448 (e5m2: 57344) the greatest code,

        linear    scale = max(amax / 448, least)         for scales of fp32 only
        pow2      scale = 2^⌈log2(max(amax / 448, least))⌉
        code      = value / scale in the field's type

    all in f32, the power of two exact. A format with one scale per cache takes it as `scale`. Codes are rounded to nearest even, and
    what lies beyond the greatest code becomes that; NaN stays NaN. A group that holds an infinity has an infinite scale (a
    NaN one as ue8m0): none of its codes decodes to a number. Other fields are rounded to nearest even to their type.

    The results are the codes of the first field; the scales, unless there is one per cache or none, [N, count] f32 or, as
    ue8m0, the bytes [N, bytes] i8, those after the last scale 0; the second field, if there is one.
    C1. There is one operand for each field, [N, numbers] of the field.
    C2. `scale` is there where the format has one scale per cache, and only there.
    C3. `rule` is there where the format has scales that follow from the values, and only there; `linear` needs fp32.
    C4. The results are as said, of the types in the record.

    ```mlir
    %codes, %scales, %r = gather.encode_record %latent, %rope rule pow2 <fp8_ds_mla>
        : tensor<4x512xbf16>, tensor<4x64xbf16> -> tensor<4x512xf8E4M3FN>, tensor<4x4xf32>, tensor<4x64xbf16>
    ```
  }];
  let arguments = (ins Variadic<Gather_Values>:$values, Optional<F32>:$scale,
                       OptionalAttr<Gather_ScaleRuleAttr>:$rule, Gather_FormatAttr:$format,
                       OptionalAttr<StrAttr>:$label);
  let results = (outs Variadic<2DTensorOf<[F8E4M3FN, F8E5M2, F16, BF16, F32, I8]>>:$parts);
  let assemblyFormat = [{
    $values (`scale` $scale^)? (`rule` $rule^)? $format attr-dict `:` type($values) `->` type($parts)
  }];
  let hasVerifier = 1;
}

#endif
