//===- LibdeviceBuiltins.td - functions of ml.extra.libdevice -------------===//
// Part of Builtins.td, which includes it. Triton kernels import them from language.extra.

let In = LibdeviceChapter in {
class LibdeviceFunction<string name, string parameters, string arguments, string doc, string result = "type of x (fp32 or fp64)">
    : Builtin<name, parameters, Libdevice> {
  let Result = result;
  let Doc = doc;
  let Example = "offs = ml.arange(0, BLOCK)\n"
                "x = ml.load(x_ptr + offs)\n"
                "ml.store(y_ptr + offs, ml.extra.libdevice." # name # "(" # arguments # "))";
}
class LibdeviceUnary<string name, string doc> : LibdeviceFunction<name, "x", "x", doc>;
class LibdeviceTest<string name, string doc> : LibdeviceFunction<name, "x", "x", doc, "int1">;
class LibdeviceBinary<string name, string doc> : LibdeviceFunction<name, "x, y", "x, x", doc>;

def LibdeviceAbs : LibdeviceFunction<"abs", "x", "x", "Absolute value.", "type of x (int32, int64, fp32 or fp64)">;
def LibdeviceExp : LibdeviceUnary<"exp", "e to the power of x.">;
def LibdeviceExp2 : LibdeviceUnary<"exp2", "2 to the power of x.">;
def LibdeviceExpm1 : LibdeviceUnary<"expm1", "exp(x) - 1, exact near 0.">;
def LibdeviceLog : LibdeviceUnary<"log", "Natural logarithm.">;
def LibdeviceLog2 : LibdeviceUnary<"log2", "Logarithm to base 2.">;
def LibdeviceLog10 : LibdeviceUnary<"log10", "Logarithm to base 10.">;
def LibdeviceLog1p : LibdeviceUnary<"log1p", "log(1 + x), exact near 0.">;
def LibdeviceSqrt : LibdeviceUnary<"sqrt", "Square root, rounded to nearest even.">;
def LibdeviceSqrtRn : LibdeviceUnary<"sqrt_rn", "Square root, rounded to nearest even.">;
def LibdeviceRsqrt : LibdeviceUnary<"rsqrt", "Inverse square root.">;
def LibdeviceCbrt : LibdeviceUnary<"cbrt", "Cube root.">;
def LibdeviceSin : LibdeviceUnary<"sin", "Sine, in radians.">;
def LibdeviceCos : LibdeviceUnary<"cos", "Cosine, in radians.">;
def LibdeviceTan : LibdeviceUnary<"tan", "Tangent, in radians.">;
def LibdeviceAsin : LibdeviceUnary<"asin", "Arcsine.">;
def LibdeviceAcos : LibdeviceUnary<"acos", "Arccosine.">;
def LibdeviceAtan : LibdeviceUnary<"atan", "Arctangent.">;
def LibdeviceSinh : LibdeviceUnary<"sinh", "Hyperbolic sine.">;
def LibdeviceCosh : LibdeviceUnary<"cosh", "Hyperbolic cosine.">;
def LibdeviceTanh : LibdeviceUnary<"tanh", "Hyperbolic tangent.">;
def LibdeviceAsinh : LibdeviceUnary<"asinh", "Inverse hyperbolic sine.">;
def LibdeviceAcosh : LibdeviceUnary<"acosh", "Inverse hyperbolic cosine.">;
def LibdeviceAtanh : LibdeviceUnary<"atanh", "Inverse hyperbolic tangent.">;
def LibdeviceErf : LibdeviceUnary<"erf", "Error function.">;
def LibdeviceErfc : LibdeviceUnary<"erfc", "Complementary error function.">;
def LibdeviceFloor : LibdeviceUnary<"floor", "Largest whole number that is not above x.">;
def LibdeviceCeil : LibdeviceUnary<"ceil", "Smallest whole number that is not below x.">;
def LibdeviceTrunc : LibdeviceUnary<"trunc", "x without its fraction.">;
def LibdeviceRound : LibdeviceUnary<"round", "Nearest whole number; halves go away from zero.">;
def LibdeviceRint : LibdeviceUnary<"rint", "Nearest whole number; halves go to the even one.">;
def LibdeviceNearbyint : LibdeviceUnary<"nearbyint", "The same as rint.">;
def LibdeviceIsnan : LibdeviceTest<"isnan", "Whether x is NaN.">;
def LibdeviceIsinf : LibdeviceTest<"isinf", "Whether x is infinite.">;
def LibdeviceFinitef : LibdeviceTest<"finitef", "Whether x, of fp32, is neither infinite nor NaN.">;
def LibdeviceIsfinited : LibdeviceFunction<"isfinited", "x", "x.to(ml.float64)", "Whether x, of fp64, is neither infinite nor NaN.", "int1">;
def LibdeviceSignbit : LibdeviceTest<"signbit", "Whether the sign bit of x is set.">;
def LibdeviceAtan2 : LibdeviceBinary<"atan2", "Angle of the point (y, x) to the first axis; the first argument is the ordinate.">;
def LibdeviceCopysign : LibdeviceBinary<"copysign", "x with the sign of y.">;
def LibdeviceFmod : LibdeviceBinary<"fmod", "Remainder of x / y with the sign of x, exact.">;
def LibdeviceDivRn : LibdeviceBinary<"div_rn", "Quotient, rounded to nearest even.">;
def LibdevicePow : LibdeviceFunction<"pow", "x, y", "x, 2.5", "x to the power of y, which has the type of x or int32.">;
def LibdeviceFma : LibdeviceFunction<"fma", "x, y, z", "x, x, x", "x * y + z rounded once.">;
def LibdeviceFastExpf : LibdeviceFunction<"fast_expf", "x", "x", "e to the power of x by the hardware's approximation.", "fp32">;
def LibdeviceFastLogf : LibdeviceFunction<"fast_logf", "x", "x", "Natural logarithm by the hardware's approximation.", "fp32">;
def LibdeviceFastLog2f : LibdeviceFunction<"fast_log2f", "x", "x", "Logarithm to base 2 by the hardware's approximation.", "fp32">;
def LibdeviceFastSinf : LibdeviceFunction<"fast_sinf", "x", "x", "Sine by the hardware's approximation.", "fp32">;
def LibdeviceFastCosf : LibdeviceFunction<"fast_cosf", "x", "x", "Cosine by the hardware's approximation.", "fp32">;
def LibdeviceFastTanhf : LibdeviceFunction<"fast_tanhf", "x", "x", "Hyperbolic tangent by the hardware's approximation.", "fp32">;
def LibdeviceFastDividef : LibdeviceFunction<"fast_dividef", "x, y", "x, x", "Quotient by the hardware's approximation.", "fp32">;
} // let
