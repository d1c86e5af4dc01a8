// SPDX-License-Identifier: Apache-2.0
#include "session/ads.h"

#include "base/check.h"
#include "session/archive.h"
#include "session/chapters.h"

namespace playhead::session {
namespace {

using event::Parameter;

std::string_view text_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? std::string_view{} : value->text;
}

int64_t integer_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? 0 : value->integer;
}

double number_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? 0 : value->number;
}

bool is_dimension(Parameter name) {
    switch (name) {
        case Parameter::media_ad_player_name:
        case Parameter::media_ad_name:
        case Parameter::media_ad_advertiser:
        case Parameter::media_ad_campaign_id:
        case Parameter::media_ad_creative_id:
        case Parameter::media_ad_site_id:
        case Parameter::media_ad_creative_url:
        case Parameter::media_ad_placement_id:
            return true;
        default:
            return false;
    }
}

}  // namespace

bool Ads::same_break(const event::Event& break_start) const {
    const double second = number_of(break_start, Parameter::media_ad_pod_second);
    const bool same_second = !(second < pod_second_) && !(second > pod_second_);
    return same_second && integer_of(break_start, Parameter::media_ad_pod_index) == pod_index_;
}

bool Ads::same_ad(const event::Event& ad_start) const {
    return running_ && text_of(ad_start, Parameter::media_ad_id) == id_ &&
           integer_of(ad_start, Parameter::media_ad_pod_position) == pod_position_;
}

void Ads::open_break(const event::Event& break_start) {
    opened_ = true;
    pod_index_ = integer_of(break_start, Parameter::media_ad_pod_index);
    pod_second_ = number_of(break_start, Parameter::media_ad_pod_second);
    has_pod_name_ = break_start.param(Parameter::media_ad_pod_friendly_name) != nullptr;
    pod_name_ = text_of(break_start, Parameter::media_ad_pod_friendly_name);
}

void Ads::start(const event::Event& ad_start, int64_t ts, bool keep) {
    CHECK(!running_);
    id_ = text_of(ad_start, Parameter::media_ad_id);
    pod_position_ = integer_of(ad_start, Parameter::media_ad_pod_position);
    running_ = true;
    time_played_ms_ = 0;
    ++count_;
    has_row_ = keep && !id_.empty();
    if (!has_row_) return;
    PackWriter head;
    head.numbers(ts, pod_index_, pod_position_, has_pod_name_);
    head.number(pod_second_);
    head.number(number_of(ad_start, Parameter::media_ad_length));
    RowLog::Record record{.part = RowLog::Part::ad, .head = head.bytes(), .texts = {}};
    record.texts.push_back({RowLog::id, id_});
    record.texts.push_back({RowLog::name, pod_name_});
    for (const event::ParameterValue& value : ad_start.params) {
        if (is_dimension(value.name)) {
            record.texts.push_back({static_cast<uint8_t>(value.name), value.text});
        }
    }
    const CustomMetadata metadata = owned(ad_start.custom_metadata);
    add_texts(metadata, record.texts);
    log_.add(record);
}

void Ads::end(int64_t ts, bool completed) {
    if (!running_) return;
    running_ = false;
    if (completed) ++completes_;
    if (!has_row_) return;
    PackWriter head;
    head.numbers(ts, time_played_ms_, completed);
    log_.add({.part = RowLog::Part::ad_end, .head = head.bytes(), .texts = {}});
}

std::vector<AdRow> Ads::rows(std::string_view media_id_md5, const CustomMetadata& session) const {
    std::vector<AdRow> all;
    RowLogReader log(log_.bytes());
    RowLog::Record record;
    while (log.next(record)) {
        UnpackReader head(record.head);
        if (record.part == RowLog::Part::ad_end) {
            if (all.empty()) continue;
            AdRow& row = all.back();
            head.numbers(row.closed_ts, row.time_played_ms, row.is_completed);
            continue;
        }
        AdRow& row = all.emplace_back();
        int64_t pod_index = 0;
        bool has_pod_name = false;
        head.numbers(row.started_ts, pod_index, row.pod_position, has_pod_name);
        head.number(row.pod_offset);
        head.number(row.length);
        for (const RowLog::Text& text : record.texts) {
            if (text.kind == RowLog::id) row.id = text.text;
            if (text.kind == RowLog::name && has_pod_name) row.pod_name = text.text;
        }
        row.pod_id = std::string(media_id_md5) + "_" + std::to_string(pod_index);
        row.dimensions = dimensions_of(record.texts);
        row.custom_metadata = merged(session, metadata_of(record.texts));
    }
    if (running_ && has_row_ && !all.empty()) all.back().time_played_ms = time_played_ms_;
    return all;
}

}  // namespace playhead::session
