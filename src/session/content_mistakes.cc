// SPDX-License-Identifier: Apache-2.0
#include "session/content_mistakes.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "session/text.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;
using event::Parameter;

// The longest length that the protocol knows is the day of a live stream.
constexpr int64_t day_ms = 86'400'000;

// What programs write where a value is missing. "unknown" is not here: the public SDKs send it on
// purpose (protocol 16).
constexpr std::array<std::string_view, 8> placeholders = {
    "undefined", "null", "nan", "n/a", "none", "(null)", "[object object]", "todo"};

// Values of media.contentType that name how something is delivered, not what it is.
constexpr std::array<std::string_view, 8> formats = {"video", "audio", "hls", "dash",
                                                     "mp4",   "m3u8",  "mpd", "stream"};

constexpr std::array<std::string_view, 2> stream_types = {"audio", "video"};
constexpr std::array<std::string_view, 4> show_types = {"0", "1", "2", "3"};
constexpr std::array<std::string_view, 3> answers_of_auth = {"true", "false", ""};

// These stand in every report of a session.
constexpr std::array names = {Parameter::media_name, Parameter::media_player_name,
                              Parameter::media_channel};

std::string_view text_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? std::string_view{} : value->text;
}

template <size_t count>
bool is_one_of(std::string_view text, const std::array<std::string_view, count>& list) {
    return std::ranges::any_of(list, [&](std::string_view one) { return is_same(text, one); });
}

template <size_t count>
bool sent_and_not_in(const event::Event& event, Parameter name,
                     const std::array<std::string_view, count>& list) {
    const event::ParameterValue* value = event.param(name);
    return value != nullptr && !is_one_of(value->text, list);
}

bool is_format(std::string_view content_type) {
    return content_type.empty() || content_type.find('/') != std::string_view::npos ||
           is_one_of(content_type, formats);
}

void see_placeholders(const Look& look, Findings& findings) {
    for (const event::ParameterValue& value : look.details.params) {
        if (is_one_of(value.text, placeholders)) {
            findings.add_once(look.event, Code::placeholder_value);
        }
    }
}

void see_id(const Look& look, Findings& findings) {
    const std::string_view id = text_of(look.details, Parameter::media_id);
    if (id.empty()) findings.add(look.event, Code::media_id_empty);
    if (id.find("://") != std::string_view::npos || id.starts_with("blob:")) {
        findings.add(look.event, Code::media_id_is_address);
    }
}

void see_length(const Look& look, Findings& findings) {
    const Content& content = look.content;
    if (content.is_live) {
        if (!content.is_day_long) findings.add(look.event, Code::live_length_not_a_day);
    } else if (content.length_ms == 0) {
        findings.add(look.event, Code::length_unknown);
    } else if (content.length_ms > day_ms) {
        findings.add(look.event, Code::length_in_milliseconds);
    }
}

void see_words(const Look& look, Findings& findings) {
    const event::Event& start = look.details;
    const event::ParameterValue* type = start.param(Parameter::media_content_type);
    if (type != nullptr && is_format(type->text)) {
        findings.add(look.event, Code::content_type_is_format);
    }
    if (sent_and_not_in(start, Parameter::media_stream_type, stream_types)) {
        findings.add(look.event, Code::stream_type_unknown);
    }
    if (sent_and_not_in(start, Parameter::media_show_type, show_types)) {
        findings.add(look.event, Code::show_type_unknown);
    }
    if (sent_and_not_in(start, Parameter::media_pass_auth, answers_of_auth)) {
        findings.add(look.event, Code::authorized_by_any_text);
    }
    for (const Parameter name : names) {
        const event::ParameterValue* value = start.param(name);
        if (value != nullptr && value->text.empty()) {
            findings.add_once(look.event, Code::name_empty);
        }
    }
}

// A live playhead that counts from the start of the view, give or take a minute, at a time of day
// that is not the start of a day in any time zone (they lie quarters of an hour apart).
bool counts_from_the_start(const Look& look) {
    constexpr int64_t slack_ms = 60'000;
    constexpr int64_t zone_ms = 900'000;
    const int64_t playhead = look.after.playhead_ms;
    if (playhead > look.after.ts - look.content.start_ts + slack_ms) return false;
    const int64_t apart = std::abs(look.row.ts % day_ms - playhead) % zone_ms;
    return std::min(apart, zone_ms - apart) > slack_ms;
}

}  // namespace

void ContentMistakes::see(const Look& look, Findings& findings) {
    farthest_ms_ = std::max(farthest_ms_, look.after.playhead_ms);
    if (look.is(EventType::session_start) && look.took_effect()) {
        const event::ParameterValue* resume = look.details.param(Parameter::media_resume);
        resumes_ = resume != nullptr && resume->integer != 0;
        see_id(look, findings);
        see_length(look, findings);
        see_words(look, findings);
        see_placeholders(look, findings);
    }
    if (look.is(EventType::ad_start)) see_placeholders(look, findings);
    if (look.ends_main_content() && look.is(EventType::ping)) see_playing(look, findings);
    if (look.is(EventType::session_complete) && look.took_effect() && farthest_ms_ > 0) {
        // A thousand, give or take what was not played.
        const int64_t times = look.content.length_ms / farthest_ms_;
        if (times >= 900 && times <= 1'100) findings.add_once(0, Code::length_in_milliseconds);
    }
}

// The first ping from playing content.
void ContentMistakes::see_playing(const Look& look, Findings& findings) {
    if (has_played_) return;
    has_played_ = true;
    // The interval may have begun with a seek to the place to resume at.
    const bool from_zero =
        look.before.playhead_ms == 0 && look.moved_ms() <= 2 * look.interval_ms();
    if (resumes_ && !look.content.is_live && from_zero) {
        findings.add(0, Code::resumed_at_zero);
    }
    if (look.content.is_live && counts_from_the_start(look)) {
        findings.add(look.event, Code::live_playhead_not_of_day);
    }
}

}  // namespace playhead::session
