# Installs the build tree into a scratch prefix, then configures, builds and runs programs against it alone.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(result)
    message(FATAL_ERROR "failed (${result}): ${ARGN}\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# What runs kernels runs on the simulator where the library has their text, else on a GPU, if there is one.
if(SIMULATOR)
  set(ENV{MLA_LIBCUDA} ${SIMULATOR})
  set(ENV{MLA_SIM_ARCH} sm_80)
endif()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
foreach(file share/doc/mla/language.md share/mla/python/mla/language/__init__.pyi share/mla/python/mla/runtime.py
        share/mla/python/mla/mla.h include/mla/Runtime/mla.h)
  if(NOT EXISTS ${WORK}/prefix/${file})
    message(FATAL_ERROR "not installed: ${file}")
  endif()
endforeach()
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${CXX})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)

# The examples, in C and in C++, without a look for MLIR, with the C compiler of the system.
run(${CMAKE_COMMAND} -S ${EXAMPLES} -B ${WORK}/examples -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DCMAKE_CXX_COMPILER=${CXX})
if(output MATCHES "LLVM|MLIR|FFI|LibXml2")
  message(FATAL_ERROR "find_package(mla) looks for more than the library: ${output}")
endif()
run(${CMAKE_COMMAND} --build ${WORK}/examples)
run(${WORK}/examples/sizes)
if(NOT output MATCHES "kernel dense_decode_bf16 for sm_")
  message(FATAL_ERROR "examples/sizes printed: ${output}")
endif()
run(${WORK}/examples/decode)
if(NOT output MATCHES "skipped: |sparse_decode_rows_bf16_h16 for [^\n]*out 0.5 ")
  message(FATAL_ERROR "examples/decode printed: ${output}")
endif()

# The program of the README, as it stands there.
run(${PYTHON} ${README_PROGRAM} ${README} "Linking the library" ${WORK}/readme)
run(${CMAKE_COMMAND} -S ${WORK}/readme -B ${WORK}/readme/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DCMAKE_CXX_COMPILER=${CXX})
run(${CMAKE_COMMAND} --build ${WORK}/readme/build)
run(${WORK}/readme/build/server)

# The function of the page on serving compiles as it stands there.
run(${PYTHON} ${README_PROGRAM} ${SERVING} "Query, plan, run" ${WORK}/serving)
run(${CXX} -std=c++17 -Wall -Wextra -Werror -I${WORK}/prefix/include -c ${WORK}/serving/server.cpp -o ${WORK}/serving/server.o)

# pkg-config, and the header in C99 and C++11 with all warnings.
file(GLOB_RECURSE pc ${WORK}/prefix/*/mla.pc)
get_filename_component(pkgconfig ${pc} DIRECTORY)
file(WRITE ${WORK}/version.c "#include <mla/Runtime/mla.h>\nint main(void) { return mla_version() == 2 ? 0 : 1; }\n")
find_program(PKG_CONFIG pkg-config)
if(PKG_CONFIG)
  run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${pkgconfig} ${PKG_CONFIG} --cflags --libs mla)
  string(STRIP "${output}" flags)
  separate_arguments(flags)
else()
  set(flags -I${WORK}/prefix/include -L${WORK}/prefix/lib -lmla)
endif()
foreach(language "-xc;-std=c99" "-xc++;-std=c++11")
  run(${CXX} ${language} -Wall -Wextra -Wpedantic -Werror ${WORK}/version.c -o ${WORK}/version ${flags})
  run(${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${WORK}/prefix/lib ${WORK}/version)
endforeach()

# Python finds the library and its header from where the package was installed.
run(${CMAKE_COMMAND} -E env PYTHONPATH=${WORK}/prefix/share/mla/python ${PYTHON} -B -c
    "from mla import runtime\nprint(runtime.Library().path, runtime.Library().open(-1, compute_capability=90, sm_count=1))")
if(NOT output MATCHES "^${WORK}/prefix/lib")
  message(FATAL_ERROR "mla.runtime printed: ${output}")
endif()

# So are the cases of the benchmark.
run(${CMAKE_COMMAND} -E env PYTHONPATH=${WORK}/prefix/share/mla/python ${PYTHON} -B -m mla.bench list --only "matmul bf16")
if(NOT output MATCHES "matmul +bf16 +8192")
  message(FATAL_ERROR "mla.bench list printed: ${output}")
endif()

# What the library shows and needs.
run(${PYTHON} ${SYMBOLS} ${WORK}/prefix/lib --header ${WORK}/prefix/include/mla/Runtime/mla.h)
message(STATUS "${output}")
