// SPDX-License-Identifier: Apache-2.0
#include "session/breakdown.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::session {
namespace {

// Values come and go, all of them in each second; one session each.
class ManyChanges {
  public:
    static constexpr uint32_t values = 4'000;

    ManyChanges() {
        for (uint32_t value = 0; value < values; ++value) {
            texts_.push_back(pool_.hold("value " + std::to_string(10'000 + value)));
        }
    }

    ~ManyChanges() {
        for (const uint32_t text : texts_) pool_.release(text);
    }

    ManyChanges(const ManyChanges&) = delete;
    ManyChanges& operator=(const ManyChanges&) = delete;

    void pass(int64_t seconds) {
        for (; seconds > 0; --seconds) {
            for (uint32_t value = 0; value < values; ++value) {
                if (breakdown_.has(value)) {
                    breakdown_.leave(value, {});
                } else {
                    breakdown_.enter(value, texts_[value], {});
                }
            }
            breakdown_.end_second(now_, now_ + 1);
            ++now_;
        }
    }

    // Of the first value.
    std::vector<LiveValueSecond> seconds() const {
        std::vector<int64_t> asked;
        for (int64_t second = 0; second < now_; ++second) asked.push_back(second);
        return breakdown_.largest(1, asked).at(0).seconds;
    }

  private:
    TextPool pool_;
    std::vector<uint32_t> texts_;
    Breakdown breakdown_{pool_};
    int64_t now_ = 0;
};

TEST(Breakdown, two_million_changes_are_remembered_and_then_the_oldest_seconds_go) {
    constexpr auto full = static_cast<int64_t>(Breakdown::most_changes / ManyChanges::values);
    ManyChanges changes;
    changes.pass(full - 1);
    EXPECT_EQ(changes.seconds().size(), static_cast<size_t>(full - 1));
    // Each second after an odd number of changes has a session of the value.
    EXPECT_EQ(changes.seconds().front(), (LiveValueSecond{0, 1, 1}));
    EXPECT_EQ(changes.seconds().at(1), (LiveValueSecond{1'000, 0, 0}));
    changes.pass(2);
    EXPECT_EQ(changes.seconds().size(), static_cast<size_t>(full + 1)) << "from the end of 0 on";
    changes.pass(2);
    EXPECT_EQ(changes.seconds().size(), static_cast<size_t>(full + 1));
    EXPECT_EQ(changes.seconds().front(), (LiveValueSecond{2'000, 1, 1}));
}

TEST(Breakdown, a_value_is_forgotten_when_no_second_names_it) {
    TextPool pool;
    Breakdown breakdown(pool);
    const uint32_t text = pool.hold("a value");
    breakdown.enter(7, text, {});
    pool.release(text);
    breakdown.end_second(1, 2);
    breakdown.leave(7, {});
    EXPECT_EQ(breakdown.values(), 0U);
    breakdown.end_second(2, 3);
    EXPECT_EQ(pool.texts(), 1U);
    const auto late = static_cast<int64_t>(most_live_seconds) + 2;
    breakdown.end_second(late - 1, late);
    EXPECT_EQ(pool.texts(), 1U) << "the second 2 is one of the last 900 still";
    breakdown.end_second(late, late + 1);
    EXPECT_EQ(pool.texts(), 0U);
}

TEST(Breakdown, gives_back_what_it_held) {
    TextPool pool;
    {
        Breakdown breakdown(pool, true);
        const uint32_t text = pool.hold("drama, crime");
        breakdown.enter(0, text, {});
        pool.release(text);
        EXPECT_EQ(pool.texts(), 3U);
    }
    EXPECT_EQ(pool.texts(), 0U);
}

TEST(Breakdown, a_session_is_in_it_once) {
    TextPool pool;
    Breakdown breakdown(pool);
    breakdown.enter(0, std::nullopt, {});
    EXPECT_DEATH(breakdown.enter(0, std::nullopt, {}), "has\\(session\\)");
}

}  // namespace
}  // namespace playhead::session
