// SPDX-License-Identifier: Apache-2.0
#include "ingest/decoder.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "event/catalogue.h"
#include "event/limits.h"
#include "http/message.h"

namespace playhead::ingest {
namespace {

using event::EventType;
using event::Parameter;

class DecoderTest : public testing::Test {
  protected:
    // The reason for a refusal, or nothing.
    std::optional<Rejection> judge(const std::string& body, Profile profile = Profile::standard) {
        problems_.clear();
        body_ = body + std::string(http::body_padding, '\0');
        return decoder_.decode(std::string_view(body_).substr(0, body.size()), profile, event_,
                               problems_);
    }

    bool accepts(const std::string& body, Profile profile = Profile::standard) {
        return !judge(body, profile);
    }

    bool is_malformed(const std::string& body) { return judge(body) == Rejection::malformed_json; }

    // "path: reason" of every problem, in order of path.
    std::vector<std::string> problems(const std::string& body,
                                      Profile profile = Profile::standard) {
        EXPECT_TRUE(judge(body, profile)) << body;
        std::vector<std::string> result;
        for (const Problem& problem : problems_.all()) {
            result.push_back(problem.path + ": " + std::string(problem.reason));
        }
        std::sort(result.begin(), result.end());
        return result;
    }

    uint64_t fingerprint(const std::string& body, Profile profile = Profile::standard) {
        EXPECT_TRUE(accepts(body, profile)) << body;
        return event_.fingerprint;
    }

