// SPDX-License-Identifier: Apache-2.0
#include "session/start.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "session/chapters.h"

namespace playhead::session {
namespace {

using event::Parameter;

// Kinds above every Parameter.
constexpr uint8_t metadata_key = 0xfe;
constexpr uint8_t metadata_value = 0xff;
static_assert(event::parameter_count <= metadata_key);

void append(std::string& to, uint8_t kind, std::string_view text) {
    const size_t at = to.size();
    to.resize(at + sizeof kind + sizeof(uint32_t));
    char* head = base::write_little(to.data() + at, kind);
    base::write_little(head, static_cast<uint32_t>(text.size()));
    to += text;
}

struct Piece {
    uint8_t kind;
    std::string_view text;
};

Piece next_piece(std::string_view& rest) {
    const auto kind = base::read_little<uint8_t>(rest.data());
    const auto size = base::read_little<uint32_t>(rest.data() + sizeof kind);
    const size_t head = sizeof kind + sizeof size;
    const Piece piece{kind, rest.substr(head, size)};
    rest.remove_prefix(head + size);
    return piece;
}

bool is_false(std::string_view text) {
    constexpr std::string_view word = "false";
    return std::ranges::equal(text, word, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
}

// A length beyond this has no percentages that could be played.
constexpr double longest_seconds = 9e12;

}  // namespace

Start::Start(const event::Event& event) {
    for (const event::ParameterValue& value : event.params) {
        if (event::type_of(value.name) == event::ValueType::string) {
            append(packed_, static_cast<uint8_t>(value.name), value.text);
        }
    }
    for (const auto& [key, value] : owned(event.custom_metadata)) {
        append(packed_, metadata_key, key);
        append(packed_, metadata_value, value);
    }
    packed_.shrink_to_fit();
    if (const auto* length = event.param(Parameter::media_length)) {
        length_ = length->number;
        if (length_ > 0 && length_ < longest_seconds) {
            length_ms_ = static_cast<int64_t>(std::floor(length_ * 1'000 + 0.5));
        }
    }
    const auto* resume = event.param(Parameter::media_resume);
    resumes_ = resume != nullptr && resume->integer != 0;
    const auto* auth = event.param(Parameter::media_pass_auth);
    authorized_ = auth != nullptr && !auth->text.empty() && !is_false(auth->text);
}

std::vector<Dimension> Start::dimensions() const {
    std::vector<Dimension> all;
    std::string_view rest = packed_;
    while (!rest.empty()) {
        const Piece piece = next_piece(rest);
        if (piece.kind >= metadata_key) break;
        all.push_back({static_cast<Parameter>(piece.kind), std::string(piece.text)});
    }
    return all;
}

CustomMetadata Start::custom_metadata() const {
    CustomMetadata all;
    std::string_view rest = packed_;
    while (!rest.empty()) {
        const Piece piece = next_piece(rest);
        if (piece.kind == metadata_key) all.emplace_back(piece.text, "");
        if (piece.kind == metadata_value) all.back().second = piece.text;
    }
    return all;
}

std::string Start::media_id() const {
    std::string_view rest = packed_;
    while (!rest.empty()) {
        const Piece piece = next_piece(rest);
        if (piece.kind == static_cast<uint8_t>(Parameter::media_id)) return std::string(piece.text);
    }
    return {};
}

std::optional<double> Start::length() const {
    if (!(length_ > 0)) return std::nullopt;
    return length_;
}

}  // namespace playhead::session
