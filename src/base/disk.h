// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace playhead::base {

// One open file. Not thread-safe for writing; reads may run beside writes of other ranges.
//
// Promise: what was written before `sync` returned without error survives a crash of the process
// and of the machine; before that anything may have happened to it. A failed `sync` is final: what
// is on disk is then unknown, the file must not be used again, and the caller ends the process.
class File {
  public:
    virtual ~File() = default;

    // Writes all of `bytes` at `offset`; the file grows when needed. Error `full` when there is no
    // room.
    virtual Result<void> write(uint64_t offset, std::string_view bytes) = 0;

    // Reads up to into.size() bytes from `offset`; fewer only at the end of the file.
    virtual Result<size_t> read(uint64_t offset, std::span<char> into) const = 0;

    // fdatasync: content, and size where it changed.
    virtual Result<void> sync() = 0;

    // Both, of these bytes: what was written before and not synced need not be durable then. Where
    // it fails nobody knows which of the bytes are; error `full` may be answered by the same call
    // later, any other is final.
    virtual Result<void> write_and_sync(uint64_t offset, std::string_view bytes) {
        if (auto written = write(offset, bytes); !written) return written;
        return sync();
    }

    // Cuts or extends (with zeros) to `size`.
    virtual Result<void> resize(uint64_t size) = 0;

    virtual Result<uint64_t> size() const = 0;
};

// Seam: the files of one machine. Paths are used as given. Functions are safe from any thread.
//
// A file that was made, renamed or removed is only sure to stay so after `sync_folder` of its
// folder.
class Disk {
  public:
    virtual ~Disk() = default;

    enum class Open : uint8_t { existing, read_only, create };

    // `existing`: read and write, must be there. `read_only`: must be there. `create`: read and
    // write, made empty (mode 0600) if it is not there.
    virtual Result<std::unique_ptr<File>> open(const std::string& path, Open how) = 0;

    // Names (not paths) in a folder, sorted.
    virtual Result<std::vector<std::string>> list(const std::string& folder) const = 0;

    virtual Result<void> make_folder(const std::string& path) = 0;  // and its parents; mode 0700
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    virtual Result<void> sync_folder(const std::string& path) = 0;
    virtual bool exists(const std::string& path) const = 0;
    virtual Result<uint64_t> free_bytes(const std::string& path) const = 0;

    // A hint: what is cached of this file will not be read soon, so that the memory is better used
    // for something else. What is not synced yet is not forgotten.
    virtual void let_cache_forget(const std::string& /*path*/) {}
};

}  // namespace playhead::base
