//===- IndexerBuiltins.td - choosing keys for sparse attention ------------===//
// Part of Builtins.td, which includes it.

let In = IndexerChapter in {
def IndexerHeadReduce : Builtin<"head_reduce", "scores, weights, key_scale=None, label=''", Indexer> {
  let Result = "fp32[T, N]";
  let Doc = "Logits of N keys for T tokens: the sum over a token's H heads of weight * max(score, 0), times "
            "key_scale. `scores` are fp32[T * H, N] with the heads of a token adjacent, as the product of "
            "queries [T * H, D] and keys gives them; `weights` fp32[T, H] may be negative; `key_scale` fp32[N], "
            "or one for all keys, multiplies the sum, so that it may have any sign. NaN is kept. The order of "
            "the sum is fixed when the kernel is compiled.";
  let Example = "scores = ml.load(view[0, 0:32, 0:64])\n"
                "weights = ml.load(view[1, 0:2, 0:16])\n"
                "logits = ml.indexer.head_reduce(scores, weights, ml.load(x_ptr + ml.arange(0, 64)))\n"
                "ml.store(view[2, 0:2, 0:64], logits)";
}
def IndexerTopkInit : Builtin<"topk_init", "rows, k", Indexer> {
  let Result = "int64[rows, S]";
  let Doc = "State of a choice of the k greatest logits of each row, before the first. Entries are pairs of a "
            "logit and its index as one integer, the greater the earlier in the choice, ascending along each "
            "row; S is k rounded up to a power of two. Sorting the entries of several states merges them.";
  let Example = "state = ml.indexer.topk_init(4, 48)";
}
def IndexerTopkStep : Builtin<"topk_step", "logits, first, limit, state, label=''", Indexer> {
  let Result = "int64[M, S]";
  let Doc = "The state with a tile of logits fp32[M, N] added. Column j of row i has the index first[i] + j and "
            "takes part if that is at least 0 and less than limit[i] (int32[M], or one for all rows); other "
            "columns may hold anything. Greater logits come first, -0 equals 0, NaN comes last, behind -inf; "
            "of equal ones the lower index comes first. `label` names the step in recipes.";
  let Example = "state = ml.indexer.topk_init(4, 48)\n"
                "for k in range(0, n, 64):\n"
                "    state = ml.indexer.topk_step(ml.load(view[0, 0:4, k:k + 64]), k, n, state)\n"
                "values, indices = ml.indexer.topk_finish(state, 48)";
}
def IndexerTopkFinish : Builtin<"topk_finish", "state, k, label=''", Indexer> {
  let Result = "(fp32[M, k], int32[M, k])";
  let Doc = "The k greatest logits of each row in order, and their indices. Where there were fewer, the logit "
            "is -inf and the index -1. -0 is given as 0.";
  let Example = "state = ml.indexer.topk_init(1, 3)\n"
                "state = ml.indexer.topk_step(ml.load(view[0, 0:1, 0:64]), 0, n, state)\n"
                "values, indices = ml.indexer.topk_finish(state, 3)\n"
                "ml.store(y_ptr + ml.arange(0, 3), ml.reshape(indices, (3,)))";
}
} // let
