// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/bytes.h"

// The state of a session as bytes (docs/format/snapshot.md). Each state class names its members
// once, in a static function archive(self, each); `each` is a PackWriter or an UnpackReader, so
// what is written and what is read cannot drift apart. Between two events an open session is
// nothing but these bytes (table.h).
namespace playhead::session {

// A number that is written as its distance from another one, which stands before it.
template <typename T>
struct From {
    const std::remove_const_t<T>& base;
    T& value;
};

template <typename T>
From(const std::remove_const_t<T>&, T&) -> From<T>;

// A number of eight bytes that is far from all others, like a stamp or a hash.
template <typename T>
struct Whole {
    T& value;
};

template <typename T>
Whole(T&) -> Whole<T>;

// A fraction, as its bits. Round ones have their zeros in the last bytes: turned round they are
// short.
template <typename T>
struct Fraction {
    T& value;
};

template <typename T>
Fraction(T&) -> Fraction<T>;

// Several truths as one number.
template <typename... Bools>
struct Flags {
    explicit Flags(Bools&... given) : flags(given...) {}

    std::tuple<Bools&...> flags;
};

namespace packing {

// Largest bytes of one number, and most numbers of one group.
constexpr size_t number_bytes = sizeof(uint64_t);
constexpr size_t group_numbers = 16;

// Small numbers, negative ones too, get small codes.
constexpr uint64_t zigzag(uint64_t value) {
    return (value << 1) ^ (uint64_t{0} - (value >> 63));
}

constexpr uint64_t unzigzag(uint64_t code) {
    return (code >> 1) ^ (uint64_t{0} - (code & 1));
}

// What is left of eight bytes when only so many are of the number.
constexpr std::array<uint64_t, 9> masks = {0,
                                           0xff,
                                           0xffff,
                                           0xffffff,
                                           0xffffffff,
                                           0xffffffffff,
                                           0xffffffffffff,
                                           0xffffffffffffff,
                                           0xffffffffffffffff};

// One of the sizes, half a byte each, is larger than number_bytes.
constexpr bool has_wrong_size(uint64_t sizes) {
    const uint64_t low_bits = sizes | sizes >> 1 | sizes >> 2;
    return (sizes >> 3 & low_bits & 0x1111111111111111ULL) != 0;
}

// The bytes of all numbers of a group.
constexpr size_t sum(uint64_t sizes) {
    constexpr uint64_t halves = 0x0f0f0f0f0f0f0f0fULL;
    const uint64_t pairs = (sizes & halves) + (sizes >> 4 & halves);
    return pairs * 0x0101010101010101ULL >> 56;
}

template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
uint64_t code_of(const T& value) {
    return zigzag(static_cast<uint64_t>(value));
}

template <typename T>
uint64_t code_of(const From<T>& from) {
    return zigzag(static_cast<uint64_t>(from.value) - static_cast<uint64_t>(from.base));
}

template <typename T>
    requires std::is_enum_v<T>
uint64_t code_of(const std::optional<T>& value) {
    return value ? static_cast<uint64_t>(*value) + 1 : 0;
}

template <typename T>
uint64_t code_of(const Fraction<T>& fraction) {
    return zigzag(std::byteswap(std::bit_cast<uint64_t>(fraction.value)));
}

template <typename... Bools>
uint64_t code_of(const Flags<Bools...>& flags) {
    uint64_t code = 0;
    std::apply([&code](const auto&... flag) { ((code = code << 1 | (flag ? 1 : 0)), ...); },
               flags.flags);
    return code;
}

// In a fixed group: numbers that are near zero, or near another one, take four bytes each; all of
// them eight when one of them does not fit. What has one byte by its type has one there.
template <typename T>
struct Fixed {
    static constexpr size_t bytes = sizeof(T) == 1 ? 1 : 4;
    static constexpr size_t wide_bytes = sizeof(T) == 1 ? 1 : 8;
};

template <typename T>
struct Fixed<From<T>> {
    static constexpr size_t bytes = 4;
    static constexpr size_t wide_bytes = 8;
};

template <typename T>
struct Fixed<Whole<T>> {
    static constexpr size_t bytes = 8;
    static constexpr size_t wide_bytes = 8;
};

template <typename T>
struct Fixed<std::optional<T>> {
    static_assert(sizeof(T) == 1);
    static constexpr size_t bytes = 1;
    static constexpr size_t wide_bytes = 1;
};

template <typename... Bools>
struct Fixed<Flags<Bools...>> {
    static_assert(sizeof...(Bools) <= 8);
    static constexpr size_t bytes = 1;
    static constexpr size_t wide_bytes = 1;
};

template <typename... Values>
constexpr size_t fixed_bytes(bool wide) {
    return ((wide ? Fixed<std::remove_cvref_t<Values>>::wide_bytes
                  : Fixed<std::remove_cvref_t<Values>>::bytes) +
            ...);
}

// What a fixed group holds of a value; of a number that is near another one the difference.
template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
uint64_t fixed_of(const T& value) {
    return static_cast<uint64_t>(value);
}

template <typename T>
uint64_t fixed_of(const From<T>& from) {
    return static_cast<uint64_t>(from.value) - static_cast<uint64_t>(from.base);
}

template <typename T>
uint64_t fixed_of(const Whole<T>& whole) {
    return static_cast<uint64_t>(whole.value);
}

template <typename T>
    requires std::is_enum_v<T>
uint64_t fixed_of(const std::optional<T>& value) {
    return code_of(value);
}

template <typename... Bools>
uint64_t fixed_of(const Flags<Bools...>& flags) {
    return code_of(flags);
}

// Nonzero above the lowest 32 bits when the value needs eight bytes.
template <typename T>
uint64_t excess_of(const T& value) {
    if constexpr (Fixed<T>::bytes == 4) return fixed_of(value) + 0x80000000U;
    return 0;
}

// The size of a text or list: one byte, or this one and eight more.
constexpr uint8_t long_size = 0xff;

}  // namespace packing

// Writes state into memory that it keeps from one use to the next.
class PackWriter {
  public:
    void clear() { size_ = 0; }

