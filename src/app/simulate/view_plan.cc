// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/view_plan.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace playhead::app {
namespace {

constexpr int64_t second = 1'000;
constexpr int64_t minute = 60 * second;
constexpr int64_t day = 86'400 * second;

constexpr std::array<int64_t, 6> video_ladder = {800, 1'500, 2'400, 3'600, 5'200, 8'000};
constexpr std::array<int64_t, 6> audio_ladder = {48, 64, 96, 128, 192, 256};

std::string seconds(int64_t ms) {
    return std::to_string(ms / second) + '.' + std::to_string(ms % second / 100);
}

std::string event_type(std::string_view type) {
    return R"("eventType":")" + std::string(type) + '"';
}

class Planner {
  public:
    Planner(const ViewWish& wish, base::Splitmix& random)
        : programme_(*wish.programme),
          person_(*wish.person),
          player_(*wish.person->player),
          random_(random),
          starts_at_(wish.starts_at),
          playhead_(programme_.is_live() ? wish.starts_at % day : wish.from_ms),
          rung_(person_.trouble > 40 ? 1 : 4) {}

    ViewPlan plan() {
        say("sessionStart");
        if (start()) watch();
        plan_.left_at_ms = playhead_;
        return std::move(plan_);
    }

  private:
    bool chance(uint64_t percent) { return random_.below(100) < percent; }

