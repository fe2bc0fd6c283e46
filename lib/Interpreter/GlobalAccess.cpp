//===- GlobalAccess.cpp - tile.load, tile.store and what they share -------===//
// See GlobalAccess.h.
#include "GlobalAccess.h"

#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"
#include <cstring>

using namespace mlir;

namespace mla::interp {

std::string GlobalAccess::where(size_t index, bool isRead) const {
  return (isRead ? "reads " : "writes ") +
         (shape.empty() ? std::string() : "for element " + coordinatesText(shape, index) + " ");
}

/// False if there is a race.
bool GlobalAccess::reportRace(size_t index, int64_t address, const std::string &race, bool isRead) {
  if (race.empty())
    return true;
  int64_t number = (address - last->address) / int64_t(bytesOf(last->element));
  machine.fail(op, where(index, isRead) + "number " + std::to_string(number) + " of '" +
                       last->name + "', " + race);
  return false;
}

uint8_t *GlobalAccess::locate(size_t index, int64_t address, uint8_t overflow, bool isRead) {
  if (overflow & kSignedOverflow) {
    machine.fail(op, where(index, isRead) + "an address computed from an integer that overflowed");
    return nullptr;
  }
  if (!last || address < last->address ||
      address + bytes > last->address + int64_t(last->bytes.size()) || address % bytes != 0 ||
      (isRead && !last->written.empty())) {
    std::string problem = memory.problem(address, bytes, isRead);
    if (!problem.empty()) {
      machine.fail(op, where(index, isRead) + problem);
      return nullptr;
    }
    last = memory.find(address);
  }
  return last->bytes.data() + (address - last->address);
}

bool GlobalAccess::read(size_t index, int64_t address, uint8_t overflow, uint64_t &bits) {
  uint8_t *at = locate(index, address, overflow, /*isRead=*/true);
  if (!at)
    return false;
  bits = 0;
  std::memcpy(&bits, at, bytes);
  return !races ||
         reportRace(index, address,
                    races->read(*last, address - last->address, bytes, machine.program.number),
                    /*isRead=*/true);
}

bool GlobalAccess::write(size_t index, int64_t address, uint8_t overflow, uint64_t bits) {
  uint8_t *at = locate(index, address, overflow, /*isRead=*/false);
  if (!at)
    return false;
  bool changes = std::memcmp(at, &bits, bytes) != 0;
  if (races && !reportRace(index, address,
                           races->write(*last, address - last->address, bytes,
                                        machine.program.number, changes),
                           /*isRead=*/false))
    return false;
  std::memcpy(at, &bits, bytes);
  if (!last->written.empty())
    std::memset(last->written.data() + (address - last->address), 1, bytes);
  return true;
}

std::optional<Tile> readPointers(Machine &machine, Operation *op, Element element,
                                 const Tile &pointers, const Tile *mask, const Tile *other) {
  size_t count = pointers.size();
  std::vector<uint64_t> bits = other ? other->toBits() : std::vector<uint64_t>(count);
  GlobalAccess access(machine, op, element, pointers.shape);
  for (size_t i = 0; i < count; ++i)
    if (!mask || mask->integers()[i])
      if (!access.read(i, pointers.integers()[i], pointers.overflowAt(i), bits[i]))
        return std::nullopt;
  return Tile::fromBits(element, pointers.shape, bits);
}

//===----------------------------------------------------------------------===//
// The promise of tile.access
//===----------------------------------------------------------------------===//

bool keepsPromise(Machine &machine, Operation *op, tile::AccessAttr promise, const Tile &pointers,
                  const Tile *mask, Element element) {
  if (!promise || promise.getElems() <= 1)
    return true;
  int64_t group = promise.getElems(), bytes = bytesOf(element);
  int64_t extent = pointers.shape[promise.getDim()];
  int64_t stride = rowMajorStrides(pointers.shape)[promise.getDim()];
  for (size_t i = 0; i < pointers.size(); ++i) {
    int64_t inGroup = int64_t(i) / stride % extent % group;
    size_t first = i - inGroup * stride;
    bool active = !mask || mask->integers()[i];
    bool isLikeFirst = !mask || mask->integers()[i] == mask->integers()[first];
    int64_t base = pointers.integers()[first];
    if (isLikeFirst && (!active || (base % (group * bytes) == 0 &&
                                    pointers.integers()[i] == base + inGroup * bytes)))
      continue;
    machine.fail(op, "promises groups of " + Twine(group) + " elements along dimension " +
                         Twine(promise.getDim()) + ", but element " +
                         coordinatesText(pointers.shape, i) +
                         (isLikeFirst ? " does not stand where its group says"
                                      : " is not masked as its group is"));
    return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

static const Tile *optional(Machine &machine, Value value) {
  return value ? &machine[value] : nullptr;
}

static Outcome loadOp(Machine &machine, Operation *op) {
  auto load = cast<tile::LoadOp>(op);
  const Tile &pointers = machine[load.getPtr()], *mask = optional(machine, load.getMask());
  Element element = *elementOf(load.getType());
  if (!keepsPromise(machine, op, load.getAccessAttr(), pointers, mask, element))
    return Outcome::Failed;
  std::optional<Tile> result =
      readPointers(machine, op, element, pointers, mask, optional(machine, load.getOther()));
  if (!result)
    return Outcome::Failed;
  machine.set(op->getResult(0), std::move(*result));
  return Outcome::Next;
}

static Outcome storeOp(Machine &machine, Operation *op) {
  auto store = cast<tile::StoreOp>(op);
  const Tile &pointers = machine[store.getPtr()], *mask = optional(machine, store.getMask());
  const Tile &value = machine[store.getValue()];
  if (!keepsPromise(machine, op, store.getAccessAttr(), pointers, mask, value.element))
    return Outcome::Failed;
  std::vector<uint64_t> bits = value.toBits();
  GlobalAccess access(machine, op, value.element, pointers.shape);
  for (size_t i = 0; i < bits.size(); ++i)
    if (!mask || mask->integers()[i])
      if (!access.write(i, pointers.integers()[i], pointers.overflowAt(i), bits[i]))
        return Outcome::Failed;
  return Outcome::Next;
}

/// Offsets keep their width until here: one that overflowed as a signed number is remembered.
static Outcome addPtrOp(Machine &machine, Operation *op) {
  const Tile &pointers = machine[op->getOperand(0)], &offsets = machine[op->getOperand(1)];
  int64_t bytes = tile::elementBytes(tile::pointeeOf(op->getResult(0).getType()));
  Tile result(Element::Ptr, pointers.shape);
  for (size_t i = 0; i < result.size(); ++i) {
    result.makeIntegers()[i] = int64_t(uint64_t(pointers.integers()[i]) +
                                       uint64_t(offsets.integers()[i]) * uint64_t(bytes));
    if (uint8_t overflow = (pointers.overflowAt(i) | offsets.overflowAt(i)) & kSignedOverflow)
      result.setOverflow(i, overflow);
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

/// Addresses have no type.
static Outcome ptrCastOp(Machine &machine, Operation *op) {
  machine.set(op->getResult(0), machine[op->getOperand(0)]);
  return Outcome::Next;
}

void addMemoryAccesses(Registry &registry) {
  registry.add<tile::LoadOp>(loadOp);
  registry.add<tile::StoreOp>(storeOp);
  registry.add<tile::AddPtrOp>(addPtrOp);
  registry.add<tile::PtrCastOp>(ptrCastOp);
}

} // namespace mla::interp
