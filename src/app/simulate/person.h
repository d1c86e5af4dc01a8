// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace playhead::app {

// Which SDK a player was built with, and so its habits (the protocol's section on real clients).
enum class Library : uint8_t { browser, chromecast, ios, android, theoplayer, television };

// What a version of a player does wrong in every view, as versions in the field do.
enum class Mistake : uint8_t {
    none,
    ads_outside_break,      // sends no adBreakStart
    playhead_in_ms,         // sends the playhead in milliseconds
    pings_stop_in_pause,    // its timer sleeps while paused
    repeats_bitrate,        // reports each bitrate twice as a change
    no_session_end,         // leaves without a word
    start_time_in_seconds,  // sends media.qoe.timeToStart in seconds
    ad_ids_missing,         // its ad server gives none; the event is refused
    repeats_events,         // two listeners send the same event
};

// A version of a player in the field.
struct PlayerVersion {
    std::string_view name;     // media.playerName
    std::string_view library;  // media.libraryVersion
    std::string_view version;  // media.sdkVersion: the app's
    Library kind;
    uint32_t share;  // of people, relative to the others
    Mistake mistake = Mistake::none;
};

std::span<const PlayerVersion> player_versions();

// Somebody who watches again and again with the same player and the same line.
struct Person {
    std::string visitor;  // visitor.marketingCloudUserId
    const PlayerVersion* player = nullptr;
    uint32_t trouble = 0;  // of the line: 0 (none) to 100
    int64_t clock_off_ms = 0;
    std::string_view region;  // custom metadata
    bool pays = false;        // sees no pre-roll
};

// The same for the same seed and number.
Person person(uint64_t seed, uint64_t number);

}  // namespace playhead::app
