//===- Passes.td - every transform, in pipeline order ---------------------===//
#ifndef MLA_TRANSFORMS_PASSES
#define MLA_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Tile level
//===----------------------------------------------------------------------===//

def ExpandViews : Pass<"tile-expand-views", "::mlir::func::FuncOp"> {
  let summary = "turns accesses of views into accesses of pointers";
  let description = [{
    Needs: tile IR whose views are results of tile.view in the same function. Gives: tile IR without views. Pointers have
    64-bit row bases and 32-bit offsets along the last dimension; masks compare each dimension with its extent and with 0,
    unless the range of the index shows that the tile lies inside. What no loop changes is separate from what
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
    Needs: tile IR as the front end emits it, canonicalized; `sm.arch`. Gives: on targets with TMA and wgmma, `bulk_copy` on every
    load_view that feeds a matrix product, if all operands of all products can be copied in bulk and multiplied by
    wgmma; else none, and a remark says what is in the way. Changes bits: only the order of sums.

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
    warps holds the kernel, and every masked-to-zero load whose only readers are matrix products is a put into and a get
    from a channel; its depth is `tile.num_stages` in a loop and 1 outside. The channel's shared-memory layout is fixed here: the
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

def VerifySchedule : Pass<"ws-verify-schedule", "::mlir::func::FuncOp"> {
  let summary = "proves that channels neither deadlock nor overflow shared memory";
  let description = [{
    Needs: ws IR before ws-pipeline-loops. Checks, with the op, what was expected and what was found: every get has its put
    before it in the same block and every put its get and its release after that, in the same block; a tile is not read after its
    release; role warps add up to `tile.num_warps`; all channels fit into the target's shared memory (naming
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
    D, puts run D - 1 iterations ahead: the operations they depend on are cloned for the iteration ahead, before
    the loop for the first D - 1 iterations, all under the condition that the iteration exists (any trip count, 0 included).
    A put stands behind the first get of the iteration, so that one barrier per iteration protects both.
    Releases are folded into that order and removed. Changes bits: no.

    ```mlir
    scf.for %i = … { ws.put %c, %p …; %t = ws.get %c …; … }                              // before
    ws.put %c[%c0], %p …                                                                // after, D = 2
    scf.for %i = … { %t = ws.get %c[%s] …; ws.put %c[%s1], %p1, … if %exists …; … }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

//===----------------------------------------------------------------------===//
// Hardware level
//===----------------------------------------------------------------------===//

def SolveLayouts : Pass<"sm-solve-layouts", "::mlir::func::FuncOp"> {
  let summary = "gives every tile a register layout";
  let description = [{
    Needs: sm IR without register layouts (after convert-ws-to-sm). Gives: every tile has a `#sm.layout`; layouts change only
    at `sm.convert_layout`. Values that flow through elementwise ops, loops and branches share one layout. Anchors, strongest first: accumulators
    of sm.mma, then global loads, stores and copies (coalesced), then the layouts of larger tiles that a value is reduced from or
    broadcast to. Cheap values (constants, ranges, splats and arithmetic on them) are recomputed per use.
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
    over every path including loop back edges; no other barriers. A copy's bytes count as written where its group is
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
