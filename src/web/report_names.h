// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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

constexpr std::array<std::pair<std::string_view, store::Granularity>, 8> granularity_names = {{
    {"all", store::Granularity::all},
    {"minute", store::Granularity::minute},
    {"5minutes", store::Granularity::five_minutes},
    {"15minutes", store::Granularity::fifteen_minutes},
    {"hour", store::Granularity::hour},
    {"day", store::Granularity::day},
    {"week", store::Granularity::week},
    {"month", store::Granularity::month},
}};

}  // namespace playhead::web
