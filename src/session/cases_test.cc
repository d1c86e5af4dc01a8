// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/timeline_suite.h"

namespace playhead::session {
namespace {

const char* const folder = "tests/timelines";

std::vector<std::string> files_in(const std::string& path) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
}

void expect_told(const Json& actual, const std::string& key, const Json& wanted,
                 const std::string& where) {
    const Json value = actual.value(key, Json());
    EXPECT_TRUE(equal_as_published(value, wanted))
        << where << " " << key << ": got " << value.dump() << ", expected " << wanted.dump();
}

TEST(Cases, every_worked_case_gives_its_expected_values) {
    const std::vector<std::string> files = files_in(folder);
    EXPECT_EQ(files.size(), 50U);
    for (const std::string& file : files) {
        const Json document = read_json(file);
        const Json actual = told(fold_sample(document).row);
        for (const auto& [key, wanted] : document.at("expect").items()) {
            expect_told(actual, key, wanted, file);
        }
    }
}

TEST(Cases, every_golden_case_gives_its_expected_values) {
    const std::vector<std::string> files = files_in("tests/golden");
    EXPECT_GE(files.size(), 9U);
    for (const std::string& file : files) {
        const Json document = read_json(file);
        const Json actual = told(fold_sample(document).row);
        for (const auto& [key, wanted] : document.at("expect").items()) {
            expect_told(actual, key, wanted, file);
        }
    }
}

TEST(Cases, every_golden_case_of_another_rule_set_differs_only_where_it_says) {
    size_t checked = 0;
    for (const std::string& file : files_in("tests/golden")) {
        const Json document = read_json(file);
        const Json others = document.value("expectRules", Json::object());
        for (const auto& [number, differing] : others.items()) {
            const Rules rules{.rule_set = std::stoll(number)};
            const Json actual = told(fold_sample(document, rules).row);
            Json expected = document.at("expect");
            expected.update(differing);
            for (const auto& [key, wanted] : expected.items()) {
                expect_told(actual, key, wanted, file + " with rule set " + number);
            }
            ++checked;
        }
    }
    EXPECT_GE(checked, rule_differences().size());
}

TEST(Cases, every_session_of_the_cases_with_several_gives_its_expected_values) {
    size_t checked = 0;
    for (const std::string& file : files_in(std::string(folder) + "/multi")) {
        const Json document = read_json(file);
        for (const Json& session : document.at("sessions")) {
            const Json actual = told(fold_sample(session).row);
            const std::string prefix = session.at("sid").get<std::string>() + "/";
            for (const auto& [key, wanted] : document.at("expect").items()) {
                if (!key.starts_with(prefix)) continue;
                expect_told(actual, key.substr(prefix.size()), wanted, file);
                ++checked;
            }
        }
    }
    EXPECT_EQ(checked, 13U);
}

TEST(Cases, every_event_of_a_worked_case_has_one_verdict) {
    for (const std::string& file : files_in(folder)) {
        const Json document = read_json(file);
        const Folded folded = fold_sample(document);
        EXPECT_EQ(folded.events.size(), document.at("events").size()) << file;
    }
}

}  // namespace
}  // namespace playhead::session