    std::string_view bytes() const { return {buffer_.data(), size_}; }

    // Integers, bools and enums: the sizes of all (half a byte each), then as many bytes as each
    // needs.
    template <typename... Numbers>
    void numbers(const Numbers&... values) {
        constexpr size_t count = sizeof...(Numbers);
        static_assert(count <= packing::group_numbers);
        constexpr size_t head_bytes = (count + 1) / 2;
        char* const head = room(head_bytes + count * packing::number_bytes);
        char* at = head + head_bytes;
        uint64_t sizes = 0;
        unsigned shift = 0;
        const auto write = [&](uint64_t code) __attribute__((always_inline)) {
            const auto last = static_cast<unsigned>(63 - std::countl_zero(code | 1)) / 8;
            const unsigned bytes = last + (code == 0 ? 0 : 1);
            base::write_little(at, code);
            at += bytes;
            sizes |= uint64_t{bytes} << shift;
            shift += 4;
        };
        (write(packing::code_of(values)), ...);
        std::memcpy(head, &sizes, head_bytes);
        size_ = static_cast<size_t>(at - buffer_.data());
    }

    // The same for numbers that change with nearly every event: more bytes, and much less work. A
    // byte that says how wide they are, then each in its place.
    template <typename... Values>
    void fixed(const Values&... values) {
        const bool wide = (packing::excess_of(values) | ...) >> 32 != 0;
        char* at = room(1 + packing::fixed_bytes<Values...>(true));
        *at++ = wide ? 1 : 0;
        if (wide) {
            (put<packing::Fixed<Values>::wide_bytes>(at, packing::fixed_of(values)), ...);
        } else {
            (put<packing::Fixed<Values>::bytes>(at, packing::fixed_of(values)), ...);
        }
        size_ = static_cast<size_t>(at - buffer_.data());
    }

    // Numbers that are hardly ever there: one byte for all when all are zero.
    template <typename... Numbers>
    void rare(const Numbers&... values) {
        const bool are_there = (packing::code_of(values) | ...) != 0;
        byte(are_there ? 1 : 0);
        if (are_there) numbers(values...);
    }

    // The same, as a fixed group when they are there.
    template <typename... Values>
    void rare_fixed(const Values&... values) {
        const bool are_there = (packing::fixed_of(values) | ...) != 0;
        byte(are_there ? 1 : 0);
        if (are_there) fixed(values...);
    }

    // A part that many sessions do not have; `is_there` was written by the caller.
    template <typename T>
    void part_if(bool is_there, const T& part) {
        if (is_there) T::archive(part, *this);
    }

    void number(double value) { numbers(Fraction{value}); }

    // As many bytes as stand there; the reader must know how many.
    void raw(const char* from, size_t size) {
        if (size == 0) return;
        std::memcpy(room(size), from, size);
        size_ += size;
    }

    void text(std::string_view text) {
        size(text.size());
        raw(text.data(), text.size());
    }

    template <typename T, typename Each>
    void list(const std::vector<T>& list, Each each_element) {
        size(list.size());
        for (const T& element : list) each_element(element);
    }

