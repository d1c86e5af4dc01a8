# SPDX-License-Identifier: Apache-2.0
# The dashboard: built by node into files, and the files into one C++ source, DASHBOARD_SOURCE, so that
# the program needs no folder beside it.
find_program(NODE node REQUIRED)
find_program(NPM npm REQUIRED)

set(DASHBOARD_FOLDER "${PROJECT_SOURCE_DIR}/dashboard")
set(DASHBOARD_SOURCE "${PROJECT_BINARY_DIR}/dashboard/embedded_assets.cc")
set(DASHBOARD_MODULES "${DASHBOARD_FOLDER}/node_modules/.installed")
file(GLOB_RECURSE DASHBOARD_FILES CONFIGURE_DEPENDS "${DASHBOARD_FOLDER}/src/*" "${DASHBOARD_FOLDER}/public/*")
list(APPEND DASHBOARD_FILES "${DASHBOARD_FOLDER}/index.html" "${DASHBOARD_FOLDER}/vite.config.ts"
    "${DASHBOARD_FOLDER}/embed.mjs" "${DASHBOARD_FOLDER}/package.json")

add_custom_command(OUTPUT "${DASHBOARD_MODULES}"
    COMMAND ${NPM} ci --no-fund --no-audit --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E copy package-lock.json "${DASHBOARD_MODULES}"
    DEPENDS "${DASHBOARD_FOLDER}/package-lock.json"
    WORKING_DIRECTORY "${DASHBOARD_FOLDER}"
    COMMENT "Installing the npm packages of the dashboard" VERBATIM)

add_custom_command(OUTPUT "${DASHBOARD_SOURCE}"
    COMMAND ${NODE} node_modules/vite/bin/vite.js build --logLevel warn --emptyOutDir
        --outDir "${PROJECT_BINARY_DIR}/dashboard/files"
    COMMAND ${NODE} embed.mjs "${PROJECT_BINARY_DIR}/dashboard/files" "${DASHBOARD_SOURCE}"
    DEPENDS ${DASHBOARD_FILES} "${DASHBOARD_MODULES}"
    WORKING_DIRECTORY "${DASHBOARD_FOLDER}"
    COMMENT "Building the dashboard" VERBATIM)
set_source_files_properties("${DASHBOARD_SOURCE}" PROPERTIES COMPILE_OPTIONS "-w")
