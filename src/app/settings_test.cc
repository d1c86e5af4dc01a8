// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/config_command.h"

namespace playhead::app {
namespace {

class SettingsTest : public testing::Test {
  protected:
    SettingsTest() {
        char path[] = "/tmp/playhead-settings-XXXXXX";
        close(mkstemp(path));
        path_ = path;
        sources_.file = path_;
    }

    ~SettingsTest() override { unlink(path_.c_str()); }

    void write(const std::string& text) const { std::ofstream(path_) << text; }

    std::string refusal() const {
        const auto settings = settle(sources_);
        return settings ? "" : settings.error().what;
    }

    std::string path_;
    SettingSources sources_;
};

const ConfigKey& key(std::string_view name) {
    for (const ConfigKey& one : config_keys()) {
        if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return config_keys().front();
}

TEST_F(SettingsTest, a_flag_goes_before_the_environment_and_that_before_the_file) {
    write("[session]\nidle_seconds = 7\ninactivity_seconds = 8\nreorder_seconds = 9\n");
    setenv("PLAYHEAD_SESSION_INACTIVITY_SECONDS", "18", 1);
    setenv("PLAYHEAD_SESSION_REORDER_SECONDS", "19", 1);
    sources_.flags["session.reorder_seconds"] = "29";
    const auto settings = settle(sources_);
    unsetenv("PLAYHEAD_SESSION_INACTIVITY_SECONDS");
    unsetenv("PLAYHEAD_SESSION_REORDER_SECONDS");
    ASSERT_TRUE(settings) << settings.error().what;
    EXPECT_EQ(settings->config.idle_seconds, 7);
    EXPECT_EQ(settings->config.inactivity_seconds, 18);
    EXPECT_EQ(settings->config.reorder_seconds, 29);
    EXPECT_EQ(origin_of(*settings, key("session.idle_seconds")), path_ + " line 2");
    EXPECT_EQ(origin_of(*settings, key("session.inactivity_seconds")),
              "PLAYHEAD_SESSION_INACTIVITY_SECONDS");
    EXPECT_EQ(origin_of(*settings, key("session.reorder_seconds")), "--session.reorder_seconds");
    EXPECT_EQ(origin_of(*settings, key("data")), "default");
}

TEST_F(SettingsTest, a_bad_flag_is_named) {
    write("");
    sources_.flags["session.reorder_seconds"] = "61";
    EXPECT_EQ(refusal().find("--session.reorder_seconds: "), 0U) << refusal();
}

TEST_F(SettingsTest, keeping_less_than_one_journal_file_is_refused_with_both_places) {
    write("[journal]\nretention_bytes = 1048575\n");
    sources_.flags["journal.segment_bytes"] = "1048576";
    const std::string why = refusal();
    EXPECT_NE(why.find("journal.retention_bytes = 1048575 (" + path_ + " line 2)"),
              std::string::npos)
        << why;
    EXPECT_NE(why.find("journal.segment_bytes = 1048576 (--journal.segment_bytes)"),
              std::string::npos)
        << why;
    EXPECT_NE(why.find("or 0 for everything"), std::string::npos) << why;
    write("[journal]\nretention_bytes = 1048576\n");
    EXPECT_EQ(refusal(), "");
    write("[journal]\nretention_bytes = 0\n");
    EXPECT_EQ(refusal(), "");
}

TEST_F(SettingsTest, two_addresses_that_meet_are_refused) {
    const auto meet = [this](const std::string& listen, const std::string& admin) {
        write("listen = \"" + listen + "\"\nadmin = \"" + admin + "\"\n");
        return refusal().find("line 2) contradicts listen") != std::string::npos;
    };
    EXPECT_TRUE(meet("127.0.0.1:8080", "127.0.0.1:8080"));
    EXPECT_TRUE(meet("0.0.0.0:8080", "127.0.0.1:8080"));
    EXPECT_TRUE(meet("127.0.0.1:8080", "[::]:8080"));
    EXPECT_TRUE(meet(":8080", "127.0.0.1:8080"));
    EXPECT_FALSE(meet("127.0.0.1:8080", "127.0.0.2:8080"));
    EXPECT_FALSE(meet("127.0.0.1:8080", "127.0.0.1:8081"));
    EXPECT_FALSE(meet("127.0.0.1:0", "127.0.0.1:0"));
}

TEST_F(SettingsTest, proxies_are_addresses_and_named_where_one_is_to_be_believed) {
    write("[http]\nclient_address = \"forwarded\"\n");
    EXPECT_NE(refusal().find("http.client_address = \"forwarded\" ("), std::string::npos);
    EXPECT_NE(refusal().find("contradicts http.proxies = []"), std::string::npos);
    write("[http]\nproxies = [\"10.0.0.0/8\", \"front.example.org\"]\n");
    EXPECT_NE(refusal().find("\"front.example.org\" is not an address"), std::string::npos);
    write("[http]\nproxies = [\"10.0.0.1/8\"]\n");
    EXPECT_NE(refusal().find("bits set behind its prefix"), std::string::npos);
}

TEST_F(SettingsTest, what_is_printed_gives_the_same_values_again) {
    write("data = \"/srv/a \\\"b\\\" \\\\ \\u0007\"\n[ingest]\nreport_suites = [\"a\", \"b\"]\n");
    const auto settings = settle(sources_);
    ASSERT_TRUE(settings) << settings.error().what;
    const std::string printed = config_as_toml(*settings);
    EXPECT_NE(printed.find("here from: " + path_ + " line 3\nreport_suites = [\"a\", \"b\"]\n"),
              std::string::npos)
        << printed;
    write(printed);
    const auto again = settle(sources_);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(again->config.data, "/srv/a \"b\" \\ \a");
    for (const ConfigKey& one : config_keys()) {
        EXPECT_EQ(toml_value(again->config, one), toml_value(settings->config, one)) << one.name;
        EXPECT_NE(origin_of(*again, one), "default") << one.name;
    }
}

TEST(Settings, only_what_may_change_is_taken_over_and_each_difference_is_told) {
    Config running;
    Settings wanted;
    EXPECT_TRUE(take_over(running, wanted).empty());
    wanted.config.retention_hours = 5;
    wanted.config.idle_seconds = 6;
    wanted.origins["journal.retention_hours"] = "a.toml line 1";
    EXPECT_EQ(take_over(running, wanted),
              (std::vector<std::string>{
                  "session.idle_seconds stays 1800 until a restart takes over 6 (default)",
                  "journal.retention_hours is 5 now and was 0 (a.toml line 1)"}));
    EXPECT_EQ(running.retention_hours, 5);
    EXPECT_EQ(running.idle_seconds, 1800);
}

TEST(Settings, say_what_each_key_accepts) {
    EXPECT_EQ(accepted_values(key("data")), "text");
    EXPECT_EQ(accepted_values(key("ingest.profile")), "standard or lenient");
    EXPECT_EQ(accepted_values(key("ingest.report_suites")), "list of texts");
    EXPECT_EQ(accepted_values(key("session.reorder_seconds")), "0 to 60");
    EXPECT_EQ(accepted_values(key("journal.retention_bytes")), "0 or more");
}

}  // namespace
}  // namespace playhead::app
