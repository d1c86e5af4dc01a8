// SPDX-License-Identifier: Apache-2.0
#include "session/text_pool.h"

#include <functional>
#include <string>

namespace playhead::session {
namespace {

// A shorter text is not longer than its number.
constexpr size_t shortest = 4;

uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>()(text);
}

using Interned = TextPool::Interned;

void write(PackWriter& writer, const Interned& text) {
    const uint64_t value = text.is_number ? text.number : text.text.size();
    writer.numbers(text.kind, value * 2 + (text.is_number ? 1 : 0));
    if (!text.is_number) writer.raw(text.text.data(), text.text.size());
}

Interned read(UnpackReader& reader) {
    Interned text;
    uint64_t value = 0;
    reader.numbers(text.kind, value);
    text.is_number = value % 2 == 1;
    if (text.is_number) {
        text.number = static_cast<uint32_t>(value / 2);
        reader.require(text.number == value / 2);
    } else {
        text.text = reader.view(value / 2);
    }
    return text;
}

// Calls `each` with every text of an interned log. False when it is none.
template <typename Each>
bool for_each_text(std::string_view interned, Each each) {
    UnpackReader reader(interned);
    while (reader.sound() && !reader.complete()) {
        RowLog::Part part{};
        std::string_view head;
        size_t count = 0;
        reader.numbers(part);
        reader.require(part <= RowLog::last_part);
        reader.text(head);
        reader.numbers(count);
        for (size_t i = 0; i < count && reader.sound(); ++i) each(read(reader));
    }
    return reader.sound();
}

}  // namespace

void TextPool::intern(std::string_view log, ByteBlock& to) {
    writer_.clear();
    RowLogReader reader(log);
    RowLog::Record record;
    while (reader.next(record)) {
        writer_.numbers(record.part);
        writer_.text(record.head);
        writer_.numbers(record.texts.size());
        for (const RowLog::Text& text : record.texts) {
            const bool is_number = text.text.size() >= shortest;
            write(writer_, {.kind = text.kind,
                            .is_number = is_number,
                            .number = is_number ? hold(text.text) : 0,
                            .text = text.text});
        }
    }
    to.append(writer_.bytes());
}

void TextPool::expand(std::string_view interned, RowLog& to) const {
    UnpackReader reader(interned);
    RowLog::Record record;
    while (!reader.rest().empty()) {
        size_t count = 0;
        reader.numbers(record.part);
        reader.text(record.head);
        reader.numbers(count);
        record.texts.clear();
        for (size_t i = 0; i < count && reader.sound(); ++i) {
            const Interned text = read(reader);
            record.texts.push_back({text.kind, view(text)});
        }
        if (!reader.sound()) return;
        to.add(record);
    }
}

void TextPool::first_record(std::string_view interned, std::vector<Interned>& to) {
    to.clear();
    UnpackReader reader(interned);
    RowLog::Part part{};
    std::string_view head;
    size_t count = 0;
    reader.numbers(part);
    reader.text(head);
    reader.numbers(count);
    for (size_t i = 0; i < count && reader.sound(); ++i) to.push_back(read(reader));
}

void TextPool::release(std::string_view interned) {
    for_each_text(interned, [this](const Interned& text) {
        if (text.is_number) release(text.number);
    });
}

uint32_t TextPool::hold(std::string_view text) {
    const uint64_t hash = hash_of(text);
    const auto known =
        index_.find(hash, [&](uint32_t number) { return texts_[number].bytes.view() == text; });
    const uint32_t number = known ? *known : texts_.add();
    Text& entry = texts_[number];
    ++entry.references;
    if (known) return number;
    entry.bytes.assign(text);
    text_bytes_ += entry.bytes.heap_bytes();
    index_.add(hash, number);
    return number;
}

void TextPool::release(uint32_t number) {
    Text& text = texts_[number];
    if (--text.references > 0) return;
    index_.remove(hash_of(text.bytes.view()), number);
    text_bytes_ -= text.bytes.heap_bytes();
    texts_.remove(number);
}

uint32_t TextPool::pack(PackWriter& writer, uint32_t from, size_t bytes) const {
    uint32_t number = from;
    size_t written = 0;
    for (; number < texts_.numbers() && written < bytes; ++number) {
        written += sizeof(uint32_t) + texts_[number].bytes.view().size();
    }
    writer.numbers(number - from);
    for (; from < number; ++from) writer.text(texts_[from].bytes.view());
    return number;
}

bool TextPool::unpack(UnpackReader& reader) {
    uint32_t count = 0;
    reader.numbers(count);
    reader.require(count <= reader.rest().size());
    for (uint32_t i = 0; i < count && reader.sound(); ++i) {
        const std::string_view text = reader.view();
        const uint32_t number = texts_.add();
        if (text.empty()) continue;
        texts_[number].bytes.assign(text);
        text_bytes_ += texts_[number].bytes.heap_bytes();
        index_.add(hash_of(text), number);
    }
    return reader.sound();
}

void TextPool::finish_unpacking() {
    for (uint32_t number = 0; number < texts_.numbers(); ++number) {
        Text& text = texts_[number];
        if (text.references > 0) continue;
        if (!text.bytes.view().empty()) index_.remove(hash_of(text.bytes.view()), number);
        text_bytes_ -= text.bytes.heap_bytes();
        texts_.remove(number);
    }
}

bool TextPool::retain(std::string_view interned) {
    bool known = true;
    const bool sound = for_each_text(interned, [&](const Interned& text) {
        if (!text.is_number) return;
        known =
            known && text.number < texts_.numbers() && !texts_[text.number].bytes.view().empty();
        if (known) ++texts_[text.number].references;
    });
    return sound && known;
}

size_t TextPool::text_bytes(std::string_view interned) {
    size_t bytes = 0;
    UnpackReader reader(interned);
    while (reader.sound() && !reader.complete()) {
        RowLog::Part part{};
        std::string_view head;
        size_t count = 0;
        reader.numbers(part);
        reader.text(head);
        reader.numbers(count);
        const size_t before = reader.rest().size();
        for (size_t i = 0; i < count && reader.sound(); ++i) read(reader);
        bytes += before - reader.rest().size();
    }
    return bytes;
}

size_t TextPool::heap_bytes() const {
    return text_bytes_ + texts_.heap_bytes() + index_.heap_bytes();
}

}  // namespace playhead::session
