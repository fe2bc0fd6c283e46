# Compiles the kernels that kernels/library.json gives to the C interface, and writes the table that embeds them.
set(MLA_ARCHS "80;90a" CACHE STRING "Archs of the kernels inside the library: 80;90a, ... or all; others run from PTX")
set(MLA_KERNEL_IMAGES "" CACHE PATH "Folder of compiled kernels (fatbins, manifests) to embed instead of compiling them")
# Text is large, and only the simulator reads it.
set(text OFF)
if(MLA_BUILD_TESTS AND NOT MLA_ARCHS STREQUAL "all")
  set(text ON)
endif()
option(MLA_FATBIN_PTX "Embed the PTX of each arch, too, so that the simulator runs the library's kernels" ${text})

# mla_json_strings(<variable> <json> <path>...): the strings of an array as a list; empty if there is no such member.
function(mla_json_strings variable json)
  set(result "")
  string(JSON count ERROR_VARIABLE absent LENGTH "${json}" ${ARGN})
  if(absent STREQUAL "NOTFOUND" AND count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON item GET "${json}" ${ARGN} ${i})
      list(APPEND result "${item}")
    endforeach()
  endif()
  set(${variable} "${result}" PARENT_SCOPE)
endfunction()

# mla_json_members(<variable> <json> <path>...): the keys of an object as a list; empty if there is no such member.
function(mla_json_members variable json)
  set(result "")
  string(JSON count ERROR_VARIABLE absent LENGTH "${json}" ${ARGN})
  if(absent STREQUAL "NOTFOUND" AND count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON item MEMBER "${json}" ${ARGN} ${i})
      list(APPEND result "${item}")
    endforeach()
  endif()
  set(${variable} "${result}" PARENT_SCOPE)
endfunction()

# One variant's fatbin and manifest in ${images}, made by mla-translate.
function(mla_compile_kernel images name source kernel signature recipe progress)
  if(MLA_ARCHS STREQUAL "all")
    set(archs all)
  else()
    list(TRANSFORM MLA_ARCHS PREPEND sm_ OUTPUT_VARIABLE archs)
    string(JOIN "," archs ${archs})
  endif()
  set(text "")
  if(MLA_FATBIN_PTX)
    set(text --fatbin-ptx)
  endif()
  add_custom_command(OUTPUT ${images}/${name}.fatbin ${images}/${name}.json
    COMMAND mla-translate ${source} --kernel ${kernel} --signature ${signature} --recipe ${recipe} --arch ${archs}
            --emit fatbin ${text} --Werror=spill --Werror=serialise -o ${images}/${name}.fatbin
    DEPENDS mla-translate ${source} ${recipe}
    COMMENT "Compiling kernel ${progress} ${name} for ${archs}"
    VERBATIM)
endfunction()

