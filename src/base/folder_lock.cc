// SPDX-License-Identifier: Apache-2.0
#include "base/folder_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace playhead::base {
namespace {

std::string holder_of(int descriptor) {
    char text[32];
    const ssize_t count = pread(descriptor, text, sizeof text, 0);
    std::string pid;
    for (ssize_t i = 0; i < count && text[i] >= '0' && text[i] <= '9'; ++i) pid += text[i];
    return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

FolderLock::~FolderLock() {
    close(descriptor_);
}

Result<std::unique_ptr<FolderLock>> lock_folder(const std::string& path) {
    const std::string file = path + "/lock";
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return fail_errno(errno, "cannot open " + file);
    auto lock = std::make_unique<FolderLock>(descriptor);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return fail_errno(errno, "cannot lock " + file);
        return fail(ErrorCode::busy, "the folder " + path + " is in use by " +
                                         holder_of(descriptor) + " (" + file + ")");
    }
    // The number only helps people; the lock holds without it, so a full disk does not matter.
    const std::string pid = std::to_string(getpid()) + '\n';
    if (ftruncate(descriptor, 0) == 0) {
        [[maybe_unused]] const ssize_t written = pwrite(descriptor, pid.data(), pid.size(), 0);
    }
    return lock;
}

}  // namespace playhead::base
