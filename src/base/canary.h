// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// A canary is a planted bug that the fuzz targets must find; what finds it is worth trusting when
// it finds nothing. PLAYHEAD_CANARY(name) is a constant: false in every library and program but the
// fuzz target that cmake builds with this one planted (playhead_canary in cmake/folder.cmake;
// tests/canary runs them). Each name stands in one place of the source:
//
//     if constexpr (PLAYHEAD_CANARY(loses_a_byte)) --size;
#ifndef PLAYHEAD_PLANTED
#define PLAYHEAD_PLANTED ""
#endif

#define PLAYHEAD_CANARY(name) (std::string_view(PLAYHEAD_PLANTED) == #name)
