// SPDX-License-Identifier: Apache-2.0
#include "ingest/structured.h"

#include <array>
#include <vector>

#include "base/check.h"
#include "event/parameter.h"
#include "ingest/decimal.h"
#include "ingest/reason.h"

namespace playhead::ingest {
namespace {

bool is_absent(std::string_view value, Profile profile) {
    return value == "null" && profile == Profile::lenient;
}

bool is_auth_state(std::string_view value) {
    if (value.empty() || (value[0] != '-' && (value[0] < '0' || value[0] > '9'))) return false;
    const auto number = exact_integer(value);
    return number && *number >= 0 && *number <= 2;
}

void judge_customer(std::string_view customer, const std::vector<JsonMember>& members,
                    Profile profile, const Complain& complain) {
    bool has_id = false;
    for (const JsonMember& member : members) {
        const std::array<std::string_view, 2> path = {customer, member.name};
        const bool is_id = member.name == "id";
        if (!is_id && member.name != "authState") {
            complain(path, reason::unknown);
            continue;
        }
        if (is_absent(member.value, profile)) continue;
        has_id = has_id || is_id;
        if (is_id && member.value[0] != '"') complain(path, reason::string);
        if (!is_id && !is_auth_state(member.value)) complain(path, reason::auth_state);
    }
    if (!has_id) {
        complain(std::array<std::string_view, 2>{customer, "id"}, reason::required);
    }
}

// The state that one element names.
void read_state_name(JsonParts& parts, std::string_view index,
                     const std::vector<JsonMember>& members, Profile profile,
                     std::deque<std::string>& names, const Complain& complain) {
    const std::string_view key = event::name_of(event::Parameter::media_state_name);
    bool has_name = false;
    for (const JsonMember& member : members) {
        const std::array<std::string_view, 2> path = {index, member.name};
        if (member.name != key) {
            complain(path, reason::unknown);
            continue;
        }
        if (is_absent(member.value, profile)) continue;
        has_name = true;
        if (member.value[0] == '"') {
            CHECK(parts.string(member.value, names.emplace_back()));
        } else {
            complain(path, reason::string);
        }
    }
    if (!has_name) complain(std::array<std::string_view, 2>{index, key}, reason::required);
}

}  // namespace

void judge_customer_ids(JsonParts& parts, std::string_view text, Profile profile,
                        const Complain& complain) {
    std::vector<JsonMember> customers;
    std::vector<JsonMember> members;
    CHECK(parts.members(text, customers));
    for (const JsonMember& customer : customers) {
        if (is_absent(customer.value, profile)) continue;
        if (parts.members(customer.value, members)) {
            judge_customer(customer.name, members, profile, complain);
        } else {
            complain(std::array<std::string_view, 1>{customer.name}, reason::object);
        }
    }
}

void read_state_names(JsonParts& parts, std::string_view text, Profile profile,
                      std::deque<std::string>& names, const Complain& complain) {
    std::vector<std::string_view> elements;
    std::vector<JsonMember> members;
    CHECK(parts.elements(text, elements));
    for (size_t i = 0; i < elements.size(); ++i) {
        const std::string index = std::to_string(i);
        if (parts.members(elements[i], members)) {
            read_state_name(parts, index, members, profile, names, complain);
        } else {
            complain(std::array<std::string_view, 1>{index}, reason::object);
        }
    }
}

}  // namespace playhead::ingest
