// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iostream>

#include "app/refold.h"

namespace playhead::app {

// Tells people on standard error how far a refold is, at each further tenth of the journal.
inline RefoldProgress tell_progress() {
    constexpr journal::Offset tenths = 10;
    return [told = journal::Offset{0}](journal::Offset done, journal::Offset end) mutable {
        const journal::Offset now = end == 0 ? tenths : done / (end / tenths + 1);
        if (now <= told) return;
        told = now;
        std::cerr << "playhead: " << done << " of " << end << " bytes of the journal are read\n";
    };
}

}  // namespace playhead::app
