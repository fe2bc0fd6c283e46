//===- SmHopperOps.td - mbarriers, bulk copies, wgmma, warp ranges --------===//
// What sm_90a adds: copies and matrix products that run beside the threads, and the barriers that they complete.
#ifndef MLA_DIALECTS_SM_SMHOPPEROPS
#define MLA_DIALECTS_SM_SMHOPPEROPS

include "Sm/SmEnums.td"

//===----------------------------------------------------------------------===//
// Warp ranges
//===----------------------------------------------------------------------===//

def Sm_WarpsOp : Sm_Op<"warps", [RecursiveMemoryEffects, SingleBlock, NoTerminator]> {
  let summary = "code of a range of warps";
  let description = [{
    The body runs on warps `first` … `first + count - 1` of the CTA, beside other code. Inside, layouts are over `count`
    warps, warp 0 is warp `first`, and "role" means these warps: sm.barrier and the barriers inside of sm.convert_layout,
    reductions and scans wait for them alone (a named barrier, PTX ISA §9.7.13.1; a kernel has 15 besides that of the CTA).
    `registers`: the threads get so many from here on (setmaxnreg, PTX ISA §9.7.19.5).
    C1. `first` is at least 0, `count` at least 1, and their sum at most 32.
    C2. `registers` is a multiple of 8 in [24, 256] (255 usable), and `first` and `count` are multiples of 4: whole
        warpgroups execute setmaxnreg.
    C3. Not inside another sm.warps, a loop or a branch.
    C4. No tile with a layout comes from outside: its layout is over other warps.

    ```mlir
    sm.warps first(0) count(4) registers(40) {
      sm.barrier
    }
    ```
  }];
  let arguments = (ins I32Attr:$first, I32Attr:$count, OptionalAttr<I32Attr>:$registers);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `first` `(` $first `)` `count` `(` $count `)` (`registers` `(` $registers^ `)`)? $body attr-dict
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Barriers in shared memory
//===----------------------------------------------------------------------===//

def Sm_MbarrierType : TypeDef<Sm_Dialect, "Mbarrier"> {
  let mnemonic = "mbarrier";
  let summary = "barriers in shared memory";
  let description = [{
    `!sm.mbarrier<3>`: a ring of 8-byte mbarriers (PTX ISA §9.7.13.15). Each counts the arrivals and the bytes of its
    current phase; phases alternate between parity 0 (the first) and 1.
  }];
  let parameters = (ins "int32_t":$depth);
  let assemblyFormat = "`<` $depth `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static constexpr int64_t kBytes = 8;
    /// Bytes of all barriers.
    int64_t getBytes() const { return getDepth() * kBytes; }
  }];
}

def Sm_MbarrierAllocOp : Sm_Op<"mbarrier_alloc", [Pure]> {
  let summary = "names a ring of mbarriers in shared memory";
  let description = [{
    `offset` (bytes, a multiple of 8) is set by `sm-plan-memory`. A phase completes after `arrivals` arrivals, and after
    all bytes that were expected have come.
    C1. `arrivals` is in [1, 2^20 - 1].

    ```mlir
    %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32} : !sm.mbarrier<3>
    ```
  }];
  let arguments = (ins StrAttr:$label, I32Attr:$arrivals, OptionalAttr<I64Attr>:$offset);
  let results = (outs Sm_MbarrierType:$barrier);
  let assemblyFormat = "attr-dict `:` type($barrier)";
  let hasVerifier = 1;
}

def Sm_MbarrierInitOp : Sm_Op<"mbarrier_init", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "puts mbarriers into their first phase";
  let description = [{
    One thread initialises all of them and fences (fence.mbarrier_init), so that bulk copies see them; other threads may
    use them after a CTA barrier, which the program puts.
    C1. The operands are results of sm.mbarrier_alloc.

    ```mlir
    %full = sm.mbarrier_alloc {label = "full", arrivals = 1 : i32} : !sm.mbarrier<3>
    sm.mbarrier_init %full : !sm.mbarrier<3>
    sm.barrier
    ```
  }];
  let arguments = (ins Variadic<Sm_MbarrierType>:$barriers);
  let assemblyFormat = "$barriers attr-dict `:` type($barriers)";
  let hasVerifier = 1;
}