    template <typename T>
    void list(const std::vector<T>& elements) {
        list(elements, [this](const T& element) { part(element); });
    }

    template <typename T>
    void part(const T& part) {
        T::archive(part, *this);
    }

    // What must be true of the state.
    void require(bool /*holds*/) {}

    // Times, and sums of them.
    template <typename... Times>
    void bounded(const Times&... /*times*/) {}

  private:
    template <size_t bytes>
    static void put(char*& at, uint64_t value) {
        std::memcpy(at, &value, bytes);
        at += bytes;
    }

    void byte(uint8_t value) {
        *room(1) = static_cast<char>(value);
        ++size_;
    }

    void size(size_t size) {
        if (size < packing::long_size) {
            byte(static_cast<uint8_t>(size));
            return;
        }
        byte(packing::long_size);
        base::write_little(room(sizeof(uint64_t)), uint64_t{size});
        size_ += sizeof(uint64_t);
    }

    char* room(size_t bytes) {
        if (buffer_.size() - size_ < bytes) [[unlikely]] {
            grow(bytes);
        }
        return buffer_.data() + size_;
    }

    [[gnu::noinline]] void grow(size_t bytes) { buffer_.resize(2 * buffer_.size() + bytes); }

    std::vector<char> buffer_;
    size_t size_ = 0;
};

// Reads what PackWriter wrote. Any bytes at all may be given: what cannot be a state makes it
// unsound, and then what was read must not be used.
class UnpackReader {
  public:
    explicit UnpackReader(std::string_view bytes) : rest_(bytes) {}

    bool sound() const { return sound_; }

    // Nothing follows, and all was sound.
    bool complete() const { return sound_ && rest_.empty(); }

    std::string_view rest() const { return rest_; }

    template <typename... Numbers>
    void numbers(Numbers&&... values) {
        constexpr size_t count = sizeof...(Numbers);
        static_assert(count <= packing::group_numbers);
        constexpr size_t head = (count + 1) / 2;
        uint64_t sizes = 0;
        if (rest_.size() >= head) std::memcpy(&sizes, rest_.data(), head);
        const size_t used = head + packing::sum(sizes);
        if (rest_.size() < used || packing::has_wrong_size(sizes)) {
            fail();
            return;
        }
        if (rest_.size() >= used + packing::number_bytes) {
            decode(rest_.data() + head, sizes, values...);
        } else {
            // Near the end: a copy with room behind it.
            std::array<char, (count + 1) * packing::number_bytes> copy{};
            std::memcpy(copy.data(), rest_.data() + head, used - head);
            decode(copy.data(), sizes, values...);
        }
        rest_.remove_prefix(used);
    }

    template <typename... Values>
    void fixed(Values&&... values) {
        const size_t wide = byte();
        const size_t bytes = packing::fixed_bytes<Values...>(wide != 0);
        if (wide > 1 || rest_.size() < bytes) {
            fail();
            return;
        }
        const char* at = rest_.data();
        if (wide != 0) {
            (set_fixed<packing::Fixed<std::remove_cvref_t<Values>>::wide_bytes>(at, values), ...);
        } else {
            (set_fixed<packing::Fixed<std::remove_cvref_t<Values>>::bytes>(at, values), ...);
        }
        rest_.remove_prefix(bytes);
    }

    template <typename... Numbers>
    void rare(Numbers&&... values) {
        if (is_there()) {
            numbers(values...);
        } else {
            (set(values, 0), ...);
        }
    }

    template <typename... Values>
    void rare_fixed(Values&&... values) {
        if (is_there()) {
            fixed(values...);
        } else {
            (set(values, 0), ...);
        }
    }

    template <typename T>
    void part_if(bool is_there, T& part) {
        if (is_there) {
            T::archive(part, *this);
        } else if (part.is_there()) {
            part = T();
        }
    }

    void number(double& value) { numbers(Fraction{value}); }

    void raw(char* to, size_t size) {
        require(size <= rest_.size());
        if (!sound_ || size == 0) return;
        std::memcpy(to, rest_.data(), size);
        rest_.remove_prefix(size);
    }

    std::string_view view() { return view(size()); }

    std::string_view view(size_t size) {
        require(size <= rest_.size());
        if (!sound_) return {};
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }

    // A view stays valid as long as the bytes that are read.
    template <typename Text>
    void text(Text& text) {
        text = view();
    }

    template <typename T, typename Each>
    void list(std::vector<T>& list, Each each_element) {
        const size_t elements = size();
        // Every element takes a byte at least.
        require(elements <= rest_.size());
        list.resize(sound_ ? elements : 0);
        for (T& element : list) each_element(element);
    }

