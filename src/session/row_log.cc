// SPDX-License-Identifier: Apache-2.0
#include "session/row_log.h"

#include <algorithm>

#include "session/archive.h"

namespace playhead::session {

void RowLog::add(const Record& record) {
    PackWriter writer;
    writer.numbers(record.part);
    writer.text(record.head);
    writer.list(record.texts, [&writer](const Text& text) {
        writer.numbers(text.kind);
        writer.text(text.text);
    });
    bytes_ += writer.bytes();
}

bool RowLogReader::next(RowLog::Record& record) {
    if (rest_.empty()) return false;
    UnpackReader reader(rest_);
    reader.numbers(record.part);
    reader.require(record.part <= RowLog::last_part);
    reader.text(record.head);
    reader.list(record.texts, [&reader](RowLog::Text& text) {
        reader.numbers(text.kind);
        reader.text(text.text);
    });
    if (!reader.sound()) return false;
    bytes_ = rest_.substr(0, rest_.size() - reader.rest().size());
    rest_ = reader.rest();
    return true;
}

std::vector<Dimension> dimensions_of(const std::vector<RowLog::Text>& texts) {
    std::vector<Dimension> all;
    for (const RowLog::Text& text : texts) {
        if (text.kind >= event::parameter_count) continue;
        all.push_back({static_cast<event::Parameter>(text.kind), std::string(text.text)});
    }
    std::ranges::sort(all, {}, &Dimension::name);
    return all;
}

CustomMetadata metadata_of(const std::vector<RowLog::Text>& texts) {
    CustomMetadata all;
    for (const RowLog::Text& text : texts) {
        if (text.kind == RowLog::metadata_key) all.emplace_back(text.text, "");
        if (text.kind == RowLog::metadata_value && !all.empty()) all.back().second = text.text;
    }
    return all;
}

void add_texts(const CustomMetadata& metadata, std::vector<RowLog::Text>& to) {
    for (const auto& [key, value] : metadata) {
        to.push_back({RowLog::metadata_key, key});
        to.push_back({RowLog::metadata_value, value});
    }
}

}  // namespace playhead::session
