//===- Passes.td - every transform, in pipeline order ---------------------===//
#ifndef MLA_TRANSFORMS_PASSES
#define MLA_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Tile level
//===----------------------------------------------------------------------===//

def ExpandAttention : Pass<"expand-attention", "::mlir::func::FuncOp"> {
  let summary = "replaces steps of attention by tile ops";
  let description = [{
    Needs: tile IR with attn ops. Gives: tile IR without them; each becomes what its description says, with
    -inf - -inf, the one way to NaN, avoided. Changes bits: no.

    ```mlir
    %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc : …   // before
    %max = tile.reduce max %s {axis = 1 : i32} : …                 // after
    %m1 = arith.maxnumf %m, %max : …
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mla::tile::TileDialect"];
}

def ExpandGather : Pass<"expand-gather", "::mlir::func::FuncOp"> {
  let summary = "replaces rows by index, and the coding of records, by tile ops";
  let description = [{
    Needs: tile IR with gather ops, views made by tile.view. Gives: tile IR without them; a row becomes part of a masked tile.load that
    keeps the op's label, so that it is one channel. The mask follows from the index, and nothing masked is dereferenced. Rows that
    only a decoding reads, at addresses known to be aligned, become a load for each field, of its own type: the first keeps the label, the
    others are `<label>.<field>` and `<label>.scales`. Other decoding is elementwise but for numbers of several bytes, which are joined from
    neighbouring ones. Changes bits: no.

    ```mlir
    %kv = gather.rows %cache[%i] {label = "kv"} : !tile.view<?x576xbf16>, tensor<64xi32> -> tensor<64x576xbf16>   // before
    %valid = arith.cmpi ult, %wide, %rows : tensor<64xi64>                                                        // after
    %kv = tile.load %p, mask %m {label = "kv"} : tensor<64x576x!tile.ptr<bf16>>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mla::tile::TileDialect"];
}

def ExpandIndexer : Pass<"expand-indexer", "::mlir::func::FuncOp"> {
  let summary = "replaces steps of choosing keys by tile ops";
  let description = [{
    Needs: tile IR with indexer ops. Gives: tile IR without them; each becomes what its description says. A step sorts its own logits
    and merges them into the state by one pass of a sorting network over the state. Changes bits: no.

    ```mlir
    %s1 = indexer.topk_step %logits, %first, %limit, %s0 : …                   // before
    %sorted = tile.sort %entries {axis = 1 : i32, descending} : …              // after
    %both = arith.maxsi %s0, %sorted : …
    %s1 = tile.sort %both {axis = 1 : i32, bitonic} : …
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mla::tile::TileDialect"];
}

def ApplyTransforms : Pass<"tile-apply-transforms", "::mlir::func::FuncOp"> {
  let summary = "runs the transforms that a recipe names, in order";
  let description = [{
    Needs: tile IR as the front end emits it; `tile.transforms`, an array of `{name = {option = value, …}}`. Gives: the result of
    the passes of these names (tile-unroll for "unroll"), canonicalized after each; domain ops are expanded before the first that
    works on what they stand for (split, swap_operands). The attribute becomes `tile.applied_transforms`.
    Without the attribute nothing changes. Afterwards `tile.l2_hints` must name loads. An unknown transform, option or value is an error that lists what there is.
    Changes bits: as its passes say.

    ```mlir
    func.func @k() attributes {tile.kernel, tile.transforms = [{unroll = {factor = 2 : i32, loop = "keys"}}]}           // before
    func.func @k() attributes {tile.kernel, tile.applied_transforms = [{unroll = {factor = 2 : i32, loop = "keys"}}]}   // after
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mla::tile::TileDialect"];
}

def Unroll : Pass<"tile-unroll", "::mlir::func::FuncOp"> {
  let summary = "makes one iteration of several";
  let description = [{
    Needs: tile IR; a loop with the label `loop`. Gives: the loop with `factor` iterations in each of its own, and behind it
    one that makes the rest, with the label `<loop>.tail`. Labels in the copies of the body end in .0, .1, …, those of the rest in
    .tail. Holds for every pair of bounds, empty and unsigned loops included. Changes bits: no.

    ```mlir
    %r = scf.for %i = %a to %b step %s iter_args(%x = %x0) … { … } {tile.label = "keys"}           // before
    %m = scf.for %i = %a to %e step %s2 iter_args(%x = %x0) … { … … } {tile.label = "keys"}        // after
    %r = scf.for %i = %e to %b step %s iter_args(%x = %m) … { … } {tile.label = "keys.tail"}
    ```
  }];
  let options = [
    Option<"loop", "loop", "std::string", "", "label of the loop">,
    Option<"factor", "factor", "int64_t", "2", "iterations in one">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def Peel : Pass<"tile-peel", "::mlir::func::FuncOp"> {
  let summary = "separates a loop's last, partial iteration";
  let description = [{
    Needs: tile IR; a loop with the label `loop`. Gives: the loop without the iteration whose step reaches past the upper bound,
    and behind it a loop of that iteration, with the label `<loop>.tail` and `.tail` behind the labels in it. In the main
    loop index + step is at most the bound, and at most each operand of a minimum that the bound is: signed comparisons of masks
    and lengths of loads that this decides vanish there. Changes bits: no.

    ```mlir
    scf.for %i = %a to %b step %s { %t = tile.load_view … valid %n … } {tile.label = "keys"}         // before
    scf.for %i = %a to %e step %s { %t = tile.load_view … } {tile.label = "keys"}                    // after
    scf.for %i = %e to %b step %s { %t = tile.load_view … valid %n … } {tile.label = "keys.tail"}
    ```
  }];
  let options = [
    Option<"loop", "loop", "std::string", "", "label of the loop">,
    Option<"which", "which", "std::string", "\"tail\"", "what is separated: tail">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def Split : Pass<"tile-split", "::mlir::func::FuncOp"> {
  let summary = "computes a matrix product in parts";
  let description = [{
    Needs: tile IR without attn ops; a tile.dot with the label `op`, or the copies of one (`pv.0`, `pv.tail` for `pv`), which are split
    together. Gives for each: `parts` products, each of a range of rows (`dim=m`) or of
    columns (`dim=n`) of the result, and with them everything that the result flows into: accumulators, elementwise and shape
    ops, what loops and branches hand on, stores. The factors are read in parts by tile.slice and loaded as before; other operands
    are computed in parts if that is free, else sliced. Labels of two parts end in .left and .right, of more in .0, .1, …
    An op that needs the whole tile (a reduction along the dimension, a product that sums along it) is an error at that op.
    Changes bits: no.

    ```mlir
    %d = tile.dot %a, %b, %acc {label = "pv"} : tensor<64x32xbf16>, tensor<32x512xbf16>, tensor<64x512xf32>             // before
    %b0 = tile.slice %b [0, 0] : tensor<32x512xbf16> -> tensor<32x256xbf16>                                             // after
    %d0 = tile.dot %a, %b0, %acc0 {label = "pv.left"} : tensor<64x32xbf16>, tensor<32x256xbf16>, tensor<64x256xf32>
    %b1 = tile.slice %b [0, 256] : tensor<32x512xbf16> -> tensor<32x256xbf16>
    %d1 = tile.dot %a, %b1, %acc1 {label = "pv.right"} : tensor<64x32xbf16>, tensor<32x256xbf16>, tensor<64x256xf32>
    ```
  }];
  let options = [
    Option<"op", "op", "std::string", "", "label of the matrix product">,
    Option<"dim", "dim", "std::string", "\"n\"", "dimension of the result: m or n">,
    Option<"parts", "parts", "int64_t", "2", "number of parts">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::mla::tile::TileDialect"];
}

def SwapOperands : Pass<"tile-swap-operands", "::mlir::func::FuncOp"> {
  let summary = "computes a matrix product as its transpose";
  let description = [{
    Needs: tile IR without attn ops; a tile.dot with the label `op`. Gives: the product of the transposed factors in reverse order.
    What the product flows into elementwise, and what loops and branches carry of it, is transposed too; reductions take the other
    dimension; a tile.trans stands in front of every other reader and behind what is not transposed yet, two in a row fold.
    For products of few rows on matrix units with many. Changes bits: only the order of reductions.

    ```mlir
    %d = tile.dot %a, %b, %c {label = "qk"} : tensor<16x64xbf16>, tensor<64x128xbf16>, tensor<16x128xf32>        // before
    %at = tile.trans %a : tensor<16x64xbf16> -> tensor<64x16xbf16>                                              // after
    %bt = tile.trans %b : tensor<64x128xbf16> -> tensor<128x64xbf16>
    %dt = tile.dot %bt, %at, %ct {label = "qk"} : tensor<128x64xbf16>, tensor<64x16xbf16>, tensor<128x16xf32>
    %d = tile.trans %dt : tensor<128x16xf32> -> tensor<16x128xf32>
    ```
  }];
  let options = [Option<"op", "op", "std::string", "", "label of the matrix product">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::mla::tile::TileDialect"];
}

def SplitLoad : Pass<"tile-split-load", "::mlir::func::FuncOp"> {
  let summary = "loads a tile of a view in two parts";
  let description = [{
    Needs: tile IR; a tile.load_view with the label `op` of a matrix whose readers take columns of one part (tile.slice), or multiply by its
    transpose. Gives: two loads, of the columns before `at` and of the others, labelled `op`.left and `op`.right; a product with the
    transposed tile becomes two in a row, labelled alike. Apply it before tile-unroll, so that copies share channels.
    Changes bits: no (the sum over the columns keeps its order).

    ```mlir
    %kv = tile.load_view %c[%i, %z] … -> tensor<64x576xbf16>            // before; at=256
    %kt = tile.trans %kv : …
    %s = tile.dot %q, %kt, %zero {label = "qk"} : …
    %l = tile.load_view %c[%i, %z] … -> tensor<64x256xbf16>             // after
    %r = tile.load_view %c[%i, %c256] … -> tensor<64x320xbf16>
    %s0 = tile.dot %q0, %lt, %zero {label = "qk.left"} : …
    %s1 = tile.dot %q1, %rt, %s0 {label = "qk.right"} : …
    ```
  }];
  let options = [
    Option<"op", "op", "std::string", "", "label of the load">,
    Option<"at", "at", "int64_t", "0", "first column of the second part">,
  ];
}

def Move : Pass<"tile-move", "::mlir::func::FuncOp"> {
  let summary = "moves an op up, right behind another one";
  let description = [{
    Needs: tile IR; an op with the label `op` and another one with the label `after` in the same block. Gives: `op` right behind
    `after`, and in between what `op` depends on and stood behind `after`, in its order. That may be ops without effects and loads
    of memory that no store of the kernel writes; anything else is an error at that op. If `op` stands in front of
    `after` already, nothing changes. Changes bits: no.

    ```mlir
    %s0 = tile.dot %q, %k0, %zero {label = "qk.0"} : …   // before
    %a0 = tile.dot %p0, %v0, %a {label = "pv.0"} : …
    %s1 = tile.dot %q, %k1, %zero {label = "qk.1"} : …
    %s0 = tile.dot %q, %k0, %zero {label = "qk.0"} : …   // after: op=qk.1 after=qk.0
    %s1 = tile.dot %q, %k1, %zero {label = "qk.1"} : …
    %a0 = tile.dot %p0, %v0, %a {label = "pv.0"} : …
    ```
  }];
  let options = [
    Option<"op", "op", "std::string", "", "label of the op">,
    Option<"after", "after", "std::string", "", "label of the op that it goes behind">,
  ];
}

def LazyRescale : Pass<"attn-lazy-rescale", "::mlir::func::FuncOp"> {
  let summary = "scales a softmax's state only where its maximum grows much";
  let description = [{
    Needs: tile IR; an attn.softmax_step with the label `op`. Gives: an expansion of that step in which a row's maximum moves only when
    it grows by more than `threshold` (in powers of two), so that no weight exceeds 2^threshold, and `l` and `acc` are scaled in
    a branch that is taken if any row's maximum moved. Output and lse stay exact: both divide by the sum of the
    same weights. Changes bits: yes, weights are rounded at another scale.

    ```mlir
    %p, %m1, %l1, %acc1 = attn.softmax_step %s, %m, %l, %acc {label = "softmax"} : …       // before
    %grown = arith.cmpf ogt, %growth, %threshold : tensor<64xf32>                          // after
    %m1 = arith.select %grown, %top, %m : tensor<64xi1>, tensor<64xf32>
    %l1, %acc1 = scf.if %any … { … } else { scf.yield %l, %acc … }
    ```
  }];
  let options = [
    Option<"op", "op", "std::string", "", "label of the softmax step">,
    Option<"threshold", "threshold", "double", "8.0", "growth that is let pass, in powers of two">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mla::tile::TileDialect"];
}

def PairSoftmax : Pass<"attn-pair-softmax", "::mlir::func::FuncOp"> {
  let summary = "lets two softmax steps share one maximum";
  let description = [{
    Needs: tile IR; a loop with the label `loop` whose body has an even number of attn.softmax_step ops, as tile-unroll makes it. Gives:
    the first and the second step, the third and the fourth, … are one: the new maximum is that of both tiles of scores, `l` and `acc`
    are scaled once, and both weights refer to that maximum. What used the first step's weights stands behind the second step. With
    `threshold` the maximum moves as attn-lazy-rescale says. Changes bits: yes, weights are rounded at another scale.

    ```mlir
    %p0, %m1, %l1, %a1 = attn.softmax_step %s0, %m, %l, %acc : …                    // before
    %b1 = tile.dot %h0, %v0, %a1 : …
    %p1, %m2, %l2, %a2 = attn.softmax_step %s1, %m1, %l1, %b1 : …
    %b2 = tile.dot %h1, %v1, %a2 : …
    %a1 = arith.mulf %acc, %decay : tensor<64x512xf32>                              // after
    %b1 = tile.dot %h0, %v0, %a1 : …
    %b2 = tile.dot %h1, %v1, %b1 : …
    ```
  }];
  let options = [
    Option<"loop", "loop", "std::string", "", "label of the loop">,
    Option<"threshold", "threshold", "double", "-1.0", "as in attn-lazy-rescale; negative: every growth moves the maximum">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mla::tile::TileDialect"];
}

def ExpandViews : Pass<"tile-expand-views", "::mlir::func::FuncOp"> {
  let summary = "turns accesses of views into accesses of pointers";
  let description = [{
    Needs: tile IR whose views are results of tile.view in the same function. Gives: tile IR without views. Pointers have
    64-bit row bases and 32-bit offsets along the last dimension; masks compare each dimension with its extent (the first also with
    `valid`) and with 0, unless the range of the index shows that the tile lies inside. What no loop changes is separate from what
    a loop moves, for loop-invariant code motion to take out. Changes bits: no.

    ```mlir
    %t = tile.load_view %v[%i] dims [0] : !tile.view<?xbf16> -> tensor<64xbf16>   // before
    %t = tile.load %ptrs, mask %inside : tensor<64x!tile.ptr<bf16>>               // after
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mla::tile::TileDialect"];
}

def SelectCopies : Pass<"tile-select-copies", "::mlir::func::FuncOp"> {
  let summary = "chooses the view loads that the bulk copy engine takes";
  let description = [{
    Needs: tile IR as the front end emits it, canonicalized; `sm.arch`. Gives: on targets with TMA, `bulk_copy` on every
    load_view that feeds a matrix product, if all operands of all products can be copied in bulk and multiplied from there, by
    wgmma where the target has it and a product has the rows for it, else by mma.sync; otherwise none, and a remark says what is in the
    way. Changes bits: only the order of sums.

    ```mlir
    %t = tile.load_view %v[%i, %j] dims [0, 1] {bulk_copy} : !tile.view<?x?xbf16> -> tensor<128x64xbf16>
    ```
  }];
}

def PadExtents : Pass<"tile-pad-extents", "::mlir::func::FuncOp"> {
  let summary = "rounds every tile extent up to one that can be stored";
  let description = [{
    Needs: tile IR. Gives: every extent is a power of two or c · 2^k with k ≥ 4, c ≤ 16 (`paddedExtent`). The added elements
    are never loaded or stored (masks compare a `tile.range` with the original extent) and neutral in reductions and
    matrix products (zeros along K, the identity of the combining operation along a reduced dimension).
    Changes bits: no.

    ```mlir
    %r = tile.range 0 to 100 : tensor<100xi32>   // before
    %r = tile.range 0 to 112 : tensor<112xi32>   // after
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mla::tile::TileDialect"];
}

def InferAccess : Pass<"tile-infer-access", "::mlir::func::FuncOp"> {
  let summary = "finds how contiguous each global access is";
  let description = [{
    Needs: tile IR after tile-pad-extents. Gives: `access = #tile.access<dim, elems>` on every load and store of a tile
    whose pointers are known to be contiguous and aligned, and whose mask is constant, over groups of `elems` elements
    (at most 16 bytes' worth). Uses contiguity, divisibility and constancy of every value (mla/Analysis/AxisInfo.h).
    Changes bits: no.

    ```mlir
    %v = tile.load %p {access = #tile.access<dim = 0, elems = 4>} : tensor<128x!tile.ptr<f32>>
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Schedule level
//===----------------------------------------------------------------------===//

def InsertChannels : Pass<"ws-insert-channels", "::mlir::func::FuncOp"> {
  let summary = "applies the default recipe: one role, one channel per load that feeds a matrix product";
  let description = [{
    Needs: tile IR with access facts, `tile.num_warps` and `tile.num_stages`. Gives: ws IR in which one role with all
    warps holds the kernel, and every masked-to-zero load whose only readers are matrix products (through transpositions and parts
    too, in loops also through conversions of the type, and codes of 8 bits and rows of few bytes, such as scales, through what is computed
    of them element by element) is a put into and a get from a channel, released after the last reader; its depth is what `tile.channel_depths` says about
    its label, or about the label of the load that it is a copy of, else `tile.num_stages`, in a loop and 1 outside. Without
    `tile.channel_depths`, and unless `tile.provenance` calls `tile.num_stages` the recipe's, it is 2 at the most in a loop all of whose
    copies are too narrow for cp.async: threads wait for those where they make them. Bulk loads of one tile type
    whose labels differ only in what tile-unroll and tile-peel appended (`kv.0`, `kv.1`, `kv.tail`) share one channel, `kv`, and release
    their tiles in the order in which they get them. The channel's shared-memory layout is fixed here: the
    dimension that the copy finds contiguous is contiguous, swizzled.
    Changes bits: no.

    ```mlir
    %t = tile.load %p, mask %m : tensor<64x32x!tile.ptr<bf16>>            // before
    ws.put %c, %p, mask %m : !ws.channel<3 x tensor<64x32xbf16, #s>>, …   // after
    %t = ws.get %c : !ws.channel<3 x tensor<64x32xbf16, #s>>
    ```
  }];
  let dependentDialects = ["::mla::ws::WsDialect", "::mla::sm::SmDialect"];
}

def ShareTiles : Pass<"ws-share-tiles", "::mlir::func::FuncOp"> {
  let summary = "stores a computed tile that several products read in shared memory";
  let description = [{
    Needs: ws IR with one role, as ws-insert-channels leaves it. Gives: a computed tile that only matrix products read (transposed and in
    parts too), several of them and at least one as its right factor, is put into a channel and taken from there by
    all of them, instead of being rearranged in registers for each. So is one that is a left factor only, of a product in a loop
    behind it, and would take more than 64 registers of a thread there (16 rows in a warp). The channel of a right factor is called
    after the first product, `qk.shared`. Its depth is 1, or what `tile.channel_depths` says if all that the tile is computed from can be
    loaded iterations ahead (else a remark says why not); a name there that no such tile has is an error. Changes bits: no.

    ```mlir
    %s = tile.dot %q, %kt, %z : …                          // before; %kt = tile.trans %k, %k = arith.truncf …
    %o = tile.dot %p, %k, %acc : …
    ws.put_tile %c, %k : !ws.channel<1 x tensor<32x512xbf16, #s>>, tensor<32x512xbf16>   // after
    %t = ws.get %c : !ws.channel<1 x tensor<32x512xbf16, #s>>
    ```
  }];
  let dependentDialects = ["::mla::ws::WsDialect", "::mla::sm::SmDialect"];
}

def FitChannels : Pass<"ws-fit-channels", "::mlir::func::FuncOp"> {
  let summary = "makes channels as deep as shared memory allows";
  let description = [{
    Needs: ws IR with one role, as ws-insert-channels leaves it; a target. A put that runs ahead of its get needs either a free slot (it is
    issued early in an iteration) or the slot that the iteration frees (issued at its end, behind another barrier). The first is
    faster, the second takes a slot less. Gives: all channels of loops one slot shallower, their puts as far `ahead` as before, if
    the kernel does not fit otherwise, or if more CTAs then fit on an SM: by their shared memory, by their warps, and by registers as far
    as the loops' carried tiles tell. If it does not fit even so, loops run fewer iterations ahead, with a remark; bulk copies, which
    have no such choice, fill fewer slots. Depths that `tile.channel_depths` gives, roles of `tile.roles` and a `tile.num_stages`
    that `tile.provenance` calls the recipe's stay. Changes bits: no.

    ```mlir
    ws.put %c, %p … : !ws.channel<2 x tensor<32x512xbf16, #s>>, …               // before
    ws.put %c, %p … {ahead = 1 : i32} : !ws.channel<1 x tensor<32x512xbf16, #s>>, …   // after
    ```
  }];
  let options = [Option<"scratchBytes", "scratch-bytes", "int64_t", "0",
                        "shared memory that the kernel needs besides its channels">];
  let dependentDialects = ["::mla::ws::WsDialect"];
}

def SelectMulticast : Pass<"ws-select-multicast", "::mlir::func::FuncOp"> {
  let summary = "finds the tiles that the CTAs of a cluster copy once";
  let description = [{
    Needs: ws IR with one role; `tile.cluster`. Gives: `multicast` on the puts of every channel whose tiles, and the loops around whose
    puts, are the same in all CTAs of the cluster (do not depend on program_id 0). Without such a channel the kernel loses its
    cluster, with a remark. Changes bits: no.

    ```mlir
    ws.put_view %c, %v[%page, %z] : …             // before
    ws.put_view %c, %v[%page, %z] multicast : …   // after
    ```
  }];
}

def VerifySchedule : Pass<"ws-verify-schedule", "::mlir::func::FuncOp"> {
  let summary = "proves that channels neither deadlock nor overflow shared memory";
  let description = [{
    Needs: ws IR before ws-pipeline-loops. Checks, with the op, what was expected and what was found: the k-th get of a channel has the k-th put
    before it in the same block and the k-th release behind it, in the same block; a tile is not read after its
    release; no more tiles are held than the channel has slots; only bulk copies put more than one tile; role warps add up to `tile.num_warps`; all channels fit into the target's shared memory (naming
    each tile and the limit).
  }];
}

def SplitRoles : Pass<"ws-split-roles", "::mlir::func::FuncOp"> {
  let summary = "separates copying from computing";
  let description = [{
    Needs: ws IR with one role that passes ws-verify-schedule. Gives: if that role has ws.put_view ops, two roles: "compute" with its warps
    and "copy" with one warpgroup more, which holds nothing but the puts and what their coordinates and loops depend on. Both
    have register budgets; `tile.num_warps` becomes their sum. Without ws.put_view nothing changes. Changes bits: no.

    ```mlir
    ws.role "all" warps(0, 8) { scf.for … { ws.put_view …; %t = ws.get …; … } }                            // before
    ws.role "compute" warps(0, 8) registers(232) { scf.for … { %t = ws.get …; … } }                        // after
    ws.role "copy" warps(8, 4) registers(40) { scf.for … { ws.put_view … } }
    ```
  }];
  let dependentDialects = ["::mla::ws::WsDialect", "::mlir::ub::UBDialect"];
}

def PartitionRoles : Pass<"ws-partition-roles", "::mlir::func::FuncOp"> {
  let summary = "shares the computing among the roles of the recipe";
  let description = [{
    Needs: ws IR after ws-split-roles; `tile.roles` (the recipe's roles: name, warps, registers, labels of matrix products). Gives: role
    "compute" becomes these roles. A product runs in its role, and so does everything that works on a matrix derived from it; vectors,
    scalars and other matrices are computed by every role that needs them. What leaves its role (the left operand of another
    role's product, the vector of a reduction) travels through a channel of depth 1, which may change its direction. In each role
    tiles are taken just before their first use, and released where the result of the product that reads them is needed.
    Without `tile.roles` nothing changes. Changes bits: no.

    ```mlir
    ws.role "compute" warps(0, 8) { %s = tile.dot … {label = "qk"}; …; %o = tile.dot %p, … {label = "pv"} }    // before
    ws.role "left" warps(0, 4) { %s = tile.dot … {label = "qk"}; …; ws.put_tile %c, %p … }                      // after
    ws.role "right" warps(4, 4) { %p = ws.get %c …; %o = tile.dot %p, … {label = "pv"}; ws.release %c }
    ```
  }];
  let dependentDialects = ["::mla::ws::WsDialect", "::mlir::ub::UBDialect"];
}

def VerifyRoles : Pass<"ws-verify-roles", "::mlir::func::FuncOp"> {
  let summary = "proves that several roles neither wait for ever nor overwrite a tile";
  let description = [{
    Needs: ws IR with several roles, before or after ws-assign-phases; with one role nothing is checked (ws-verify-schedule does
    that). Checks for every trip count, with the op, what was expected and what was found: each role that uses a channel takes part
    in each of its tiles, one role puts it and all others get it; the loops and branches round puts and gets run alike in all of them
    and move the same tiles; each getting role releases a tile once, in the block of its get, behind its last reader, and before an op
    of its own needs the slot; no circle of roles wait for each other (tile numbers in the message: every loop run once); slots and
    parities follow the number of tiles; no copy depends on memory that the kernel writes, and no role reads what another one
    writes; `valid` is the same for all that get a tile; warps, registers, shared memory with barriers, and named barriers suffice.
  }];
}

def AssignPhases : Pass<"ws-assign-phases", "::mlir::func::FuncOp"> {
  let summary = "assigns slots and parities to channels between roles";
  let description = [{
    Needs: ws IR with several roles. Gives: every ws.put_view and ws.get names its slot and the parity of the slot's round, every
    ws.release its slot; each role counts for itself, through its loops. With one role nothing changes
    (ws-pipeline-loops does that). Changes bits: no.

    ```mlir
    %t = ws.get %c : …                          // before
    %t = ws.get %c[%slot] parity %parity : …    // after
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def PipelineLoops : Pass<"ws-pipeline-loops", "::mlir::func::FuncOp"> {
  let summary = "runs puts ahead of gets and assigns slots";
  let description = [{
    Needs: ws IR that passes ws-verify-schedule. Gives: every put and get names its slot; in a loop whose channels have depth
    D, puts run D - 1 iterations ahead, or D if they say so: the operations they depend on are cloned for the iteration ahead,
    before the loop for the first iterations, all under the condition that the iteration exists (any trip count, 0 included).
    A put that runs D - 1 ahead stands behind the first get of the iteration, so that one barrier per iteration protects both, or, where
    warpgroups multiply, in front of what needs a product; one that runs D ahead stands at the end. A computed tile (put_tile) runs D - 1 ahead: what it
    loads stands there, what it computes of it at the end. Numbers and vectors that addresses ahead are computed from are loaded one iteration
    earlier still and carried, unless their own addresses are carried values.
    Releases are folded into that order and removed. Changes bits: no.

    ```mlir
    scf.for %i = … { ws.put %c, %p …; %t = ws.get %c …; … }                              // before
    ws.put %c[%c0], %p …                                                                // after, D = 2
    scf.for %i = … { %t = ws.get %c[%s] …; ws.put %c[%s1], %p1, … if %exists …; … }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def PrintSchedule : Pass<"ws-print-schedule", "::mlir::func::FuncOp"> {
  let summary = "prints a schedule as a timeline, a column for each role";
  let description = [{
    Needs: ws IR of any stage. Prints to stderr, and changes nothing: shared memory of each channel and in all, registers where
    roles have budgets, then what each role does in program order: puts, gets and releases with their slots, products,
    reductions, arithmetic on matrices, loads and stores. Loops and branches of all roles stand in the same rows, what they contain is
    indented. kernels/RECIPES.md shows how to read it.

    ```text
    compute: warps 0-7, 232 registers  | copy: warps 8-11, 40 registers
    -----------------------------------+-------------------------------
    for i = 0 to n step 64             | for i = 0 to n step 64
      get kv[slot]                     |   put kv[slot]
      dot qk: 64x64x576 bf16           |
      release kv[slot]                 |
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Hardware level
//===----------------------------------------------------------------------===//

def SolveLayouts : Pass<"sm-solve-layouts", "::mlir::func::FuncOp"> {
  let summary = "gives every tile a register layout";
  let description = [{
    Needs: sm IR without register layouts (after convert-ws-to-sm). Gives: every tile has a `#sm.layout`; layouts change only
    at `sm.convert_layout`. Values that flow through elementwise ops, loops and branches share one layout. Anchors, strongest first: accumulators
    of sm.mma, tiles that are stored in shared memory, then global loads, stores and copies (coalesced), then the layouts of larger tiles that a value is reduced from or
    broadcast to, then accesses outside of the loops that compute a value, and small matrices. Vectors of indices are held whole by each warp, and are converted before they
    become matrices. Stores outside loops may be converted to coalesced ones. Cheap values (constants, ranges, splats and arithmetic on them) are recomputed per use.
    Changes bits: only the order of reductions.

    ```mlir
    %v = tile.load %p : tensor<128x!tile.ptr<f32>>            // before
    %v = tile.load %p : tensor<128x!tile.ptr<f32>, #layout>   // after
    ```
  }];
  let dependentDialects = ["::mla::sm::SmDialect"];
}

def PlanMemory : Pass<"sm-plan-memory", "::mlir::func::FuncOp"> {
  let summary = "assigns shared-memory offsets";
  let description = [{
    Needs: sm IR with layouts. Gives: `offset` on every sm.alloc, `sm.scratch_offset` on every op that exchanges data through
    scratch memory, `sm.shared_bytes` on the kernel. Scratch memory of ops outside the loops that use a buffer reuses the buffer's bytes.
    Ranges of warps (sm.warps) share no bytes; mbarriers share theirs with nothing.
    More than the target's limit is an error that names the tiles and the limit. Changes bits: no.
  }];
}

def InsertBarriers : Pass<"sm-insert-barriers", "::mlir::func::FuncOp"> {
  let summary = "puts a CTA barrier between conflicting shared-memory accesses";
  let description = [{
    Needs: planned memory. Gives: between two accesses of overlapping bytes by different threads of which one writes stands a barrier,
    over every path including loop back edges; no other barriers. Of a buffer, the slot that an iteration names and the one before it,
    `slot == 0 ? last : slot - 1` as ws-pipeline-loops says it, do not overlap. A copy's bytes count as written where its group is
    waited for. Ranges of warps that stand in a row run at the same time: what they hand to each other through mbarriers and
    bulk copies gets no barriers here. Changes bits: no.
  }];
  let dependentDialects = ["::mla::sm::SmDialect"];
}

def VerifyHardware : Pass<"sm-verify-hardware", "::mlir::func::FuncOp"> {
  let summary = "checks that sm IR is complete and within the target's limits";
  let description = [{
    Every tile has a register layout with the warps of its kernel or range of warps; elementwise operands agree; every buffer
    has an offset inside `sm.shared_bytes`, which is within the target's limit; ops exist on the target; no ws op is left.
    Ranges of warps are disjoint and have no more registers than the SM; wgmma runs on whole warpgroups, and nothing touches
    its accumulators before the wait; `sm.tensor_maps` fits the bulk copies.
  }];
}

#endif
