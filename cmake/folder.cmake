# SPDX-License-Identifier: Apache-2.0
# playhead_folder(<name> SOURCES … LINK … TESTS … FUZZ … BENCH … TEST_LINK …)
#
# One folder of src/ as one static library `playhead_<name>`, and what lies beside its files:
#   TESTS x_test.cc   one program `<name>_test`, each of its cases a ctest case labelled `unit`
#   FUZZ  x_fuzz.cc   with PLAYHEAD_FUZZ a libFuzzer program `<name>_x_fuzz`, which a ctest case
#                     labelled `fuzz` runs for some seconds; in every other developer build a
#                     program of the same name that replays tests/corpus/<name>_x
#   BENCH x_bench.cc  one program `<name>_bench`
# Every file is listed by name; a test holds the list against the folder.
function(playhead_folder name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;TESTS;TEST_LINK;FUZZ;BENCH" ${ARGN})
    add_library(playhead_${name} STATIC ${ARG_SOURCES})
    target_include_directories(playhead_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(playhead_${name} PUBLIC playhead_flags ${ARG_LINK})
    if(NOT PLAYHEAD_DEVELOPER)
        return()
    endif()
    if(ARG_TESTS)
        add_executable(${name}_test ${ARG_TESTS})
        target_link_libraries(${name}_test PRIVATE playhead_${name} ${ARG_TEST_LINK} GTest::gtest GTest::gtest_main)
        gtest_discover_tests(${name}_test
            TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60
            WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
            PROPERTIES LABELS unit TIMEOUT 300)
    endif()
    if(ARG_BENCH)
        add_executable(${name}_bench ${ARG_BENCH})
        target_link_libraries(${name}_bench PRIVATE playhead_${name} ${ARG_TEST_LINK} benchmark::benchmark benchmark::benchmark_main)
    endif()
    foreach(source IN LISTS ARG_FUZZ)
        string(REPLACE "_fuzz.cc" "" subject "${source}")
        set(target ${name}_${subject}_fuzz)
        if(PLAYHEAD_FUZZ)
            add_executable(${target} ${source})
            target_link_options(${target} PRIVATE -fsanitize=fuzzer)
            playhead_fuzz_test(${name}_${subject})
        else()
            add_executable(${target} ${source} "${PROJECT_SOURCE_DIR}/tests/corpus/replay.cc")
            add_test(NAME fuzz_replay/${name}_${subject}
                COMMAND ${target} "${PROJECT_SOURCE_DIR}/tests/corpus/${name}_${subject}")
            set_tests_properties(fuzz_replay/${name}_${subject} PROPERTIES LABELS unit TIMEOUT 300)
        endif()
        target_link_libraries(${target} PRIVATE playhead_${name} ${ARG_TEST_LINK})
    endforeach()
endfunction()

# All that a build with PLAYHEAD_FUZZ is made for.
if(PLAYHEAD_FUZZ)
    add_custom_target(fuzz_targets)
endif()

# Runs one fuzz target for a few seconds from its corpus. What it finds stays in the build folder.
function(playhead_fuzz_test subject)
    set(findings "${CMAKE_BINARY_DIR}/findings/${subject}")
    set(corpus "${CMAKE_BINARY_DIR}/corpus/${subject}")
    file(MAKE_DIRECTORY "${findings}" "${corpus}")
    add_test(NAME fuzz/${subject}
        COMMAND ${subject}_fuzz -max_total_time=5 -timeout=20 -rss_limit_mb=2048
            "-artifact_prefix=${findings}/" "${corpus}" "${PROJECT_SOURCE_DIR}/tests/corpus/${subject}")
    set_tests_properties(fuzz/${subject} PROPERTIES LABELS fuzz TIMEOUT 300)
    add_dependencies(fuzz_targets ${subject}_fuzz)
endfunction()

# playhead_canary(<name> <subject> <source> <bug>)
#
# With PLAYHEAD_FUZZ a program `<name>_<subject>_canary`: the fuzz target with <source> built once
# more, with <bug> planted (base/canary.h). It takes the place of the file in the library, so no
# other program can have the bug.
function(playhead_canary name subject source bug)
    if(NOT PLAYHEAD_FUZZ)
        return()
    endif()
    set(target ${name}_${subject}_canary)
    add_executable(${target} ${subject}_fuzz.cc ${source})
    target_compile_definitions(${target} PRIVATE "PLAYHEAD_PLANTED=\"${bug}\"")
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${target} PRIVATE playhead_${name} ${ARGN})
    add_dependencies(fuzz_targets ${target})
endfunction()
