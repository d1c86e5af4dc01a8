// SPDX-License-Identifier: Apache-2.0
#include "session/ads.h"

#include "base/check.h"
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
    pod_index_ = integer_of(break_start, Parameter::media_ad_pod_index);
    pod_second_ = number_of(break_start, Parameter::media_ad_pod_second);
    pod_name_.reset();
    const event::ParameterValue* name = break_start.param(Parameter::media_ad_pod_friendly_name);
    if (name != nullptr) pod_name_ = name->text;
}

void Ads::start(const event::Event& ad_start, int64_t ts, bool keep) {
    CHECK(!running_);
    id_ = text_of(ad_start, Parameter::media_ad_id);
    pod_position_ = integer_of(ad_start, Parameter::media_ad_pod_position);
    running_ = true;
    ++count_;
    if (!keep || id_.empty()) return;
    current_ = static_cast<int32_t>(rows_.size());
    AdRow& row = rows_.emplace_back();
    row.id = id_;
    row.pod_id = std::to_string(pod_index_);
    row.pod_name = pod_name_;
    row.pod_offset = pod_second_;
    row.pod_position = pod_position_;
    row.length = number_of(ad_start, Parameter::media_ad_length);
    row.started_ts = ts;
    for (const event::ParameterValue& value : ad_start.params) {
        if (is_dimension(value.name)) {
            row.dimensions.push_back({value.name, std::string(value.text)});
        }
    }
    row.custom_metadata = owned(ad_start.custom_metadata);
}

void Ads::end(int64_t ts, bool completed) {
    if (!running_) return;
    running_ = false;
    if (completed) ++completes_;
    if (current_ < 0) return;
    AdRow& row = rows_[static_cast<size_t>(current_)];
    row.closed_ts = ts;
    row.is_completed = completed;
    current_ = -1;
}

std::vector<AdRow> Ads::rows(std::string_view media_id_md5, const CustomMetadata& session) const {
    std::vector<AdRow> all = rows_;
    for (AdRow& row : all) {
        row.pod_id = std::string(media_id_md5) + "_" + row.pod_id;
        row.custom_metadata = merged(session, row.custom_metadata);
    }
    return all;
}

}  // namespace playhead::session