def Sm_ArriversAttr : EnumAttr<Sm_Dialect, Sm_Arrivers, "arrivers"> {
  let description = [{
    `#sm.arrivers<warp>`: each `thread`, one thread of each `warp`, or one thread of the whole `role`.
  }];
}

def Sm_MbarrierArriveOp : Sm_Op<"mbarrier_arrive", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "arrives at an mbarrier";
  let description = [{
    mbarrier.arrive.release: what the arriving thread did before is seen by those who wait. `by warp` arrives for a
    whole warp (it synchronises the warp first); with `cluster` at this mbarrier of every CTA of the cluster; `by role` for all warps of the role, whose other threads must be done by
    then (a barrier, or a wait that the whole warpgroup shares). 0 ≤ index < depth at run time.

    ```mlir
    sm.mbarrier_arrive %empty[%i] by warp : !sm.mbarrier<3>
    ```
  }];
  let arguments = (ins Sm_MbarrierType:$barrier, I32:$index, Sm_ArriversAttr:$by, UnitAttr:$cluster);
  let assemblyFormat = "$barrier `[` $index `]` `by` $by (`cluster` $cluster^)? attr-dict `:` type($barrier)";
}

def Sm_MbarrierExpectTxOp : Sm_Op<"mbarrier_expect_tx", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "arrives at an mbarrier and announces bytes";
  let description = [{
    One thread of the role executes mbarrier.arrive.expect_tx: the phase now also waits for `bytes` bytes of bulk copies.
    C1. `bytes` is in [1, 2^20 - 1].

    ```mlir
    sm.mbarrier_expect_tx %full[%i], 16384 : !sm.mbarrier<3>
    ```
  }];
  let arguments = (ins Sm_MbarrierType:$barrier, I32:$index, I32Attr:$bytes);
  let assemblyFormat = "$barrier `[` $index `]` `,` $bytes attr-dict `:` type($barrier)";
  let hasVerifier = 1;
}

def Sm_MbarrierWaitOp : Sm_Op<"mbarrier_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits for the end of a phase of an mbarrier";
  let description = [{
    Every thread of the role waits until the phase of `parity` (0 or 1) is complete: with parity 1 a fresh barrier lets
    it pass at once. What was done before the arrivals, and what bulk copies wrote, is visible then. With `elected` only the
    warp waits that issues the role's bulk copies: nobody waits for the other warps of such a role, so that one which lags two phases
    behind would take the next phase of the same parity for its own.

    ```mlir
    sm.mbarrier_wait %full[%i] parity %p : !sm.mbarrier<3>
    sm.mbarrier_wait %full[%i] parity %p elected : !sm.mbarrier<3>
    ```
  }];
  let arguments = (ins Sm_MbarrierType:$barrier, I32:$index, I32:$parity, UnitAttr:$elected);
  let assemblyFormat = "$barrier `[` $index `]` `parity` $parity (`elected` $elected^)? attr-dict `:` type($barrier)";
}

def Sm_ClusterBarrierOp : Sm_Op<"cluster_barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits for all threads of the cluster";
  let description = [{
    barrier.cluster.arrive.release and wait.acquire (PTX ISA §9.7.13.5): mbarriers that were initialised before are ready for
    what other CTAs do with them, and no CTA ends while another one still writes to its shared memory. All threads of
    all CTAs execute it.
    C1. Not inside sm.warps.

    ```mlir
    sm.cluster_barrier
    ```
  }];
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}

def Sm_FenceProxyAsyncOp : Sm_Op<"fence_proxy_async", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "orders ordinary and asynchronous accesses to shared memory";
  let description = [{
    fence.proxy.async.shared::cta (PTX ISA §9.7.13.4): each thread that wrote with stores or cp.async executes it before
    the barrier behind which bulk copies or wgmma read what it wrote.

    ```mlir
    sm.fence_proxy_async
    ```
  }];
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// Bulk copies of tiles
//===----------------------------------------------------------------------===//

