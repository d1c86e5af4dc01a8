// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "event/event_type.h"
#include "event/parameter.h"

// The catalogue of the Media Collection API (protocol sections 9 and 10): which event takes which
// parameter. The validator of ingest/ and the schemas that are served both come from this one
// table; a test holds it against tests/spec/events.json.
namespace playhead::event {

// A set of parameters; two machine words, so that judging a whole event is a few instructions.
class ParameterSet {
  public:
    constexpr ParameterSet() = default;

    constexpr ParameterSet(std::initializer_list<Parameter> members) {
        for (const Parameter member : members) add(member);
    }

    constexpr void add(Parameter member) { words_[word_of(member)] |= bit_of(member); }

    constexpr bool has(Parameter member) const {
        return (words_[word_of(member)] & bit_of(member)) != 0;
    }

    constexpr bool empty() const { return (words_[0] | words_[1]) == 0; }

    constexpr ParameterSet operator|(const ParameterSet& other) const {
        return from(words_[0] | other.words_[0], words_[1] | other.words_[1]);
    }

    // The members of this set that are not in the other.
    constexpr ParameterSet operator-(const ParameterSet& other) const {
        return from(words_[0] & ~other.words_[0], words_[1] & ~other.words_[1]);
    }

    constexpr bool operator==(const ParameterSet&) const = default;

    // Calls `visit` with each member, in the order of Parameter.
    template <typename Visit>
    constexpr void for_each(Visit&& visit) const {
        for (size_t word = 0; word < words_.size(); ++word) {
            for (uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
                visit(static_cast<Parameter>(word * 64 +
                                             static_cast<size_t>(std::countr_zero(rest))));
            }
        }
    }

  private:
    static constexpr size_t word_of(Parameter member) { return static_cast<size_t>(member) / 64; }

    static constexpr uint64_t bit_of(Parameter member) {
        return uint64_t{1} << (static_cast<size_t>(member) % 64);
    }

    static constexpr ParameterSet from(uint64_t low, uint64_t high) {
        ParameterSet set;
        set.words_ = {low, high};
        return set;
    }

    static_assert(parameter_count <= 128);
    std::array<uint64_t, 2> words_{};
};

// What the catalogue says of one event type.
struct EventRule {
    EventType type{};

    // What may stand in `params`, tolerated keys included (protocol 11.1).
    ParameterSet params{};

    // What must stand there in the profile `standard`, and what of it the profile `lenient` still
    // asks for (protocol 16.9).
    ParameterSet required{};
    ParameterSet required_in_lenient{};

    // `params` itself must be there. More than "required is not empty": see statesUpdate (9.16).
    bool needs_params = false;

    // A valid `customMetadata` is kept; on other events it is checked and dropped (D-10).
    bool keeps_custom_metadata = false;

    // Sent to /sessions, to no other endpoint (a batch apart, where it is the first element).
    bool starts_session = false;
};

const EventRule& rule_of(EventType type);

// What may stand in `qoeData`, of any event (protocol 10.8).
const ParameterSet& qoe_parameters();

// The integer quality values; in the profile `lenient` a fractional one is truncated (11.3),
// wherever it stands.
const ParameterSet& quality_integers();

}  // namespace playhead::event
