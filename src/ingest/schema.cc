// SPDX-License-Identifier: Apache-2.0
#include "ingest/schema.h"

#include <algorithm>

#include "event/catalogue.h"
#include "ingest/json_text.h"
#include "ingest/metadata_key.h"

namespace playhead::ingest {
namespace {

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

std::string quoted(std::string_view text) {
    std::string result;
    append_json_string(text, result);
    return result;
}

// Writes one schema. Text is put together by hand: the parts are constants and keys of the
// catalogue.
class SchemaText {
  public:
    SchemaText(event::EventType type, Profile profile)
        : rule_(event::rule_of(type)), name_(event::name_of(type)), profile_(profile) {}

    std::string text(std::string_view host) const {
        const std::string path = "/api/v1/schemas/" + std::string(name_);
        const std::string id = is_host(host) ? "https://" + std::string(host) + path : path;
        const std::string reference = "#/definitions/" + std::string(name_);
        return R"({"$schema":"http://json-schema.org/draft-04/schema#","id":)" + quoted(id) +
               R"(,"definitions":{"playerTime":)" + player_time() + R"(,"eventType":)" +
               event_types() + R"(,"qoeData":)" + qoe_data() + R"(,"customMetadata":)" +
               custom_metadata() + "," + quoted(name_) + ":" + event() +
               R"(},"type":"object","$ref":)" + quoted(reference) + "}";
    }

  private:
    bool is_lenient() const { return profile_ == Profile::lenient; }

    // A JSON type, or null besides where null means absent.
    std::string optional_type(std::string_view type) const {
        const std::string own = quoted(type);
        return "{\"type\":" + (is_lenient() ? "[" + own + ",\"null\"]" : own) + "}";
    }

    std::string optional_object(const std::string& schema) const {
        return is_lenient() ? R"({"anyOf":[{"type":"null"},)" + schema + "]}" : schema;
    }

    static std::string player_time() {
        return R"({"type":"object","properties":{"playhead":{"type":"number"},)"
               R"("ts":{"type":"integer"}},"required":["playhead","ts"],)"
               R"("additionalProperties":false})";
    }

    static std::string event_types() {
        std::string list;
        for (size_t i = 0; i < event::event_type_count; ++i) {
            list += i == 0 ? "" : ",";
            list += quoted(event::name_of(static_cast<event::EventType>(i)));
        }
        return R"({"type":"string","enum":[)" + list + "]}";
    }

    std::string qoe_data() const { return values(event::qoe_parameters(), {}); }

    std::string custom_metadata() const {
        return R"({"type":"object","patternProperties":{)" + quoted(metadata_key_pattern) + ":" +
               optional_type("string") + R"(},"additionalProperties":false})";
    }

    // `params` or `qoeData`.
    std::string values(const event::ParameterSet& allowed,
                       const event::ParameterSet& required) const {
        std::string properties;
        allowed.for_each([&](event::Parameter one) {
            properties += properties.empty() ? "" : ",";
            properties += quoted(event::name_of(one)) + ":" + value(one, required.has(one));
        });
        return R"({"type":"object","properties":{)" + properties + "}" + required_list(required) +
               R"(,"additionalProperties":)" + (is_lenient() ? "true" : "false") + "}";
    }

    // Draft-04 forbids an empty list.
    static std::string required_list(const event::ParameterSet& required) {
        std::string list;
        required.for_each([&list](event::Parameter one) {
            list += list.empty() ? "" : ",";
            list += quoted(event::name_of(one));
        });
        return list.empty() ? "" : ",\"required\":[" + list + "]";
    }

    std::string value(event::Parameter parameter, bool is_required) const {
        const auto scalar = [&](std::string_view type) {
            return is_required ? "{\"type\":" + quoted(type) + "}" : optional_type(type);
        };
        switch (event::type_of(parameter)) {
            case event::ValueType::string:
                return scalar("string");
            case event::ValueType::number:
                return scalar("number");
            case event::ValueType::boolean:
                return scalar("boolean");
            case event::ValueType::integer: {
                const bool truncates = is_lenient() && event::quality_integers().has(parameter);
                return scalar(truncates ? "number" : "integer");
            }
            case event::ValueType::customer_ids:
                return optional_object(customer_ids());
            case event::ValueType::state_names:
                return optional_object(state_names());
        }
        return {};
    }

    std::string customer_ids() const {
        const std::string state = is_lenient() ? "0,1,2,null" : "0,1,2";
        return R"({"type":"object","additionalProperties":)" +
               optional_object(R"({"type":"object","properties":{"id":{"type":"string"},)"
                               R"("authState":{"enum":[)" +
                               state + R"(]}},"required":["id"],"additionalProperties":false})") +
               "}";
    }

    static std::string state_names() {
        const std::string key = quoted(event::name_of(event::Parameter::media_state_name));
        return R"({"type":"array","items":{"type":"object","properties":{)" + key +
               R"(:{"type":"string"}},"required":[)" + key + R"(],"additionalProperties":false}})";
    }

    std::string event() const {
        const std::string params =
            values(rule_.params, is_lenient() ? rule_.required_in_lenient : rule_.required);
        return R"({"type":"object","properties":{"eventType":{"type":"string","enum":[)" +
               quoted(name_) + R"(]},"playerTime":{"$ref":"#/definitions/playerTime"},"params":)" +
               (rule_.needs_params ? params : optional_object(params)) + R"(,"customMetadata":)" +
               optional_object(R"({"$ref":"#/definitions/customMetadata"})") + R"(,"qoeData":)" +
               optional_object(R"({"$ref":"#/definitions/qoeData"})") +
               R"(},"required":["eventType","playerTime")" +
               (rule_.needs_params ? ",\"params\"" : "") + R"(],"additionalProperties":false})";
    }

    const event::EventRule& rule_;
    const std::string_view name_;
    const Profile profile_;
};

}  // namespace

std::string schema_of(event::EventType type, Profile profile, std::string_view host) {
    return SchemaText(type, profile).text(host);
}

}  // namespace playhead::ingest
