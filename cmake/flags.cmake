# SPDX-License-Identifier: Apache-2.0
# The one place for warnings, hardening and sanitizers. Every target links to playhead_flags.
add_library(playhead_flags INTERFACE)

target_compile_options(playhead_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow
    $<$<COMPILE_LANGUAGE:CXX>:-Wconversion -Wold-style-cast -Wnon-virtual-dtor>
    $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
    # GCC 12 warns of overlaps inside its own std::string that cannot be (its bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(PLAYHEAD_DEVELOPER)
    target_compile_options(playhead_flags INTERFACE -Werror)
endif()

target_compile_definitions(playhead_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(playhead_flags INTERFACE -fno-omit-frame-pointer)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_options(playhead_flags INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    target_link_options(playhead_flags INTERFACE -Wl,-z,relro,-z,now -pie)
endif()

if(PLAYHEAD_SANITIZE)
    # Under a sanitizer GCC 12 loses track of its own standard library and warns of values that are set.
    target_compile_options(playhead_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_compile_options(playhead_flags INTERFACE -fsanitize=${PLAYHEAD_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(playhead_flags INTERFACE -fsanitize=${PLAYHEAD_SANITIZE})
endif()
if(PLAYHEAD_FUZZ)
    target_compile_options(playhead_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_compile_definitions(playhead_flags INTERFACE FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
endif()
