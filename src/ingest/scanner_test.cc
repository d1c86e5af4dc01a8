// SPDX-License-Identifier: Apache-2.0
#include "ingest/scanner.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/splitmix.h"
#include "event/catalogue.h"
#include "http/message.h"
#include "ingest/decoder.h"

namespace playhead::ingest {
namespace {

using event::Parameter;
using event::ValueType;

// What an event says, as text of its own: its views need not live any longer.
std::string told(const event::Event& event) {
    std::string text = std::to_string(static_cast<int>(event.type)) + " " +
                       std::to_string(event.ts) + " " + std::to_string(event.playhead_ms) + " " +
                       std::to_string(event.fingerprint) + (event.drops_metadata ? " drops" : "");
    for (const auto* values : {&event.params, &event.qoe}) {
        text += " |";
        for (const event::ParameterValue& value : *values) {
            text += " " + std::string(event::name_of(value.name)) + "=" + std::string(value.text) +
                    "," + std::to_string(value.integer) + "," + std::to_string(value.number);
        }
    }
    for (const event::Metadata& one : event.custom_metadata) {
        text += " " + std::string(one.key) + ":" + std::string(one.value);
    }
    return text;
}

std::optional<std::string> scanned(const std::string& body) {
    const std::string padded = body + std::string(http::body_padding, '"');
    event::Event event;
    if (!scan(std::string_view(padded).substr(0, body.size()), event)) return std::nullopt;
    return told(event);
}

// By the JSON library: no body with white space is scanned.
std::optional<std::string> decoded(const std::string& body, Profile profile) {
    const std::string padded = ' ' + body + std::string(http::body_padding, '\0');
    Decoder decoder;
    event::Event event;
    Problems problems;
    const auto view = std::string_view(padded).substr(0, body.size() + 1);
    EXPECT_FALSE(scan(view, event));
    if (decoder.decode(view, profile, event, problems)) return std::nullopt;
    return told(event);
}

void expect_scanned(const std::string& body) {
    const auto found = scanned(body);
    ASSERT_TRUE(found) << body;
    EXPECT_EQ(found, decoded(body, Profile::standard)) << body;
    EXPECT_EQ(found, decoded(body, Profile::lenient)) << body;
}

std::string ping(const std::string& members) {
    return R"({"playerTime":{"playhead":1.5,"ts":1000},"eventType":"ping")" + members + "}";
}

std::string quality(const std::string& number) {
    return ping(R"(,"qoeData":{"bitrate":)" + number + "}");
}

std::string metadata(size_t count) {
    std::string list;
    for (size_t i = 0; i < count; ++i) {
        list += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"v\"";
    }
    return R"({"eventType":"sessionStart","playerTime":{"ts":1,"playhead":0},"params":{)"
           R"("analytics.trackingServer":"a","analytics.reportSuite":"b",)"
           R"("visitor.marketingCloudOrgId":"c","media.id":"d","media.length":1,)"
           R"("media.contentType":"vod","media.playerName":"e","media.channel":"f"},)"
           R"("customMetadata":{)" +
           list + "}}";
}

TEST(Scanner, a_ping_as_players_send_it_is_what_the_decoder_makes_of_it) {
    expect_scanned(ping(""));
    expect_scanned(ping(R"(,"params":{},"qoeData":{},"customMetadata":{})"));
    expect_scanned(ping(R"(,"qoeData":{"media.qoe.bitrate":5000000,"media.qoe.droppedFrames":2,)"
                        R"("media.qoe.framesPerSecond":50.0,"bitrate":0.5})"));
    expect_scanned(R"({"params":{"media.state.name":"mute"},"playerTime":{"ts":5,"playhead":2},)"
                   R"("eventType":"stateStart"})");
}

TEST(Scanner, every_event_type_is_read_with_all_plain_parameters_it_may_have) {
    for (size_t i = 0; i < event::event_type_count; ++i) {
        const event::EventRule& rule = event::rule_of(static_cast<event::EventType>(i));
        std::string params;
        rule.params.for_each([&params](Parameter one) {
            const ValueType type = event::type_of(one);
            if (type == ValueType::customer_ids || type == ValueType::state_names) return;
            params += params.empty() ? "\"" : ",\"";
            params += std::string(event::name_of(one)) + "\":";
            params += type == ValueType::string    ? "\"text\""
                      : type == ValueType::boolean ? "true"
                      : type == ValueType::integer ? "7"
                                                   : "7.25";
        });
        expect_scanned(R"({"eventType":")" + std::string(event::name_of(rule.type)) +
                       R"(","playerTime":{"playhead":1,"ts":2},"params":{)" + params +
                       R"(},"customMetadata":{"a":"b"}})");
    }
}

TEST(Scanner, numbers_are_read_up_to_their_limits) {
    for (const char* number :
         {"0", "-0", "7", "-7", "0.0", "-0.0", "0.5", "-0.5", "60.39333", "3.0", "-30.10",
          "123456789012345678", "-123456789012345678", "999999999999999999", "0.12345678901234",
          "12345678901234.5", "99999999999999.9", "100000.000000001"}) {
        expect_scanned(quality(number));
    }
    for (const char* number : {"1234567890123456789",
                               "123456789012345.6",
                               "1234567890123456.7",
                               "12345678901234.56",
                               "0.123456789012345",
                               "1e3",
                               "1E3",
                               "1.5e2",
                               "01",
                               "-01",
                               "00",
                               "1.",
                               ".5",
                               "-",
                               "+1",
                               "1.-5",
                               "--1",
                               "1,",
                               "NaN",
                               "Infinity",
                               "true",
                               "\"1\"",
                               "null",
                               "0x1",
                               "1 ",
                               ""}) {
        EXPECT_FALSE(scanned(quality(number))) << number;
    }
}

TEST(Scanner, each_digit_of_a_number_of_any_length_is_looked_at) {
    const std::string digits = "123456789098765432";
    for (size_t length = 1; length <= digits.size(); ++length) {
        const std::string number = digits.substr(0, length);
        expect_scanned(quality(number));
        for (size_t place = 0; place < length; ++place) {
            // The neighbours of the digits, one that equals a digit in its lower half, and the
            // ends.
            for (const char letter : {'/', ':', 'a', ' ', '\0', '\xff'}) {
                std::string wrong = number;
                wrong[place] = letter;
                EXPECT_FALSE(scanned(quality(wrong))) << wrong;
            }
        }
    }
}

TEST(Scanner, texts_are_read_unless_they_would_have_to_be_unescaped_or_judged) {
    for (size_t size = 0; size < 40; ++size) {
        expect_scanned(
            ping(R"(,"qoeData":{"media.qoe.errorID":")" + std::string(size, '~') + "\"}"));
        for (const char* part : {"\\n", "\\\"", "\\u0041", "\n", "\x1f", "\xc3\xa4", "\xff"}) {
            std::string text(size, 'x');
            text.insert(size / 2, part);
            EXPECT_FALSE(scanned(ping(R"(,"qoeData":{"media.qoe.errorID":")" + text + "\"}")))
                << text;
        }
    }
}

