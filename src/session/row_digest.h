// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "session/row.h"

namespace playhead::session {

// Equal for equal rows, and with a chance of 2^-64 for others. The same on every machine.
uint64_t digest_of(const SessionRow& row);

// A value that depends on both, in this order.
uint64_t mixed(uint64_t digest, uint64_t value);

}  // namespace playhead::session
