//===- GatherEnums.td - choices of the gather dialect ---------------------===//
#ifndef MLA_DIALECTS_GATHER_GATHERENUMS
#define MLA_DIALECTS_GATHER_GATHERENUMS

include "mlir/IR/EnumAttr.td"

def Gather_ScaleRule : I32EnumAttr<"ScaleRuleKind", "how a writer finds the scale of a group", [
    I32EnumAttrCase<"Pow2", 0, "pow2">, I32EnumAttrCase<"Linear", 1, "linear">]> {
  let cppNamespace = "::mla::gather";
  let genSpecializedAttr = 0;
}

#endif
