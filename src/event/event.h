// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/event_type.h"
#include "event/parameter.h"

namespace playhead::event {

// One value of `params` or `qoeData`. Which member is set follows from type_of(name):
// string -> text; integer -> integer and number; number -> number; boolean -> integer (0 or 1).
// For customer_ids, `text` is the raw JSON of the object; state_names are kept in Event.
struct ParameterValue {
    Parameter name{};
    std::string_view text;
    int64_t integer = 0;
    double number = 0;
};

struct Metadata {
    std::string_view key;
    std::string_view value;
};

// One validated event, as the decoder gives it to the session core. All views point into memory of
// the decoder and are valid until its next call. Meant to be reused: clear() keeps the capacity, so
// that decoding in a loop does not allocate.
struct Event {
    EventType type{};
    int64_t ts = 0;           // playerTime.ts: the client's clock, ms since the epoch
    int64_t playhead_ms = 0;  // floor(playhead * 1000 + 0.5), metrics section 1

    // Equal for two events that are equal in eventType, playerTime, params, qoeData and
    // customMetadata as JSON values, whatever the order of members and the white space (metrics
    // 2.3). An absent member equals an empty object. 64 bits: a chance of 2^-64 per compared pair.
    uint64_t fingerprint = 0;

    std::vector<ParameterValue> params;
    std::vector<ParameterValue> qoe;
    std::vector<Metadata> custom_metadata;
    bool drops_metadata = false;  // some was sent with an event that takes none (protocol 15)
    std::vector<std::string_view> states_end;    // of statesUpdate
    std::vector<std::string_view> states_start;  // of statesUpdate

    void clear() {
        params.clear();
        qoe.clear();
        custom_metadata.clear();
        drops_metadata = false;
        states_end.clear();
        states_start.clear();
    }

    // Of an event that takes none (EventRule::keeps_custom_metadata).
    void drop_metadata() {
        drops_metadata = !custom_metadata.empty();
        custom_metadata.clear();
    }

    // Null when absent.
    const ParameterValue* param(Parameter name) const { return find(params, name); }

    const ParameterValue* qoe_value(Parameter name) const { return find(qoe, name); }

  private:
    static const ParameterValue* find(const std::vector<ParameterValue>& in, Parameter name) {
        for (const ParameterValue& value : in) {
            if (value.name == name) return &value;
        }
        return nullptr;
    }
};

}  // namespace playhead::event
