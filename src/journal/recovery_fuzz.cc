// SPDX-License-Identifier: Apache-2.0
// Property: whatever happens to the bytes of a journal, nothing crashes, every record that is read
// is one that was written, at its own offset and in order, and the journal can be written on.
//
// The input is a list of damages of eight bytes: what, which segment, where (3), how much (2), with
// which byte.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/memory_disk.h"
#include "journal/file_journal.h"
#include "journal/verify.h"

namespace playhead::journal {
namespace {

const std::string folder = "/journal";
constexpr size_t damage_bytes = 8;
constexpr size_t damages_max = 64;

FileJournal::Options small_segments() {
    FileJournal::Options options;
    options.segment_bytes = 8 * 1024;
    options.salt = 1;
    options.write_ahead = false;
    return options;
}

struct Sample {
    Sample() {
        base::MemoryDisk disk;
        auto journal = FileJournal::open(disk, folder, small_segments());
        CHECK(journal);
        for (size_t i = 0; i < 60; ++i) {
            const std::string record = std::to_string(i) + std::string(i * 71 % 500, '\0');
            records[*(*journal)->append(record)] = record;
            if (i % 4 == 0) CHECK((*journal)->commit());
        }
        CHECK((*journal)->commit());
        for (const SegmentSummary& one : (*journal)->segments()) {
            const std::string path = segment_path(folder, one.first);
            files.emplace_back(path, disk.content(path));
        }
    }

    std::map<Offset, std::string> records;
    std::vector<std::pair<std::string, std::string>> files;
};

struct Damaging {
    uint8_t what = 0;
    size_t segment = 0;
    size_t at = 0;
    size_t count = 0;
    char byte = 0;
};

Damaging decode(const uint8_t* data) {
    Damaging one;
    one.what = data[0];
    one.segment = data[1];
    one.at = static_cast<size_t>(data[2]) << 16 | static_cast<size_t>(data[3]) << 8 | data[4];
    one.count = static_cast<size_t>(data[5]) << 8 | data[6];
    one.byte = static_cast<char>(data[7]);
    return one;
}

void damage(std::string& bytes, const Damaging& one, const std::string& other) {
    const size_t at = one.at % (bytes.size() + 1);
    const size_t count = std::min(one.count, bytes.size() - at);
    switch (one.what % 5) {
        case 0:
            bytes.replace(at, count, count, one.byte);
            break;
        case 1:
            bytes.resize(at);
            break;
        case 2:
            bytes.append(one.count, one.byte);
            break;
        // Blocks in the wrong place: of the same segment or of another.
        case 3:
            bytes.replace(at, count, other.substr(std::min(at, other.size()), count));
            break;
        default:
            bytes.insert(at, bytes.substr(0, one.count));
            break;
    }
}

// Reads to the end or to the first error; every record must be a real one in its place.
void check_reading(Reader& reader, const std::map<Offset, std::string>& records) {
    Offset expected = 0;
    bool is_first = true;
    while (true) {
        const auto record = reader.next();
        if (!record || !*record) return;
        const auto real = records.find((*record)->offset);
        CHECK(real != records.end() && real->second == (*record)->bytes);
        CHECK(is_first || (*record)->offset == expected);
        expected = (*record)->next;
        is_first = false;
    }
}

void check_everything(base::MemoryDisk& disk, std::map<Offset, std::string> records) {
    const auto found = verify(disk, folder);
    CHECK(found);
    const auto before = open_read_only(disk, folder);
    CHECK(before);
    check_reading(**before, records);
    for (const Verification::DamagedPlace& one : found->damage) {
        if ((*before)->seek(one.damage.resumes)) check_reading(**before, records);
    }
    auto journal = FileJournal::open(disk, folder, small_segments());
    if (!journal) {
        CHECK(journal.error().code == base::ErrorCode::invalid);
        return;
    }
    const bool lost_header = (*journal)->recovery().end != (*before)->end();
    CHECK(!lost_header || (*journal)->recovery().damage[0].offset == (*before)->end());
    const Offset end = (*journal)->recovery().end;
    records.erase(records.lower_bound(end), records.end());
    const auto offset = (*journal)->append("after");
    CHECK(offset && *offset == end);
    records[*offset] = "after";
    CHECK((*journal)->commit());
    const auto after = (*journal)->reader();
    check_reading(*after, records);
    CHECK(after->seek(*offset));
    const auto record = after->next();
    CHECK(record && *record && (*record)->bytes == "after");
}

void check_damaged(const uint8_t* data, size_t size) {
    static const Sample sample;
    auto files = sample.files;
    for (size_t i = 0; i < damages_max && size >= damage_bytes; ++i) {
        const Damaging one = decode(data);
        const std::string other = files[(one.segment + 1) % files.size()].second;
        damage(files[one.segment % files.size()].second, one, other);
        data += damage_bytes;
        size -= damage_bytes;
    }
    base::MemoryDisk disk;
    CHECK(disk.make_folder(folder));
    // One byte more says which segments are missing.
    const unsigned missing = size > 0 ? data[0] : 0;
    for (size_t i = 0; i < files.size(); ++i) {
        if ((missing >> (i % 8) & 1) != 0) continue;
        const auto file = disk.open(files[i].first, base::Disk::Open::create);
        CHECK(file && (*file)->write(0, files[i].second) && (*file)->sync());
    }
    check_everything(disk, sample.records);
}

}  // namespace
}  // namespace playhead::journal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    playhead::journal::check_damaged(data, size);
    return 0;
}
