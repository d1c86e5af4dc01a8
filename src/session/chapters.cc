// SPDX-License-Identifier: Apache-2.0
#include "session/chapters.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "session/archive.h"

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
    time_played_ms_ = 0;
    if (!keep) return;
    current_ = rows_++;
    const event::ParameterValue* name = event.param(event::Parameter::media_chapter_friendly_name);
    PackWriter head;
    head.numbers(index_, ts);
    head.number(number_of(event, event::Parameter::media_chapter_offset));
    head.number(number_of(event, event::Parameter::media_chapter_length));
    RowLog::Record record{.part = RowLog::Part::chapter, .head = head.bytes(), .texts = {}};
    if (name != nullptr) record.texts.push_back({RowLog::name, name->text});
    const CustomMetadata metadata = owned(event.custom_metadata);
    add_texts(metadata, record.texts);
    log_.add(record);
}

void Chapters::end(int64_t ts, bool completed) {
    if (!running_) return;
    running_ = false;
    if (completed) ++completes_;
    if (current_ == none) return;
    PackWriter head;
    head.numbers(current_, time_played_ms_);
    head.numbers(ts, completed);
    log_.add({.part = RowLog::Part::chapter_end, .head = head.bytes(), .texts = {}});
    current_ = none;
}

// Time that waited until it was known what it was, of a chapter that has ended meanwhile.
void Chapters::credit_later(int32_t chapter, int64_t ms) {
    PackWriter head;
    head.numbers(chapter, ms);
    log_.add({.part = RowLog::Part::chapter_credit, .head = head.bytes(), .texts = {}});
}

std::vector<ChapterRow> Chapters::rows(std::string_view media_id_md5,
                                       const CustomMetadata& session) const {
    std::vector<ChapterRow> all;
    RowLogReader log(log_.bytes());
    RowLog::Record record;
    while (log.next(record)) {
        UnpackReader head(record.head);
        if (record.part != RowLog::Part::chapter) {
            size_t number = 0;
            int64_t ms = 0;
            head.numbers(number, ms);
            if (number >= all.size()) continue;
            all[number].time_played_ms += ms;
            if (record.part == RowLog::Part::chapter_end) {
                head.numbers(all[number].closed_ts, all[number].is_completed);
            }
            continue;
        }
        ChapterRow& row = all.emplace_back();
        head.numbers(row.index, row.started_ts);
        head.number(row.offset);
        head.number(row.length);
        for (const RowLog::Text& text : record.texts) {
            if (text.kind == RowLog::name) row.name = text.text;
        }
        row.id = std::string(media_id_md5) + "_" + std::to_string(row.index);
        row.custom_metadata = merged(session, metadata_of(record.texts));
    }
    if (current_ != none && static_cast<size_t>(current_) < all.size()) {
        all[static_cast<size_t>(current_)].time_played_ms += time_played_ms_;
    }
    return all;
}

}  // namespace playhead::session
