# SPDX-License-Identifier: Apache-2.0
# What is not ours: Debian's packages (script/setup installs them) and DuckDB (cmake/duckdb.cmake).
# docs/dependencies.md says why each is here and what would replace it.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
find_package(CURL 7.87 REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
include(duckdb)

# Debian ships llhttp as C sources without a library. Its warnings are not ours to mend.
find_path(LLHTTP_SOURCES llhttp.c PATHS /usr/share/llhttp REQUIRED)
find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
add_library(llhttp STATIC ${LLHTTP_SOURCES}/api.c ${LLHTTP_SOURCES}/http.c ${LLHTTP_SOURCES}/llhttp.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE})
target_compile_options(llhttp PRIVATE -w -O2)
if(PLAYHEAD_FUZZ)
    # The fuzzer sees which way an input takes through the grammar.
    target_compile_options(llhttp PRIVATE -fsanitize=fuzzer-no-link,address)
endif()
