# Finds MLIR 22 and makes a precompiled header of its costliest headers.
# MLIR's version file accepts only an exact version, so the check is by hand.
find_package(MLIR REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "mla needs MLIR/LLVM 22, found ${LLVM_VERSION} in ${MLIR_DIR}; "
                      "run tools/setup or set -DMLIR_DIR=<llvm-22>/lib/cmake/mlir")
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
# Debian does not ship the llvm-lit that its own configuration names.
set(LLVM_EXTERNAL_LIT ${LLVM_TOOLS_BINARY_DIR}/lit CACHE FILEPATH "lit")
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)
separate_arguments(MLA_LLVM_DEFINITIONS UNIX_COMMAND "${LLVM_DEFINITIONS}")

# Everything that touches MLIR links this: include paths, flags and the two shared libraries.
add_library(MlaMlir INTERFACE)
target_include_directories(MlaMlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_definitions(MlaMlir INTERFACE ${MLA_LLVM_DEFINITIONS})
target_compile_options(MlaMlir INTERFACE -fno-exceptions)
target_link_libraries(MlaMlir INTERFACE MLIR LLVM)

option(MLA_PCH "Precompile MLIR headers (clang only: g++ gains nothing)" ON)
if(MLA_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  file(WRITE ${PROJECT_BINARY_DIR}/MlaPch.cpp "")
  add_library(MlaPch OBJECT ${PROJECT_BINARY_DIR}/MlaPch.cpp)
  target_link_libraries(MlaPch PRIVATE MlaMlir)
  target_compile_options(MlaPch PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  target_precompile_headers(MlaPch PRIVATE ${PROJECT_SOURCE_DIR}/tools/cmake/MlaPch.h)
endif()
