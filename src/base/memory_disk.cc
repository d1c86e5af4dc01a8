// SPDX-License-Identifier: Apache-2.0
#include "base/memory_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/splitmix.h"

namespace playhead::base {
namespace {

constexpr uint64_t sector_bytes = 512;
constexpr uint64_t never = UINT64_MAX;

// A change of content that no sync has made durable yet: a write, or (without bytes) a new size.
struct Change {
    uint64_t offset = 0;
    std::string bytes;
    bool is_resize = false;
};

struct Inode {
    std::string content;
    std::string durable;
    std::vector<Change> unsynced;  // in order; what the next sync applies to durable
};

using Entries = std::map<std::string, std::shared_ptr<Inode>>;

// A change of folders that happens as a whole or not at all: names and what they mean afterwards.
using Renaming = std::vector<std::pair<std::string, std::shared_ptr<Inode>>>;

void put(std::string& content, uint64_t offset, std::string_view bytes) {
    if (bytes.empty()) return;
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    std::memcpy(content.data() + offset, bytes.data(), bytes.size());
}

void redo(std::string& content, const Change& change) {
    if (change.is_resize) {
        content.resize(change.offset);
    } else {
        put(content, change.offset, change.bytes);
    }
}

void redo(Entries& entries, const Renaming& renaming) {
    for (const auto& [path, inode] : renaming) {
        if (inode) {
            entries[path] = inode;
        } else {
            entries.erase(path);
        }
    }
}

// Any sector of a write may be there, not be there, or be there up to some byte.
void apply_some_sectors(std::string& content, const Change& change, Splitmix& chance) {
    uint64_t done = 0;
    while (done < change.bytes.size()) {
        const uint64_t offset = change.offset + done;
        const uint64_t to_border = sector_bytes - offset % sector_bytes;
        const uint64_t count = std::min<uint64_t>(to_border, change.bytes.size() - done);
        const std::string_view sector = std::string_view(change.bytes).substr(done, count);
        switch (chance.below(3)) {
            case 0:
                break;
            case 1:
                put(content, offset, sector);
                break;
            default:
                put(content, offset, sector.substr(0, chance.below(count + 1)));
                break;
        }
        done += count;
    }
}

void apply_beginning(std::string& content, const std::vector<Change>& changes, Splitmix& chance) {
    const uint64_t kept = chance.below(changes.size() + 1);
    for (uint64_t i = 0; i < kept; ++i) redo(content, changes[i]);
    if (kept == changes.size() || changes[kept].is_resize) return;
    const std::string_view torn = changes[kept].bytes;
    put(content, changes[kept].offset, torn.substr(0, chance.below(torn.size() + 1)));
}

std::string what_a_crash_leaves(const Inode& inode, Splitmix& chance) {
    std::string left = inode.durable;
    switch (chance.below(4)) {
        case 0:
            break;
        case 1:
            left = inode.content;
            break;
        case 2:
            apply_beginning(left, inode.unsynced, chance);
            break;
        default:
            for (const Change& change : inode.unsynced) {
                if (!change.is_resize) {
                    apply_some_sectors(left, change, chance);
                } else if (chance.below(2) == 0) {
                    redo(left, change);
                }
            }
    }
    return left;
}

std::string folder_of(const std::string& path) {
    const size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
    const size_t slash = path.find_last_of('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool concerns(const Renaming& renaming, const std::string& folder) {
    return std::any_of(renaming.begin(), renaming.end(),
                       [&](const auto& entry) { return folder_of(entry.first) == folder; });
}

}  // namespace

struct MemoryDisk::State {
    mutable std::mutex mutex;
    Entries entries;
    Entries durable_entries;
    std::vector<Renaming> unsynced_renamings;  // from durable_entries to entries, in order
    std::set<std::string> folders{".", "/"};
    uint64_t power_cycles = 0;
    uint64_t operations = 0;
    uint64_t power_off_at = never;  // count of operations
    uint64_t capacity = 1ULL << 40;
    uint64_t refused_operation = never;
    bool next_sync_fails = false;

    bool power_is_off() const { return operations > power_off_at; }

    // Counts a change; false when the power went off before it was done.
    bool begin_change() {
        if (power_is_off()) return false;
        ++operations;
        return !power_is_off();
    }

    // Whether the change that was begun last finds no room, by order.
    bool is_refused() const { return operations == refused_operation; }

    uint64_t used() const {
        uint64_t sum = 0;
        for (const auto& entry : entries) sum += entry.second->content.size();
        return sum;
    }

    void change(Renaming renaming) {
        redo(entries, renaming);
        unsynced_renamings.push_back(std::move(renaming));
    }

