// SPDX-License-Identifier: Apache-2.0
#include "session/quality.h"

#include <algorithm>

#include "session/archive.h"
#include "session/row_digest.h"

namespace playhead::session {
namespace {

using event::Parameter;
using event::ParameterValue;

std::string_view first_text(const event::Event& event, Parameter first, Parameter second) {
    for (const Parameter name : {first, second}) {
        const ParameterValue* value = event.qoe_value(name);
        if (value != nullptr) return value->text;
    }
    for (const Parameter name : {first, second}) {
        const ParameterValue* value = event.param(name);
        if (value != nullptr) return value->text;
    }
    return {};
}

uint64_t hash_of(const ErrorId& error) {
    uint64_t hash = mixed(0, error.external ? 1 : 2);
    for (const char c : error.id) hash = mixed(hash, static_cast<unsigned char>(c));
    return hash;
}

}  // namespace

const ParameterValue* quality_value(const event::Event& event, Parameter name) {
    const ParameterValue* value = event.qoe_value(name);
    return value == nullptr ? event.param(name) : value;
}

std::optional<int64_t> bitrate_of(const event::Event& event) {
    const ParameterValue* value = event.qoe_value(Parameter::media_qoe_bitrate);
    if (value == nullptr) value = event.qoe_value(Parameter::bitrate);
    if (value == nullptr) value = event.param(Parameter::media_qoe_bitrate);
    if (value == nullptr) return std::nullopt;
    if (value->name == Parameter::media_qoe_bitrate) return value->integer;
    const double most = static_cast<double>(Quality::largest_bitrate);
    return static_cast<int64_t>(std::clamp(value->number, 0.0, most));
}

void Quality::take(const event::Event& event) {
    if (event.qoe.empty() && event.params.empty()) return;
    const std::optional<int64_t> bitrate = bitrate_of(event);
    if (bitrate.value_or(0) > 0) bitrate_ = std::min(*bitrate, largest_bitrate);
    const ParameterValue* dropped = quality_value(event, Parameter::media_qoe_dropped_frames);
    if (dropped != nullptr) dropped_frames_ = dropped->integer;
    const ParameterValue* frames = quality_value(event, Parameter::media_qoe_frames_per_second);
    if (frames != nullptr) {
        frames_per_second_ = frames->integer;
        has_frames_per_second_ = true;
    }
    const ParameterValue* start = quality_value(event, Parameter::media_qoe_time_to_start);
    if (start != nullptr && start->integer > 0) time_to_start_ms_ = start->integer;
}

ErrorId error_id_of(const event::Event& event) {
    return {.id = first_text(event, Parameter::media_qoe_error_id, Parameter::media_error_id),
            .external = error_source_of(event) == "external"};
}

std::string_view error_source_of(const event::Event& event) {
    return first_text(event, Parameter::media_qoe_error_source, Parameter::media_error_source);
}

bool ErrorIds::knows(const ErrorId& error) const {
    return std::ranges::find(known_, hash_of(error)) != known_.end();
}

void ErrorIds::add(const ErrorId& error) {
    known_.push_back(hash_of(error));
    PackWriter head;
    head.numbers(error.external);
    log_.add(
        {.part = RowLog::Part::error, .head = head.bytes(), .texts = {{RowLog::id, error.id}}});
}

std::vector<std::string> ErrorIds::list(bool external) const {
    std::vector<std::string> all;
    RowLogReader log(log_.bytes());
    RowLog::Record record;
    while (log.next(record)) {
        bool is_external = false;
        UnpackReader(record.head).numbers(is_external);
        if (is_external != external) continue;
        for (const RowLog::Text& text : record.texts) all.emplace_back(text.text);
    }
    return all;
}

}  // namespace playhead::session