def Sm_TensorMapType : TypeDef<Sm_Dialect, "TensorMap"> {
  let mnemonic = "tensor_map";
  let summary = "description of a tensor in global memory";
  let description = [{
    `!sm.tensor_map`: a kernel argument behind all others, passed by value (128 bytes, PTX ISA §5.5.8), encoded by the
    launcher from what `sm.tensor_maps` of the function says.
  }];
}

def Sm_TmaPrefetchOp : Sm_Op<"tma_prefetch", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "fetches a tensor map ahead of its first use";
  let description = [{
    ```mlir
    sm.tma_prefetch %map
    ```
  }];
  let arguments = (ins Sm_TensorMapType:$map);
  let assemblyFormat = "$map attr-dict";
}

def Sm_L2HintAttr : EnumAttr<Sm_Dialect, Sm_L2Hint, "l2_hint"> {
  let description = [{ `#sm.l2_hint<evict_first>`: for data that is read once. }];
  let assemblyFormat = "`<` $value `>`";
}

def Sm_TmaLoadOp : Sm_Op<"tma_load", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "copies a tile from global to shared memory (TMA)";
  let description = [{
    One thread of the role issues the copies (cp.async.bulk.tensor, PTX ISA §9.7.9.27.1.2), which complete the tile's
    bytes on the barrier; sm.mbarrier_expect_tx announced them. `coords` is where the tile starts in the tensor, one
    number per dimension of the tensor in the order of the tile's dimensions; a tensor may have further dimensions in
    front, in which the tile has extent 1. Elements outside the tensor become zero.
    `multicast`: every CTA of the cluster executes this with the same coordinates; each copies its part of the boxes to all of
    them, and completes bytes on the barrier of each (PTX ISA: .multicast::cluster).
    C1. The slot has depth 1 and a layout that boxes of one size fill: swizzled as by TMA, rows of 16, 32, 64 or 128 bytes.
    C2. One coordinate per dimension of the tile, more for dimensions in front, at most 5.

    ```mlir
    sm.tma_load %map[%x, %y] to %slot barrier %full[%i] {l2_hint = #sm.l2_hint<evict_first>} : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>, !sm.mbarrier<3>
    ```
  }];
  let arguments = (ins Sm_TensorMapType:$map, Variadic<I32>:$coords, Sm_BufferType:$slot,
                       Sm_MbarrierType:$barrier, I32:$index, OptionalAttr<Sm_L2HintAttr>:$l2_hint,
                       UnitAttr:$multicast);
  let assemblyFormat = [{
    $map `[` $coords `]` `to` $slot `barrier` $barrier `[` $index `]` (`multicast` $multicast^)? attr-dict `:` type($slot) `,` type($barrier)
  }];
  let hasVerifier = 1;
}

def Sm_ZeroRowsOp : Sm_Op<"zero_rows", [MemoryEffects<[MemWrite]>]> {
  let summary = "zeroes the last rows of a tile in shared memory";
  let description = [{
    The threads of the role write zeros over all rows (positions of the first dimension) at or past `first`, all of them
    if it is not positive: what a bulk copy fetched of them is not meant to be seen. sm.fence_proxy_async and a barrier
    follow before wgmma reads the tile.
    C1. The slot has depth 1 and rank 2.

    ```mlir
    sm.zero_rows %slot from %first : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>
    ```
  }];
  let arguments = (ins Sm_BufferType:$slot, I32:$first);
  let assemblyFormat = "$slot `from` $first attr-dict `:` type($slot)";
  let hasVerifier = 1;
}

def Sm_TmaStoreOp : Sm_Op<"tma_store", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "copies a tile from shared to global memory (TMA)";
  let description = [{
    One thread of the role issues the copies and closes a group of them. Its threads fence (sm.fence_proxy_async) and
    meet at a barrier between their writes to the slot and this. Elements outside the tensor are not written, if rows of
    the tensor are multiples of 16 bytes: the hardware writes whole 16 bytes (the map says `stores = true`, and the
    launcher checks).
    C1. As sm.tma_load C1.
    C2. As sm.tma_load C2.

    ```mlir
    sm.tma_store %slot to %map[%x, %y] : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>
    ```
  }];
  let arguments = (ins Sm_BufferType:$slot, Sm_TensorMapType:$map, Variadic<I32>:$coords);
  let assemblyFormat = "$slot `to` $map `[` $coords `]` attr-dict `:` type($slot)";
  let hasVerifier = 1;
}