    std::shared_ptr<Inode> find(const std::string& path) const {
        const auto found = entries.find(path);
        return found == entries.end() ? nullptr : found->second;
    }
};

namespace {

std::unexpected<Error> no_power(const std::string& path) {
    return fail(ErrorCode::io, "no power: " + path);
}

std::unexpected<Error> no_room(const std::string& path) {
    return fail_errno(ENOSPC, "cannot change " + path);
}

}  // namespace

class MemoryDisk::OpenFile final : public File {
  public:
    OpenFile(std::shared_ptr<State> state, std::shared_ptr<Inode> inode, std::string path,
             bool writable)
        : state_(std::move(state)),
          inode_(std::move(inode)),
          path_(std::move(path)),
          writable_(writable),
          power_cycle_(state_->power_cycles) {}

    Result<void> write(uint64_t offset, std::string_view bytes) override {
        const std::lock_guard lock(state_->mutex);
        if (auto usable = check_writable(); !usable) return usable;
        const bool was_dark = state_->power_is_off();
        const bool done = state_->begin_change();
        if (was_dark || gone()) return no_power(path_);
        if (state_->is_refused()) return no_room(path_);
        const std::string_view fits = bytes.substr(0, room_for(offset, bytes.size()));
        put(inode_->content, offset, fits);
        inode_->unsynced.push_back({offset, std::string(fits)});
        if (!done) return no_power(path_);
        if (fits.size() < bytes.size()) return fail_errno(ENOSPC, "cannot write " + path_);
        return {};
    }

    Result<size_t> read(uint64_t offset, std::span<char> into) const override {
        const std::lock_guard lock(state_->mutex);
        if (gone() || state_->power_is_off()) return no_power(path_);
        if (offset >= inode_->content.size()) return size_t{0};
        const size_t count = std::min<uint64_t>(into.size(), inode_->content.size() - offset);
        if (count > 0) std::memcpy(into.data(), inode_->content.data() + offset, count);
        return count;
    }

    Result<void> sync() override {
        const std::lock_guard lock(state_->mutex);
        if (!state_->begin_change() || gone()) return no_power(path_);
        if (state_->is_refused() || std::exchange(state_->next_sync_fails, false)) {
            inode_->unsynced.clear();
            return fail_errno(state_->is_refused() ? ENOSPC : EIO, "cannot sync " + path_);
        }
        for (const Change& change : inode_->unsynced) redo(inode_->durable, change);
        inode_->unsynced.clear();
        return {};
    }

    Result<void> resize(uint64_t size) override {
        const std::lock_guard lock(state_->mutex);
        if (auto usable = check_writable(); !usable) return usable;
        if (!state_->begin_change() || gone()) return no_power(path_);
        if (state_->is_refused()) return no_room(path_);
        const uint64_t before = inode_->content.size();
        if (size > before && size - before > state_->capacity - state_->used()) {
            return fail_errno(ENOSPC, "cannot resize " + path_);
        }
        Change change{.offset = size, .bytes = {}, .is_resize = true};
        redo(inode_->content, change);
        inode_->unsynced.push_back(std::move(change));
        return {};
    }

    Result<uint64_t> size() const override {
        const std::lock_guard lock(state_->mutex);
        if (gone() || state_->power_is_off()) return no_power(path_);
        return inode_->content.size();
    }

  private:
    bool gone() const { return state_->power_cycles != power_cycle_; }

    Result<void> check_writable() const {
        if (!writable_) return fail_errno(EBADF, "cannot write " + path_);
        return {};
    }

    size_t room_for(uint64_t offset, size_t count) const {
        const uint64_t size = inode_->content.size();
        const uint64_t used = state_->used();
        const uint64_t left = state_->capacity > used ? state_->capacity - used : 0;
        if (offset + count <= size + left) return count;
        return size + left > offset ? size + left - offset : 0;
    }

