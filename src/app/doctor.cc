// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <algorithm>
#include <array>

#include "app/open_files.h"

namespace playhead::app {
namespace {

using Verdict = Finding::Verdict;

constexpr uint64_t mebibyte = uint64_t{1} << 20;

// docs/performance.md: an event from socket to answer on one core, with 64 connections, rounded up.
constexpr int64_t event_us = 15;
// An open session with what belongs to it in admission and in the maps, rounded up.
constexpr uint64_t session_bytes = 2048;
// What the store, buffers and threads take without any session.
constexpr uint64_t base_bytes = 512 * mebibyte;

struct FileSystem {
    int64_t magic;
    std::string_view name;
    Verdict verdict;
    std::string_view meaning;
};

constexpr std::string_view network =
    "over a network a sync takes longer and the lock of the folder may not hold; use a local disk";

// statfs(2)
constexpr std::array<FileSystem, 10> file_systems = {{
    {0xEF53, "ext4", Verdict::good, "a sync reaches the disk"},
    {0x58465342, "xfs", Verdict::good, "a sync reaches the disk"},
    {0x2FC12FC1, "zfs", Verdict::good, "a sync reaches the disk unless sync=disabled is set"},
    {0x9123683E, "btrfs", Verdict::warning,
     "each overwrite is a copy elsewhere; switch that off for the folder: chattr +C"},
    {0x01021994, "tmpfs", Verdict::bad, "everything is lost with the next start of the machine"},
    {0x794C7630, "overlayfs", Verdict::warning,
     "the folder lies inside a container and goes with it; mount a volume"},
    {0x6969, "nfs", Verdict::warning, network},
    {0xFF534D42, "cifs", Verdict::warning, network},
    {0xFE534D42, "smb2", Verdict::warning, network},
    {0x65735546, "fuse", Verdict::warning,
     "whether a sync reaches a disk depends on the program behind it"},
}};

std::string mebibytes(uint64_t bytes) {
    return std::to_string(bytes / mebibyte) + " MiB";
}

std::string milliseconds(int64_t us) {
    const int64_t hundredths = (us + 5) / 10;
    const std::string fraction = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + (fraction.size() < 2 ? ".0" : ".") + fraction + " ms";
}

}  // namespace

std::string_view text_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "good";
        case Verdict::warning:
            return "warning";
        case Verdict::bad:
            return "bad";
    }
    return "";
}

Finding judge_open_files(size_t limit, int64_t wanted_connections) {
    const size_t given = connections_within(limit, static_cast<size_t>(wanted_connections));
    Finding finding{.name = "open_files",
                    .value = std::to_string(limit),
                    .meaning = std::to_string(given) + " connections of players at one time"};
    if (given < static_cast<size_t>(wanted_connections)) {
        finding.verdict = Verdict::warning;
        finding.meaning += " and not the " + std::to_string(wanted_connections) +
                           " of http.max_connections; raise the hard limit (LimitNOFILE=)";
    }
    return finding;
}

Finding judge_file_system(int64_t magic) {
    const auto* const known =
        std::find_if(file_systems.begin(), file_systems.end(),
                     [&](const FileSystem& one) { return one.magic == magic; });
    if (known == file_systems.end()) {
        return {.name = "file_system",
                .verdict = Verdict::warning,
                .value = "unknown (" + std::to_string(magic) + ")",
                .meaning = "nobody has tried it: see to it that fdatasync reaches the disk"};
    }
    return {.name = "file_system",
            .verdict = known->verdict,
            .value = std::string(known->name),
            .meaning = std::string(known->meaning)};
}

