# MLA_NUMPY_PYTHON: a python3 with numpy, which the first one of PATH may lack.
function(mla_python_has_numpy result candidate)
  execute_process(COMMAND ${candidate} -c "import numpy" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()
find_program(MLA_NUMPY_PYTHON NAMES python3 HINTS ENV PATH PATHS /usr/bin NO_DEFAULT_PATH REQUIRED
  VALIDATOR mla_python_has_numpy DOC "a python3 with numpy")