TEST(Scanner, custom_metadata_is_read_up_to_its_limit) {
    expect_scanned(metadata(most_metadata - 1));
    expect_scanned(metadata(most_metadata));
    EXPECT_FALSE(scanned(metadata(most_metadata + 1)));
    EXPECT_TRUE(decoded(metadata(most_metadata + 1), Profile::standard));
    expect_scanned(ping(R"(,"customMetadata":{"a":"dropped"})"));
}

TEST(Scanner, whatever_is_unusual_is_left_to_the_decoder) {
    for (const char* body :
         {"", "{", "{}", "[]", "null", R"({"eventType":"ping"})",
          R"({"playerTime":{"playhead":1,"ts":2}})", R"({"playerTime":{},"eventType":"ping"})",
          R"({"playerTime":{"ts":2},"eventType":"ping"})",
          R"({"playerTime":{"playhead":1},"eventType":"ping"})",
          R"({"playerTime":{"playhead":1,"ts":2.5},"eventType":"ping"})",
          R"({"playerTime":{"playhead":1,"ts":2,"x":3},"eventType":"ping"})",
          R"({"playerTime":{"playhead":1,"ts":2,"ts":3},"eventType":"ping"})",
          R"({"playerTime":{"playhead":1,"ts":2},"eventType":"Ping"})",
          R"({"playerTime":{"playhead":1,"ts":2},"eventType":7})",
          R"({"playerTime":{"playhead":1,"ts":2},"eventType":"adStart"})",
          R"({"playerTime":{"playhead":1,"ts":2},"eventType":"sessionStart","params":{}})",
          R"({"playerTime":{"playhead":1,"ts":2},"eventType":"statesUpdate"})"}) {
        EXPECT_FALSE(scanned(body)) << body;
    }
    for (const char* members : {R"(,"eventType":"ping")",
                                R"(,"playerTime":{"playhead":1,"ts":2})",
                                R"(,"other":1)",
                                R"(,"params":{},"params":{})",
                                R"(,"qoeData":{},"qoeData":{})",
                                R"(,"customMetadata":{},"customMetadata":{})",
                                R"(,"params":{"media.id":"x"})",
                                R"(,"params":{"media.qoe.bitrate":1.5})",
                                R"(,"params":{"media.qoe.bitrate":"1"})",
                                R"(,"params":{"media.qoe.bitrate":1,"media.qoe.bitrate":2})",
                                R"(,"params":{"x":1})",
                                R"(,"params":[])",
                                R"(,"params":null)",
                                R"(,"qoeData":{"media.id":"x"})",
                                R"(,"qoeData":{"bitrate":1}})",
                                R"(,"qoeData":{"bitrate":1)",
                                R"(,"params":{,})",
                                R"(,"params":{"media.qoe.bitrate":1,})",
                                R"(,"customMetadata":{"a b":"c"})",
                                R"(,"customMetadata":{"":"c"})",
                                R"(,"customMetadata":{"a":1})",
                                R"(,"customMetadata":{"a":"b","a":"c"})",
                                R"(,)",
                                R"( ,"params":{})"}) {
        EXPECT_FALSE(scanned(ping(members))) << members;
    }
    const std::string states = R"(,"params":{"statesStart":[{"media.state.name":"mute"}]}})";
    const std::string update = R"({"playerTime":{"playhead":1,"ts":2},"eventType":"statesUpdate")";
    EXPECT_FALSE(scanned(update + states));
    EXPECT_TRUE(decoded(update + states, Profile::standard));
}

