//===- Ws.h - the schedule dialect ----------------------------------------===//
// Roles of warps and the channels between them. The ODS in dialects/Ws is the manual.
#pragma once

#include "mla/Dialect/Sm/Sm.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

#include "mla/Dialect/Ws/WsDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "mla/Dialect/Ws/WsTypes.h.inc"
#define GET_OP_CLASSES
#include "mla/Dialect/Ws/WsOps.h.inc"