    Decoder decoder_;
    event::Event event_;
    Problems problems_;
    std::string body_;
};

using List = std::vector<std::string>;

// An event of this type with further members, which begin with a comma.
std::string with(std::string_view type, const std::string& members = "") {
    return R"({"playerTime":{"playhead":1.5,"ts":1000},"eventType":")" + std::string(type) + '"' +
           members + '}';
}

std::string ping(const std::string& members) {
    return with("ping", members);
}

std::string ping_with_params(const std::string& params) {
    return with("ping", R"(,"params":{)" + params + '}');
}

// A value of the right JSON type.
std::string sample_of(Parameter parameter) {
    switch (event::type_of(parameter)) {
        case event::ValueType::string:
            return "\"text\"";
        case event::ValueType::integer:
            return "7";
        case event::ValueType::number:
            return "7.25";
        case event::ValueType::boolean:
            return "true";
        case event::ValueType::customer_ids:
            return R"({"crm":{"id":"x","authState":1}})";
        case event::ValueType::state_names:
            return R"([{"media.state.name":"mute"}])";
    }
    return "";
}

std::string params_of(const event::ParameterSet& set) {
    std::string text;
    set.for_each([&text](Parameter one) {
        text += text.empty() ? "" : ",";
        text += '"' + std::string(event::name_of(one)) + "\":" + sample_of(one);
    });
    return R"(,"params":{)" + text + '}';
}

std::string session_start(const std::string& more_params = "") {
    std::string params = params_of(event::rule_of(EventType::session_start).required);
    params.pop_back();
    return with("sessionStart", params + more_params + '}');
}

// --- the members of an event
// ----------------------------------------------------------------------

TEST_F(DecoderTest, the_documented_sample_is_accepted_with_empty_members) {
    ASSERT_TRUE(accepts(R"({
        "playerTime": { "playhead": 0, "ts": 1509045324153 },
        "eventType": "play", "params": {}, "qoeData": {}, "customMetadata": {} })"));
    EXPECT_EQ(event_.type, EventType::play);
    EXPECT_EQ(event_.ts, 1509045324153);
    EXPECT_EQ(event_.playhead_ms, 0);
}

TEST_F(DecoderTest, the_order_of_members_does_not_matter) {
    ASSERT_TRUE(accepts(R"({"params":{"media.state.name":"mute"},"playerTime":{"ts":5,)"
                        R"("playhead":2},"eventType":"stateStart"})"));
    EXPECT_EQ(event_.type, EventType::state_start);
    EXPECT_EQ(event_.ts, 5);
    EXPECT_EQ(event_.playhead_ms, 2000);
    EXPECT_EQ(event_.param(Parameter::media_state_name)->text, "mute");
}

TEST_F(DecoderTest, every_event_type_is_accepted_with_what_it_requires_and_with_all_it_may_have) {
    for (size_t i = 0; i < event::event_type_count; ++i) {
        const event::EventRule& rule = event::rule_of(static_cast<EventType>(i));
        const auto name = event::name_of(rule.type);
        const std::string least = rule.needs_params ? params_of(rule.required) : "";
        const std::string most = params_of(rule.params) + R"(,"customMetadata":{"a":"b"})" +
                                 R"(,"qoeData":{"media.qoe.bitrate":1,"bitrate":1.5})";
        ASSERT_TRUE(accepts(with(name, least))) << name;
        EXPECT_EQ(event_.type, rule.type);
        ASSERT_TRUE(accepts(with(name, most))) << name;
        EXPECT_EQ(event_.qoe.size(), 2U);
        EXPECT_EQ(event_.custom_metadata.size(), rule.keeps_custom_metadata ? 1U : 0U) << name;
        EXPECT_EQ(event_.drops_metadata, !rule.keeps_custom_metadata) << name;
        rule.params.for_each([&](Parameter one) {
            if (event::type_of(one) == event::ValueType::state_names) return;
            EXPECT_NE(event_.param(one), nullptr) << event::name_of(one);
        });
    }
}

TEST_F(DecoderTest, each_required_parameter_is_required) {
    for (size_t i = 0; i < event::event_type_count; ++i) {
        const event::EventRule& rule = event::rule_of(static_cast<EventType>(i));
        rule.required.for_each([&](Parameter missing) {
            const auto body = with(event::name_of(rule.type),
                                   params_of(rule.required - event::ParameterSet{missing}));
            const std::string path = "/params/" + std::string(event::name_of(missing));
            EXPECT_EQ(problems(body), List{path + ": required"});
            EXPECT_EQ(accepts(body, Profile::lenient), !rule.required_in_lenient.has(missing))
                << path;
        });
    }
}

TEST_F(DecoderTest, each_parameter_of_another_event_is_refused_and_ignored_when_lenient) {
    for (size_t i = 0; i < event::parameter_count; ++i) {
        const auto foreign = static_cast<Parameter>(i);
        if (event::rule_of(EventType::ping).params.has(foreign)) continue;
        const std::string key(event::name_of(foreign));
        const auto right = ping_with_params('"' + key + "\":" + sample_of(foreign));
        const auto wrong = ping_with_params('"' + key + "\":[1]");
        EXPECT_EQ(problems(right), List{"/params/" + key + ": not allowed here"});
        EXPECT_EQ(problems(wrong), List{"/params/" + key + ": not allowed here"});
        ASSERT_TRUE(accepts(right, Profile::lenient)) << key;
        EXPECT_TRUE(event_.params.empty() && event_.states_end.empty());
        EXPECT_TRUE(accepts(wrong, Profile::lenient)) << key;
    }
}

TEST_F(DecoderTest, each_parameter_must_have_its_type) {
    const List samples = {"\"7\"", "7.5", "true", "[]", "null", "{\"x\":1}"};
    for (size_t i = 0; i < event::event_type_count; ++i) {
        const event::EventRule& rule = event::rule_of(static_cast<EventType>(i));
        rule.params.for_each([&](Parameter one) {
            using enum event::ValueType;
            const auto type = event::type_of(one);
            const event::ParameterSet others = rule.required - event::ParameterSet{one};
            std::string params = params_of(others);
            params.pop_back();
            if (!others.empty()) params += ',';
            for (const std::string& sample : samples) {
                const bool fits = (type == string && sample[0] == '"') ||
                                  (type == number && sample == "7.5") ||
                                  (type == boolean && sample == "true") ||
                                  (type == state_names && sample == "[]");
                const std::string body =
                    with(event::name_of(rule.type),
                         params + '"' + std::string(event::name_of(one)) + "\":" + sample + '}');
                EXPECT_EQ(accepts(body), fits) << body;
            }
        });
    }
}

TEST_F(DecoderTest, all_problems_of_a_body_are_named_at_once) {
    EXPECT_EQ(
        problems(R"({"playerTime":{"playhead":"0","ts":1.5,"x":1},"eventType":"adStart",)"
                 R"("params":{"media.ad.length":"60","nonsense":1,"media.id":"x"},)"
                 R"("qoeData":{"bitrate":"1","media.ad.id":"x"},)"
                 R"("customMetadata":{"a-b":"c","d":1},"extra/~":[]})"),
        (List{"/customMetadata/a-b: expected a key of letters, digits, _ and .",
              "/customMetadata/d: expected string", "/extra~1~0: not allowed here",
              "/params/media.ad.id: required", "/params/media.ad.length: expected number",
              "/params/media.ad.playerName: required", "/params/media.ad.podPosition: required",
              "/params/media.id: not allowed here", "/params/nonsense: not allowed here",
              "/playerTime/playhead: expected number", "/playerTime/ts: expected integer",
              "/playerTime/x: not allowed here", "/qoeData/bitrate: expected number",
              "/qoeData/media.ad.id: not allowed here"}));
}

TEST_F(DecoderTest, the_list_of_problems_ends_at_its_limit) {
    const auto unknown = [](size_t count) {
        std::string members;
        for (size_t i = 0; i < count; ++i) members += ",\"x" + std::to_string(i) + "\":1";
        return ping(members);
    };
    EXPECT_EQ(problems(unknown(Problems::limit - 1)).size(), Problems::limit - 1);
    EXPECT_EQ(problems(unknown(Problems::limit)).size(), Problems::limit);
    EXPECT_EQ(problems(unknown(Problems::limit + 1)).size(), Problems::limit);
}

TEST_F(DecoderTest, a_long_path_is_cut_between_characters) {
    const std::string umlaut = "\xc3\xa4";
    std::string key(Problems::path_bytes - 2, 'x');
    EXPECT_EQ(problems(ping(",\"" + key + umlaut + "\":1")),
              List{"/" + key + ": not allowed here"});
    key.resize(Problems::path_bytes - 3);
    EXPECT_EQ(problems(ping(",\"" + key + umlaut + "z\":1")),
              List{"/" + key + umlaut + ": not allowed here"});
}

TEST_F(DecoderTest, the_three_mandatory_members_are_mandatory) {
    EXPECT_EQ(problems("{}"), (List{"/eventType: required", "/playerTime: required"}));
    EXPECT_EQ(problems(R"({"eventType":"ping","playerTime":{}})"),
              (List{"/playerTime/playhead: required", "/playerTime/ts: required"}));
    EXPECT_EQ(problems(R"({"eventType":"ping","playerTime":[]})"),
              List{"/playerTime: expected object"});
    EXPECT_EQ(problems(R"({"eventType":1,"playerTime":{"playhead":0,"ts":1}})"),
              List{"/eventType: expected string"});
}

TEST_F(DecoderTest, only_known_event_types_are_accepted_in_their_spelling) {
    for (const char* type : {"contentComplete", "Play", "pauseEnd", "", "ping "}) {
        EXPECT_EQ(problems(with(type)), List{"/eventType: expected an event type"});
    }
    EXPECT_TRUE(accepts(with("\\u0070ing")));
}

TEST_F(DecoderTest, params_are_required_where_an_event_demands_them) {
    EXPECT_EQ(problems(with("adStart")), List{"/params: required"});
    EXPECT_EQ(problems(with("statesUpdate")), List{"/params: required"});
    EXPECT_EQ(problems(with("statesUpdate"), Profile::lenient), List{"/params: required"});
    EXPECT_TRUE(accepts(with("statesUpdate", R"(,"params":{})")));
    EXPECT_EQ(problems(with("adStart", R"(,"params":[])")), List{"/params: expected object"});
    EXPECT_EQ(problems(ping(R"(,"params":1,"qoeData":"","customMetadata":[])")),
              (List{"/customMetadata: expected object", "/params: expected object",
                    "/qoeData: expected object"}));
}

// --- numbers
// --------------------------------------------------------------------------------------

TEST_F(DecoderTest, the_playhead_is_rounded_half_up_to_milliseconds) {
    const auto playhead = [this](const std::string& number) {
        EXPECT_TRUE(
            accepts(R"({"eventType":"ping","playerTime":{"ts":1,"playhead":)" + number + "}}"))
            << number;
        return event_.playhead_ms;
    };
    EXPECT_EQ(playhead("60.39333333333333"), 60393);
    EXPECT_EQ(playhead("0.0005"), 1);
    EXPECT_EQ(playhead("0.0004999"), 0);
    EXPECT_EQ(playhead("-1"), -1000);
    EXPECT_EQ(playhead("-0.0005"), 0);
    EXPECT_EQ(playhead("1.5e3"), 1'500'000);
    EXPECT_EQ(playhead("1e300"), int64_t{1} << 53);
    EXPECT_EQ(playhead("-1e300"), -(int64_t{1} << 53));
    EXPECT_EQ(playhead("123456789012345678901234567890"), int64_t{1} << 53);
}

TEST_F(DecoderTest, a_number_of_many_digits_is_read_as_well_as_a_short_one) {
    const auto body = [](const std::string& number, const std::string& behind) {
        return R"({"eventType":"ping","playerTime":{"playhead":)" + number + behind + "}}";
    };
    for (const char* behind : {",\"ts\":1", " \r\n,\"ts\":1"}) {
        ASSERT_TRUE(accepts(body("0.99999999999999999999", behind)));
        EXPECT_EQ(event_.playhead_ms, 1000);
        ASSERT_TRUE(accepts(body("0.0123456789012345678901234567890", behind)));
        EXPECT_EQ(event_.playhead_ms, 12);
        ASSERT_TRUE(accepts(body("0.5e00000000000000000000001", behind)));
        EXPECT_EQ(event_.playhead_ms, 5000);
        ASSERT_TRUE(accepts(body("0e40888888888888888888888888", behind)));
        EXPECT_EQ(event_.playhead_ms, 0);
        EXPECT_TRUE(is_malformed(body("1e40888888888888888888888888", behind)));
        EXPECT_TRUE(is_malformed(body("00.99999999999999999999", behind)));
        EXPECT_TRUE(is_malformed(body("0.99999999999999999999x", behind)));
        EXPECT_TRUE(is_malformed(body("0.99999999999999999999 x", behind)));
    }
    EXPECT_TRUE(
        accepts(ping(R"(,"params":{"a":[0.99999999999999999999,{"b":1}]})"), Profile::lenient));
    EXPECT_TRUE(is_malformed(ping(R"(,"params":{"a":[0.99999999999999999999)")));
}

TEST_F(DecoderTest, the_time_stamp_is_an_exact_integer_of_64_bits) {
    const auto body = [](const std::string& number) {
        return R"({"eventType":"ping","playerTime":{"playhead":0,"ts":)" + number + "}}";
    };
    for (const char* number : {"3", "3.0", "3e0", "30e-1"}) {
        ASSERT_TRUE(accepts(body(number))) << number;
        EXPECT_EQ(event_.ts, 3);
    }
    ASSERT_TRUE(accepts(body("9223372036854775807")));
    EXPECT_EQ(event_.ts, std::numeric_limits<int64_t>::max());
    ASSERT_TRUE(accepts(body("-9223372036854775808")));
    EXPECT_EQ(event_.ts, std::numeric_limits<int64_t>::min());
    for (const char* number : {"3.5", "9223372036854775808", "1e19", "\"3\"", "true"}) {
        EXPECT_EQ(problems(body(number)), List{"/playerTime/ts: expected integer"}) << number;
        EXPECT_FALSE(accepts(body(number), Profile::lenient)) << number;
    }
}

TEST_F(DecoderTest, values_come_out_by_their_type) {
    ASSERT_TRUE(
        accepts(with("adBreakStart", R"(,"params":{"media.ad.podIndex":-1.0,)"
                                     R"("media.ad.podSecond":30.25,)"
                                     R"("media.ad.podFriendlyName":"a\/b\u00e9\ud83d\ude00"})")));
    EXPECT_EQ(event_.param(Parameter::media_ad_pod_index)->integer, -1);
    EXPECT_EQ(event_.param(Parameter::media_ad_pod_index)->number, -1);
    EXPECT_EQ(event_.param(Parameter::media_ad_pod_second)->number, 30.25);
    EXPECT_EQ(event_.param(Parameter::media_ad_pod_friendly_name)->text,
              "a/b\xc3\xa9\xf0\x9f\x98\x80");
    ASSERT_TRUE(accepts(session_start(R"(,"media.resume":true,"media.downloaded":false)")));
    EXPECT_EQ(event_.param(Parameter::media_resume)->integer, 1);
    EXPECT_EQ(event_.param(Parameter::media_downloaded)->integer, 0);
}

TEST_F(DecoderTest, a_fractional_quality_value_is_truncated_only_when_lenient) {
    const std::string body = ping(R"(,"qoeData":{"media.qoe.framesPerSecond":29.97},)"
                                  R"("params":{"media.qoe.bitrate":-1.5})");
    EXPECT_EQ(problems(body), (List{"/params/media.qoe.bitrate: expected integer",
                                    "/qoeData/media.qoe.framesPerSecond: expected integer"}));
    ASSERT_TRUE(accepts(body, Profile::lenient));
    EXPECT_EQ(event_.qoe_value(Parameter::media_qoe_frames_per_second)->integer, 29);
    EXPECT_EQ(event_.param(Parameter::media_qoe_bitrate)->integer, -1);
    EXPECT_FALSE(accepts(ping(R"(,"qoeData":{"media.qoe.bitrate":1e19})"), Profile::lenient));
    EXPECT_FALSE(accepts(with("chapterStart", R"(,"params":{"media.chapter.index":1.5,)"
                                              R"("media.chapter.offset":0,)"
                                              R"("media.chapter.length":1})"),
                         Profile::lenient));
}

// --- null, unknown keys
// ---------------------------------------------------------------------------

TEST_F(DecoderTest, null_is_a_wrong_type_and_means_absent_when_lenient) {
    const std::string body = ping(R"(,"params":{"media.qoe.bitrate":null},"qoeData":null,)"
                                  R"("customMetadata":{"a":null})");
    EXPECT_EQ(problems(body),
              (List{"/customMetadata/a: expected string",
                    "/params/media.qoe.bitrate: expected integer", "/qoeData: expected object"}));
    ASSERT_TRUE(accepts(body, Profile::lenient));
    EXPECT_TRUE(event_.params.empty());
    EXPECT_EQ(event_.fingerprint, fingerprint(ping("")));
    EXPECT_EQ(
        problems(with("stateStart", R"(,"params":{"media.state.name":null})"), Profile::lenient),
        List{"/params/media.state.name: required"});
    EXPECT_EQ(problems(with("stateStart", R"(,"params":null)"), Profile::lenient),
              List{"/params: required"});
    EXPECT_EQ(
        problems(R"({"playerTime":{"playhead":null,"ts":1},"eventType":null})", Profile::lenient),
        (List{"/eventType: required", "/playerTime/playhead: required"}));
}

TEST_F(DecoderTest, unknown_keys_are_ignored_in_params_and_qoe_data_only_and_only_when_lenient) {
    EXPECT_FALSE(accepts(ping_with_params(R"("my.key":{"a":[1,null]})")));
    EXPECT_TRUE(accepts(ping_with_params(R"("my.key":{"a":[1,null]})"), Profile::lenient));
    EXPECT_TRUE(accepts(ping(R"(,"qoeData":{"media.id":1,"x":null})"), Profile::lenient));
    EXPECT_FALSE(accepts(ping(R"(,"extra":null)"), Profile::lenient));
    EXPECT_FALSE(accepts(R"({"eventType":"ping","playerTime":{"playhead":0,"ts":1,"x":1}})",
                         Profile::lenient));
    EXPECT_FALSE(accepts(ping(R"(,"customMetadata":{"bad-key":"x"})"), Profile::lenient));
}

// --- metadata, customer ids, states
// ---------------------------------------------------------------

TEST_F(DecoderTest, metadata_keys_and_values_are_checked_on_every_event) {
    EXPECT_TRUE(accepts(ping(R"(,"customMetadata":{"a.media.show":"x","_":"","A9":"y"})")));
    for (const char* metadata :
         {R"({"bad-key":"x"})", R"({"":"x"})", R"({"a b":"x"})", R"({"a":1})", R"({"a":true})",
          R"({"a":{}})", R"({"\u00e9":"x"})", "[]", "\"\""}) {
        EXPECT_FALSE(accepts(ping(std::string(",\"customMetadata\":") + metadata))) << metadata;
    }
}

TEST_F(DecoderTest, metadata_comes_out_unescaped) {
    ASSERT_TRUE(accepts(session_start().insert(1, R"("customMetadata":{"\u006by":"a\"b"},)")));
    ASSERT_EQ(event_.custom_metadata.size(), 1U);
    EXPECT_EQ(event_.custom_metadata[0].key, "ky");
    EXPECT_EQ(event_.custom_metadata[0].value, "a\"b");
}

TEST_F(DecoderTest, customer_ids_are_objects_with_an_id_and_perhaps_an_authentication_state) {
    const auto body = [](const std::string& ids) {
        return session_start(R"(,"visitor.customerIDs":)" + ids);
    };
    for (const char* ids : {"{}", R"({"a":{"id":""}})",
                            R"({"a":{"id":"x","authState":0},"b":{"authState":2.0,"id":"y"}})"}) {
        ASSERT_TRUE(accepts(body(ids))) << ids;
        EXPECT_EQ(event_.param(Parameter::visitor_customer_ids)->text, ids);
    }
    const std::string at = "/params/visitor.customerIDs";
    EXPECT_EQ(problems(body("[]")), List{at + ": expected object"});
    EXPECT_EQ(problems(body(R"({"a":"x"})")), List{at + "/a: expected object"});
    EXPECT_EQ(problems(body(R"({"a":null})")), List{at + "/a: expected object"});
    EXPECT_EQ(problems(body(R"({"a":{}})")), List{at + "/a/id: required"});
    EXPECT_EQ(problems(body(R"({"a":{"id":1,"authState":3,"x":{}}})")),
              (List{at + "/a/authState: expected 0, 1 or 2", at + "/a/id: expected string",
                    at + "/a/x: not allowed here"}));
    for (const char* state : {"-1", "3", "1.5", "\"1\"", "null", "true", "[1]"}) {
        EXPECT_FALSE(accepts(body(R"({"a":{"id":"x","authState":)" + std::string(state) + "}}")))
            << state;
    }
    EXPECT_TRUE(accepts(body(R"({"a":{"id":"x","authState":null},"b":null})"), Profile::lenient));
    EXPECT_FALSE(accepts(body(R"({"a":{"id":null}})"), Profile::lenient));
    EXPECT_FALSE(accepts(body(R"({"a":{"id":"x","y":1}})"), Profile::lenient));
}

TEST_F(DecoderTest, customer_ids_outlive_the_body) {
    ASSERT_TRUE(accepts(session_start(R"(,"visitor.customerIDs": { "a" : {"id":"x"} } )")));
    body_.assign(body_.size(), '#');
    EXPECT_EQ(event_.param(Parameter::visitor_customer_ids)->text, R"({ "a" : {"id":"x"} })");
}

TEST_F(DecoderTest, a_states_update_gives_the_names_of_its_lists) {
    ASSERT_TRUE(
        accepts(with("statesUpdate", R"(,"params":{"statesEnd":[{"media.state.name":"mute"},)"
                                     R"({"media.state.name":"\u0061b"}],)"
                                     R"("statesStart":[{"media.state.name":""}]})")));
    EXPECT_EQ(event_.states_end, (std::vector<std::string_view>{"mute", "ab"}));
    EXPECT_EQ(event_.states_start, (std::vector<std::string_view>{""}));
    ASSERT_TRUE(accepts(with("statesUpdate", R"(,"params":{"statesEnd":[]})")));
    EXPECT_TRUE(event_.states_end.empty() && event_.states_start.empty());
}

TEST_F(DecoderTest, the_lists_of_a_states_update_are_checked) {
    const auto body = [](const std::string& list) {
        return with("statesUpdate", R"(,"params":{"statesStart":)" + list + '}');
    };
    const std::string at = "/params/statesStart";
    EXPECT_EQ(problems(body("{}")), List{at + ": expected array"});
    EXPECT_EQ(problems(body(R"([{"media.state.name":"a"},1])")), List{at + "/1: expected object"});
    EXPECT_EQ(problems(body("[{}]")), List{at + "/0/media.state.name: required"});
    EXPECT_EQ(problems(body(R"([{"media.state.name":1,"x":2}])")),
              (List{at + "/0/media.state.name: expected string", at + "/0/x: not allowed here"}));
    EXPECT_FALSE(accepts(body("[null]"), Profile::lenient));
    EXPECT_FALSE(accepts(body(R"([{"media.state.name":"a","x":1}])"), Profile::lenient));
    EXPECT_TRUE(accepts(body("null"), Profile::lenient));
}

// --- JSON
// -----------------------------------------------------------------------------------------

TEST_F(DecoderTest, what_is_not_json_is_malformed) {
    const std::string good = ping("");
    for (const std::string& body : {std::string(),
                                    std::string(" "),
                                    good + "x",
                                    good + good,
                                    good + ",",
                                    good + "]",
                                    good.substr(0, good.size() - 1),
                                    ping(",\"params\":{},"),
                                    ping(",params:{}"),
                                    ping(",\"params\":{\"a\":01}"),
                                    ping(",\"params\":{\"a\":1.}"),
                                    ping(",\"params\":{\"a\":+1}"),
                                    ping(",\"params\":{\"a\":tru}"),
                                    ping(",\"params\":{\"a\":nul}"),
                                    ping(",\"params\":{\"a\":nulll}"),
                                    ping(",\"params\":{\"a\":[1,]}"),
                                    ping(",\"params\":{\"a\":[1}"),
                                    ping(",\"params\":{\"a\":1e400}"),
                                    ping(",\"params\":{\"a\":\"\x01\"}"),
                                    ping(",\"params\":{\"a\":\"\\x\"}"),
                                    ping(",\"params\":{\"a\":\"\\ud800\"}"),
                                    ping(",\"params\":{\"a\":\"\xff\"}"),
                                    ping(",\"params\":{\"a\":\"\xc0\x80\"}"),
                                    ping(",\"params\":{\"a\":\"\xed\xa0\x80\"}"),
                                    ping("/* comment */"),
                                    ping(",\"params\":{\"a\":'b'}"),
                                    ping(",\"params\":{\"a\":NaN}")}) {
        EXPECT_TRUE(is_malformed(body)) << body;
        EXPECT_EQ(judge(body, Profile::lenient), Rejection::malformed_json) << body;
        ASSERT_EQ(problems_.all().size(), 1U);
        EXPECT_EQ(problems_.all()[0].path, "");
    }
}

TEST_F(DecoderTest, another_value_than_an_object_is_refused) {
    for (const char* body : {"[]", "[{}]", "1", "\"ping\"", "null", "true"}) {
        EXPECT_EQ(problems(body), List{": expected object"}) << body;
    }
}

TEST_F(DecoderTest, a_byte_order_mark_and_white_space_around_the_object_are_skipped) {
    EXPECT_TRUE(accepts("\xef\xbb\xbf" + ping("")));
    EXPECT_TRUE(accepts(" \t\r\n" + ping("") + " \n"));
    EXPECT_TRUE(is_malformed("\xef\xbb\xbf\xef\xbb\xbf" + ping("")));
}

TEST_F(DecoderTest, nesting_is_accepted_to_its_limit) {
    // The event and `params` are two levels.
    const auto nested = [](size_t levels) {
        return ping_with_params("\"x\":" + std::string(levels - 2, '[') +
                                std::string(levels - 2, ']'));
    };
    EXPECT_TRUE(accepts(nested(event::nesting - 1), Profile::lenient));
    EXPECT_TRUE(accepts(nested(event::nesting), Profile::lenient));
    EXPECT_EQ(judge(nested(event::nesting + 1), Profile::lenient), Rejection::malformed_json);
    EXPECT_EQ(problems_.all()[0].reason, "expected at most 16 levels of nesting");
    EXPECT_EQ(judge(nested(1000), Profile::lenient), Rejection::malformed_json);
}

TEST_F(DecoderTest, of_members_with_one_name_only_the_last_counts) {
    ASSERT_TRUE(accepts(R"({"eventType":"play","playerTime":{"playhead":"x","ts":1},)"
                        R"("playerTime":{"playhead":7,"ts":5,"ts":6,"\u0074s":8},)"
                        R"("params":{"unknown":1},"eventType":"ping","params":{}})"));
    EXPECT_EQ(event_.type, EventType::ping);
    EXPECT_EQ(event_.playhead_ms, 7000);
    EXPECT_EQ(event_.ts, 8);
    EXPECT_EQ(event_.fingerprint,
              fingerprint(R"({"eventType":"ping","playerTime":{"playhead":7,"ts":8}})"));
    EXPECT_FALSE(accepts(ping_with_params(R"("media.qoe.bitrate":1,"media.qoe.bitrate":"x")")));
    EXPECT_TRUE(accepts(ping_with_params(R"("media.qoe.bitrate":"x","media.qoe.bitrate":1)")));
    EXPECT_EQ(event_.params.size(), 1U);
    EXPECT_TRUE(is_malformed(ping_with_params(R"("media.qoe.bitrate":tru,"media.qoe.bitrate":1)")));
}

TEST_F(DecoderTest, repeated_names_are_noticed_in_objects_of_any_size) {
    for (const size_t count : {2U, 63U, 64U, 65U, 66U, 500U}) {
        std::string metadata = "\"k0\":\"first\"";
        for (size_t i = 1; i < count; ++i) metadata += ",\"k" + std::to_string(i) + "\":\"v\"";
        ASSERT_TRUE(accepts(session_start().insert(1, "\"customMetadata\":{" + metadata + "},")));
        EXPECT_EQ(event_.custom_metadata.size(), count);
        metadata += ",\"k0\":\"last\"";
        ASSERT_TRUE(accepts(session_start().insert(1, "\"customMetadata\":{" + metadata + "},")));
        ASSERT_EQ(event_.custom_metadata.size(), count);
        EXPECT_EQ(event_.custom_metadata.back().value, "last");
    }
}

// --- fingerprint
// ----------------------------------------------------------------------------------

TEST_F(DecoderTest, the_spelling_of_an_event_does_not_change_its_fingerprint) {
    const uint64_t expected =
        fingerprint(R"({"eventType":"stateStart","playerTime":{"playhead":3,"ts":9},)"
                    R"("params":{"media.state.name":"a","media.qoe.bitrate":5}})");
    EXPECT_EQ(expected, fingerprint(R"( { "params":{"media.qoe.bitrate":5.0,)"
                                    R"("media.state.name":"\u0061"},"qoeData":{},)"
                                    R"("playerTime":{"ts":9e0,"playhead":3.0},)"
                                    R"("customMetadata":{},"eventType":"stateStart"})"));
    EXPECT_EQ(expected,
              fingerprint(R"({"eventType":"stateStart","playerTime":{"playhead":3,"ts":9},)"
                          R"("params":{"media.state.name":"a","media.qoe.bitrate":5}})",
                          Profile::lenient));
}

TEST_F(DecoderTest, every_difference_changes_the_fingerprint) {
    const List bodies = {
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9}})",
        R"({"eventType":"play","playerTime":{"playhead":3,"ts":9}})",
        R"({"eventType":"ping","playerTime":{"playhead":9,"ts":3}})",
        R"({"eventType":"ping","playerTime":{"playhead":3.0001,"ts":9}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":10}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},"qoeData":{"bitrate":1}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},"qoeData":{"bitrate":2}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},"qoeData":{"bitrate":0.5}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},)"
        R"("qoeData":{"media.qoe.bitrate":1}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},)"
        R"("params":{"media.qoe.bitrate":1}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},"customMetadata":{"a":"b"}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},"customMetadata":{"b":"a"}})",
        R"({"eventType":"ping","playerTime":{"playhead":3,"ts":9},"customMetadata":{"a":""}})",
    };
    for (size_t i = 0; i < bodies.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
            EXPECT_NE(fingerprint(bodies[i]), fingerprint(bodies[j])) << bodies[i] << bodies[j];
        }
    }
}

