# Compiles the kernels that kernels/library.json gives to the C interface, and writes the table that embeds them.
set(MLA_ARCHS "80;90a" CACHE STRING "Archs of the kernels inside the library: 80;90a, ... or all; others run from PTX")
set(MLA_KERNEL_IMAGES "" CACHE PATH "Folder of compiled kernels (fatbins, manifests) to embed instead of compiling them")
# Text is large, and only the simulator reads it.
set(text OFF)
if(MLA_BUILD_TESTS AND NOT MLA_ARCHS STREQUAL "all")
  set(text ON)
endif()
option(MLA_FATBIN_PTX "Embed the PTX of each arch, too, so that the simulator runs the library's kernels" ${text})

# mla_json_list(<variable> GET|MEMBER <json> <path>...): the strings of an array, or the keys of an object, as a list; empty
# if there is no such member.
function(mla_json_list variable what json)
  set(result "")
  string(JSON count ERROR_VARIABLE absent LENGTH "${json}" ${ARGN})
  if(absent STREQUAL "NOTFOUND" AND count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON item ${what} "${json}" ${ARGN} ${i})
      list(APPEND result "${item}")
    endforeach()
  endif()
  set(${variable} "${result}" PARENT_SCOPE)
endfunction()

# Shared memory of a block on the archs that have least, sm_86, 88, 89, 120a, 121a.
set(MLA_SMALL_SHARED_BYTES 101376)

# mla_compile_kernel(<images> <name> <source> <kernel> <signature> <recipe> <archs> <progress> [option...]): one variant's
# fatbin and manifest in the folder, made by mla-translate.
function(mla_compile_kernel images name source kernel signature recipe archs progress)
  set(text ${ARGN})
  if(MLA_FATBIN_PTX)
    list(APPEND text --fatbin-ptx)
  endif()
  add_custom_command(OUTPUT ${images}/${name}.fatbin ${images}/${name}.json
    COMMAND mla-translate ${source} --kernel ${kernel} --signature ${signature} --recipe ${recipe} --arch ${archs}
            --emit fatbin ${text} --Werror=spill --Werror=serialise -o ${images}/${name}.fatbin
    DEPENDS mla-translate ${source} ${recipe}
    COMMENT "Compiling kernel ${progress} ${name} for ${archs}"
    VERBATIM)
endfunction()

# mla_embed_image(<stem> <suffix>): adds a fatbin and its manifest to the caller's lists, as symbols with that suffix.
function(mla_embed_image stem suffix)
  list(APPEND files ${stem}.fatbin ${stem}.json)
  set(files "${files}" PARENT_SCOPE)
  set(assembly "${assembly}\
    \".balign 16\\nmla_image_${suffix}:\\n.incbin \\\"${stem}.fatbin\\\"\\nmla_image_${suffix}_end:\\n\"
    \"mla_manifest_${suffix}:\\n.incbin \\\"${stem}.json\\\"\\nmla_manifest_${suffix}_end:\\n\"\n" PARENT_SCOPE)
  set(declarations "${declarations}extern const char mla_image_${suffix}[], mla_image_${suffix}_end[], \
mla_manifest_${suffix}[], mla_manifest_${suffix}_end[];\n" PARENT_SCOPE)
endfunction()

# mla_embed_kernels(<variable>): the generated source of the catalogue.
function(mla_embed_kernels variable)
  set(root ${PROJECT_SOURCE_DIR}/kernels)
  set(images ${CMAKE_CURRENT_BINARY_DIR}/images)
  if(MLA_KERNEL_IMAGES)
    set(images ${MLA_KERNEL_IMAGES})
  endif()
  set(archs all)
  if(NOT MLA_ARCHS STREQUAL "all")
    list(TRANSFORM MLA_ARCHS PREPEND sm_ OUTPUT_VARIABLE archs)
    string(JOIN "," archs ${archs})
  endif()
  file(MAKE_DIRECTORY ${images})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${root}/library.json)
  file(READ ${root}/library.json library)
  string(JSON families LENGTH "${library}" families)
  math(EXPR lastFamily "${families} - 1")

  set(total 0)
  foreach(f RANGE ${lastFamily})
    mla_json_list(abi GET "${library}" families ${f} abi)
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
    mla_json_list(abi GET "${library}" families ${f} abi)
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

    mla_json_list(axes MEMBER "${library}" families ${f} axes)
    set(axisTable "")
    foreach(axis ${axes})
      mla_json_list(values GET "${library}" families ${f} axes ${axis})
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
        mla_compile_kernel(${images} ${name} ${root}/${source} ${kernel} "${signature}" ${root}/${recipe} ${archs}
                           "${number}/${total}")
      endif()
      mla_embed_image(${images}/${name} ${index})
      # What takes more shared memory than some devices have is there a second time for them.
      set(small "{}")
      string(JSON recipe ERROR_VARIABLE absent GET "${entry}" recipe_99k)
      if(absent STREQUAL "NOTFOUND" AND (NOT MLA_KERNEL_IMAGES OR EXISTS ${images}/${name}.small.fatbin))
        if(NOT MLA_KERNEL_IMAGES)
          mla_compile_kernel(${images} ${name}.small ${root}/${source} ${kernel} "${signature}" ${root}/${recipe} sm_80
                             "${number}/${total}" --shared-limit ${MLA_SMALL_SHARED_BYTES})
        endif()
        mla_embed_image(${images}/${name}.small small_${index})
        set(small "{MLA_IMAGE(small_${index})}")
      endif()
      mla_json_list(properties MEMBER "${entry}" tuple)
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
      string(APPEND variantTable "    {\"${name}\", ${tuple}, {MLA_IMAGE(${index})}, ${small}},\n")
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

#define MLA_IMAGE(suffix) {mla_image_##suffix, mla_image_##suffix##_end}, \\
                          {mla_manifest_##suffix, mla_manifest_##suffix##_end}

namespace {
@tables@const CatalogueKernel kKernels[] = {
@kernels@};
} // namespace

std::span<const CatalogueKernel> mla::runtime::catalogue() { return kKernels; }
")
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${files}")
  set(${variable} ${generated} PARENT_SCOPE)
endfunction()