// What stands behind the body may go on as the body would.
TEST(Scanner, nothing_behind_the_body_is_taken_for_a_part_of_it) {
    const std::string body =
        ping(R"(,"qoeData":{"media.qoe.errorID":"some text","bitrate":12},"customMetadata":{})");
    event::Event event;
    for (size_t size = 0; size < body.size(); ++size) {
        EXPECT_FALSE(scan(std::string_view(body + "        ").substr(0, size), event)) << size;
    }
    EXPECT_TRUE(scan(std::string_view(body + "        ").substr(0, body.size()), event));
}

// One byte of a good body is another one: where the scanner still reads it, the decoder agrees.
TEST(Scanner, whatever_it_reads_of_changed_bodies_the_decoder_reads_alike) {
    const std::string good = ping(
        R"(,"params":{"media.qoe.bitrate":500},"qoeData":{"bitrate":2.5,"media.qoe.errorID":"e"})");
    base::Splitmix random(20261127);
    size_t read = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string body = good;
        constexpr std::string_view letters = "0123456789.-eE{}[]:,\"\\ tsxn\x01\xc3";
        body[random.below(body.size())] = letters[random.below(letters.size())];
        const auto found = scanned(body);
        if (!found) continue;
        ++read;
        ASSERT_EQ(found, decoded(body, Profile::standard)) << body;
    }
    EXPECT_GT(read, 1000U);
}

}  // namespace
}  // namespace playhead::ingest
