// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/splitmix.h"

namespace playhead::app {

// Something to watch or to hear in the simulated catalogue. Texts have nothing to escape in JSON.
struct Programme {
    std::string_view id;
    std::string_view name;  // of the show, the film or the stream
    std::string_view genre;
    std::string_view channel;
    std::string_view content_type;
    uint32_t episodes;    // 0: it has none
    uint32_t length_s;    // of on-demand content
    uint32_t break_s;     // content between two ad breaks; 0: no ads
    uint32_t chapters;    // of equal length; 0: none
    uint32_t popularity;  // its share of views, relative to the others
    bool is_audio = false;

    // Live content has no length of its own, and its playhead is the second of the day.
    bool is_live() const { return length_s == 0; }
};

std::span<const Programme> programmes();

// One of them, by popularity.
const Programme& draw_programme(base::Splitmix& random);

// One creative of the simulated advertisers.
struct Creative {
    std::string_view id;
    std::string_view name;
    std::string_view advertiser;
    std::string_view campaign;
    uint32_t length_s;
};

std::span<const Creative> creatives();

}  // namespace playhead::app
