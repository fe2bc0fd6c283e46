# Compiler-wide choices: ccache, lld, warnings.
find_program(MLA_CCACHE ccache)
if(MLA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The precompiled header is the same text for every build tree, so its time stamps must not count.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MLA_CCACHE})
endif()

# lld links the tools in 0.2 s where GNU ld takes 1.1 s. /usr/bin/ld.lld may be an older one.
find_program(MLA_LLD NAMES ld.lld HINTS /usr/lib/llvm-22/bin NO_DEFAULT_PATH)
if(MLA_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(--ld-path=${MLA_LLD})
endif()

add_compile_options(-Wall -Wextra -Wno-unused-parameter -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives inside LLVM's small containers and std::string.
  add_compile_options(-Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict)
endif()

# Every room is instrumented: for coverage, wrong memory and undefined behaviour. MLIR's own classes have no type
# information, which two of the checks need.
if(MLA_BUILD_FUZZERS)
  set(MLA_SANITIZERS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr,function -fno-sanitize-recover=all)
  add_compile_options(${MLA_SANITIZERS} -gline-tables-only -fno-omit-frame-pointer)
  add_link_options(${MLA_SANITIZERS})
endif()
