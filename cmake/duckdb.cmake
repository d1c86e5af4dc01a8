# SPDX-License-Identifier: Apache-2.0
# DuckDB, which Debian does not package: two npm packages, pinned here and nowhere else.
#   @duckdb/node-bindings-linux-x64 ships libduckdb.so, duckdb ships duckdb.h (its C API fits).
# They are unpacked once into build/deps and shared by all presets.
set(DUCKDB_LIBRARY_PACKAGE "@duckdb/node-bindings-linux-x64")
set(DUCKDB_LIBRARY_VERSION "1.5.6-r.1")
set(DUCKDB_LIBRARY_SHA256 1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff)
set(DUCKDB_HEADER_PACKAGE "duckdb")
set(DUCKDB_HEADER_VERSION "1.4.4")
set(DUCKDB_HEADER_SHA256 5bb967dcbcd517670ba5f169f238fb9d6787e53752c60ebe24386169d76941ed)

set(DUCKDB_ROOT "${PROJECT_SOURCE_DIR}/build/deps/duckdb-${DUCKDB_LIBRARY_VERSION}")

function(playhead_fetch_npm package version sha256 wanted destination)
    if(EXISTS "${destination}")
        return()
    endif()
    find_program(NPM npm REQUIRED)
    set(work "${PROJECT_SOURCE_DIR}/build/deps/fetch")
    file(REMOVE_RECURSE "${work}")
    file(MAKE_DIRECTORY "${work}")
    message(STATUS "Fetching ${package} ${version}")
    execute_process(COMMAND ${NPM} pack --silent "${package}@${version}"
        WORKING_DIRECTORY "${work}" RESULT_VARIABLE failed ERROR_VARIABLE said OUTPUT_QUIET)
    file(GLOB archive "${work}/*.tgz")
    if(failed OR NOT archive)
        message(FATAL_ERROR "npm could not fetch ${package}@${version}: ${said}")
    endif()
    file(SHA256 "${archive}" actual)
    if(NOT actual STREQUAL sha256)
        message(FATAL_ERROR "${package}@${version}: the checksum is ${actual}, cmake/duckdb.cmake expects ${sha256}")
    endif()
    file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${work}" PATTERNS "package/${wanted}")
    get_filename_component(folder "${destination}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    file(RENAME "${work}/package/${wanted}" "${destination}")
    file(REMOVE_RECURSE "${work}")
endfunction()

playhead_fetch_npm("${DUCKDB_LIBRARY_PACKAGE}" "${DUCKDB_LIBRARY_VERSION}" "${DUCKDB_LIBRARY_SHA256}"
    libduckdb.so "${DUCKDB_ROOT}/lib/libduckdb.so")
playhead_fetch_npm("${DUCKDB_HEADER_PACKAGE}" "${DUCKDB_HEADER_VERSION}" "${DUCKDB_HEADER_SHA256}"
    src/duckdb/src/include/duckdb.h "${DUCKDB_ROOT}/include/duckdb.h")

add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
    IMPORTED_LOCATION "${DUCKDB_ROOT}/lib/libduckdb.so"
    INTERFACE_INCLUDE_DIRECTORIES "${DUCKDB_ROOT}/include")