Finding judge_room(uint64_t free_bytes, const Config& config) {
    const auto segment = static_cast<uint64_t>(config.segment_bytes);
    Finding finding{.name = "room", .value = mebibytes(free_bytes) + " free"};
    // A ping is some 130 bytes in the journal.
    constexpr uint64_t event_bytes = 130;
    finding.meaning = "for some " + std::to_string(free_bytes / event_bytes / 1'000'000) +
                      " million events; without room players are answered 503";
    if (free_bytes < 2 * segment) {
        finding.verdict = Verdict::bad;
        finding.meaning += "; that is less than two journal files: free some now";
    } else if (config.retention_bytes == 0 && config.retention_hours == 0) {
        finding.meaning += "; nothing is ever removed, journal.retention_* would bound it";
    } else if (static_cast<uint64_t>(config.retention_bytes) > free_bytes) {
        finding.verdict = Verdict::warning;
        finding.meaning += "; journal.retention_bytes is more than that";
    }
    return finding;
}

Finding judge_sync(const SyncTimes& times) {
    constexpr int64_t slow_us = 20'000;
    constexpr int64_t too_slow_us = 1'000'000;
    Finding finding{.name = "sync",
                    .value = "half within " + milliseconds(times.median_us) +
                             ", 99 of 100 within " + milliseconds(times.p99_us)};
    finding.meaning = "a player waits one to two syncs for its answer, " +
                      std::to_string(1'000'000 / std::max<int64_t>(times.median_us, 1)) +
                      " batches a second; a batch holds all events that came meanwhile";
    if (times.p99_us > too_slow_us) {
        finding.verdict = Verdict::bad;
        finding.meaning += "; web players give up the start of a session after five seconds";
    } else if (times.median_us > slow_us) {
        finding.verdict = Verdict::warning;
        finding.meaning += "; it is slow, so put the folder on another disk if answers matter";
    }
    return finding;
}

Finding judge_clock(bool is_synchronised) {
    if (is_synchronised) {
        return {.name = "clock",
                .value = "synchronised",
                .meaning = "times in reports are right; time-outs do not depend on it"};
    }
    return {.name = "clock",
            .verdict = Verdict::warning,
            .value = "not synchronised",
            .meaning =
                "days in reports may be cut at the wrong moment; run chrony or "
                "systemd-timesyncd"};
}

Finding judge_folder(const FolderFound& found, const std::string& path) {
    Finding finding{.name = "data", .value = path};
    if (!found.exists) {
        finding.meaning = "is not there yet; the server makes it";
        if (found.is_writable) return finding;
        finding.verdict = Verdict::bad;
        finding.meaning = "is not there, and this user may not make it";
        return finding;
    }
    if (!found.is_ours || !found.is_writable) {
        finding.verdict = Verdict::bad;
        finding.meaning = "does not belong to this user: run this, and the server, as its owner";
        return finding;
    }
    finding.meaning = "only its owner may look inside";
    if (found.is_closed) return finding;
    finding.verdict = Verdict::warning;
    finding.meaning = "others may look inside, and it holds the key of all sessions: chmod 700";
    return finding;
}

Finding judge_memory(const MemoryFound& found, int64_t max_sessions) {
    const uint64_t for_sessions =
        found.total_bytes > base_bytes ? (found.total_bytes - base_bytes) / 2 : 0;
    const uint64_t sessions = for_sessions / session_bytes;
    Finding finding{
        .name = "memory",
        .value = mebibytes(found.total_bytes) + ", " + mebibytes(found.free_bytes) + " of it free",
        .meaning = "room for some " + std::to_string(sessions) + " open sessions"};
    if (sessions < static_cast<uint64_t>(max_sessions)) {
        finding.verdict = Verdict::warning;
        finding.meaning += ", less than the " + std::to_string(max_sessions) +
                           " of session.max_sessions: lower that, and the oldest close instead of "
                           "the process being killed";
    }
    return finding;
}

Finding judge_cores(size_t cores) {
    return {.name = "cores",
            .value = std::to_string(cores),
            .meaning = "some " +
                       std::to_string(static_cast<int64_t>(cores) * 1'000'000 / event_us) +
                       " events a second, when nothing else runs and the disk follows"};
}

}  // namespace playhead::app
