// SPDX-License-Identifier: Apache-2.0
// What a record costs: appended and committed in batches, and read back. In the folder that TMPDIR
// names, else in the system's folder for temporary files; the disk under it decides the result.
#include <filesystem>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/posix_disk.h"
#include "journal/file_journal.h"
#include "journal/segment_hash.h"

namespace playhead::journal {
namespace {

constexpr size_t record_bytes = 300;

class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "bench_XXXXXX").string();
        CHECK(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() { std::filesystem::remove_all(path_); }

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

FileJournal::Options full_segments() {
    FileJournal::Options options;
    options.first_segment_bytes = options.segment_bytes;
    return options;
}

// Writing ahead is done in line, so that its price is counted where it arises and only as often.
void append_and_commit(benchmark::State& state) {
    const Folder folder;
    base::PosixDisk disk;
    auto options = full_segments();
    options.write_ahead = false;
    auto journal = FileJournal::open(disk, folder.path() + "/journal", options);
    CHECK(journal);
    const std::string record(record_bytes, 'x');
    for (auto round : state) {
        static_cast<void>(round);
        for (int64_t i = 0; i < state.range(0); ++i) CHECK((*journal)->append(record));
        const auto end = (*journal)->commit();
        CHECK(end);
        // So that the disk does not fill up.
        if (*end > 1024ULL * 1024 * 1024) CHECK((*journal)->remove_before(*end));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

// What the chain of hashes adds to each record, wherever it is written.
void hash_records(benchmark::State& state) {
    SegmentHash hash(SegmentHeader{});
    const std::string batch(64 * (record_bytes + frame_head_bytes), 'x');
    for (auto round : state) {
        static_cast<void>(round);
        hash.add(batch);
    }
    benchmark::DoNotOptimize(hash.digest());
    state.SetItemsProcessed(state.iterations() * 64);
}

void read_back(benchmark::State& state) {
    const Folder folder;
    base::PosixDisk disk;
    auto journal = FileJournal::open(disk, folder.path() + "/journal", full_segments());
    CHECK(journal);
    constexpr int records = 200'000;
    const std::string record(record_bytes, 'x');
    for (int i = 0; i < records; ++i) CHECK((*journal)->append(record));
    CHECK((*journal)->commit());
    const auto reader = (*journal)->reader();
    for (auto round : state) {
        static_cast<void>(round);
        CHECK(reader->seek(0));
        for (int i = 0; i < records; ++i) benchmark::DoNotOptimize(*reader->next());
    }
    state.SetItemsProcessed(state.iterations() * records);
}

void open_empty_folder(benchmark::State& state) {
    base::PosixDisk disk;
    for (auto round : state) {
        static_cast<void>(round);
        const Folder folder;
        CHECK(FileJournal::open(disk, folder.path() + "/journal", {}));
    }
}

void open_with_a_whole_segment(benchmark::State& state) {
    const Folder folder;
    base::PosixDisk disk;
    auto options = full_segments();
    options.write_ahead = false;
    {
        auto journal = FileJournal::open(disk, folder.path() + "/journal", options);
        CHECK(journal);
        const std::string record(record_bytes, 'x');
        for (int64_t i = 0; i < state.range(0); ++i) CHECK((*journal)->append(record));
        CHECK((*journal)->commit());
    }
    for (auto round : state) {
        static_cast<void>(round);
        CHECK(FileJournal::open(disk, folder.path() + "/journal", options));
    }
}

BENCHMARK(append_and_commit)->Arg(1)->Arg(64)->Arg(256)->Arg(1024)->UseRealTime();
BENCHMARK(hash_records);
BENCHMARK(read_back)->Unit(benchmark::kMillisecond);
BENCHMARK(open_empty_folder)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(open_with_a_whole_segment)
    ->Arg(0)
    ->Arg(200'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace playhead::journal
