//===- GatherBase.td - the gather dialect and its attributes --------------===//
#ifndef MLA_DIALECTS_GATHER_GATHERBASE
#define MLA_DIALECTS_GATHER_GATHERBASE

include "Gather/GatherEnums.td"
include "Tile/TileBase.td"

def Gather_Dialect : Dialect {
  let name = "gather";
  let cppNamespace = "::mla::gather";
  let summary = "rows of caches by index, and the records that they are stored as";
  let description = [{
    Reads of rows that data select, and the coding of rows as cache records. Tiles are values as in `tile`; `expand-gather`
    replaces every op by `tile` and `arith` ops.

    Reading and decoding are two ops. `rows` and `paged_rows` make a tile of what lies in memory, so that one load is one
    channel, whoever decodes it; `decode_record` has no effects and makes of it a tile for each field of the record, which
    matrix products take as they take any tile. A kernel needs no column ranges of a decoded row to get at its
    fields; parts of a field (`latent[:, :256]`) are slices.

    An index selects a row, or none: then nothing is read and the row is zero, which decodes to zero. What other rows
    hold leaves no trace.

    `mla/Records/RecordFormat.h` is the table of formats. Where a format keeps scales behind each page, values and scales
    are two arrays in memory, [pages, page size, bytes] with one distance of pages, and so two views and two loads.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mla::tile::TileDialect", "::mlir::arith::ArithDialect"];
}

class Gather_Op<string mnemonic, list<Trait> traits = []>
    : Op<Gather_Dialect, mnemonic, !listconcat([Tile_StaticTiles], traits)>;

def Gather_FormatAttr : AttrDef<Gather_Dialect, "Format"> {
  let mnemonic = "format";
  let summary = "format of a cache record";
  let description = [{
    `#gather.format<fp8_ds_mla>`: a row of the table in mla/Records/RecordFormat.h, by its name.
  }];
  let parameters = (ins StringRefParameter<"name of a row">:$name);
  let assemblyFormat = "`<` custom<FormatName>($name) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    const ::mla::RecordFormat &format() const;
  }];
}

def Gather_ScaleRuleAttr : EnumAttr<Gather_Dialect, Gather_ScaleRule, "scale_rule"> {
  let assemblyFormat = "$value";
}

def Gather_Values : 2DTensorOf<[F16, BF16, F32]>;

#endif