    template <typename T>
    void list(std::vector<T>& elements) {
        list(elements, [this](T& element) { part(element); });
    }

    template <typename T>
    void part(T& part) {
        T::archive(part, *this);
    }

    void require(bool holds) { sound_ &= holds; }

    // Within what stamps and the sums of intervals between them can be, so that nothing overflows
    // that is added to them.
    template <typename... Times>
    void bounded(const Times&... times) {
        constexpr int64_t most = int64_t{1} << 56;
        sound_ &= ((times >= -most && times <= most) && ...);
    }

  private:
    // What follows has no meaning any more.
    void fail() {
        sound_ = false;
        rest_ = {};
    }

    // 0 when there is none.
    uint8_t byte() {
        if (rest_.empty()) {
            fail();
            return 0;
        }
        const auto value = static_cast<uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }

    bool is_there() {
        const uint8_t value = byte();
        require(value <= 1);
        return value == 1;
    }

    size_t size() {
        const uint8_t size = byte();
        if (size < packing::long_size) return size;
        if (rest_.size() < sizeof(uint64_t)) {
            fail();
            return 0;
        }
        const auto whole = base::read_little<uint64_t>(rest_.data());
        rest_.remove_prefix(sizeof(uint64_t));
        return whole;
    }

    template <size_t bytes, typename T>
    void set_fixed(const char*& at, T& value) {
        uint64_t fixed = 0;
        if constexpr (bytes == 4) {
            fixed = static_cast<uint64_t>(int64_t{base::read_little<int32_t>(at)});
        } else {
            std::memcpy(&fixed, at, bytes);
        }
        at += bytes;
        take(value, fixed);
    }

    template <typename T>
        requires std::integral<T> || std::is_enum_v<T>
    void take(T& value, uint64_t fixed) {
        if constexpr (std::is_same_v<T, bool>) sound_ &= fixed <= 1;
        value = static_cast<T>(fixed);
        if constexpr (sizeof(T) > 1 && sizeof(T) < sizeof fixed) {
            sound_ &= static_cast<uint64_t>(value) == fixed;
        }
    }

    template <typename T>
    void take(const From<T>& from, uint64_t fixed) {
        from.value = static_cast<T>(fixed + static_cast<uint64_t>(from.base));
    }

    template <typename T>
    void take(const Whole<T>& whole, uint64_t fixed) {
        whole.value = static_cast<T>(fixed);
    }

    // One byte each, as in a group of the other kind.
    template <typename T>
    void take(std::optional<T>& value, uint64_t fixed) {
        set(value, fixed);
    }

    template <typename... Bools>
    void take(const Flags<Bools...>& flags, uint64_t fixed) {
        set(flags, fixed);
    }

    template <typename... Numbers>
    void decode(const char* at, uint64_t sizes, Numbers&... values) {
        const auto next = [&]() __attribute__((always_inline)) {
            const size_t bytes = sizes & 0xfU;
            sizes >>= 4;
            const uint64_t code = base::read_little<uint64_t>(at) & packing::masks[bytes];
            at += bytes;
            return code;
        };
        (set(values, next()), ...);
    }

    template <typename T>
        requires std::integral<T> || std::is_enum_v<T>
    void set(T& value, uint64_t code) {
        const uint64_t number = packing::unzigzag(code);
        value = static_cast<T>(number);
        if constexpr (sizeof(T) < sizeof(uint64_t)) {
            sound_ &= static_cast<uint64_t>(value) == number;
        }
    }

    template <typename T>
    void set(const From<T>& from, uint64_t code) {
        const uint64_t number = packing::unzigzag(code) + static_cast<uint64_t>(from.base);
        from.value = static_cast<T>(number);
    }

    void set(const Fraction<double>& fraction, uint64_t code) {
        fraction.value = std::bit_cast<double>(std::byteswap(packing::unzigzag(code)));
    }

    template <typename T>
    void set(std::optional<T>& value, uint64_t code) {
        value.reset();
        if (code == 0) return;
        value = static_cast<T>(code - 1);
        sound_ &= static_cast<uint64_t>(*value) == code - 1;
    }

    template <typename... Bools>
    void set(const Flags<Bools...>& flags, uint64_t code) {
        sound_ &= code >> sizeof...(Bools) == 0;
        unsigned shift = sizeof...(Bools);
        std::apply([&](auto&... flag) { ((flag = (code >> --shift & 1) != 0), ...); }, flags.flags);
    }

    std::string_view rest_;
    bool sound_ = true;
};

}  // namespace playhead::session
