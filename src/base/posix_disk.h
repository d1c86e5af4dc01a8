// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/disk.h"

namespace playhead::base {

// The files of this machine. Every error names the path and ends in the system's own words. A
// folder made by make_folder is durable when it returns.
class PosixDisk final : public Disk {
  public:
    Result<std::unique_ptr<File>> open(const std::string& path, Open how) override;
    Result<std::vector<std::string>> list(const std::string& folder) const override;
    Result<void> make_folder(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<void> sync_folder(const std::string& path) override;
    bool exists(const std::string& path) const override;
    Result<uint64_t> free_bytes(const std::string& path) const override;
    void let_cache_forget(const std::string& path) override;
};

}  // namespace playhead::base
