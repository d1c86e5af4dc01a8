// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/view.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace playhead::app {
namespace {

constexpr int64_t second = 1'000;
constexpr int64_t ping_ms = 10 * second;
constexpr int64_t ping_in_ad_ms = second;  // of libraries that follow ads closely
constexpr int64_t ping_off_line_ms = 50 * second;

constexpr std::string_view ping = R"("eventType":"ping")";

bool follows_ads_closely(Library kind) {
    return kind == Library::theoplayer || kind == Library::chromecast;
}

bool can_download(Library kind) {
    return kind == Library::ios || kind == Library::android;
}

std::string member(std::string_view key, std::string_view text) {
    return "\"" + std::string(key) + "\":\"" + std::string(text) + "\",";
}

}  // namespace

View::View(const ViewWish& wish, Person person, base::Splitmix random)
    : person_(std::move(person)),
      programme_(*wish.programme),
      random_(random),
      starts_at_(wish.starts_at),
      is_resumed_(wish.from_ms > 0) {
    if (programme_.episodes > 0) episode_ = 1 + random_.below(programme_.episodes);
    is_downloaded_ =
        can_download(person_.player->kind) && !programme_.is_live() && random_.below(100) < 8;
    plan_ = plan_view(ViewWish{&programme_, &person_, starts_at_, wish.from_ms}, random_);
    plan_.steps.front().said += start_params();
    next_at_ = starts_at_;
    if (is_downloaded_) next_at_ += plan_.steps.back().at_ms;
}

size_t View::most_in_flight() const {
    const Library kind = person_.player->kind;
    return kind == Library::ios || kind == Library::android ? 1 : 3;
}

void View::find_next() {
    if (said_ == plan_.steps.size()) {
        next_at_ = INT64_MAX;
        return;
    }
    const Step& before = plan_.steps[said_ - 1];
    int64_t period = is_downloaded_ ? ping_off_line_ms : ping_ms;
    if (before.in_ad && follows_ads_closely(person_.player->kind)) period = ping_in_ad_ms;
    const bool sleeps = before.paused && person_.player->mistake == Mistake::pings_stop_in_pause;
    const int64_t step_ms = plan_.steps[said_].at_ms;
    next_is_ping_ = !sleeps && last_ms_ + period < step_ms;
    next_ms_ = next_is_ping_ ? last_ms_ + period : step_ms;
    next_at_ = starts_at_ + next_ms_;
}

std::string View::speak_once() {
    std::string text;
    if (next_is_ping_) {
        const Step& before = plan_.steps[said_ - 1];
        int64_t playhead = before.playhead_ms;
        if (before.advances) playhead += next_ms_ - before.at_ms;
        if (programme_.is_live()) playhead %= 86'400 * second;
        text = body(std::string(ping), next_ms_, playhead);
    } else {
        const Step& step = plan_.steps[said_++];
        text = body(step.said, step.at_ms, step.playhead_ms);
    }
    last_ms_ = next_ms_;
    find_next();
    return text;
}

Message View::speak() {
    CHECK(next_at_ != INT64_MAX);
    if (is_downloaded_) {
        std::string all = "[" + speak_once();
        while (next_at_ != INT64_MAX) all += ',' + speak_once();
        return {Message::Kind::batch, all + ']'};
    }
    if (std::exchange(repeats_, false)) {
        find_next();
        return {Message::Kind::event, last_body_};
    }
    const auto kind = said_ == 0 ? Message::Kind::start : Message::Kind::event;
    last_body_ = speak_once();
    if (kind == Message::Kind::event && person_.player->mistake == Mistake::repeats_events &&
        random_.below(4) == 0) {
        repeats_ = true;
        next_at_ = starts_at_ + last_ms_;
    }
    return {kind, last_body_};
}

void View::stop(int64_t now) {
    if (said_ == 0 || next_at_ == INT64_MAX) {
        next_at_ = INT64_MAX;
        return;
    }
    const Step last = plan_.steps[said_ - 1];
    const int64_t at_ms = std::max(now - starts_at_, last_ms_);
    plan_.steps.resize(said_);
    plan_.completed = false;
    plan_.left_at_ms = last.playhead_ms + (last.advances ? at_ms - last.at_ms : 0);
    for (std::string& said : goodbyes(last.in_ad, person_)) {
        plan_.steps.push_back({.at_ms = at_ms,
                               .playhead_ms = plan_.left_at_ms,
                               .advances = false,
                               .in_ad = false,
                               .paused = false,
                               .said = std::move(said)});
    }
    repeats_ = false;
    next_is_ping_ = false;
    next_ms_ = at_ms;
    next_at_ = now;
}

std::string View::body(const std::string& said, int64_t at_ms, int64_t playhead_ms) const {
    const bool in_ms = person_.player->mistake == Mistake::playhead_in_ms;
    const std::string playhead = in_ms ? std::to_string(playhead_ms)
                                       : std::to_string(playhead_ms / second) + '.' +
                                             std::to_string(playhead_ms % second / 100);
    std::string text = R"({"playerTime":{"playhead":)" + playhead + R"(,"ts":)" +
                       std::to_string(starts_at_ + at_ms + person_.clock_off_ms) + "}," + said;
    const bool fills_in = person_.player->kind == Library::television;
    if (fills_in && !said.contains(R"("params")")) text += R"(,"params":{})";
    return text + '}';
}

std::string View::start_params() const {
    std::string id(programme_.id);
    std::string name(programme_.name);
    std::string text = R"(,"params":{)";
    if (episode_ > 0) {
        const std::string number = std::to_string(episode_);
        id += "-e" + number;
        text += member("media.show", name) + member("media.season", "1") +
                member("media.episode", number);
        name += ", episode " + number;
    }
    text +=
        member("media.id", id) + member("media.name", name) +
        member("media.channel", programme_.channel) + member("media.genre", programme_.genre) +
        member("media.contentType", programme_.content_type) +
        member("media.streamType", programme_.is_audio ? "audio" : "video") +
        member("media.playerName", person_.player->name) +
        member("media.sdkVersion", person_.player->version) +
        member("media.libraryVersion", person_.player->library) +
        member("analytics.trackingServer", "collect.example.net") +
        member("analytics.reportSuite", programme_.is_audio ? "example-audio" : "example-video") +
        member("visitor.marketingCloudOrgId", "0123456789ABCDEF01234567@AdobeOrg") +
        member("visitor.marketingCloudUserId", person_.visitor);
    const bool is_mobile = can_download(person_.player->kind);
    if (is_mobile) {
        text += std::string(R"("analytics.enableSSL":true,"media.downloaded":)") +
                (is_downloaded_ ? "true," : "false,");
    }
    text += std::string(R"("media.resume":)") + (is_resumed_ ? "true," : "false,");
    const uint64_t length = programme_.is_live() ? 86'400 : programme_.length_s;
    return text + R"("media.length":)" + std::to_string(length) +
           R"(},"customMetadata":{"region":")" + std::string(person_.region) + R"(","plan":")" +
           (person_.pays ? "premium" : "free") + R"("})";
}

}  // namespace playhead::app
