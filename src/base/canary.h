// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// A canary is a planted bug that a fuzz target or the simulation must find; what finds it is worth
// trusting when it finds nothing. PLAYHEAD_CANARY(name) is a constant: false in every library and
// program but the one that cmake builds with this bug planted (playhead_canary in
// cmake/folder.cmake, tests/sim). Each name stands in one place of the source:
//
//     if constexpr (PLAYHEAD_CANARY(loses_a_byte)) --size;
#ifndef PLAYHEAD_PLANTED
#define PLAYHEAD_PLANTED ""
#endif

#define PLAYHEAD_CANARY(name) (std::string_view(PLAYHEAD_PLANTED) == #name)
