// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/person.h"

#include <array>

#include "base/splitmix.h"

namespace playhead::app {
namespace {

constexpr std::array versions = {
    PlayerVersion{"web", "js-3.1.0", "7.4.0", Library::browser, 24},
    PlayerVersion{"web", "js-3.1.0", "7.3.2", Library::browser, 9, Mistake::pings_stop_in_pause},
    PlayerVersion{"web-embed", "js-3.0.1", "1.9.0", Library::browser, 4, Mistake::repeats_events},
    PlayerVersion{"ios", "ios-media-5.0.2", "12.1.0", Library::ios, 15},
    PlayerVersion{"ios", "ios-media-5.0.0", "12.0.3", Library::ios, 4, Mistake::repeats_bitrate},
    PlayerVersion{"android", "android-media-3.1.1", "9.8.1", Library::android, 14},
    PlayerVersion{"android", "android-media-3.0.0", "9.7.0", Library::android, 4,
                  Mistake::playhead_in_ms},
    PlayerVersion{"chromecast", "cc-js-3.0.3", "2.2.0", Library::chromecast, 8},
    PlayerVersion{"smart-tv", "js-3.1.0", "4.5.1", Library::browser, 9},
    PlayerVersion{"smart-tv", "js-3.0.2", "4.4.0", Library::browser, 4, Mistake::ads_outside_break},
    PlayerVersion{"set-top-box", "theo-media-1.8.0", "3.1.0", Library::theoplayer, 5},
    PlayerVersion{"set-top-box", "theo-media-1.7.2", "3.0.4", Library::theoplayer, 2,
                  Mistake::ad_ids_missing},
    PlayerVersion{"console", "vtg-0.1.5", "1.12.0", Library::television, 4,
                  Mistake::start_time_in_seconds},
    PlayerVersion{"console", "vtg-0.1.4", "1.11.2", Library::television, 2,
                  Mistake::no_session_end},
};

constexpr std::array<std::string_view, 6> regions = {"north", "east",   "south",
                                                     "west",  "centre", "abroad"};

const PlayerVersion& draw_version(base::Splitmix& random) {
    uint64_t all = 0;
    for (const PlayerVersion& version : versions) all += version.share;
    uint64_t rest = random.below(all);
    for (const PlayerVersion& version : versions) {
        if (rest < version.share) return version;
        rest -= version.share;
    }
    return versions.front();
}

}  // namespace

std::span<const PlayerVersion> player_versions() {
    return versions;
}

Person person(uint64_t seed, uint64_t number) {
    base::Splitmix random(base::Splitmix(seed).next() ^ number);
    Person who;
    for (int i = 0; i < 2; ++i) {
        const std::string digits = std::to_string(random.below(1'000'000'000'000'000'000));
        who.visitor += std::string(19 - digits.size(), '0') + digits;
    }
    who.player = &draw_version(random);
    // Most lines are good; one in eight is bad most of the time.
    who.trouble =
        static_cast<uint32_t>(random.below(8) == 0 ? 40 + random.below(60) : random.below(25));
    who.clock_off_ms = static_cast<int64_t>(random.below(1'200)) - 600;
    who.region = regions.at(random.below(regions.size()));
    who.pays = random.below(4) == 0;
    return who;
}

}  // namespace playhead::app
