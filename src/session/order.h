// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "session/held_event.h"
#include "session/machine.h"

namespace playhead::session {

// Which of these accepted events, all with the same stamp and in arrival order, goes next: the
// first that is applicable in the state reached so far, else the first that is not sessionEnd
// (protocol 13.3: the end is last). `group` is not empty.
size_t next_of(std::span<const HeldEvent> group, const Machine& machine);

}  // namespace playhead::session
