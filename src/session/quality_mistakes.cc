// SPDX-License-Identifier: Apache-2.0
#include "session/quality_mistakes.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "session/quality.h"
#include "session/text.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;
using event::Parameter;

// kbps. No stream has 200 Mbps, and the poorest speech has 16 kbps.
constexpr int64_t largest_bitrate = 200'000;
constexpr int64_t smallest_bitrate = 16;

// No screen shows more.
constexpr int64_t most_frames_per_second = 300;

// ms. Nothing starts within the time of two frames; whoever waits ten minutes has left.
constexpr int64_t shortest_start = 30;
constexpr int64_t longest_start = 600'000;

// An error that comes back every twelve seconds is one error in a loop.
constexpr size_t errors_of_a_loop = 5;
constexpr int64_t loop_ms = 60'000;
constexpr size_t most_error_ids = 64;  // later ones are not compared

std::optional<int64_t> value_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = quality_value(event, name);
    if (value == nullptr) return std::nullopt;
    return value->integer;
}

bool is_reserved(std::string_view key) {
    return key.starts_with("a.") || key.starts_with("media.");
}

// somebody@example.com: an @ with something before it and a dot behind it, and no spaces.
bool is_mail_address(std::string_view text) {
    const size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos &&
           text.find(' ') == std::string_view::npos;
}

void see_metadata(const Look& look, Findings& findings) {
    if (look.details.drops_metadata) findings.add_once(look.event, Code::metadata_dropped);
    for (const event::Metadata& item : look.details.custom_metadata) {
        if (is_reserved(item.key)) findings.add_once(look.event, Code::metadata_key_reserved);
        if (item.value.empty()) findings.add_once(look.event, Code::metadata_value_empty);
        if (is_mail_address(item.value)) findings.add_once(look.event, Code::mail_address_sent);
    }
}

}  // namespace

void QualityMistakes::see(const Look& look, Findings& findings) {
    see_bitrate(look, findings);
    see_values(look, findings);
    if (look.is(EventType::error)) see_error(look, findings);
    see_metadata(look, findings);
}

void QualityMistakes::see_bitrate(const Look& look, Findings& findings) {
    const std::optional<int64_t> bitrate = bitrate_of(look.details);
    const bool is_change = look.is(EventType::bitrate_change);
    if (!bitrate) {
        if (is_change) findings.add(look.event, Code::bitrate_change_without_bitrate);
        return;
    }
    if (*bitrate <= 0) {
        findings.add_once(look.event, Code::bitrate_not_positive);
        return;
    }
    if (*bitrate > largest_bitrate) {
        findings.add_once(look.event, Code::bitrate_in_bits);
    } else if (*bitrate < smallest_bitrate) {
        findings.add_once(look.event, Code::bitrate_in_megabits);
    }
    if (is_change && *bitrate == bitrate_) findings.add(look.event, Code::bitrate_unchanged);
    bitrate_ = *bitrate;
}

void QualityMistakes::see_values(const Look& look, Findings& findings) {
    const auto dropped = value_of(look.details, Parameter::media_qoe_dropped_frames);
    if (dropped && *dropped < dropped_frames_) {
        findings.add(look.event, Code::dropped_frames_fall);
    }
    dropped_frames_ = dropped.value_or(dropped_frames_);
    const auto frames = value_of(look.details, Parameter::media_qoe_frames_per_second);
    if (frames && (*frames < 0 || *frames > most_frames_per_second)) {
        findings.add_once(look.event, Code::frames_per_second_unlikely);
    }
    const auto start = value_of(look.details, Parameter::media_qoe_time_to_start);
    if (start && *start > 0 && *start < shortest_start) {
        findings.add_once(look.event, Code::time_to_start_in_seconds);
    }
    if (start && *start > longest_start) {
        findings.add_once(look.event, Code::time_to_start_too_long);
    }
}

void QualityMistakes::see_error(const Look& look, Findings& findings) {
    const std::string_view source = error_source_of(look.details);
    if (!source.empty() && source != "player" && source != "external") {
        findings.add(look.event, Code::error_source_unknown);
    }
    const std::string id(error_id_of(look.details).id);
    if (id.empty()) {
        findings.add(look.event, Code::error_without_id);
        return;
    }
    if (errors_.size() >= most_error_ids && !errors_.contains(id)) return;
    std::deque<int64_t>& times = errors_[id];
    times.push_back(look.after.ts);
    if (times.size() < errors_of_a_loop) return;
    if (look.after.ts - times.front() <= loop_ms) {
        findings.add_once(look.event, Code::error_in_a_loop);
    }
    times.pop_front();
}

}  // namespace playhead::session
