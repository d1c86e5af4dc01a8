# SPDX-License-Identifier: Apache-2.0
# playhead_folder(<name> SOURCES … LINK … TESTS … FUZZ … BENCH … TEST_LINK …)
#
# One folder of src/ as one static library `playhead_<name>`, and what lies beside its files:
#   TESTS x_test.cc   one program `<name>_test`, each of its cases a ctest case labelled `unit`
#   FUZZ  x_fuzz.cc   with PLAYHEAD_FUZZ a libFuzzer program `<name>_x_fuzz`; in every developer
#                     build a program of the same name that replays tests/corpus/<name>_x
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
        else()
            add_executable(${target} ${source} "${PROJECT_SOURCE_DIR}/tests/corpus/replay.cc")
            add_test(NAME fuzz_replay/${name}_${subject}
                COMMAND ${target} "${PROJECT_SOURCE_DIR}/tests/corpus/${name}_${subject}")
            set_tests_properties(fuzz_replay/${name}_${subject} PROPERTIES LABELS unit TIMEOUT 300)
        endif()
        target_link_libraries(${target} PRIVATE playhead_${name} ${ARG_TEST_LINK})
    endforeach()
endfunction()