    // Around the mean, more often below it, seldom up to four times as much.
    int64_t spread(int64_t mean) {
        const auto a = static_cast<int64_t>(random_.below(1'000));
        const auto b = static_cast<int64_t>(random_.below(1'000));
        return mean * 4 * a / 1'000 * b / 1'000 + 1;
    }

    void say(std::string_view type, std::string_view more = {}) {
        plan_.steps.push_back({.at_ms = at_,
                               .playhead_ms = playhead_,
                               .advances = plays_,
                               .in_ad = in_ad_,
                               .paused = paused_,
                               .said = event_type(type) + std::string(more)});
    }

    void pass(int64_t ms) {
        at_ += ms;
        if (plays_) playhead_ += ms;
        if (programme_.is_live()) playhead_ %= day;
    }

    void say_play() {
        plays_ = true;
        paused_ = false;
        if (programme_.is_live()) playhead_ = (starts_at_ + at_) % day;
        say("play", quality());
    }

    std::string quality() {
        const int64_t bitrate = (programme_.is_audio ? audio_ladder : video_ladder).at(rung_);
        std::string text = R"(,"qoeData":{"media.qoe.bitrate":)" + std::to_string(bitrate);
        if (!programme_.is_audio) {
            text += R"(,"media.qoe.framesPerSecond":)" + std::string(rung_ > 2 ? "50" : "25") +
                    R"(,"media.qoe.droppedFrames":)" + std::to_string(dropped_frames_);
        }
        if (start_ms_ > 0) {
            const int64_t told =
                player_.mistake == Mistake::start_time_in_seconds ? start_ms_ / second : start_ms_;
            text += R"(,"media.qoe.timeToStart":)" + std::to_string(told);
            start_ms_ = 0;
        }
        return text + '}';
    }

    // Until the first picture. False: it never came.
    bool start() {
        const auto trouble = static_cast<int64_t>(person_.trouble);
        start_ms_ = 350 + spread(500 + trouble * 45);
        pass(120 + static_cast<int64_t>(random_.below(200)));
        say("bufferStart");
        if (random_.below(1'000) < 4 + person_.trouble / 2) {
            pass(spread(4 * second));
            fail("manifest-404", "external");
            if (chance(70)) leave();
            return false;
        }
        pass(std::min(start_ms_, 20 * second));
        if (start_ms_ > 3 * second && chance(15)) {
            leave();
            return false;
        }
        const bool has_preroll = programme_.break_s > 0 && !person_.pays;
        if (has_preroll && !pod(0)) return false;
        say_play();
        if (player_.kind == Library::browser) {
            pass(second + static_cast<int64_t>(random_.below(300)));
            say("play");  // the browser SDK says it twice
        }
        return true;
    }

    void fail(std::string_view id, std::string_view source) {
        say("error", R"(,"qoeData":{"media.qoe.errorID":")" + std::string(id) +
                         R"(","media.qoe.errorSource":")" + std::string(source) + R"("})");
    }

    // How much content this person will watch.
    int64_t goal() {
        if (programme_.is_live()) return 30 * second + spread(22 * minute);
        const int64_t rest = int64_t{programme_.length_s} * second - playhead_;
        const uint64_t mood = random_.below(100);
        if (mood < 9) return 5 * second + spread(25 * second);
        if (mood < 30) return spread(5 * minute);
        if (mood < 55 + person_.trouble / 4) return spread(rest / 2);
        return INT64_MAX;
    }

    // The content's next edge of a grid: where a break lies, or a chapter ends.
    int64_t until_edge(int64_t grid) const { return grid - playhead_ % grid; }

    int64_t chapter_ms() const {
        const int64_t length = int64_t{programme_.length_s} * second;
        return std::max<int64_t>(length / std::max<int64_t>(programme_.chapters, 1), 1);
    }

    void watch() {
        int64_t left = goal();
        if (programme_.chapters > 0) begin_chapter();
        while (true) {
            int64_t run = std::min(left, incident_after());
            const int64_t to_break = programme_.break_s > 0
                                         ? until_edge(int64_t{programme_.break_s} * second)
                                         : INT64_MAX;
            const int64_t to_chapter =
                programme_.chapters > 0 ? until_edge(chapter_ms()) : INT64_MAX;
            const int64_t to_end = programme_.is_live()
                                       ? INT64_MAX
                                       : int64_t{programme_.length_s} * second - playhead_;
            run = std::min({run, to_break, to_chapter, to_end});
            pass(run);
            if (left != INT64_MAX) left -= run;
            if (run == to_end) return complete();
            if (left <= 0) return leave();
            if (run == to_chapter) turn_chapter();
            if (run == to_break) {
                const int64_t index = playhead_ / (int64_t{programme_.break_s} * second);
                if (!pod(std::max<int64_t>(index, 1))) return;
                say_play();
            } else if (run != to_chapter && !incident()) {
                return;
            }
        }
    }

    int64_t incident_after() {
        return second + spread(person_.trouble > 40 ? 2 * minute : 5 * minute);
    }

    // Something happens while the content plays. False: the view ended by it.
    bool incident() {
        const uint64_t what = random_.below(100 + 2 * person_.trouble);
        if (what < 24) {
            pause();
        } else if (what < 40 && !programme_.is_live()) {
            seek();
        } else if (what < 58) {
            toggle("fullScreen", full_screen_);
        } else if (what < 64) {
            toggle("mute", muted_);
        } else if (what < 68) {
            toggle("closedCaptioning", captions_);
        } else if (what < 100) {
            change_bitrate();
        } else if (what < 180 || !chance(20)) {
            buffer();
        } else if (chance(60)) {
            stall();
        } else {
            fail(chance(50) ? "decode-3016" : "segment-timeout",
                 chance(60) ? "player" : "external");
            if (chance(40)) {
                leave();
                return false;
            }
        }
        return true;
    }

    void pause() {
        plays_ = false;
        paused_ = true;
        say("pauseStart");
        pass(std::min(second + spread(90 * second), 8 * minute));
        say_play();
    }

    void seek() {
        plays_ = false;
        paused_ = true;
        say("pauseStart");
        const int64_t by = (chance(35) ? -1 : 1) * (10 * second + spread(70 * second));
        pass(400 + spread(second));
        const int64_t from = playhead_;
        // Content before the last minute: who seeks over the end completes by watching the rest.
        const int64_t last =
            std::max<int64_t>(int64_t{programme_.length_s} * second - minute, from);
        playhead_ = std::clamp<int64_t>(playhead_ + by, 0, last);
        if (programme_.chapters > 0 && from / chapter_ms() != playhead_ / chapter_ms()) {
            say("chapterSkip");
            begin_chapter();
        }
        say_play();
    }

    void buffer() {
        plays_ = false;
        say("bufferStart");
        pass(300 + spread(second + int64_t{person_.trouble} * 40));
        dropped_frames_ += static_cast<int64_t>(random_.below(30));
        if (rung_ > 0) --rung_;
        say_play();
    }

    // The picture stands while the player believes that it plays.
    void stall() {
        plays_ = false;
        say("ping");
        pass(21 * second + spread(8 * second));
        plays_ = true;
        say("ping");
    }

    void change_bitrate() {
        const bool up = chance(person_.trouble > 40 ? 35 : 65);
        if (up ? rung_ + 1 >= video_ladder.size() : rung_ == 0) return;
        up ? ++rung_ : --rung_;
        dropped_frames_ += static_cast<int64_t>(random_.below(8));
        say("bitrateChange", quality());
        if (player_.mistake != Mistake::repeats_bitrate) return;
        pass(second);
        say("bitrateChange", quality());
    }

    void toggle(std::string_view name, bool& is_on) {
        is_on = !is_on;
        say(is_on ? "stateStart" : "stateEnd",
            R"(,"params":{"media.state.name":")" + std::string(name) + R"("})");
    }

    void begin_chapter() {
        const int64_t index = playhead_ / chapter_ms() + 1;
        const int64_t offset = (index - 1) * chapter_ms();
        say("chapterStart", R"(,"params":{"media.chapter.index":)" + std::to_string(index) +
                                R"(,"media.chapter.friendlyName":"Part )" + std::to_string(index) +
                                R"(","media.chapter.offset":)" + seconds(offset) +
                                R"(,"media.chapter.length":)" + seconds(chapter_ms()) + '}');
    }

    void turn_chapter() {
        say("chapterComplete");
        begin_chapter();
    }

    // One break with its ads. False: the person left in it.
    bool pod(int64_t index) {
        plays_ = false;
        const bool in_break = player_.mistake != Mistake::ads_outside_break;
        if (in_break) {
            const std::string name = index == 0 ? "pre-roll" : "mid-roll";
            say("adBreakStart", R"(,"params":{"media.ad.podIndex":)" + std::to_string(index) +
                                    R"(,"media.ad.podSecond":)" + seconds(playhead_) +
                                    R"(,"media.ad.podFriendlyName":")" + name + R"("})");
        }
        const uint64_t ads = 1 + random_.below(index == 0 ? 2 : 4);
        for (uint64_t position = 1; position <= ads; ++position) {
            if (!ad(position)) return false;
        }
        if (programme_.is_live()) playhead_ = (starts_at_ + at_) % day;
        if (in_break) say("adBreakComplete");
        return true;
    }

    bool ad(uint64_t position) {
        const auto all = creatives();
        const Creative& creative = all[random_.below(all.size())];
        in_ad_ = true;
        say("adStart", ad_params(creative, position));
        if (player_.kind == Library::browser) say("play");  // with the same stamp
        const int64_t length = creative.length_s * second;
        if (chance(3)) {
            pass(spread(length / 2));
            leave();
            return false;
        }
        const bool skips = player_.kind == Library::browser && length > 10 * second && chance(22);
        pass(skips ? 5 * second + static_cast<int64_t>(random_.below(3'000)) : length);
        in_ad_ = false;
        say(skips ? "adSkip" : "adComplete");
        return true;
    }

    std::string ad_params(const Creative& creative, uint64_t position) const {
        std::string text = R"(,"params":{)";
        if (player_.mistake != Mistake::ad_ids_missing) {
            text += R"("media.ad.id":")" + std::string(creative.id) + R"(",)";
        }
        return text + R"("media.ad.name":")" + std::string(creative.name) +
               R"(","media.ad.length":)" + std::to_string(creative.length_s) +
               R"(,"media.ad.podPosition":)" + std::to_string(position) +
               R"(,"media.ad.playerName":")" + std::string(player_.name) +
               R"(","media.ad.advertiser":")" + std::string(creative.advertiser) +
               R"(","media.ad.campaignId":")" + std::string(creative.campaign) +
               R"(","media.ad.creativeId":")" + std::string(creative.id) + R"("})";
    }

