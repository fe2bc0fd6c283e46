//===- ArrayAddresses.cpp - elements of a row-major array in scratch memory ==//
#include "ArrayAddresses.h"

#include "MemoryWords.h"

using namespace mlir;

namespace mla {

ArrayAddresses::ArrayAddresses(ThreadEmitter &emitter, Location loc, const TileLayout &layout,
                               ArrayRef<int64_t> byteStrides)
    : emitter(emitter), loc(loc), layout(layout), strides(byteStrides) {
  for (unsigned dim = 0; dim < layout.rank(); ++dim)
    indices.push_back(coordinateIndex(layout, dim));
}

Value ArrayAddresses::threadTerm(unsigned dim, int64_t flipped, int64_t factor) {
  Value &term = terms[{int64_t(dim), flipped, factor}];
  if (!term) {
    OpBuilder &b = emitter.builder();
    term = emitter.threadPart(indices[dim].threadImages);
    if (flipped)
      term = arith::XOrIOp::create(b, loc, term, emitter.i32(flipped));
    if (factor != 1)
      term = arith::MulIOp::create(b, loc, term, emitter.i32(factor));
  }
  return term;
}

/// Whether the thread decides any part of `index`.
static bool hasThreadPart(const LinearIndex &index) {
  return llvm::any_of(index.threadImages, [](int64_t image) { return image != 0; });
}

Value ArrayAddresses::coordinate(int64_t reg, unsigned dim) {
  auto [flipped, added] = indices[dim].constantOf(reg);
  if (!hasThreadPart(indices[dim]))
    return emitter.i32(added);
  Value term = threadTerm(dim, flipped, 1);
  return added ? Value(arith::AddIOp::create(emitter.builder(), loc, term, emitter.i32(added)))
               : term;
}

Value ArrayAddresses::offset(int64_t reg) {
  // Registers that flip the same bits share the sum; the rest of the offset is a constant.
  std::vector<int64_t> key;
  int64_t constant = 0;
  for (unsigned dim = 0; dim < layout.rank(); ++dim) {
    auto [flipped, added] = indices[dim].constantOf(reg);
    key.push_back(flipped);
    constant += added * strides[dim];
  }
  OpBuilder &b = emitter.builder();
  Value &sum = offsets[key];
  if (!sum)
    for (unsigned dim = 0; dim < layout.rank(); ++dim) {
      if (strides[dim] == 0 || !hasThreadPart(indices[dim]))
        continue;
      Value term = threadTerm(dim, key[dim], strides[dim]);
      sum = sum ? Value(arith::AddIOp::create(b, loc, sum, term)) : term;
    }
  if (!sum)
    return emitter.i32(constant);
  return constant ? Value(arith::AddIOp::create(b, loc, sum, emitter.i32(constant))) : sum;
}

Value ArrayAddresses::isInside(int64_t reg, ArrayRef<int64_t> extents) {
  std::vector<int64_t> shape = layout.shape();
  Value all;
  for (unsigned dim = 0; dim < layout.rank(); ++dim) {
    if (extents[dim] == shape[dim])
      continue;
    auto [flipped, added] = indices[dim].constantOf(reg);
    Value &known = inside[{int64_t(dim), flipped, added}];
    if (!known)
      known = arith::CmpIOp::create(emitter.builder(), loc, arith::CmpIPredicate::slt,
                                    coordinate(reg, dim), emitter.i32(extents[dim]));
    all = conjunction(emitter, loc, all, known);
  }
  return all;
}

SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> extents, int64_t elemBytes) {
  SmallVector<int64_t> strides(extents.size(), elemBytes);
  for (size_t dim = extents.size(); dim-- > 1;)
    strides[dim - 1] = strides[dim] * extents[dim];
  return strides;
}

} // namespace mla
