// SPDX-License-Identifier: Apache-2.0
#include "ingest/schema.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "event/catalogue.h"
#include "http/message.h"
#include "ingest/decoder.h"
#include "ingest/metadata_key.h"

namespace playhead::ingest {
namespace {

using nlohmann::json;

// For patterns of the form ^[characters]+$ of ECMA 262, with ranges and escapes; <regex> is not
// used because GCC 12 warns of it under the sanitizers.
bool matches(std::string_view pattern, std::string_view text) {
    if (!pattern.starts_with("^[") || !pattern.ends_with("]+$")) {
        ADD_FAILURE() << pattern;
        return false;
    }
    const std::string_view letters = pattern.substr(2, pattern.size() - 5);
    std::set<char> allowed;
    for (size_t i = 0; i < letters.size(); ++i) {
        if (letters[i] == '\\') {
            allowed.insert(letters[++i]);
        } else if (i + 2 < letters.size() && letters[i + 1] == '-') {
            for (char c = letters[i]; c <= letters[i + 2]; ++c) allowed.insert(c);
            i += 2;
        } else {
            allowed.insert(letters[i]);
        }
    }
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [&](char c) { return allowed.contains(c); });
}

// As much of JSON Schema draft-04 as the served schemas use; an unknown keyword is an error.
class Validator {
  public:
    explicit Validator(json schema) : root_(std::move(schema)) {}

    bool accepts(const json& value) const { return fits(root_, value); }

