// SPDX-License-Identifier: Apache-2.0
#include "ingest/unrepeated.h"

#include <unordered_map>
#include <vector>

#include "base/check.h"

namespace playhead::ingest {
namespace {

void append_object(JsonParts& parts, std::string_view text, std::string& to) {
    std::vector<JsonMember> members;
    CHECK(parts.members(text, members));
    std::unordered_map<std::string_view, size_t> last;
    for (size_t i = 0; i < members.size(); ++i) last[members[i].name] = i;
    char separator = '{';
    for (size_t i = 0; i < members.size(); ++i) {
        if (last[members[i].name] != i) continue;
        to += separator;
        to += members[i].raw_name;
        to += ':';
        append_unrepeated(parts, members[i].value, to);
        separator = ',';
    }
    if (members.empty()) to += '{';
    to += '}';
}

void append_array(JsonParts& parts, std::string_view text, std::string& to) {
    std::vector<std::string_view> elements;
    CHECK(parts.elements(text, elements));
    to += '[';
    for (size_t i = 0; i < elements.size(); ++i) {
        if (i > 0) to += ',';
        append_unrepeated(parts, elements[i], to);
    }
    to += ']';
}

}  // namespace

void append_unrepeated(JsonParts& parts, std::string_view text, std::string& to) {
    const size_t start = text.find_first_not_of(" \t\r\n");
    CHECK(start != std::string_view::npos);
    if (text[start] == '{') {
        append_object(parts, text.substr(start), to);
    } else if (text[start] == '[') {
        append_array(parts, text.substr(start), to);
    } else {
        to += text;
    }
}

}  // namespace playhead::ingest
