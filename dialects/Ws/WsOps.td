//===- WsOps.td - the schedule dialect ------------------------------------===//
#ifndef MLA_DIALECTS_WS_WSOPS
#define MLA_DIALECTS_WS_WSOPS

include "Tile/TileBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def Ws_Dialect : Dialect {
  let name = "ws";
  let cppNamespace = "::mla::ws";
  let summary = "roles of warps and the channels between them";
  let description = [{
    The schedule of a kernel: which warps do what (roles) and through which bounded queues of tiles (channels)
    they hand data on. Nothing below this level allocates shared memory or pipelines a loop. A channel
    holds at most `depth` tiles: a put blocks while it is full, a get blocks while it is empty, a release frees the
    oldest tile taken by get. `ws-pipeline-loops` (one role) or `ws-assign-phases` (several) turns the queue into slots: every put,
    get and release then names its slot, and between roles the parity of the round in which the slot is used.
  }];
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::mla::tile::TileDialect", "::mla::sm::SmDialect"];
}

class Ws_Op<string mnemonic, list<Trait> traits = []> : Op<Ws_Dialect, mnemonic, traits>;

def Ws_ChannelType : TypeDef<Ws_Dialect, "Channel"> {
  let mnemonic = "channel";
  let summary = "bounded queue of tiles in shared memory";
  let description = [{
    `!ws.channel<3 x tensor<128x64xbf16, #layout>>`: `depth` tiles. The encoding is the shared-memory layout, fixed
    when the copy and matrix atoms are chosen.
  }];
  let parameters = (ins "int32_t":$depth, "::mlir::RankedTensorType":$tile);
  let assemblyFormat = "`<` $depth `x` $tile `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The tile as a value: without the shared-memory encoding.
    ::mlir::RankedTensorType getValueType() const {
      return ::mlir::RankedTensorType::get(getTile().getShape(), getTile().getElementType());
    }
    /// Bytes of all slots.
    int64_t getBytes() const;
  }];
}

def Ws_ChannelOp : Ws_Op<"channel", [Pure]> {
  let summary = "declares a channel";
  let description = [{
    C1. The channel is declared at the top of the function, outside every role and loop.
    C2. Only puts, gets and releases use it.

    ```mlir
    %c = ws.channel {label = "a"} : !ws.channel<3 x tensor<128x64xbf16>>
    ```
  }];
  let arguments = (ins StrAttr:$label);
  let results = (outs Ws_ChannelType:$channel);
  let assemblyFormat = "attr-dict `:` type($channel)";
  let hasVerifier = 1;
}

def Ws_RoleOp : Ws_Op<"role", [RecursiveMemoryEffects, SingleBlock, NoTerminator]> {
  let summary = "what a range of warps does";
  let description = [{
    The body runs on warps `first_warp` … `first_warp + num_warps - 1`.
    C1. `num_warps` is at least 1, `first_warp` at least 0.
    C2. Role names are unique in a function and warp ranges do not overlap.

    ```mlir
    ws.role "all" warps(0, 4) {
      %pid = tile.program_id 0
    }
    ```
  }];
  let arguments = (ins StrAttr:$role, I32Attr:$first_warp, I32Attr:$num_warps,
                       OptionalAttr<I32Attr>:$registers);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $role `warps` `(` $first_warp `,` $num_warps `)` (`registers` `(` $registers^ `)`)? $body attr-dict
  }];
  let hasVerifier = 1;
}

def Ws_PutOp : Ws_Op<"put", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "copies a tile from global memory into a channel";
  let description = [{
    C1. Pointers have the shape of the channel's tile and its element type as pointee; the mask likewise, of i1.
    Masked elements become zero and are not read. `predicate` false: nothing is read and the slot's content
    is unspecified. `slot` is absent until `ws-pipeline-loops`.
    C2. `ahead` says how many iterations `ws-pipeline-loops` moves the put ahead of its get: the channel's depth - 1, as
    without it, or the depth. Then it fills the slot that the get of the same iteration frees, behind the tile's last reader.

    ```mlir
    ws.put %c, %ptrs, mask %m : !ws.channel<3 x tensor<128x64xbf16>>, tensor<128x64x!tile.ptr<bf16>>
    ```
  }];
  let arguments = (ins Ws_ChannelType:$channel, RankedTensorOf<[Tile_PtrType]>:$ptr,
                       Optional<RankedTensorOf<[I1]>>:$mask, Optional<I1>:$predicate,
                       Optional<I32>:$slot, OptionalAttr<Tile_AccessAttr>:$access, OptionalAttr<I32Attr>:$ahead);
  let assemblyFormat = [{
    $channel (`[` $slot^ `]`)? `,` $ptr (`,` `mask` $mask^)? (`if` $predicate^)? attr-dict
    `:` type($channel) `,` type($ptr) custom<MaskType>(ref($mask), ref(type($ptr)), type($mask))
  }];
  let hasVerifier = 1;
}

