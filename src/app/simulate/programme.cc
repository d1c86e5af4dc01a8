// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/programme.h"

#include <array>

namespace playhead::app {
namespace {

constexpr std::string_view one = "Northlight One";
constexpr std::string_view kids = "Northlight Kids";
constexpr std::string_view cinema = "Cinema Club";
constexpr std::string_view news = "Newsroom 24";
constexpr std::string_view sports = "Arena Sports";
constexpr std::string_view radio = "Wavelength";

constexpr std::array catalogue = {
    Programme{"lanterns", "The Lantern Keepers", "Drama", one, "vod", 8, 2880, 720, 4, 15},
    Programme{"harbour", "Harbour Division", "Crime, Drama", one, "vod", 10, 2640, 660, 4, 12},
    Programme{"kitchen", "Midnight Kitchen", "Food", one, "vod", 12, 1500, 600, 3, 8},
    Programme{"second-act", "Second Act", "Comedy", one, "vod", 6, 1320, 600, 2, 10},
    Programme{"tidewater", "Tidewater", "Documentary", one, "vod", 4, 3120, 900, 5, 5},
    Programme{"pip", "Pip and the Clouds", "Animation, Family", kids, "vod", 20, 660, 0, 0, 9},
    Programme{"robots", "Robot Recess", "Animation, Family", kids, "vod", 16, 780, 0, 0, 6},
    Programme{"meridian", "Meridian", "Science Fiction", cinema, "vod", 0, 7080, 0, 12, 6},
    Programme{"salt", "Salt and Iron", "Drama", cinema, "vod", 0, 6420, 0, 10, 4},
    Programme{"long-way", "The Long Way to Oslo", "Comedy", cinema, "vod", 0, 5700, 0, 10, 4},
    Programme{"briefing", "The Morning Briefing", "News", news, "vod", 5, 900, 450, 0, 6},
    Programme{"highlights", "Matchday Highlights", "Sports", sports, "vod", 6, 540, 270, 0, 8},
    Programme{"northlight-live", "Northlight One Live", "General", one, "live", 0, 0, 840, 0, 12},
    Programme{"newsroom-live", "Newsroom 24 Live", "News", news, "live", 0, 0, 720, 0, 10},
    Programme{"arena-live", "Arena Live", "Sports", sports, "linear", 0, 0, 900, 0, 14},
    Programme{"tides", "Tides of Finance", "Business", radio, "podcast", 9, 2100, 900, 0, 4, true},
    Programme{"cold-case", "Cold Case Files", "Crime", radio, "podcast", 7, 2700, 900, 0, 5, true},
    Programme{"wavelength", "Wavelength Radio", "Music", radio, "radio", 0, 0, 0, 0, 5, true},
};

constexpr std::array advertisements = {
    Creative{"alpina-30", "Alpina: Above the Fog", "Alpina Motors", "alpina-spring", 30},
    Creative{"alpina-15", "Alpina: Short Drive", "Alpina Motors", "alpina-spring", 15},
    Creative{"brightside-15", "Wake Up Bright", "Brightside Coffee", "brightside-always-on", 15},
    Creative{"brightside-6", "One Sip", "Brightside Coffee", "brightside-always-on", 6},
    Creative{"corvid-20", "Bank Without the Bank", "Corvid Bank", "corvid-launch", 20},
    Creative{"daylily-30", "A Table for Everyone", "Daylily Foods", "daylily-summer", 30},
    Creative{"daylily-15", "Ten Minutes", "Daylily Foods", "daylily-summer", 15},
    Creative{"everline-20", "Signal Everywhere", "Everline Mobile", "everline-network", 20},
    Creative{"fjord-15", "Leave on Friday", "Fjord Travel", "fjord-autumn", 15},
};

}  // namespace

std::span<const Programme> programmes() {
    return catalogue;
}

std::span<const Creative> creatives() {
    return advertisements;
}

const Programme& draw_programme(base::Splitmix& random) {
    uint64_t all = 0;
    for (const Programme& programme : catalogue) all += programme.popularity;
    uint64_t rest = random.below(all);
    for (const Programme& programme : catalogue) {
        if (rest < programme.popularity) return programme;
        rest -= programme.popularity;
    }
    return catalogue.front();
}

}  // namespace playhead::app
