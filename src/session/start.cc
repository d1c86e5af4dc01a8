// SPDX-License-Identifier: Apache-2.0
#include "session/start.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "session/chapters.h"
#include "session/text.h"

namespace playhead::session {
namespace {

using event::Parameter;

// Beside each text, its kind and its length.
constexpr size_t bytes_beside_text = 5;

// The texts of a log of one start.
std::vector<RowLog::Text> texts_of(const RowLog& log) {
    RowLogReader reader(log.bytes());
    RowLog::Record record;
    return reader.next(record) ? std::move(record.texts) : std::vector<RowLog::Text>();
}

bool is_false(std::string_view text) {
    return is_same(text, "false");
}

// A length beyond this has no percentages that could be played.
constexpr double longest_seconds = 9e12;

}  // namespace

Start::Start(const event::Event& event) {
    RowLog::Record record{.part = RowLog::Part::start, .head = {}, .texts = {}};
    for (const event::ParameterValue& value : event.params) {
        if (event::type_of(value.name) == event::ValueType::string) {
            record.texts.push_back({static_cast<uint8_t>(value.name), value.text});
        }
    }
    const CustomMetadata metadata = owned(event.custom_metadata);
    add_texts(metadata, record.texts);
    for (const RowLog::Text& text : record.texts)
        text_bytes_ += bytes_beside_text + text.text.size();
    log_.add(record);
    if (const auto* length = event.param(Parameter::media_length)) length_ = length->number;
    const auto* resume = event.param(Parameter::media_resume);
    resumes_ = resume != nullptr && resume->integer != 0;
    const auto* auth = event.param(Parameter::media_pass_auth);
    authorized_ = auth != nullptr && !auth->text.empty() && !is_false(auth->text);
}

std::vector<Dimension> Start::dimensions() const {
    return dimensions_of(texts_of(log_));
}

CustomMetadata Start::custom_metadata() const {
    return metadata_of(texts_of(log_));
}

std::string Start::media_id() const {
    for (const RowLog::Text& text : texts_of(log_)) {
        if (text.kind == static_cast<uint8_t>(Parameter::media_id)) return std::string(text.text);
    }
    return {};
}

int64_t Start::length_ms() const {
    const bool known = length_ > 0 && length_ < longest_seconds;
    if (!known) return 0;
    return static_cast<int64_t>(std::floor(length_ * 1'000 + 0.5));
}

std::optional<double> Start::length() const {
    if (!(length_ > 0)) return std::nullopt;
    return length_;
}

}  // namespace playhead::session
