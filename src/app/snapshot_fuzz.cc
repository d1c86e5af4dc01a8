// SPDX-License-Identifier: Apache-2.0
// Property: whatever stands in the pieces of a snapshot whose checksums fit, it is refused, or the
// fold can go on from it: time passes, rows are made, every session closes.
//
// The input is a list of changes of five bytes: which piece, where (2), what (exclusive or), and a
// fifth that cuts the piece there when it is odd.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/snapshot.h"
#include "base/check.h"
#include "base/memory_disk.h"
#include "ingest/decoder.h"
#include "session/random_suite.h"

namespace playhead::app {
namespace {

const std::string path = "/snapshot";
constexpr size_t change_bytes = 5;
constexpr uint64_t end = 1'000;

// A table with sessions in all states of life.
std::vector<SnapshotPiece> sample_pieces() {
    session::Table table{session::Rules()};
    session::Output output;
    uint64_t offset = 0;
    for (uint32_t number = 1; number <= 12; ++number) {
        for (auto& timed : session::RandomSessions(number).session(number, 0)) {
            timed.arrival.offset = offset++ % end;
            timed.arrival.uptime_ms = number;
            if (timed.event.type == event::EventType::session_start) {
                timed.arrival.offset = 0;
                table.start(timed.arrival, timed.event, output);
            } else {
                timed.arrival.offset = offset;
                table.arrive(timed.arrival, timed.event, output);
            }
        }
    }
    const Ledger ledger;
    const std::vector<session::RulesChange> changes = {{.offset = 3, .rules = {}}};
    SnapshotCapture capture({end, 12, ledger, changes, table});
    std::vector<SnapshotPiece> pieces;
    while (auto piece = capture.next()) pieces.push_back(std::move(*piece));
    return pieces;
}

void change(std::vector<SnapshotPiece>& pieces, const uint8_t* data) {
    std::string& bytes = pieces[data[0] % pieces.size()].bytes;
    if (bytes.empty()) return;
    const size_t at = (data[1] + 256U * data[2]) % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ data[3]);
    if (data[4] % 2 == 1) bytes.resize(at);
}

void go_on(FoldState& state) {
    session::Table& table = *state.table;
    table.digest();
    table.gates();
    session::Search search{.limit = 5};
    while (!search.has_ended) table.go_on(search, 1);
    session::Output output;
    const size_t open = table.open_sessions();
    const auto events = session::RandomSessions(7).session(99, 1'000);
    for (auto timed : events) {
        timed.arrival.offset = end;
        if (timed.event.type == event::EventType::session_start) {
            table.start(timed.arrival, timed.event, output);
        } else {
            table.arrive(timed.arrival, timed.event, output);
        }
    }
    table.advance(INT64_MAX, output);
    CHECK(table.open_sessions() == 0);
    CHECK(output.closed.size() >= open);
}

void check_changed(const uint8_t* data, size_t size) {
    static const std::vector<SnapshotPiece> sample = sample_pieces();
    std::vector<SnapshotPiece> pieces = sample;
    for (; size >= change_bytes; size -= change_bytes, data += change_bytes) change(pieces, data);
    base::MemoryDisk disk;
    auto writer = SnapshotWriter::create(disk, path);
    CHECK(writer);
    for (const SnapshotPiece& piece : pieces) CHECK(writer->add(piece));
    auto state = read_snapshot(disk, path);
    if (state) go_on(*state);
}

}  // namespace
}  // namespace playhead::app

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    playhead::app::check_changed(data, size);
    return 0;
}
