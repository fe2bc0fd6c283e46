# Install tree and package configuration: find_package(mla) gives the targets mla::<Library>.
include(CMakePackageConfigHelpers)
get_property(libraries GLOBAL PROPERTY MLA_LIBRARIES)
if(TARGET MlaMlir)
  list(APPEND libraries MlaMlir)
endif()
install(TARGETS ${libraries} EXPORT mlaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT mlaTargets NAMESPACE mla:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mla)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/mla ${PROJECT_BINARY_DIR}/include/mla
        DESTINATION include FILES_MATCHING PATTERN "*.h" PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
configure_package_config_file(${PROJECT_SOURCE_DIR}/tools/cmake/mlaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/mlaConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mla)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mlaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mlaConfig.cmake ${PROJECT_BINARY_DIR}/mlaConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mla)
