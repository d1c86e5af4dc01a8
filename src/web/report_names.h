// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "store/report_question.h"

// What a question may say where a store::Question has an enum.
namespace playhead::web {

constexpr std::array<std::pair<std::string_view, store::Segment>, 9> segment_names = {{
    {"all", store::Segment::all_media},
    {"audio", store::Segment::audio},
    {"video", store::Segment::video},
    {"vod", store::Segment::vod},
    {"live", store::Segment::live},
    {"linear", store::Segment::linear},
    {"podcast", store::Segment::podcast},
    {"audiobook", store::Segment::audiobook},
    {"aod", store::Segment::aod},
}};

struct GranularityName {
    std::string_view name;
    store::Granularity granularity{};
    int64_t bucket_minutes = 1;
};

// Beside these, any other number of minutes is named like `5minutes`.
constexpr std::array<GranularityName, 8> granularity_names = {{
    {"all", store::Granularity::all},
    {"minute", store::Granularity::minutes, 1},
    {"5minutes", store::Granularity::minutes, 5},
    {"15minutes", store::Granularity::minutes, 15},
    {"hour", store::Granularity::minutes, 60},
    {"day", store::Granularity::day},
    {"week", store::Granularity::week},
    {"month", store::Granularity::month},
}};

}  // namespace playhead::web
