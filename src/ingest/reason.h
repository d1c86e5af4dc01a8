// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "event/parameter.h"

// What a Problem says was expected. Shown to developers of players; nothing depends on the wording.
namespace playhead::ingest::reason {

constexpr std::string_view not_json = "expected JSON in UTF-8";
constexpr std::string_view too_deep = "expected at most 16 levels of nesting";
constexpr std::string_view string = "expected string";
constexpr std::string_view integer = "expected integer";
constexpr std::string_view number = "expected number";
constexpr std::string_view boolean = "expected boolean";
constexpr std::string_view object = "expected object";
constexpr std::string_view array = "expected array";
constexpr std::string_view auth_state = "expected 0, 1 or 2";
constexpr std::string_view event_type = "expected an event type";
constexpr std::string_view metadata_key = "expected a key of letters, digits, _ and .";
constexpr std::string_view some_event = "expected at least one event";
constexpr std::string_view required = "required";
constexpr std::string_view unknown = "not allowed here";

// What was expected of a parameter of this type.
constexpr std::string_view wrong_type(event::ValueType type) {
    switch (type) {
        case event::ValueType::string:
            return string;
        case event::ValueType::integer:
            return integer;
        case event::ValueType::number:
            return number;
        case event::ValueType::boolean:
            return boolean;
        case event::ValueType::customer_ids:
            return object;
        case event::ValueType::state_names:
            return array;
    }
    return {};
}

}  // namespace playhead::ingest::reason
