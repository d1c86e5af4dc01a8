// SPDX-License-Identifier: Apache-2.0
#include "ingest/scanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/byte_word.h"
#include "base/bytes.h"
#include "event/catalogue.h"
#include "ingest/fingerprint.h"
#include "ingest/metadata_key.h"
#include "ingest/number.h"

namespace playhead::ingest {
namespace {

using base::in_each_byte;
using event::Parameter;
using event::ParameterSet;
using event::ParameterValue;
using event::ValueType;

constexpr int most_digits = 18;                // of an integer: fits into 64 bits
constexpr int most_digits_with_fraction = 15;  // below 2^53: a division by a power of ten is exact
constexpr std::array<int64_t, most_digits_with_fraction + 1> powers_of_ten = [] {
    std::array<int64_t, most_digits_with_fraction + 1> powers{};
    int64_t power = 1;
    for (int64_t& each : powers) {
        each = power;
        power *= 10;
    }
    return powers;
}();

const std::array<uint64_t, event::parameter_count>& name_hashes() {
    static const auto hashes = [] {
        std::array<uint64_t, event::parameter_count> made{};
        for (size_t i = 0; i < made.size(); ++i) {
            made[i] = fingerprint::of_text(event::name_of(static_cast<Parameter>(i)));
        }
        return made;
    }();
    return hashes;
}

// The lowest mark (base/byte_word.h) is at the first byte that is below 0x20, beyond ASCII, a quote
// or a backslash.
constexpr uint64_t ends_of_plain_text(uint64_t word) {
    return (base::marks_equal(word, '"') | base::marks_equal(word, '\\') |
            base::marks_below(word, ' ') | word) &
           base::byte_marks;
}

constexpr ptrdiff_t digits_of_a_word = 8;

// All eight bytes are digits: their upper halves are 3, and stay 3 with six more in the lower ones.
constexpr bool are_digits(uint64_t word) {
    constexpr uint64_t upper_halves = in_each_byte(0xf0);
    return ((word | (word + in_each_byte(6))) & upper_halves) == in_each_byte(0x30) &&
           (word & upper_halves) == in_each_byte(0x30);
}

// The number that eight digits are, the first in the lowest byte: neighbours are put together three
// times, each time twice as wide.
constexpr int64_t number_of_digits(uint64_t word) {
    word = (word & in_each_byte(0x0f)) * (1 + (10 << 8)) >> 8;
    word = (word & 0x00ff00ff00ff00ff) * (1 + (100 << 16)) >> 16;
    word = (word & 0x0000ffff0000ffff) * (1 + (uint64_t{10'000} << 32)) >> 32;
    return static_cast<int64_t>(word);
}

// Each function takes what it is named after from the front of what is left of the body, and gives
// false when something else stands there.
class Scanner {
  public:
    Scanner(std::string_view body, event::Event& event)
        : at_(body.data()), end_(body.data() + body.size()), event_(event) {}

    bool whole_event() {
        event_.clear();
        return members([this] { return event_member(); }) && at_ == end_ && is_valid();
    }

  private:
    bool byte(char expected) {
        if (at_ == end_ || *at_ != expected) return false;
        ++at_;
        return true;
    }

    template <size_t Size>
    bool word(const char (&expected)[Size]) {
        constexpr size_t length = Size - 1;
        if (static_cast<size_t>(end_ - at_) < length) return false;
        if (std::memcmp(at_, expected, length) != 0) return false;
        at_ += length;
        return true;
    }

    bool text(std::string_view& to) {
        if (!byte('"')) return false;
        const char* const start = at_;
        uint64_t ends = 0;
        while (at_ < end_) {
            ends = ends_of_plain_text(base::read_little<uint64_t>(at_));
            if (ends != 0) break;
            at_ += sizeof ends;
        }
        at_ += ends == 0 ? 0 : std::countr_zero(ends) / 8;
        if (at_ >= end_ || *at_ != '"') return false;
        to = {start, static_cast<size_t>(at_ - start)};
        ++at_;
        return true;
    }

    // How many, which is at most `most`; they are put behind those of `to`. What comes behind a
    // number is looked at by members(), so one digit too many is found there.
    int digits(int64_t& to, int most) {
        const char* const start = at_;
        const char* const stop = at_ + std::min<ptrdiff_t>(end_ - at_, most);
        while (stop - at_ >= digits_of_a_word) {
            const auto eight = base::read_little<uint64_t>(at_);
            if (!are_digits(eight)) break;
            to = to * 100'000'000 + number_of_digits(eight);
            at_ += digits_of_a_word;
        }
        for (; at_ < stop && *at_ >= '0' && *at_ <= '9'; ++at_) to = to * 10 + (*at_ - '0');
        return static_cast<int>(at_ - start);
    }

    bool number(Number& to) {
        const bool is_negative = byte('-');
        const bool begins_with_zero = at_ < end_ && *at_ == '0';
        int64_t value = 0;
        const int whole = digits(value, most_digits);
        if (whole == 0 || (begins_with_zero && whole > 1)) return false;
        int places = 0;
        if (byte('.')) {
            if (whole >= most_digits_with_fraction) return false;
            places = digits(value, most_digits_with_fraction - whole);
            if (places == 0) return false;
        }
        if (is_negative) value = -value;
        to = places == 0 ? integer(value) : fraction(value, places);
        return true;
    }

    static Number integer(int64_t value) {
        return {.real = static_cast<double>(value), .integer = value, .is_integer = true};
    }

    static Number fraction(int64_t digits, int places) {
        const int64_t divisor = powers_of_ten[static_cast<size_t>(places)];
        if (digits % divisor == 0) return integer(digits / divisor);
        return {.real = static_cast<double>(digits) / static_cast<double>(divisor)};
    }

    // An object; `member` takes a name with its value.
    template <typename Member>
    bool members(Member&& member) {
        if (!byte('{')) return false;
        if (byte('}')) return true;
        do {
            if (!member()) return false;
        } while (byte(','));
        return byte('}');
    }

    // `member` takes the value behind the name.
    template <typename Member>
    bool named_members(Member&& member) {
        return members([&] {
            std::string_view name;
            return text(name) && byte(':') && member(name);
        });
    }

    // False when it was noted before.
    static bool note(bool& is_there) {
        const bool was_there = is_there;
        is_there = true;
        return !was_there;
    }

    bool event_member() {
        if (word(R"("playerTime":)")) return note(has_time_) && player_time();
        if (word(R"("eventType":)")) return note(has_type_) && event_type();
        if (word(R"("params":)")) {
            return note(has_params_) && values(event_.params, params_seen_, params_hash_, nullptr);
        }
        if (word(R"("qoeData":)")) {
            ParameterSet seen;
            return note(has_qoe_) && values(event_.qoe, seen, qoe_hash_, &event::qoe_parameters());
        }
        return word(R"("customMetadata":)") && note(has_metadata_) && custom_metadata();
    }

    bool event_type() {
        std::string_view name;
        if (!text(name)) return false;
        const auto known = event::event_type_named(name);
        if (!known) return false;
        event_.type = *known;
        return true;
    }

    bool player_time() {
        const bool is_sound = members([this] {
            Number value;
            if (word(R"("ts":)")) {
                static const uint64_t name_hash = fingerprint::of_text("ts");
                if (!note(has_ts_) || !number(value) || !value.is_integer) return false;
                event_.ts = value.integer;
                time_hash_ += fingerprint::of_member(name_hash, value.hash());
                return true;
            }
            static const uint64_t name_hash = fingerprint::of_text("playhead");
            if (!word(R"("playhead":)") || !note(has_playhead_) || !number(value)) return false;
            event_.playhead_ms = value.milliseconds();
            time_hash_ += fingerprint::of_member(name_hash, value.hash());
            return true;
        });
        return is_sound && has_ts_ && has_playhead_;
    }

    // `allowed`: nothing when that is judged at the end.
    bool values(std::vector<ParameterValue>& to, ParameterSet& seen, uint64_t& sum,
                const ParameterSet* allowed) {
        return named_members([&](std::string_view name) {
            const auto known = event::parameter_named(name);
            if (!known || seen.has(*known)) return false;
            if (allowed != nullptr && !allowed->has(*known)) return false;
            seen.add(*known);
            uint64_t hash = 0;
            if (!value(to.emplace_back(ParameterValue{.name = *known, .text = {}}), hash))
                return false;
            sum += fingerprint::of_member(name_hashes()[static_cast<size_t>(*known)], hash);
            return true;
        });
    }

    bool value(ParameterValue& to, uint64_t& hash) {
        const ValueType type = event::type_of(to.name);
        switch (type) {
            case ValueType::string:
                if (!text(to.text)) return false;
                hash = fingerprint::of_text(to.text);
                return true;
            case ValueType::integer:
            case ValueType::number: {
                Number read;
                if (!number(read)) return false;
                const bool is_whole = type == ValueType::integer;
                if (is_whole && !read.is_integer) return false;
                to.integer = is_whole ? read.integer : 0;
                to.number = read.real;
                hash = read.hash();
                return true;
            }
            case ValueType::boolean:
                to.integer = word("true") ? 1 : 0;
                if (to.integer == 0 && !word("false")) return false;
                hash = to.integer == 1 ? fingerprint::of_true : fingerprint::of_false;
                return true;
            case ValueType::customer_ids:
            case ValueType::state_names:
                return false;
        }
        return false;
    }

    bool custom_metadata() {
        return named_members([this](std::string_view key) {
            const auto& before = event_.custom_metadata;
            if (!is_metadata_key(key) || before.size() == most_metadata) return false;
            const auto has_key = [key](const event::Metadata& one) { return one.key == key; };
            if (std::ranges::any_of(before, has_key)) return false;
            std::string_view value;
            if (!text(value)) return false;
            metadata_hash_ +=
                fingerprint::of_member(fingerprint::of_text(key), fingerprint::of_text(value));
            event_.custom_metadata.push_back({key, value});
            return true;
        });
    }

    // By the catalogue, once everything is read.
    bool is_valid() {
        if (!has_type_ || !has_time_) return false;
        const event::EventRule& rule = event::rule_of(event_.type);
        if (rule.needs_params && !has_params_) return false;
        if (!(rule.required - params_seen_).empty()) return false;
        if (!(params_seen_ - rule.params).empty()) return false;
        event_.fingerprint = fingerprint::of_event(
            event_.type, {time_hash_, params_hash_, qoe_hash_, metadata_hash_});
        if (!rule.keeps_custom_metadata) event_.drop_metadata();
        return true;
    }

    const char* at_;
    const char* const end_;
    event::Event& event_;
    ParameterSet params_seen_;
    bool has_type_ = false;
    bool has_time_ = false;
    bool has_ts_ = false;
    bool has_playhead_ = false;
    bool has_params_ = false;
    bool has_qoe_ = false;
    bool has_metadata_ = false;
    uint64_t time_hash_ = 0;
    uint64_t params_hash_ = 0;
    uint64_t qoe_hash_ = 0;
    uint64_t metadata_hash_ = 0;
};

}  // namespace

bool scan(std::string_view body, event::Event& event) {
    return Scanner(body, event).whole_event();
}

}  // namespace playhead::ingest
