// SPDX-License-Identifier: Apache-2.0
#include "player.h"

#include <array>
#include <string_view>

namespace playhead::sim {
namespace {

constexpr std::string_view start_params =
    R"("media.length":600,"media.contentType":"vod","media.playerName":"p","media.channel":"c",)"
    R"("analytics.trackingServer":"t","visitor.marketingCloudOrgId":"o@AdobeOrg")";

constexpr std::array<std::string_view, 8> mistakes = {
    R"(adStart","params":{"media.ad.id":"x","media.ad.podPosition":1,"media.ad.length":15})",
    R"(adComplete")",
    R"(adBreakComplete")",
    R"(chapterComplete")",
    R"(stateEnd","params":{"media.state.name":"mute"})",
    R"(play")",
    R"(bufferStart")",
    R"(sessionComplete")",
};

}  // namespace

Player::Player(uint64_t seed, uint64_t number, int64_t now)
    : random_(seed),
      number_(number),
      clock_offset_(static_cast<int64_t>(random_.below(2'000)) - 1'000),
      now_(now),
      next_at_(now),
      remaining_ms_(static_cast<int64_t>(random_.below(400'000))) {
}

void Player::pass_to(int64_t now) {
    if (plays_) playhead_ms_ += now - now_;
    remaining_ms_ -= now - now_;
    now_ = now;
}

std::string Player::body(const std::string& type, const std::string& more) {
    const std::string playhead =
        std::to_string(playhead_ms_ / 1'000) + '.' + std::to_string(playhead_ms_ % 1'000 / 100);
    return R"({"playerTime":{"playhead":)" + playhead + R"(,"ts":)" +
           std::to_string(now_ + clock_offset_) + R"(},"eventType":")" + type + more + '}';
}

std::string Player::start() {
    std::string params = R"(","params":{"media.id":"asset-)" + std::to_string(random_.below(5)) +
                         R"(","media.name":"viewer )" + std::to_string(number_) + R"(",)" +
                         R"("analytics.reportSuite":"suite-)" + std::to_string(random_.below(3)) +
                         R"(",)";
    params += start_params;
    return body("sessionStart", params + '}');
}

// What a good player says next, in the right order.
void Player::plan() {
    const uint64_t what = random_.below(20);
    if (!plays_ || what == 0) {
        planned_.emplace_back(R"(play")");
        return;
    }
    if (what == 1) {
        planned_.emplace_back(R"(pauseStart")");
        planned_.emplace_back(R"(ping")");
    } else if (what == 2) {
        planned_.emplace_back(R"(bufferStart")");
    } else if (what == 3) {
        const std::string index = std::to_string(pods_++);
        planned_.emplace_back(R"(adBreakStart","params":{"media.ad.podIndex":)" + index +
                              R"(,"media.ad.podSecond":)" + std::to_string(playhead_ms_ / 1'000) +
                              '}');
        for (const char* ad : {"a", "b"}) {
            planned_.emplace_back(R"(adStart","params":{"media.ad.id":")" + std::string(ad) +
                                  R"(","media.ad.podPosition":)" + (*ad == 'a' ? "1" : "2") +
                                  R"(,"media.ad.length":15})");
            planned_.emplace_back(random_.below(4) == 0 ? R"(adSkip")" : R"(adComplete")");
        }
        planned_.emplace_back(R"(adBreakComplete")");
    } else if (what == 4) {
        const std::string index = std::to_string(random_.below(3));
        planned_.emplace_back(R"(chapterStart","params":{"media.chapter.index":)" + index +
                              R"(,"media.chapter.offset":0,"media.chapter.length":60})");
        planned_.emplace_back(R"(chapterComplete")");
    } else if (what == 5) {
        planned_.emplace_back(R"(stateStart","params":{"media.state.name":"fullScreen"})");
        planned_.emplace_back(R"(stateEnd","params":{"media.state.name":"fullscreen"})");
    } else if (what == 6) {
        planned_.emplace_back(R"(bitrateChange","qoeData":{"media.qoe.bitrate":)" +
                              std::to_string(500 + random_.below(5'000)) + '}');
    } else if (what == 7) {
        planned_.emplace_back(
            R"(error","qoeData":{"media.qoe.errorID":"e1","media.qoe.errorSource":"player"})");
    } else {
        planned_.emplace_back(R"(ping")");
    }
}

std::string Player::plain_event() {
    if (remaining_ms_ <= 0) {
        ended_ = true;
        return body(R"(sessionEnd")", "");
    }
    if (planned_.empty()) plan();
    const std::string event = planned_.front();
    planned_.pop_front();
    if (event.starts_with("play\"")) plays_ = true;
    if (event.starts_with("pause") || event.starts_with("buffer")) plays_ = false;
    return body(event, "");
}

std::string Player::odd_event() {
    switch (random_.below(4)) {
        case 0:
            return body(std::string(mistakes.at(random_.below(mistakes.size()))), "");
        case 1:
            playhead_ms_ = static_cast<int64_t>(random_.below(600'000));
            return body(R"(ping")", "");
        case 2:
            clock_offset_ += static_cast<int64_t>(random_.below(2'000'000)) - 1'000'000;
            return body(R"(ping")", "");
        default:
            return R"({"eventType":"ping"})";  // refused: no playerTime
    }
}

Message Player::speak(int64_t now) {
    pass_to(now);
    if (!started_) {
        started_ = true;
        next_at_ = now + static_cast<int64_t>(random_.below(1'000));
        return {"/api/v1/sessions", start()};
    }
    Message said{"/api/v1/sessions/{sid}/events",
                 random_.below(25) == 0 ? odd_event() : plain_event()};
    constexpr int64_t ping_ms = 10'000;
    const bool soon = !planned_.empty() || random_.below(4) == 0;
    next_at_ = now + (soon ? static_cast<int64_t>(random_.below(5'000)) : ping_ms);
    const uint64_t fate = random_.below(100);
    if (fate == 0) next_at_ = INT64_MAX;  // killed
    if (fate == 1) next_at_ = now + 500'000 + static_cast<int64_t>(random_.below(200'000));
    if (ended_ && random_.below(3) != 0) next_at_ = INT64_MAX;  // else it talks on
    return said;
}

Message Player::downloaded(uint64_t seed, uint64_t number, int64_t now) {
    Player player(seed, number, now);
    std::string array = player.start();
    array.insert(array.size() - 2, R"(,"media.downloaded":true)");
    for (int i = 0; i < 12 && !player.ended_; ++i) {
        player.pass_to(player.now_ + static_cast<int64_t>(player.random_.below(50'000)));
        array += ',' + player.plain_event();
    }
    return {"/api/v1/downloaded", '[' + array + ']'};
}

}  // namespace playhead::sim
