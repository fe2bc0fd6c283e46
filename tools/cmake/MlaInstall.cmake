# Install tree and package configuration. find_package(mla) gives mla::mla and mla::mla_static, the library that servers
# link; find_package(mla COMPONENTS rooms) the rooms as mla::<Library>, too.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/mla)
if(TARGET mla)
  install(TARGETS mla mla_static EXPORT mlaLibrary
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT mlaLibrary NAMESPACE mla:: DESTINATION ${package})
  # Paths that hold wherever the tree is installed.
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up "/${up}")
  configure_file(${PROJECT_SOURCE_DIR}/tools/cmake/mla.pc.in ${PROJECT_BINARY_DIR}/mla.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/mla.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
get_property(libraries GLOBAL PROPERTY MLA_LIBRARIES)
if(TARGET MlaMlir)
  list(APPEND libraries MlaMlir)
endif()
install(TARGETS ${libraries} EXPORT mlaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT mlaTargets NAMESPACE mla:: DESTINATION ${package})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/mla ${PROJECT_BINARY_DIR}/include/mla
        DESTINATION include FILES_MATCHING PATTERN "*.h" PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
configure_package_config_file(${PROJECT_SOURCE_DIR}/tools/cmake/mlaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/mlaConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mlaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mlaConfig.cmake ${PROJECT_BINARY_DIR}/mlaConfigVersion.cmake
        DESTINATION ${package})