# mla_embed_kernels(<variable>): the generated source of the catalogue.
function(mla_embed_kernels variable)
  set(root ${PROJECT_SOURCE_DIR}/kernels)
  set(images ${CMAKE_CURRENT_BINARY_DIR}/images)
  if(MLA_KERNEL_IMAGES)
    set(images ${MLA_KERNEL_IMAGES})
  endif()
  file(MAKE_DIRECTORY ${images})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${root}/library.json)
  file(READ ${root}/library.json library)
  string(JSON families LENGTH "${library}" families)
  math(EXPR lastFamily "${families} - 1")

  set(total 0)
  foreach(f RANGE ${lastFamily})
    mla_json_strings(abi "${library}" families ${f} abi)
    if(abi)
      string(JSON count LENGTH "${library}" families ${f} variants)
      math(EXPR total "${total} + ${count}")
    endif()
  endforeach()

  set(assembly "")
  set(declarations "")
  set(tables "")
  set(kernels "")
  set(files "")
  set(index 0)
  foreach(f RANGE ${lastFamily})
    mla_json_strings(abi "${library}" families ${f} abi)
    if(NOT abi)
      continue()
    endif()
    string(JSON family GET "${library}" families ${f} name)
    string(JSON source GET "${library}" families ${f} source)
    string(JSON kernel GET "${library}" families ${f} kernel)
    string(JSON familyRecipe GET "${library}" families ${f} recipe)
    list(TRANSFORM abi TOUPPER)
    list(TRANSFORM abi PREPEND "MLA_FAMILY_")
    string(JOIN " | " abi ${abi})

    mla_json_members(axes "${library}" families ${f} axes)
    set(axisTable "")
    foreach(axis ${axes})
      mla_json_strings(values "${library}" families ${f} axes ${axis})
      string(JOIN "\", \"" values ${values})
      string(APPEND tables "constexpr std::string_view kValues_${family}_${axis}[] = {\"${values}\"};\n")
      string(APPEND axisTable "{\"${axis}\", kValues_${family}_${axis}}, ")
    endforeach()

    string(JSON count LENGTH "${library}" families ${f} variants)
    math(EXPR lastVariant "${count} - 1")
    set(variantTable "")
    foreach(v RANGE ${lastVariant})
      string(JSON entry GET "${library}" families ${f} variants ${v})
      string(JSON name GET "${entry}" name)
      string(JSON signature GET "${entry}" signature)
      string(JSON recipe ERROR_VARIABLE absent GET "${entry}" recipe)
      if(NOT absent STREQUAL "NOTFOUND")
        set(recipe ${familyRecipe})
      endif()
      math(EXPR number "${index} + 1")
      if(NOT MLA_KERNEL_IMAGES)
        mla_compile_kernel(${images} ${name} ${root}/${source} ${kernel} "${signature}" ${root}/${recipe}
                           "${number}/${total}")
      endif()
      list(APPEND files ${images}/${name}.fatbin ${images}/${name}.json)
      string(APPEND assembly
        "    \".balign 16\\nmla_image_${index}:\\n.incbin \\\"${images}/${name}.fatbin\\\"\\nmla_image_${index}_end:\\n\"\n"
        "    \"mla_manifest_${index}:\\n.incbin \\\"${images}/${name}.json\\\"\\nmla_manifest_${index}_end:\\n\"\n")
      string(APPEND declarations "extern const char mla_image_${index}[], mla_image_${index}_end[], "
                                 "mla_manifest_${index}[], mla_manifest_${index}_end[];\n")
      mla_json_members(properties "${entry}" tuple)
      set(propertyTable "")
      foreach(axis ${properties})
        string(JSON value GET "${entry}" tuple ${axis})
        string(APPEND propertyTable "{\"${axis}\", \"${value}\"}, ")
      endforeach()
      set(tuple "{}")
      if(properties)
        string(APPEND tables "constexpr Property kTuple_${index}[] = {${propertyTable}};\n")
        set(tuple "kTuple_${index}")
      endif()
      string(APPEND variantTable "    {\"${name}\", ${tuple}, {mla_image_${index}, mla_image_${index}_end}, "
                                 "{mla_manifest_${index}, mla_manifest_${index}_end}},\n")
      set(index ${number})
    endforeach()
    set(axisSpan "{}")
    if(axes)
      string(APPEND tables "constexpr Axis kAxes_${family}[] = {${axisTable}};\n")
      set(axisSpan "kAxes_${family}")
    endif()
    string(APPEND tables "const CatalogueVariant kVariants_${family}[] = {\n${variantTable}};\n")
    string(APPEND kernels "    {\"${family}\", ${abi}, ${axisSpan}, kVariants_${family}},\n")
  endforeach()

  set(generated ${CMAKE_CURRENT_BINARY_DIR}/Kernels.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"// Generated by tools/cmake/MlaKernels.cmake from kernels/library.json: the embedded kernels and their table.
#include \"Catalogue.h\"
#include \"mla/Runtime/mla.h\"

using namespace mla::runtime;

asm(\".pushsection .rodata.mla_kernels,\\\"a\\\",@progbits\\n\"
@assembly@    \".popsection\\n\");

extern \"C\" {
@declarations@}

namespace {
@tables@const CatalogueKernel kKernels[] = {
@kernels@};
} // namespace

std::span<const CatalogueKernel> mla::runtime::catalogue() { return kKernels; }
")
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${files}")
  set(${variable} ${generated} PARENT_SCOPE)
endfunction()
