// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"

namespace playhead::app {

// What `playhead doctor` looks at on this machine, and what it means for the server that `config`
// describes. Measured values come in, sentences go out, so that each limit can be tested.
struct Finding {
    enum class Verdict : uint8_t { good, warning, bad };

    std::string_view name;
    Verdict verdict = Verdict::good;
    std::string value = {};    // what was found, with its unit
    std::string meaning = {};  // what follows from it, and what to do
};

std::string_view text_of(Finding::Verdict verdict);

// How long `syncs` writes of 4 KiB took to reach the disk, each by itself.
struct SyncTimes {
    int64_t median_us = 0;
    int64_t p99_us = 0;
};

struct FolderFound {
    bool exists = false;
    bool is_ours = true;    // it belongs to this user
    bool is_closed = true;  // nobody else may look inside
    bool is_writable = true;
};

struct MemoryFound {
    uint64_t total_bytes = 0;  // of the machine, or of the control group if that is less
    uint64_t free_bytes = 0;   // as far as is known
};

Finding judge_open_files(size_t limit, int64_t wanted_connections);
Finding judge_file_system(int64_t magic);  // of statfs(2)
Finding judge_room(uint64_t free_bytes, const Config& config);
Finding judge_sync(const SyncTimes& times);
Finding judge_clock(bool is_synchronised);
Finding judge_folder(const FolderFound& found, const std::string& path);
Finding judge_memory(const MemoryFound& found, int64_t max_sessions);
Finding judge_cores(size_t cores);

// Looks at everything. The folder of a running server may be looked at; what is written to measure
// the disk is removed again.
std::vector<Finding> examine(const Config& config);

}  // namespace playhead::app
