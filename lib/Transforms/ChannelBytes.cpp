//===- ChannelBytes.cpp - shared memory of a kernel's channels ------------===//
#include "ChannelBytes.h"

#include "mla/Dialect/Sm/Sm.h"

using namespace mlir;
using namespace mla;

int64_t mla::neededChannelBytes(func::FuncOp func) {
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  struct Life {
    int64_t bytes, first, last;
  };
  SmallVector<Life> lives;
  DenseMap<Operation *, int64_t> positions;
  if (roles.size() == 1)
    for (Operation &op : roles.front().getBody().front())
      positions.try_emplace(&op, positions.size());
  func.walk([&](ws::ChannelOp channel) {
    Life life = {cast<ws::ChannelType>(channel.getChannel().getType()).getBytes(), 0, 0};
    for (auto [index, user] : llvm::enumerate(channel.getChannel().getUsers())) {
      if (positions.empty())
        break;
      Operation *top = roles.front().getBody().front().findAncestorOpInBlock(*user);
      int64_t position = positions.lookup(top);
      life.first = index ? std::min(life.first, position) : position;
      life.last = std::max(life.last, position);
    }
    lives.push_back(life);
  });
  int64_t most = 0;
  for (const Life &now : lives) {
    int64_t total = 0;
    for (const Life &life : lives)
      if (life.first <= now.first && now.first <= life.last)
        total += life.bytes;
    most = std::max(most, total);
  }
  return most;
}

int64_t mla::channelAndBarrierBytes(ws::ChannelOp channel) {
  auto type = cast<ws::ChannelType>(channel.getChannel().getType());
  return type.getBytes() + 2 * type.getDepth() * sm::MbarrierType::kBytes;
}

bool mla::isStagesFixed(func::FuncOp func) {
  auto origins = func->getAttrOfType<DictionaryAttr>(tile::kProvenanceAttr);
  auto origin = origins ? origins.getAs<StringAttr>("num_stages") : StringAttr();
  return origin && origin.getValue() == "recipe";
}
