// SPDX-License-Identifier: Apache-2.0
#include "web/live_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;
using session::Doing;
using session::LiveCounts;

LiveCounts counts_of(Doing doing, uint32_t sessions, uint32_t viewers) {
    LiveCounts counts{.sessions = sessions, .viewers = viewers};
    counts.sessions_doing[static_cast<size_t>(doing)] = sessions;
    counts.viewers_doing[static_cast<size_t>(doing)] = viewers;
    return counts;
}

json zeros() {
    json all;
    for (const char* name :
         {"starting", "content", "ad", "paused", "buffering", "stalled", "completed"}) {
        all[name] = {{"sessions", 0}, {"viewers", 0}};
    }
    return all;
}

TEST(live_json, tells_everything_that_is_done_and_the_seconds) {
    const session::LiveView view{.at = 5'500,
                                 .counts = counts_of(Doing::content, 3, 2),
                                 .seconds = {{4'000, counts_of(Doing::ad, 1, 1)}, {5'000, {}}},
                                 .values = {},
                                 .without = {}};
    json doing = zeros();
    doing["content"] = {{"sessions", 3}, {"viewers", 2}};
    const json expected = {
        {"at", 5'500},
        {"sessions", 3},
        {"viewers", 2},
        {"doing", doing},
        {"seconds",
         {{{"at", 4'000},
           {"sessions", 1},
           {"viewers", 1},
           {"doing", {{"ad", {{"sessions", 1}, {"viewers", 1}}}}}},
          {{"at", 5'000}, {"sessions", 0}, {"viewers", 0}, {"doing", json::object()}}}}};
    EXPECT_EQ(json::parse(live_json(view, {})), expected);
}

TEST(live_json, tells_each_value_and_what_has_none) {
    session::LiveView view;
    view.values = {{"w\xffst", counts_of(Doing::paused, 2, 2), {{3'000, 1, 1}}}};
    view.values_in_all = 7;
    view.without = counts_of(Doing::starting, 1, 1);
    LiveQuery query;
    query.by = "media.channel";
    json found = json::parse(live_json(view, query));
    EXPECT_EQ(found["by"], "media.channel");
    EXPECT_EQ(found["values"], 7);
    ASSERT_EQ(found["items"].size(), 1U);
    EXPECT_EQ(found["items"][0]["value"], "w\xef\xbf\xbdst");
    EXPECT_EQ(found["items"][0]["doing"]["paused"]["viewers"], 2);
    EXPECT_FALSE(found["items"][0].contains("seconds"));
    EXPECT_EQ(found["without"]["doing"]["starting"]["sessions"], 1);
    query.question.value_seconds = 1;
    found = json::parse(live_json(view, query));
    EXPECT_EQ(found["items"][0]["seconds"],
              json::array({{{"at", 3'000}, {"sessions", 1}, {"viewers", 1}}}));
}

}  // namespace
}  // namespace playhead::web
