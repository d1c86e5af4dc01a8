// SPDX-License-Identifier: Apache-2.0
#include "app/verify_command.h"

#include <iostream>
#include <vector>

#include "app/erasure_record.h"
#include "base/posix_disk.h"
#include "event/record.h"
#include "journal/file_journal.h"
#include "journal/past_damage.h"
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
    add("rewritten", found.rewritten);
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

// What the records of erasures say, in their order.
base::Result<std::vector<journal::Replaced>> replaced_segments(base::Disk& disk,
                                                               const std::string& folder) {
    auto opened = journal::open_read_only(disk, folder);
    if (!opened) return std::unexpected(opened.error());
    journal::PastDamage reader(*std::move(opened), [](const journal::Damage&) {});
    std::vector<journal::Replaced> replaced;
    while (true) {
        const auto next = reader.next();
        if (!next) return std::unexpected(next.error());
        if (!*next) return replaced;
        const auto record = event::decode((*next)->bytes);
        if (!record || record->kind != event::Record::Kind::erasure) continue;
        const auto erasure = decode_erasure(record->body);
        if (!erasure) continue;
        if (const auto* one = std::get_if<ErasureReplaces>(&*erasure)) {
            replaced.push_back(one->segment);
        }
    }
}

}  // namespace

int verify(const std::string& data) {
    base::PosixDisk disk;
    auto found = journal::verify(disk, data + "/journal");
    // Then records of the journal may say why, and only then they are looked for.
    if (found && !found->changed.empty()) {
        const auto replaced = replaced_segments(disk, data + "/journal");
        found = replaced ? journal::verify(disk, data + "/journal", *replaced)
                         : base::Result<journal::Verification>(std::unexpected(replaced.error()));
    }
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
