//===- SmEnums.td - choices of the hardware dialect -----------------------===//
#ifndef MLA_DIALECTS_SM_SMENUMS
#define MLA_DIALECTS_SM_SMENUMS

include "mlir/IR/EnumAttr.td"

def Sm_Arrivers : I32EnumAttr<"Arrivers", "who arrives at an mbarrier", [
    I32EnumAttrCase<"Thread", 0, "thread">, I32EnumAttrCase<"Warp", 1, "warp">, I32EnumAttrCase<"Role", 2, "role">]> {
  let cppNamespace = "::mla::sm";
  let genSpecializedAttr = 0;
}

def Sm_L2Hint : I32EnumAttr<"L2Hint", "how long L2 should keep a line", [
    I32EnumAttrCase<"EvictNormal", 0, "evict_normal">, I32EnumAttrCase<"EvictFirst", 1, "evict_first">,
    I32EnumAttrCase<"EvictLast", 2, "evict_last">]> {
  let cppNamespace = "::mla::sm";
  let genSpecializedAttr = 0;
}

#endif
