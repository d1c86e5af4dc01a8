// SPDX-License-Identifier: Apache-2.0
#include "event/catalogue.h"

#include <fstream>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::event {
namespace {

// The working directory of tests is the root of the repository.
const nlohmann::json& published() {
    static const nlohmann::json document =
        nlohmann::json::parse(std::ifstream("tests/spec/events.json"));
    return document;
}

std::string json_type_of(Parameter parameter) {
    switch (type_of(parameter)) {
        case ValueType::string:
            return "string";
        case ValueType::integer:
            return "integer";
        case ValueType::number:
            return "number";
        case ValueType::boolean:
            return "boolean";
        case ValueType::customer_ids:
            return "object";
        case ValueType::state_names:
            return "array";
    }
    return "";
}

using KeysAndTypes = std::map<std::string, std::string>;
using Keys = std::set<std::string>;

KeysAndTypes keys_and_types(const ParameterSet& set) {
    KeysAndTypes result;
    set.for_each([&](Parameter one) { result[std::string(name_of(one))] = json_type_of(one); });
    return result;
}

Keys keys(const ParameterSet& set) {
    Keys result;
    set.for_each([&](Parameter one) { result.insert(std::string(name_of(one))); });
    return result;
}

KeysAndTypes keys_and_types(const nlohmann::json& params) {
    KeysAndTypes result;
    for (const auto& param : params) result[param.at("key")] = param.at("type");
    return result;
}

TEST(Catalogue, has_exactly_the_published_event_types) {
    ASSERT_EQ(published().at("eventTypes").size(), event_type_count);
    ASSERT_EQ(published().at("events").size(), event_type_count);
    for (size_t i = 0; i < event_type_count; ++i) {
        EXPECT_EQ(published().at("eventTypes").at(i), name_of(static_cast<EventType>(i)));
        EXPECT_EQ(rule_of(static_cast<EventType>(i)).type, static_cast<EventType>(i));
    }
}

TEST(Catalogue, each_event_takes_exactly_the_published_parameters_with_their_types) {
    for (const auto& [name, event] : published().at("events").items()) {
        const EventRule& rule = rule_of(event_type_named(name).value());
        EXPECT_EQ(keys_and_types(rule.params), keys_and_types(event.at("params"))) << name;
    }
}

TEST(Catalogue, requires_exactly_what_is_published_as_required_in_each_profile) {
    for (const auto& [name, event] : published().at("events").items()) {
        Keys required;
        Keys required_in_lenient;
        for (const auto& param : event.at("params")) {
            if (!param.at("required")) continue;
            required.insert(param.at("key"));
            if (param.value("requiredInLenient", true)) required_in_lenient.insert(param.at("key"));
        }
        const EventRule& rule = rule_of(event_type_named(name).value());
        EXPECT_EQ(keys(rule.required), required) << name;
        EXPECT_EQ(keys(rule.required), event.at("requiredParams").get<Keys>()) << name;
        EXPECT_EQ(keys(rule.required_in_lenient), required_in_lenient) << name;
        EXPECT_EQ(rule.needs_params, event.at("paramsRequired")) << name;
    }
}

TEST(Catalogue, says_where_an_event_goes_and_what_becomes_of_its_metadata) {
    for (const auto& [name, event] : published().at("events").items()) {
        const EventRule& rule = rule_of(event_type_named(name).value());
        EXPECT_EQ(rule.starts_session, event.at("endpoint") == "POST /api/v1/sessions") << name;
        EXPECT_EQ(rule.keeps_custom_metadata, event.at("customMetadata") == "permitted") << name;
        EXPECT_EQ(event.at("qoeData"), "permitted") << name;
    }
}

TEST(Catalogue, has_exactly_the_published_quality_keys) {
    EXPECT_EQ(keys_and_types(qoe_parameters()), keys_and_types(published().at("qoeKeys")));
}

TEST(Catalogue, every_parameter_stands_in_some_event) {
    ParameterSet used = qoe_parameters();
    for (size_t i = 0; i < event_type_count; ++i) {
        used = used | rule_of(static_cast<EventType>(i)).params;
    }
    EXPECT_EQ(keys(used).size(), parameter_count);
    EXPECT_TRUE((quality_integers() - used).empty());
    quality_integers().for_each(
        [](Parameter one) { EXPECT_EQ(type_of(one), ValueType::integer) << name_of(one); });
}

TEST(Catalogue, a_set_holds_what_was_added_on_both_sides_of_a_word) {
    ParameterSet set;
    EXPECT_TRUE(set.empty());
    set.add(static_cast<Parameter>(63));
    set.add(static_cast<Parameter>(64));
    set.add(static_cast<Parameter>(parameter_count - 1));
    EXPECT_TRUE(set.has(static_cast<Parameter>(63)));
    EXPECT_TRUE(set.has(static_cast<Parameter>(64)));
    EXPECT_FALSE(set.has(static_cast<Parameter>(62)));
    EXPECT_EQ(keys(set).size(), 3U);
    EXPECT_TRUE((set - set).empty());
    EXPECT_EQ(
        set - ParameterSet{static_cast<Parameter>(64)},
        (ParameterSet{static_cast<Parameter>(63), static_cast<Parameter>(parameter_count - 1)}));
}

}  // namespace
}  // namespace playhead::event