// --- stored bodies and batches
// --------------------------------------------------------------------

TEST_F(DecoderTest, a_stored_body_is_judged_leniently) {
    event::Event event;
    EXPECT_TRUE(decoder_.decode_stored(ping_with_params(R"("x":1)"), event));
    EXPECT_EQ(event.type, EventType::ping);
    EXPECT_FALSE(decoder_.decode_stored("{}", event));
}

class BatchTest : public DecoderTest {
  protected:
    std::optional<Rejection> judge_batch(const std::string& body) {
        problems_.clear();
        seen_.clear();
        body_ = body + std::string(http::body_padding, '\0');
        return decoder_.decode_batch(
            std::string_view(body_).substr(0, body.size()), Profile::standard,
            [this](size_t index, const event::Event& event) {
                seen_.emplace_back(index, event.type);
            },
            problems_);
    }

    std::vector<std::pair<size_t, EventType>> seen_;
};

TEST_F(BatchTest, each_element_is_given_in_order) {
    EXPECT_EQ(judge_batch("\xef\xbb\xbf [" + with("play") + " , " + ping("") + "\n]\n"),
              std::nullopt);
    EXPECT_EQ(seen_, (std::vector<std::pair<size_t, EventType>>{{0, EventType::play},
                                                                {1, EventType::ping}}));
}