def Ws_PutViewOp : Ws_Op<"put_view", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "copies a tile of a view into a channel by the bulk tensor copy engine";
  let description = [{
    Takes the tile that starts at `offsets` of the view; elements outside the view become zero. One thread issues it and the
    tile is in the channel when all its bytes have arrived, so that producer and consumer may be different roles.
    C1. One offset per dimension of the view; view and channel have one element type. The tile runs along the last
        dimensions of the view and has extent 1 along those in front.
    C2. `slot` and `parity` are absent until `ws-assign-phases`.
    `multicast` (set by `ws-select-multicast`): every CTA of the cluster puts this tile; they share the copying.

    ```mlir
    ws.put_view %c, %v[%i, %j] : !ws.channel<3 x tensor<128x64xbf16>>, !tile.view<?x?xbf16>
    ```
  }];
  let arguments = (ins Ws_ChannelType:$channel, Tile_ViewType:$view, Variadic<I64>:$offsets,
                       Optional<I32>:$slot, Optional<I32>:$parity, UnitAttr:$multicast);
  let assemblyFormat = [{
    $channel (`[` $slot^ `]`)? (`parity` $parity^)? `,` $view `[` $offsets `]` (`multicast` $multicast^)? attr-dict
    `:` type($channel) `,` type($view)
  }];
  let hasVerifier = 1;
}

def Ws_PutTileOp : Ws_Op<"put_tile", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "puts a computed tile into a channel";
  let description = [{
    Hands a tile from the registers of one role to others. Several roles may put into one channel in turns: each role that
    uses the channel takes part in every tile, as the one that puts it or as one that gets it.
    C1. The value is the channel's tile without an encoding.
    C2. `slot` and `parity` are absent until `ws-assign-phases`; in a kernel with one role `slot` until `ws-pipeline-loops`, and for ever
    where the tile is put and taken in the same iteration.

    ```mlir
    ws.put_tile %c, %t : !ws.channel<1 x tensor<128x64xbf16>>, tensor<128x64xbf16>
    ```
  }];
  let arguments = (ins Ws_ChannelType:$channel, RankedTensorOf<[AnyType]>:$value, Optional<I32>:$slot,
                       Optional<I32>:$parity);
  let assemblyFormat = [{
    $channel (`[` $slot^ `]`)? (`parity` $parity^)? `,` $value attr-dict `:` type($channel) `,` type($value)
  }];
  let hasVerifier = 1;
}

def Ws_GetOp : Ws_Op<"get", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "takes the oldest tile of a channel";
  let description = [{
    C1. The result is the channel's tile without an encoding.
    Rows (positions of the first dimension) at or past `valid` are zero, whatever was put, all of them if it is not positive. The tile may be read until the matching release. `ahead` (set by `ws-pipeline-loops`) says how many puts of later tiles may be under
    way while it is read; the newest of them is issued behind the get.

    ```mlir
    %t = ws.get %c : !ws.channel<3 x tensor<128x64xbf16>>
    ```
  }];
  let arguments = (ins Ws_ChannelType:$channel, Optional<I32>:$slot, Optional<I32>:$parity, Optional<I64>:$valid,
                       DefaultValuedAttr<ConfinedAttr<I32Attr, [IntNonNegative]>, "0">:$ahead);
  let results = (outs RankedTensorOf<[AnyType]>:$result);
  let assemblyFormat = [{
    $channel (`[` $slot^ `]`)? (`parity` $parity^)? (`valid` $valid^)? attr-dict
    `:` type($channel) custom<TileOfChannel>(ref(type($channel)), type($result))
  }];
  let hasVerifier = 1;
}

def Ws_ReleaseOp : Ws_Op<"release", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "frees the slot of the oldest tile taken";
  let description = [{
    C1. Follows every reader of the tile of the matching get.

    ```mlir
    ws.release %c : !ws.channel<3 x tensor<128x64xbf16>>
    ```
  }];
  let arguments = (ins Ws_ChannelType:$channel, Optional<I32>:$slot);
  let assemblyFormat = "$channel (`[` $slot^ `]`)? attr-dict `:` type($channel)";
}

#endif