    const std::shared_ptr<State> state_;
    const std::shared_ptr<Inode> inode_;
    const std::string path_;
    const bool writable_;
    const uint64_t power_cycle_;
};

MemoryDisk::MemoryDisk() : state_(std::make_shared<State>()) {
}

MemoryDisk::~MemoryDisk() = default;

Result<std::unique_ptr<File>> MemoryDisk::open(const std::string& path, Open how) {
    const std::lock_guard lock(state_->mutex);
    if (state_->power_is_off()) return no_power(path);
    if (state_->folders.contains(path)) return fail_errno(EISDIR, "cannot open " + path);
    std::shared_ptr<Inode> inode = state_->find(path);
    if (!inode) {
        if (how != Open::create || !state_->folders.contains(folder_of(path))) {
            return fail_errno(ENOENT, "cannot open " + path);
        }
        if (!state_->begin_change()) return no_power(path);
        if (state_->is_refused()) return no_room(path);
        inode = std::make_shared<Inode>();
        state_->change({{path, inode}});
    }
    return std::make_unique<OpenFile>(state_, std::move(inode), path, how != Open::read_only);
}

Result<std::vector<std::string>> MemoryDisk::list(const std::string& folder) const {
    const std::lock_guard lock(state_->mutex);
    if (state_->power_is_off()) return no_power(folder);
    if (!state_->folders.contains(folder)) return fail_errno(ENOENT, "cannot list " + folder);
    std::vector<std::string> names;
    for (const auto& entry : state_->entries) {
        if (folder_of(entry.first) == folder) names.push_back(name_of(entry.first));
    }
    for (const std::string& path : state_->folders) {
        if (path != folder && path != "." && folder_of(path) == folder) {
            names.push_back(name_of(path));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> MemoryDisk::make_folder(const std::string& path) {
    const std::lock_guard lock(state_->mutex);
    if (state_->power_is_off()) return no_power(path);
    std::string at = path;
    while (!state_->folders.contains(at)) {
        if (state_->entries.contains(at)) return fail_errno(EEXIST, "cannot make folder " + at);
        state_->folders.insert(at);
        at = folder_of(at);
    }
    return {};
}

Result<void> MemoryDisk::rename(const std::string& from, const std::string& to) {
    const std::lock_guard lock(state_->mutex);
    if (!state_->begin_change()) return no_power(from);
    if (state_->is_refused()) return no_room(from);
    std::shared_ptr<Inode> inode = state_->find(from);
    if (!inode || !state_->folders.contains(folder_of(to))) {
        return fail_errno(ENOENT, "cannot rename " + from + " to " + to);
    }
    state_->change({{from, nullptr}, {to, std::move(inode)}});
    return {};
}

Result<void> MemoryDisk::remove(const std::string& path) {
    const std::lock_guard lock(state_->mutex);
    if (!state_->begin_change()) return no_power(path);
    if (!state_->find(path)) return fail_errno(ENOENT, "cannot remove " + path);
    state_->change({{path, nullptr}});
    return {};
}

Result<void> MemoryDisk::sync_folder(const std::string& path) {
    const std::lock_guard lock(state_->mutex);
    if (!state_->begin_change()) return no_power(path);
    if (state_->is_refused()) return no_room(path);
    if (!state_->folders.contains(path)) return fail_errno(ENOENT, "cannot sync folder " + path);
    std::vector<Renaming> others;
    for (Renaming& renaming : state_->unsynced_renamings) {
        if (concerns(renaming, path)) {
            redo(state_->durable_entries, renaming);
        } else {
            others.push_back(std::move(renaming));
        }
    }
    state_->unsynced_renamings = std::move(others);
    return {};
}

bool MemoryDisk::exists(const std::string& path) const {
    const std::lock_guard lock(state_->mutex);
    return state_->entries.contains(path) || state_->folders.contains(path);
}

Result<uint64_t> MemoryDisk::free_bytes(const std::string& path) const {
    const std::lock_guard lock(state_->mutex);
    if (state_->power_is_off()) return no_power(path);
    const uint64_t used = state_->used();
    return state_->capacity > used ? state_->capacity - used : 0;
}

void MemoryDisk::crash(uint64_t seed) {
    const std::lock_guard lock(state_->mutex);
    Splitmix chance(seed);
    const uint64_t renamings = chance.below(3);  // 0 none, 1 all, 2 each for itself
    for (const Renaming& renaming : state_->unsynced_renamings) {
        const bool happened = renamings == 1 || (renamings == 2 && chance.below(2) == 0);
        if (happened) redo(state_->durable_entries, renaming);
    }
    state_->unsynced_renamings.clear();
    for (const auto& entry : state_->durable_entries) {
        Inode& inode = *entry.second;
        inode.content = what_a_crash_leaves(inode, chance);
        inode.durable = inode.content;
        inode.unsynced.clear();
    }
    state_->entries = state_->durable_entries;
    ++state_->power_cycles;
    state_->power_off_at = never;
    state_->refused_operation = never;
    state_->next_sync_fails = false;
}

void MemoryDisk::cut_power_after(uint64_t operations) {
    const std::lock_guard lock(state_->mutex);
    state_->power_off_at = state_->operations + operations;
}

void MemoryDisk::refuse_after(uint64_t operations) {
    const std::lock_guard lock(state_->mutex);
    state_->refused_operation = state_->operations + operations + 1;
}

void MemoryDisk::fail_next_sync() {
    const std::lock_guard lock(state_->mutex);
    state_->next_sync_fails = true;
}

void MemoryDisk::set_capacity(uint64_t bytes) {
    const std::lock_guard lock(state_->mutex);
    state_->capacity = bytes;
}

uint64_t MemoryDisk::operations() const {
    const std::lock_guard lock(state_->mutex);
    return state_->operations;
}

void MemoryDisk::overwrite(const std::string& path, uint64_t offset, std::string_view bytes) {
    const std::lock_guard lock(state_->mutex);
    const std::shared_ptr<Inode> inode = state_->find(path);
    CHECK(inode != nullptr);
    put(inode->content, offset, bytes);
    put(inode->durable, offset, bytes);
}

std::string MemoryDisk::content(const std::string& path) const {
    const std::lock_guard lock(state_->mutex);
    const std::shared_ptr<Inode> inode = state_->find(path);
    CHECK(inode != nullptr);
    return inode->content;
}

}  // namespace playhead::base