TEST_F(BatchTest, every_element_is_judged_and_problems_name_it) {
    EXPECT_EQ(judge_batch("[" + ping("") + ",1," + with("x") + "," + ping(",\"y\":1") + "]"),
              Rejection::schema_failure);
    EXPECT_EQ(seen_.size(), 1U);
    ASSERT_EQ(problems_.all().size(), 3U);
    EXPECT_EQ(problems_.all()[0].path, "/1");
    EXPECT_EQ(problems_.all()[1].path, "/2/eventType");
    EXPECT_EQ(problems_.all()[2].path, "/3/y");
}

TEST_F(BatchTest, what_is_not_an_array_of_something_is_refused) {
    EXPECT_EQ(judge_batch("[]"), Rejection::wrong_batch);
    EXPECT_EQ(judge_batch(ping("")), Rejection::wrong_batch);
    for (const std::string& body :
         {std::string("["), "[" + ping(""), "[" + ping("") + ",]", "[" + ping("") + "]]",
          "[" + ping("") + " " + ping("") + "]", "[" + ping("") + "]x", std::string("[{]}]"),
          std::string("[,]"), "[" + ping("") + "}"}) {
        EXPECT_EQ(judge_batch(body), Rejection::malformed_json) << body;
    }
}

TEST_F(BatchTest, a_batch_of_twenty_thousand_elements_is_accepted) {
    std::string body = "[" + ping("");
    for (size_t i = 1; i < 20'000; ++i) body += "," + ping("");
    EXPECT_EQ(judge_batch(body + "]"), std::nullopt);
    EXPECT_EQ(seen_.size(), 20'000U);
}

TEST_F(BatchTest, an_element_may_be_as_large_as_an_event) {
    const auto element = [](size_t bytes) {
        const std::string event = ping(R"(,"customMetadata":{"a":""})");
        return ping(R"(,"customMetadata":{"a":")" + std::string(bytes - event.size(), 'x') + "\"}");
    };
    EXPECT_EQ(judge_batch("[" + element(event::event_bytes - 1) + "]"), std::nullopt);
    EXPECT_EQ(judge_batch("[" + element(event::event_bytes) + "]"), std::nullopt);
    EXPECT_EQ(judge_batch("[" + element(event::event_bytes + 1) + "]"), Rejection::too_large);
}

TEST_F(BatchTest, repeated_names_in_an_element_are_settled_there) {
    EXPECT_EQ(judge_batch("[" + ping(R"(,"eventType":"play")") + "," + ping("") + "]"),
              std::nullopt);
    EXPECT_EQ(seen_, (std::vector<std::pair<size_t, EventType>>{{0, EventType::play},
                                                                {1, EventType::ping}}));
}

}  // namespace
}  // namespace playhead::ingest
