// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <cstdlib>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

namespace playhead::app {
namespace {

class ConfigFile : public testing::Test {
  protected:
    ConfigFile() {
        char path[] = "/tmp/playhead-config-XXXXXX";
        close(mkstemp(path));
        path_ = path;
    }

    ~ConfigFile() override { unlink(path_.c_str()); }

    base::Result<void> read(const std::string& text) {
        std::ofstream(path_) << text;
        return set_from_file(config_, origins_, path_);
    }

    std::string path_;
    Config config_;
    Origins origins_;
};

const ConfigKey& key(std::string_view name) {
    for (const ConfigKey& one : config_keys()) {
        if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return config_keys().front();
}

TEST_F(ConfigFile, sets_what_it_names_and_leaves_the_rest) {
    ASSERT_TRUE(
        read("data = \"/srv/p\"\n[session]\ninactivity_seconds = 7\n"
             "[ingest]\nreport_suites = [\"a\", \"b\"]\n"));
    EXPECT_EQ(config_.data, "/srv/p");
    EXPECT_EQ(config_.inactivity_seconds, 7);
    EXPECT_EQ(config_.report_suites, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(config_.idle_seconds, 1800);
    EXPECT_EQ(origins_, (Origins{{"data", path_ + " line 1"},
                                 {"session.inactivity_seconds", path_ + " line 3"},
                                 {"ingest.report_suites", path_ + " line 5"}}));
}

TEST_F(ConfigFile, an_unknown_key_is_an_error_that_names_file_line_and_key) {
    const auto set = read("[session]\n\ninactivity_secs = 7\n");
    ASSERT_FALSE(set);
    EXPECT_NE(set.error().what.find(path_), std::string::npos);
    EXPECT_NE(set.error().what.find("line 3"), std::string::npos);
    EXPECT_NE(set.error().what.find("session.inactivity_secs"), std::string::npos);
    EXPECT_NE(set.error().what.find("session.inactivity_seconds"), std::string::npos);
}

TEST_F(ConfigFile, a_value_of_the_wrong_kind_is_an_error) {
    EXPECT_FALSE(read("[session]\ninactivity_seconds = 1.5\n"));
    EXPECT_FALSE(read("[session]\ninactivity_seconds = true\n"));
    EXPECT_FALSE(read("[ingest]\nreport_suites = [1]\n"));
    EXPECT_FALSE(read("not toml"));
    EXPECT_FALSE(set_from_file(config_, origins_, "/no/such/file"));
}

TEST(Config, limits_hold_at_below_and_above) {
    Config config;
    for (const ConfigKey& one : config_keys()) {
        if (!std::holds_alternative<int64_t Config::*>(one.member)) continue;
        EXPECT_TRUE(set_from_text(config, one, std::to_string(one.least))) << one.name;
        EXPECT_TRUE(set_from_text(config, one, std::to_string(one.most))) << one.name;
        EXPECT_FALSE(set_from_text(config, one, std::to_string(one.least - 1))) << one.name;
        // The most may be all that a number can hold.
        const uint64_t too_many = static_cast<uint64_t>(one.most) + 1;
        EXPECT_FALSE(set_from_text(config, one, std::to_string(too_many))) << one.name;
        EXPECT_FALSE(set_from_text(config, one, "")) << one.name;
        EXPECT_FALSE(set_from_text(config, one, "1x")) << one.name;
    }
}

TEST(Config, defaults_lie_within_their_limits) {
    const Config config;
    for (const ConfigKey& one : config_keys()) {
        const auto* member = std::get_if<int64_t Config::*>(&one.member);
        if (member == nullptr) continue;
        EXPECT_GE(config.*(*member), one.least) << one.name;
        EXPECT_LE(config.*(*member), one.most) << one.name;
    }
}

TEST(Config, a_choice_takes_its_words_only) {
    Config config;
    EXPECT_TRUE(set_from_text(config, key("ingest.profile"), "lenient"));
    EXPECT_EQ(config.profile, "lenient");
    EXPECT_FALSE(set_from_text(config, key("ingest.profile"), "strict"));
    EXPECT_FALSE(set_from_text(config, key("ingest.profile"), ""));
    EXPECT_EQ(config.profile, "lenient");
}

TEST(Config, a_list_is_separated_by_commas) {
    Config config;
    ASSERT_TRUE(set_from_text(config, key("ingest.report_suites"), "a,b"));
    EXPECT_EQ(config.report_suites, (std::vector<std::string>{"a", "b"}));
    ASSERT_TRUE(set_from_text(config, key("ingest.report_suites"), ""));
    EXPECT_TRUE(config.report_suites.empty());
}

TEST(Config, the_environment_names_each_key_once) {
    std::set<std::string> names;
    for (const ConfigKey& one : config_keys()) {
        EXPECT_TRUE(names.insert(environment_name(one)).second) << one.name;
    }
    EXPECT_TRUE(names.contains("PLAYHEAD_SESSION_INACTIVITY_SECONDS"));
    Config config;
    Origins origins;
    setenv("PLAYHEAD_SESSION_IDLE_SECONDS", "12", 1);
    EXPECT_TRUE(set_from_environment(config, origins));
    EXPECT_EQ(config.idle_seconds, 12);
    EXPECT_EQ(origins, (Origins{{"session.idle_seconds", "PLAYHEAD_SESSION_IDLE_SECONDS"}}));
    setenv("PLAYHEAD_SESSION_IDLE_SECONDS", "never", 1);
    const auto set = set_from_environment(config, origins);
    unsetenv("PLAYHEAD_SESSION_IDLE_SECONDS");
    ASSERT_FALSE(set);
    EXPECT_NE(set.error().what.find("PLAYHEAD_SESSION_IDLE_SECONDS"), std::string::npos);
}

}  // namespace
}  // namespace playhead::app