    void end_states() {
        if (full_screen_) toggle("fullScreen", full_screen_);
        if (muted_) toggle("mute", muted_);
        if (captions_) toggle("closedCaptioning", captions_);
    }

    void complete() {
        if (programme_.chapters > 0) say("chapterComplete");
        plays_ = false;
        end_states();
        plan_.completed = true;
        say("sessionComplete");
        // The browser SDK ends with sessionComplete alone.
        if (player_.kind != Library::browser && player_.kind != Library::chromecast)
            say("sessionEnd");
    }

    void leave() {
        // One in ten is killed: the tab crashes, the app goes, the line is cut.
        if (player_.mistake == Mistake::no_session_end || chance(10)) return;
        end_states();
        for (const std::string& said : goodbyes(in_ad_, person_)) {
            plays_ = false;
            plan_.steps.push_back({.at_ms = at_, .playhead_ms = playhead_, .said = said});
        }
    }

    const Programme& programme_;
    const Person& person_;
    const PlayerVersion& player_;
    base::Splitmix& random_;
    int64_t starts_at_;
    int64_t playhead_;
    size_t rung_;  // of the ladder of bitrates
    ViewPlan plan_;
    int64_t at_ = 0;
    int64_t start_ms_ = 0;  // not told yet
    int64_t dropped_frames_ = 0;
    bool plays_ = false;
    bool paused_ = false;
    bool in_ad_ = false;
    bool full_screen_ = false;
    bool muted_ = false;
    bool captions_ = false;
};

}  // namespace

ViewPlan plan_view(const ViewWish& wish, base::Splitmix& random) {
    return Planner(wish, random).plan();
}

std::vector<std::string> goodbyes(bool in_ad, const Person& person) {
    std::vector<std::string> said;
    if (in_ad) {
        said.push_back(event_type("adSkip"));
        if (person.player->mistake != Mistake::ads_outside_break) {
            said.push_back(event_type("adBreakComplete"));
        }
    }
    said.push_back(event_type("sessionEnd"));
    return said;
}

}  // namespace playhead::app
