// SPDX-License-Identifier: Apache-2.0
#include "app/snapshot.h"

#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/crc32c.h"

namespace playhead::app {
namespace {

using Kind = SnapshotPiece::Kind;
using session::PackWriter;
using session::UnpackReader;

constexpr std::string_view magic = "PLAYSNAP";
constexpr size_t header_bytes = 16;      // magic, version, checksum of both
constexpr size_t piece_head_bytes = 12;  // kind and three zeros, length, checksum
constexpr uint64_t bytes_per_sync = uint64_t{1} << 23;

std::unexpected<base::Error> unusable(std::string what) {
    return base::fail(base::ErrorCode::damaged, std::move(what));
}

std::string header() {
    std::string bytes(header_bytes, '\0');
    magic.copy(bytes.data(), magic.size());
    char* at = base::write_little(bytes.data() + magic.size(), snapshot_version);
    const size_t covered = magic.size() + sizeof snapshot_version;
    base::write_little(at, base::crc32c(std::string_view(bytes).substr(0, covered)));
    return bytes;
}

// Of the piece with its kind and length, going on from the piece before: a piece that is missing or
// in the wrong place is found like one that was changed.
uint32_t checksum_of(std::string_view head, std::string_view bytes, uint32_t before) {
    const size_t covered = piece_head_bytes - sizeof(uint32_t);
    return base::crc32c(bytes, base::crc32c(head.substr(0, covered), before));
}

template <typename Changes, typename Each>
void archive_changes(Changes& changes, Each& each) {
    each.list(changes, [&each](auto& change) {
        each.numbers(change.offset);
        each.part(change.rules);
    });
}

// Reads the pieces of one file in their order into a state that is made of them.
class StateReader {
  public:
    StateReader() { state_.table = std::make_unique<session::Table>(session::Rules()); }

    // False when these bytes are not what must come here.
    bool take(Kind kind, std::string_view bytes) {
        // Each kind as often as it likes, but only in the order of the kinds.
        const bool in_order =
            kind == Kind::head ? last_ == Kind{} : kind >= last_ && last_ != Kind{};
        if (!in_order || last_ == Kind::end) return false;
        last_ = kind;
        UnpackReader reader(bytes);
        switch (kind) {
            case Kind::head:
                return take_head(reader);
            case Kind::texts:
                return state_.table->unpack_texts(reader);
            case Kind::sessions:
                return state_.table->unpack_sessions(reader, state_.offset);
            case Kind::buried:
                return state_.table->unpack_buried(reader);
            case Kind::end:
                state_.table->finish_unpacking();
                return bytes.empty();
        }
        return false;
    }

    bool complete() const {
        return last_ == Kind::end && state_.table->open_sessions() == sessions_ &&
               state_.table->buried().size() == buried_;
    }

    FoldState& state() { return state_; }

  private:
    bool take_head(UnpackReader& reader) {
        reader.numbers(state_.offset, state_.uptime_ms, sessions_, buried_);
        reader.part(state_.ledger);
        archive_changes(state_.rules_changes, reader);
        return state_.table->unpack_head(reader) && reader.complete();
    }

    FoldState state_;
    uint64_t sessions_ = 0;
    uint64_t buried_ = 0;
    Kind last_{};
};

// The bytes of an open file, in order.
class FileBytes {
  public:
    FileBytes(const base::File& file, uint64_t size) : file_(file), left_(size) {}

    uint64_t left() const { return left_; }

    base::Result<std::string_view> next(size_t size) {
        if (size > left_) return unusable("it is cut");
        buffer_.resize(size);
        const auto got = file_.read(at_, {buffer_.data(), size});
        if (!got) return std::unexpected(got.error());
        if (*got != size) return unusable("it is cut");
        at_ += size;
        left_ -= size;
        return std::string_view(buffer_.data(), size);
    }

