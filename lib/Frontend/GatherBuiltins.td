//===- GatherBuiltins.td - rows by index, and cache records ---------------===//
// Part of Builtins.td, which includes it.

let In = GatherChapter in {
def GatherRows : Builtin<"rows", "view, index, first=0, width=None, label=''", GatherModule> {
  let Result = "type of the view [N, width]";
  let Doc = "The rows index (int32 or int64 [N]) of a view [ROWS, COLUMNS], or of a view [PAGES, PAGE, COLUMNS], a "
            "pool whose row r lies in page r // PAGE: columns first to first + width of each, all behind first without a "
            "width. A row outside the view, whatever the index, is zero and is not read; so are columns outside. "
            "Addresses have 64 bits. `label` names the load in recipes.";
  let Example = "index = ml.load(i_ptr + ml.arange(0, 16))\n"
                "kv = ml.gather.rows(view, index, label=\"kv\")\n"
                "half = ml.gather.rows(view, index, first=512, width=64)\n"
                "ml.store(y_ptr + ml.arange(0, 16), kv.sum(axis=1) - half.sum(axis=1))";
}
def GatherPagedRows : Builtin<"paged_rows", "view, table, sequence, positions, length, first=0, width=None, label=''",
                              GatherModule> {
  let Result = "type of the view [N, width]";
  let Doc = "The rows at positions (int32[N]) of a sequence whose pages a table lists: position p is row p % PAGE of "
            "page table[sequence, p // PAGE] of a view [PAGES, PAGE, COLUMNS]. The table is a view [SEQUENCES, LISTED] "
            "of int32. A position that is negative or at least length (int32), an entry that the table lacks and a page "
            "outside the view give a row of zeros; then nothing is read, nor are entries of the table past the length. "
            "first, width and label are as in rows.";
  let Example = "for k in range(0, n, 32):\n"
                "    kv = ml.gather.paged_rows(view, table, ml.program_id(0), k + ml.arange(0, 32), n, label=\"kv\")\n"
                "    ml.store(y_ptr + k + ml.arange(0, 32), kv.sum(axis=1))";
}
def GatherDecodeRecord : Builtin<"decode_record", "record, format, scales=None, dtype=None, label=''", GatherModule> {
  let Result = "dtype[N, numbers], or (dtype[N, numbers], dtype[N, numbers]) for formats with two fields";
  let Doc = "The numbers of cache records, one record in each row of `record`: bytes (int8 or uint8), or the numbers "
            "themselves for bf16 and fp16. A code is multiplied by its scale in fp32 and rounded once to dtype (bf16 without "
            "one, or fp16, fp32), for any scale. `scales` are what lies behind the page (see record_views): bytes, or of "
            "indexer formats fp32[N, 1]; the cache's scale, a scalar, for fp8_e4m3 and fp8_e5m2; None for others. A row of "
            "zeros gives zeros. `label` names the decoding in recipes.";
  let Example = "raw = ml.gather.rows(cache, ml.load(i_ptr + ml.arange(0, 16)), label=\"kv\")\n"
                "latent, rope = ml.gather.decode_record(raw, \"fp8_ds_mla\")\n"
                "s = ml.dot(ml.zeros((16, 512), ml.bfloat16), latent.T)\n"
                "s = ml.dot(ml.zeros((16, 64), ml.bfloat16), rope.T, s)\n"
                "ml.store(y_ptr + ml.arange(0, 16), s.sum(axis=1))";
}
def GatherEncodeRecord : Builtin<"encode_record", "values, format, scale=None, rule=None, label=''", GatherModule> {
  let Result = "a tuple of codes[N, numbers], scales unless there is one per cache or none, other[N, numbers] of two "
               "fields; one tile alone is no tuple";
  let Doc = "What a writer stores for N rows: `values` is a tile of fp16, bf16 or fp32 for each field, a tuple of two if there "
            "are two. The scale of a group of values is amax / 448, kept above a least number, rounded up to a power of two "
            "with the rule 'pow2' (and without a rule), as it is with 'linear', which needs fp32 scales. Codes are value / "
            "scale, rounded to nearest even; what is beyond the greatest code becomes that. Scales are fp32[N, count] or, as "
            "exponents, the uint8 bytes behind the page. fp8_e4m3 and fp8_e5m2 take the cache's `scale`, a scalar.";
  let Example = "rows = ml.load(view[n:n + 4, 0, 0:512])\n"
                "rope = ml.load(view[n:n + 4, 0, 512:576]).to(ml.bfloat16)\n"
                "codes, scales, rope = ml.gather.encode_record((rows, rope), \"fp8_ds_mla\", rule=\"pow2\")\n"
                "ml.store(y_ptr + ml.arange(0, 4), scales.sum(axis=1))";
}
def GatherRecordViews : Builtin<"record_views", "cache, format", GatherModule> {
  let Result = "a tuple of two views, or of a view and None";
  let Doc = "The views that rows and decode_record take of a cache in records: a view of bytes [PAGES, PAGE, bytes], whose first "
            "stride is the distance of pages. The first result is a view of the records, the second of the scales behind each "
            "page, None for formats that have none there. The last extent of the cache counts both.";
  let Example = "records, scales = ml.gather.record_views(cache, \"fp8_ds_mla\")\n"
                "ml.static_assert(scales is None)\n"
                "raw = ml.gather.rows(records, ml.arange(0, 16))";
}
def GatherFieldViews : Builtin<"field_views", "cache, format", GatherModule> {
  let Result = "a tuple of views";
  let Doc = "Views of the numbers in a cache of records (see record_views), each with the type that they have there, in the "
            "order of encode_record: codes, scales, the second field. A page's distance, and that of records that hold their "
            "scales, are multiples of 4 bytes.";
  let Example = "codes, scales, rope = ml.gather.field_views(cache, \"fp8_ds_mla\")\n"
                "ml.store(scales[n, ml.program_id(0), 0:4], 1.0)";
}
} // let