  private:
    static bool is_of(const std::string& type, const json& value) {
        if (type == "integer") {
            // What counts as an integer is more for the decoder than for draft-04: 3.0 does.
            return value.is_number_integer() ||
                   (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
        }
        if (type == "number") return value.is_number();
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_boolean();
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        EXPECT_EQ(type, "null");
        return value.is_null();
    }

    static bool type_fits(const json& types, const json& value) {
        if (types.is_string()) return is_of(types, value);
        for (const auto& type : types) {
            if (is_of(type, value)) return true;
        }
        return false;
    }

    bool member_fits(const json& schema, const std::string& name, const json& value) const {
        if (schema.contains("properties") && schema["properties"].contains(name)) {
            return fits(schema["properties"][name], value);
        }
        if (schema.contains("patternProperties")) {
            for (const auto& [pattern, inner] : schema["patternProperties"].items()) {
                if (matches(pattern, name)) return fits(inner, value);
            }
        }
        if (!schema.contains("additionalProperties")) return true;
        const json& rest = schema["additionalProperties"];
        return rest.is_boolean() ? rest.get<bool>() : fits(rest, value);
    }

    bool object_fits(const json& schema, const json& value) const {
        if (schema.contains("required")) {
            EXPECT_FALSE(schema["required"].empty()) << "draft-04 forbids an empty list";
            for (const auto& name : schema["required"]) {
                if (!value.contains(name)) return false;
            }
        }
        for (const auto& [name, member] : value.items()) {
            if (!member_fits(schema, name, member)) return false;
        }
        return true;
    }

    bool fits(const json& schema, const json& value) const {
        if (schema.contains("$ref")) {
            const std::string reference = schema["$ref"];
            EXPECT_EQ(reference[0], '#');
            return fits(root_.at(json::json_pointer(reference.substr(1))), value);
        }
        check_keywords(schema);
        if (schema.contains("anyOf")) {
            for (const auto& choice : schema["anyOf"]) {
                if (fits(choice, value)) return true;
            }
            return false;
        }
        if (schema.contains("type") && !type_fits(schema["type"], value)) return false;
        if (schema.contains("enum")) {
            const auto& choices = schema["enum"];
            if (std::find(choices.begin(), choices.end(), value) == choices.end()) return false;
        }
        if (value.is_object()) return object_fits(schema, value);
        if (value.is_array() && schema.contains("items")) {
            for (const auto& item : value) {
                if (!fits(schema["items"], item)) return false;
            }
        }
        return true;
    }

    static void check_keywords(const json& schema) {
        static const std::set<std::string> known = {
            "type",  "enum",  "properties", "required", "additionalProperties", "patternProperties",
            "items", "anyOf", "$schema",    "id",       "definitions"};
        for (const auto& [keyword, value] : schema.items()) {
            EXPECT_TRUE(known.contains(keyword)) << keyword;
        }
    }

    json root_;
};

json sample_of(event::Parameter parameter) {
    switch (event::type_of(parameter)) {
        case event::ValueType::string:
            return "text";
        case event::ValueType::integer:
            return 7;
        case event::ValueType::number:
            return 7.25;
        case event::ValueType::boolean:
            return true;
        case event::ValueType::customer_ids:
            return {{"crm", {{"id", "x"}, {"authState", 1}}}};
        case event::ValueType::state_names:
            return json::array({{{"media.state.name", "mute"}}});
    }
    return {};
}

json full_event(const event::EventRule& rule) {
    json params = json::object();
    rule.params.for_each(
        [&](event::Parameter one) { params[std::string(event::name_of(one))] = sample_of(one); });
    json qoe = json::object();
    event::qoe_parameters().for_each(
        [&](event::Parameter one) { qoe[std::string(event::name_of(one))] = sample_of(one); });
    return {{"eventType", event::name_of(rule.type)},
            {"playerTime", {{"playhead", 1.5}, {"ts", 1000}}},
            {"params", params},
            {"qoeData", qoe},
            {"customMetadata", {{"my.key", "value"}}}};
}

void collect_places(const json& value, const json::json_pointer& at,
                    std::vector<json::json_pointer>& places) {
    places.push_back(at);
    if (value.is_object()) {
        for (const auto& [name, member] : value.items()) collect_places(member, at / name, places);
    } else if (value.is_array()) {
        for (size_t i = 0; i < value.size(); ++i) collect_places(value[i], at / i, places);
    }
}

// The event, and the event with each place in it replaced, removed or added to.
std::vector<json> variants(const json& event) {
    const std::vector<json> replacements = {nullptr,
                                            true,
                                            7,
                                            7.0,
                                            7.5,
                                            -1,
                                            2,
                                            "text",
                                            "",
                                            json::array(),
                                            json::array({1}),
                                            json::object(),
                                            json::object({{"id", "x"}})};
    std::vector<json::json_pointer> places;
    collect_places(event, json::json_pointer(), places);
    std::vector<json> result = {event};
    for (const auto& place : places) {
        for (const json& replacement : replacements) {
            result.push_back(event);
            result.back()[place] = replacement;
        }
        if (!place.empty() && event[place.parent_pointer()].is_object()) {
            result.push_back(event);
            result.back()[place.parent_pointer()].erase(place.back());
        }
        if (event[place].is_object()) {
            for (const char* name : {"", "other", "media.id", "media.ad.id", "bad-key"}) {
                for (const json& value : {json("text"), json(nullptr), json::array()}) {
                    result.push_back(event);
                    result.back()[place][name] = value;
                }
            }
        }
    }
    return result;
}

class SchemaTest : public testing::TestWithParam<Profile> {};

TEST_P(SchemaTest, accepts_exactly_what_the_decoder_accepts) {
    Decoder decoder;
    event::Event event;
    Problems problems;
    size_t accepted = 0;
    size_t refused = 0;
    for (size_t i = 0; i < event::event_type_count; ++i) {
        const event::EventRule& rule = event::rule_of(static_cast<event::EventType>(i));
        const Validator validator(json::parse(schema_of(rule.type, GetParam(), "host")));
        for (const json& variant : variants(full_event(rule))) {
            const std::string body = variant.dump();
            const std::string padded = body + std::string(http::body_padding, ' ');
            problems.clear();
            const bool decodes = !decoder.decode(std::string_view(padded).substr(0, body.size()),
                                                 GetParam(), event, problems);
            ASSERT_EQ(validator.accepts(variant), decodes) << body;
            ++(decodes ? accepted : refused);
        }
    }
    EXPECT_GT(accepted, 1000U);
    EXPECT_GT(refused, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Profiles, SchemaTest,
                         testing::Values(Profile::standard, Profile::lenient));

TEST(Schema, has_the_documented_shape) {
    const json schema =
        json::parse(schema_of(event::EventType::ad_start, Profile::standard, "example.net:8080"));
    EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-04/schema#");
    EXPECT_EQ(schema["id"], "https://example.net:8080/api/v1/schemas/adStart");
    EXPECT_EQ(schema["$ref"], "#/definitions/adStart");
    EXPECT_EQ(schema["type"], "object");
    const json& definitions = schema["definitions"];
    EXPECT_EQ(definitions["eventType"]["enum"].size(), event::event_type_count);
    EXPECT_EQ(definitions["adStart"]["required"], json({"eventType", "playerTime", "params"}));
    EXPECT_EQ(definitions["adStart"]["properties"]["params"]["required"].size(), 4U);
    EXPECT_EQ(definitions["customMetadata"],
              json::parse(R"({"type":"object","patternProperties":{"^[a-zA-Z0-9_\\.]+$":)"
                          R"({"type":"string"}},"additionalProperties":false})"));
    EXPECT_FALSE(definitions["qoeData"].contains("required"));
}

TEST(Schema, the_pattern_of_metadata_keys_and_the_decoder_agree_on_every_character) {
    for (int c = 0; c < 256; ++c) {
        const std::string one(1, static_cast<char>(c));
        EXPECT_EQ(matches(metadata_key_pattern, one), is_metadata_key(one)) << c;
        EXPECT_EQ(matches(metadata_key_pattern, "a" + one + "b"), is_metadata_key("a" + one + "b"));
    }
    EXPECT_FALSE(is_metadata_key(""));
}

TEST(Schema, only_a_host_goes_into_the_id) {
    for (const char* host : {"", "a\"b", "a b", "a/b", "a\r\nb"}) {
        const json schema = json::parse(schema_of(event::EventType::play, Profile::standard, host));
        EXPECT_EQ(schema["id"], "/api/v1/schemas/play") << host;
    }
}

}  // namespace
}  // namespace playhead::ingest
