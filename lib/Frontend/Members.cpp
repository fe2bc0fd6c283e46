//===- Members.cpp - what stands behind the dot of a value ----------------===//
#include "Members.h"

using namespace mla::frontend;

static constexpr Property kTileProperties[] = {
    {"dtype", "_dtype", "Type of an element."},
    {"type", "_dtype", "Type of the number or tile."},
    {"shape", "builtins.tuple[int, ...]", "Its extents."},
    {"numel", "int", "How many elements it has."},
    {"T", "_tile", "Its last two dimensions exchanged."}};
static constexpr Property kViewProperties[] = {
    {"dtype", "_dtype", "Type of an element."},
    {"shape", "builtins.tuple[_tile, ...]", "Extents, int64."},
    {"strides", "builtins.tuple[_tile, ...]", "Strides in elements, int64."},
    {"ptr", "_tile", "Pointer to the first element."}};
static constexpr Property kDescriptorProperties[] = {
    {"dtype", "_dtype", "Type of an element."},
    {"shape", "builtins.tuple[_tile, ...]", "Extents."},
    {"strides", "builtins.tuple[_tile, ...]", "Strides in elements."},
    {"block_shape", "builtins.tuple[int, ...]", "Extents of a block."}};
static constexpr Property kBlockProperties[] = {
    {"dtype", "_dtype", "Type of a pointer to an element."}};
static constexpr Property kTypeProperties[] = {
    {"element_ty", "_dtype", "What a pointer points to; type of a tile's element."},
    {"scalar", "_dtype", "The type itself; type of a tile's element."},
    {"shape", "builtins.tuple[int, ...]", "Extents of a tile."},
    {"name", "str", "Its name in signatures."},
    {"primitive_bitwidth", "int", "Its width."},
    {"int_bitwidth", "int", "The width of an integer."}};

const MemberContents &mla::frontend::membersOf(ValueKind kind) {
  using enum BuiltinHome;
  static const MemberContents kContents[] = {
      {"_tile", "A number or tile at run time.", {Member, Both, Math}, kTileProperties},
      {"_view",
       "An array in memory: a parameter that is annotated ml.tensor[type, extent, …].",
       {},
       kViewProperties},
      {"tensor_descriptor",
       "An array for blocks of one shape.",
       {DescriptorMember},
       kDescriptorProperties},
      {"_block_pointer", "Position of a block in an array.", {BlockMember}, kBlockProperties},
      {"_dtype", "Type of an element.", {TypeMember}, kTypeProperties}};
  return kContents[size_t(kind)];
}
