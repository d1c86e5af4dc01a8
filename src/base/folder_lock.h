// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/error.h"

namespace playhead::base {

// Keeps a folder for one process: as long as it lives, nobody else gets it. The system gives it
// back when the process ends in any way, so a crash leaves no lock behind (the file FOLDER/lock
// stays and means nothing by itself).
class FolderLock {
  public:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

  private:
    const int descriptor_;
};

// Locks a folder of this machine, which must exist. Error `busy` names the folder and the process
// that holds it. Works on a local file system; on a network one it is as good as its flock.
Result<std::unique_ptr<FolderLock>> lock_folder(const std::string& path);

}  // namespace playhead::base
