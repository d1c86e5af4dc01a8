// SPDX-License-Identifier: Apache-2.0
#include "app/verify_command.h"

#include <iostream>

#include "base/posix_disk.h"
#include "journal/verify.h"

namespace playhead::app {
namespace {

// Numbers and the names of segment files only: nothing here needs escaping.
std::string to_json(const journal::Verification& found) {
    std::string text = "{\"sound\":";
    text += found.sound() ? "true" : "false";
    const auto add = [&text](const char* name, uint64_t value) {
        text += std::string(",\"") + name + "\":" + std::to_string(value);
    };
    add("segments", found.segments);
    add("records", found.records);
    add("recordBytes", found.record_bytes);
    add("first", found.first);
    add("end", found.end);
    add("tornBytes", found.torn_bytes);
    add("damageCount", found.damage_count);
    text += ",\"damage\":[";
    for (const auto& place : found.damage) {
        if (text.back() != '[') text += ',';
        text += "{\"segment\":\"" + place.segment + '"';
        add("offset", place.damage.offset);
        add("resumes", place.damage.resumes);
        text += '}';
    }
    text += ']';
    add("links", found.links);
    text += ",\"changed\":[";
    for (const auto& one : found.changed) {
        if (text.back() != '[') text += ',';
        text += "{\"segment\":\"" + one.segment + "\",\"foundBy\":\"" + one.found_by + "\"}";
    }
    text += "],\"missing\":[";
    for (const std::string& segment : found.missing) {
        if (text.back() != '[') text += ',';
        text += '"' + segment + '"';
    }
    return text + "]}";
}

}  // namespace

int verify(const std::string& data) {
    base::PosixDisk disk;
    const auto found = journal::verify(disk, data + "/journal");
    if (!found) {
        std::cerr << "playhead: " << found.error().what << '\n';
        return 1;
    }
    std::cout << to_json(*found) << '\n';
    if (found->sound()) return 0;
    std::cerr << "playhead: the journal in " << data << " is damaged in " << found->damage_count
              << " places, " << found->changed.size() << " segments are not as they were written, "
              << found->missing.size() << " are missing; what is not named there is sound\n";
    return 1;
}

}  // namespace playhead::app
