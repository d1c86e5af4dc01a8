// SPDX-License-Identifier: Apache-2.0
// The half of app/doctor.h that looks at the machine.
#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "app/data_folder.h"
#include "app/doctor.h"
#include "app/open_files.h"
#include "base/posix_disk.h"
#include "base/stopwatch.h"
#include "http/listener.h"

namespace playhead::app {
namespace {

using Verdict = Finding::Verdict;

constexpr uint64_t syncs = 100;

// The folder itself, or the nearest one above it that is there.
std::string existing_part(std::string path) {
    while (path.size() > 1 && access(path.c_str(), F_OK) != 0) {
        const size_t slash = path.rfind('/');
        if (slash == std::string::npos) return ".";
        path.resize(std::max<size_t>(slash, 1));
    }
    return path;
}

FolderFound look_at_folder(const std::string& path) {
    FolderFound found;
    struct stat state{};
    found.exists = stat(path.c_str(), &state) == 0;
    found.is_writable = access(existing_part(path).c_str(), W_OK | X_OK) == 0;
    if (!found.exists) return found;
    found.is_ours = state.st_uid == geteuid();
    found.is_closed = (state.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return found;
}

base::Result<SyncTimes> time_syncs(base::Disk& disk, const std::string& folder) {
    const std::string path = folder + "/doctor-" + std::to_string(getpid());
    auto file = disk.open(path, base::Disk::Open::create);
    if (!file) return std::unexpected(file.error());
    const std::string page(4096, 'd');
    std::vector<int64_t> times;
    base::Result<void> done;
    // As the journal does it: the room is written first, then each sync is of content alone.
    for (uint64_t i = 0; i < syncs && done; ++i) done = (*file)->write(i * page.size(), page);
    if (done) done = (*file)->sync();
    for (uint64_t i = 0; i < syncs && done; ++i) {
        const base::Stopwatch watch;
        done = (*file)->write(i * page.size(), page);
        if (done) done = (*file)->sync();
        times.push_back(watch.microseconds());
    }
    const auto removed = disk.remove(path);
    if (!done) return std::unexpected(done.error());
    if (!removed) return std::unexpected(removed.error());
    std::sort(times.begin(), times.end());
    return SyncTimes{.median_us = times[times.size() / 2],
                     .p99_us = times[times.size() * 99 / 100]};
}

Finding look_at_syncs(base::Disk& disk, const std::string& folder) {
    const auto times = time_syncs(disk, folder);
    if (times) return judge_sync(*times);
    return {.name = "sync",
            .verdict = Verdict::bad,
            .value = "cannot be measured",
            .meaning = times.error().what};
}

Finding look_at_port(std::string_view name, const std::string& address, bool server_runs) {
    const auto opened = http::open_listeners(address, 1);
    Finding finding{.name = name, .value = address, .meaning = "is free"};
    if (opened) return finding;
    finding.meaning = opened.error().what;
    if (opened.error().code == base::ErrorCode::busy && server_runs) {
        finding.meaning += "; a server runs in this folder, so it is probably that";
    } else {
        finding.verdict = Verdict::bad;
    }
    return finding;
}

bool does_server_run(base::Disk& disk, const std::string& folder) {
    const auto locked = lock_stopped_folder(disk, folder);
    return !locked && locked.error().code == base::ErrorCode::busy;
}

MemoryFound look_at_memory() {
    struct sysinfo info{};
    MemoryFound found;
    if (sysinfo(&info) != 0) return found;
    found.total_bytes = uint64_t{info.totalram} * info.mem_unit;
    found.free_bytes = (uint64_t{info.freeram} + info.bufferram) * info.mem_unit;
    uint64_t limit = 0;
    // "max" is no number, and then the machine is the limit.
    if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit) {
        found.total_bytes = std::min(found.total_bytes, limit);
        found.free_bytes = std::min(found.free_bytes, limit);
    }
    return found;
}

}  // namespace

std::vector<Finding> examine(const Config& config) {
    base::PosixDisk disk;
    const std::string folder = existing_part(config.data);
    const bool server_runs = does_server_run(disk, config.data);
    struct statfs state{};
    statfs(folder.c_str(), &state);
    timex clock{};
    const int clock_state = adjtimex(&clock);
    std::vector<Finding> findings;
    findings.push_back(judge_folder(look_at_folder(config.data), config.data));
    findings.push_back(judge_file_system(static_cast<int64_t>(state.f_type)));
    findings.push_back(
        judge_room(uint64_t{state.f_bavail} * static_cast<uint64_t>(state.f_bsize), config));
    findings.push_back(look_at_syncs(disk, folder));
    findings.push_back(judge_clock(clock_state >= 0 && (clock.status & STA_UNSYNC) == 0));
    findings.push_back(judge_open_files(raise_open_files(), config.max_connections));
    findings.push_back(judge_memory(look_at_memory(), config.max_sessions));
    findings.push_back(judge_cores(std::thread::hardware_concurrency()));
    findings.push_back(look_at_port("listen", config.listen, server_runs));
    findings.push_back(look_at_port("admin", config.admin, server_runs));
    return findings;
}

}  // namespace playhead::app
