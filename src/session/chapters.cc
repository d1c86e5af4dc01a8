// SPDX-License-Identifier: Apache-2.0
#include "session/chapters.h"

#include <algorithm>
#include <string>

#include "base/check.h"

namespace playhead::session {
namespace {

void set(CustomMetadata& in, std::string_view key, std::string_view value) {
    const auto at = std::ranges::find(in, key, &CustomMetadata::value_type::first);
    if (at != in.end()) {
        at->second = value;
    } else {
        in.emplace_back(key, value);
    }
}

double number_of(const event::Event& event, event::Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? 0 : value->number;
}

}  // namespace

CustomMetadata merged(const CustomMetadata& session, const CustomMetadata& own) {
    CustomMetadata all = session;
    for (const auto& [key, value] : own) set(all, key, value);
    return all;
}

CustomMetadata owned(const std::vector<event::Metadata>& metadata) {
    CustomMetadata all;
    for (const event::Metadata& item : metadata) set(all, item.key, item.value);
    return all;
}

void Chapters::start(const event::Event& event, int64_t ts, bool keep) {
    CHECK(!running_);
    const event::ParameterValue* index = event.param(event::Parameter::media_chapter_index);
    index_ = index == nullptr ? 0 : index->integer;
    running_ = true;
    ++count_;
    if (!keep) return;
    current_ = static_cast<int32_t>(rows_.size());
    ChapterRow& row = rows_.emplace_back();
    row.index = index_;
    row.offset = number_of(event, event::Parameter::media_chapter_offset);
    row.length = number_of(event, event::Parameter::media_chapter_length);
    const event::ParameterValue* name = event.param(event::Parameter::media_chapter_friendly_name);
    if (name != nullptr) row.name = name->text;
    row.started_ts = ts;
    row.custom_metadata = owned(event.custom_metadata);
}

void Chapters::end(int64_t ts, bool completed) {
    if (!running_) return;
    running_ = false;
    if (completed) ++completes_;
    if (current_ == none) return;
    ChapterRow& row = rows_[static_cast<size_t>(current_)];
    row.closed_ts = ts;
    row.is_completed = completed;
    current_ = none;
}

std::vector<ChapterRow> Chapters::rows(std::string_view media_id_md5,
                                       const CustomMetadata& session) const {
    std::vector<ChapterRow> all = rows_;
    for (ChapterRow& row : all) {
        row.id = std::string(media_id_md5) + "_" + std::to_string(row.index);
        row.custom_metadata = merged(session, row.custom_metadata);
    }
    return all;
}

}  // namespace playhead::session