  private:
    const base::File& file_;
    uint64_t at_ = 0;
    uint64_t left_;
    std::vector<char> buffer_;
};

base::Result<void> read_pieces(FileBytes& file, StateReader& into) {
    uint32_t checksum = 0;
    while (file.left() > 0) {
        const auto head_bytes = file.next(piece_head_bytes);
        if (!head_bytes) return std::unexpected(head_bytes.error());
        std::array<char, piece_head_bytes> head{};
        head_bytes->copy(head.data(), head.size());
        const auto kind = base::read_little<uint32_t>(head.data());
        const auto length = base::read_little<uint32_t>(head.data() + 4);
        const auto written = base::read_little<uint32_t>(head.data() + 8);
        if (length > snapshot_piece_limit) return unusable("a piece has an impossible length");
        const auto bytes = file.next(length);
        if (!bytes) return std::unexpected(bytes.error());
        checksum = checksum_of({head.data(), head.size()}, *bytes, checksum);
        if (checksum != written) return unusable("the checksum of a piece does not fit");
        const bool is_kind =
            kind >= static_cast<uint32_t>(Kind::head) && kind <= static_cast<uint32_t>(Kind::end);
        if (!is_kind || !into.take(static_cast<Kind>(kind), *bytes)) {
            return unusable("a piece cannot be read");
        }
    }
    if (!into.complete()) return unusable("it has no end");
    return {};
}

}  // namespace

void SnapshotCapture::write_head() {
    writer_.numbers(parts_.offset, parts_.uptime_ms, parts_.table.open_sessions(),
                    parts_.table.buried().size());
    writer_.part(parts_.ledger);
    archive_changes(parts_.rules_changes, writer_);
    parts_.table.pack_head(writer_);
}

bool SnapshotCapture::write_texts() {
    if (next_text_ == parts_.table.text_numbers()) return false;
    next_text_ = parts_.table.pack_texts(writer_, next_text_, snapshot_piece_bytes);
    return true;
}

bool SnapshotCapture::write_sessions() {
    if (ended_ || parts_.table.open_sessions() == 0) return false;
    next_session_ = parts_.table.pack_sessions(writer_, next_session_, snapshot_piece_bytes);
    ended_ = next_session_ == nullptr;
    return true;
}

bool SnapshotCapture::write_buried() {
    if (next_buried_ == parts_.table.buried().size()) return false;
    next_buried_ = parts_.table.pack_buried(writer_, next_buried_, snapshot_piece_bytes);
    return true;
}

SnapshotPiece SnapshotCapture::made(Kind kind) {
    SnapshotPiece piece{
        .kind = kind, .offset = parts_.offset, .bytes = std::string(writer_.bytes())};
    writer_.clear();
    return piece;
}

std::optional<SnapshotPiece> SnapshotCapture::next() {
    switch (follows_) {
        case Kind::head:
            write_head();
            follows_ = Kind::texts;
            return made(Kind::head);
        case Kind::texts:
            if (write_texts()) return made(Kind::texts);
            follows_ = Kind::sessions;
            [[fallthrough]];
        case Kind::sessions:
            if (write_sessions()) return made(Kind::sessions);
            follows_ = Kind::buried;
            [[fallthrough]];
        case Kind::buried:
            if (write_buried()) return made(Kind::buried);
            follows_ = Kind::end;
            return made(Kind::end);
        case Kind::end:
            break;
    }
    return std::nullopt;
}

base::Result<SnapshotWriter> SnapshotWriter::create(base::Disk& disk, const std::string& path) {
    auto file = disk.open(path, base::Disk::Open::create);
    if (!file) return std::unexpected(file.error());
    SnapshotWriter writer(std::move(*file));
    auto done = writer.file_->resize(0);
    if (done) done = writer.append(header());
    if (!done) return std::unexpected(done.error());
    return writer;
}

base::Result<void> SnapshotWriter::add(const SnapshotPiece& piece) {
    CHECK(piece.bytes.size() <= snapshot_piece_limit);
    std::array<char, piece_head_bytes> head{};
    char* at = base::write_little(head.data(), static_cast<uint32_t>(piece.kind));
    at = base::write_little(at, static_cast<uint32_t>(piece.bytes.size()));
    checksum_ = checksum_of({head.data(), head.size()}, piece.bytes, checksum_);
    base::write_little(at, checksum_);
    auto done = append({head.data(), head.size()});
    if (done) done = append(piece.bytes);
    if (!done) return done;
    if (piece.kind != Kind::end && size_ - synced_ < bytes_per_sync) return {};
    synced_ = size_;
    return file_->sync();
}

base::Result<void> SnapshotWriter::append(std::string_view bytes) {
    auto done = file_->write(size_, bytes);
    if (done) size_ += bytes.size();
    return done;
}

base::Result<FoldState> read_snapshot(base::Disk& disk, const std::string& path) {
    auto file = disk.open(path, base::Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    FileBytes bytes(**file, *size);
    const auto first = bytes.next(header_bytes);
    if (!first) return std::unexpected(first.error());
    if (*first != header()) return unusable("this version did not write it");
    StateReader reader;
    const auto done = read_pieces(bytes, reader);
    if (!done) return std::unexpected(done.error());
    return std::move(reader.state());
}

}  // namespace playhead::app