def Sm_TmaStoreWaitOp : Sm_Op<"tma_store_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until at most `pending` newest groups of bulk stores are in flight";
  let description = [{
    Only the thread that issued them waits; the others learn of it at the next barrier. `read`: until the slots may be
    written again, not until global memory is written.
    C1. `pending` is at least 0.

    ```mlir
    sm.tma_store_wait 0 read
    ```
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative]>:$pending, UnitAttr:$read);
  let assemblyFormat = "$pending (`read` $read^)? attr-dict";
}

//===----------------------------------------------------------------------===//
// Matrix products of warpgroups
//===----------------------------------------------------------------------===//

def Sm_WgmmaOp : Sm_Op<"wgmma", [MemoryEffects<[MemRead, MemWrite]>, AllTypesMatch<["acc", "result"]>]> {
  let summary = "matrix product by wgmma";
  let description = [{
    result = a · b + acc with wgmma.mma_async (PTX ISA §9.7.15), as one group that is committed here. `warps` = [W, G]: of
    the role's warpgroups W / 4 stand along M, with 64 rows each of every 16 W, and G along N, each with adjacent columns.
    a is a tile in shared memory or in registers, b in shared memory.
    C1. Shapes are [M, K], [K, N], [M, N]; element types f16 or bf16 (both the same), acc f32.
    C2. W ≥ 4 and G are powers of two; M is a multiple of 16 W (as are its segments), N of 8 G, K of 16.
    C3. The accumulator has the layout wgmmaAccumulatorLayout, a in registers has wgmmaOperandLayout.
    C4. Slots have depth 1 and a layout that wgmma's matrix descriptors express (matchWgmma): swizzled, K or the other
        dimension contiguous.
    C5. The result is in flight: its one user is an sm.wgmma (as acc), an sm.wgmma_wait, a yield or a loop that
        carries it on.
    C6. a in registers is read until the end of the group: an sm.wgmma_wait for it follows in the same block, so that no
        next iteration overwrites the registers before.

    ```mlir
    %d = sm.wgmma %a, %b, %acc warps [4, 1] : !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>, !sm.buffer<1 x tensor<64x64xbf16, #swizzled>>, tensor<64x64xf32>
    %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
    ```
  }];
  let arguments = (ins Sm_TileOrBuffer:$a, Sm_BufferType:$b, RankedTensorOf<[F32]>:$acc, DenseI32ArrayAttr:$warps);
  let results = (outs RankedTensorOf<[F32]>:$result);
  let assemblyFormat = "$a `,` $b `,` $acc `warps` $warps attr-dict `:` type($a) `,` type($b) `,` type($acc)";
  let hasVerifier = 1;
}

def Sm_WgmmaWaitOp : Sm_Op<"wgmma_wait", [MemoryEffects<[MemRead, MemWrite]>, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "waits until at most `pending` newest groups of wgmma are in flight";
  let description = [{
    Afterwards the older groups have read their slots, and the results are the complete `accs`, which may be used freely.
    Without `accs` it only says that slots may be overwritten.
    C1. `pending` is at least 0.
    C2. An accumulator of the same block has at least `pending` later sm.wgmma before the wait.

    ```mlir
    %r = sm.wgmma_wait 0 for %d : tensor<64x64xf32>
    sm.wgmma_wait 1
    ```
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative]>:$pending, Variadic<RankedTensorOf<[F32]>>:$accs);
  let results = (outs Variadic<RankedTensorOf<[F32]>>:$results);
  let assemblyFormat = "$pending (`for` $accs^)? attr-dict (`:` type($accs)^)?";
  let hasVerifier = 1;
}

#endif
