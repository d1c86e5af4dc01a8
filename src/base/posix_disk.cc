// SPDX-License-Identifier: Apache-2.0
#include "base/posix_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace playhead::base {
namespace {

std::unexpected<Error> failed(const char* action, const std::string& path) {
    return fail_errno(errno, std::string(action) + ' ' + path);
}

class PosixFile final : public File {
  public:
    PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;

    // What close could still say is of no use: what matters was synced before.
    ~PosixFile() override { close(descriptor_); }

    Result<void> write(uint64_t offset, std::string_view bytes) override {
        return write_with(0, offset, bytes);
    }

    // One call of the kernel costs less than two.
    Result<void> write_and_sync(uint64_t offset, std::string_view bytes) override {
        return write_with(RWF_DSYNC, offset, bytes);
    }

    Result<size_t> read(uint64_t offset, std::span<char> into) const override {
        size_t total = 0;
        while (total < into.size()) {
            const ssize_t done = pread(descriptor_, into.data() + total, into.size() - total,
                                       static_cast<off_t>(offset + total));
            if (done < 0) {
                if (errno == EINTR) continue;
                return failed("cannot read", path_);
            }
            if (done == 0) break;
            total += static_cast<size_t>(done);
        }
        return total;
    }

    Result<void> sync() override {
        if (fdatasync(descriptor_) != 0) return failed("cannot sync", path_);
        return {};
    }

    Result<void> resize(uint64_t size) override {
        if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
            return failed("cannot resize", path_);
        }
        return {};
    }

    Result<uint64_t> size() const override {
        struct stat status{};
        if (fstat(descriptor_, &status) != 0) return failed("cannot look at", path_);
        return static_cast<uint64_t>(status.st_size);
    }

  private:
    Result<void> write_with(int flags, uint64_t offset, std::string_view bytes) {
        while (!bytes.empty()) {
            // The kernel only reads from it.
            const iovec from{const_cast<char*>(bytes.data()), bytes.size()};
            const ssize_t done = pwritev2(descriptor_, &from, 1, static_cast<off_t>(offset), flags);
            if (done < 0) {
                if (errno == EINTR) continue;
                // Not every file system knows it.
                if (errno == EOPNOTSUPP && flags != 0) return File::write_and_sync(offset, bytes);
                return failed("cannot write", path_);
            }
            bytes.remove_prefix(static_cast<size_t>(done));
            offset += static_cast<uint64_t>(done);
        }
        return {};
    }

    const int descriptor_;
    const std::string path_;
};

std::string parent_of(const std::string& path) {
    const size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_folder(const std::string& path) {
    struct stat status{};
    return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Result<std::unique_ptr<File>> PosixDisk::open(const std::string& path, Open how) {
    int flags = O_CLOEXEC;
    flags |= how == Open::read_only ? O_RDONLY : O_RDWR;
    if (how == Open::create) flags |= O_CREAT;
    const int descriptor = ::open(path.c_str(), flags, 0600);
    if (descriptor < 0) return failed("cannot open", path);
    if (is_folder(path)) {
        close(descriptor);
        return fail_errno(EISDIR, "cannot open " + path);
    }
    return std::make_unique<PosixFile>(descriptor, path);
}

Result<std::vector<std::string>> PosixDisk::list(const std::string& folder) const {
    DIR* const stream = opendir(folder.c_str());
    if (stream == nullptr) return failed("cannot list", folder);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(stream)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    const int error = errno;
    closedir(stream);
    if (error != 0) return fail_errno(error, "cannot list " + folder);
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> PosixDisk::make_folder(const std::string& path) {
    if (is_folder(path)) return {};
    const std::string parent = parent_of(path);
    if (!is_folder(parent)) {
        if (auto made = make_folder(parent); !made) return made;
    }
    // Somebody else may have made it meanwhile; that is as good.
    if (mkdir(path.c_str(), 0700) != 0 && (errno != EEXIST || !is_folder(path))) {
        return failed("cannot make folder", path);
    }
    return sync_folder(parent);
}

Result<void> PosixDisk::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return fail_errno(errno, "cannot rename " + from + " to " + to);
    }
    return {};
}

Result<void> PosixDisk::remove(const std::string& path) {
    if (unlink(path.c_str()) != 0) return failed("cannot remove", path);
    return {};
}

Result<void> PosixDisk::sync_folder(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("cannot open folder", path);
    const int status = fsync(descriptor);
    const int error = errno;
    close(descriptor);
    if (status != 0) return fail_errno(error, "cannot sync folder " + path);
    return {};
}

bool PosixDisk::exists(const std::string& path) const {
    struct stat status{};
    return stat(path.c_str(), &status) == 0;
}

Result<uint64_t> PosixDisk::free_bytes(const std::string& path) const {
    struct statvfs status{};
    if (statvfs(path.c_str(), &status) != 0) return failed("cannot look at", path);
    return static_cast<uint64_t>(status.f_bavail) * static_cast<uint64_t>(status.f_frsize);
}

void PosixDisk::let_cache_forget(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    close(descriptor);
}

}  // namespace playhead::base
