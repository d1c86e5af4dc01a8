// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace playhead::web {

// What a token may do on the admin side. The names are stored with tokens: never change one.
enum class Scope : uint8_t {
    read_live,      // read:live      what is watched now
    read_reports,   // read:reports   reports
    read_sessions,  // read:sessions  single sessions, their events, the quarantine
    read_metrics,   // read:metrics   numbers of the process, readiness, the ledger
    sql,            // sql            read-only SQL
    erase,          // erase          erasing a person, and what was erased
    admin,          // admin          everything
};

constexpr size_t scope_count = 7;

std::string_view name_of(Scope scope);

// A set of scopes.
class Scopes {
  public:
    void add(Scope scope) { bits_ |= bit(scope); }

    bool has(Scope scope) const { return (bits_ & bit(scope)) != 0; }

    // Whether this is enough for what needs `scope`.
    bool allows(Scope scope) const { return has(scope) || has(Scope::admin); }

    bool empty() const { return bits_ == 0; }

    bool operator==(const Scopes&) const = default;

  private:
    static uint8_t bit(Scope scope) {
        return static_cast<uint8_t>(1U << static_cast<uint8_t>(scope));
    }

    uint8_t bits_ = 0;
};

// The names in the order of Scope, separated by `separator`, and back. The error is the first name
// that is none; a text without any name is the error "".
std::string scopes_text(Scopes scopes, char separator);
std::expected<Scopes, std::string> scopes_from(std::string_view text, char separator);

// All names, for messages.
std::string known_scopes();

// The scope that a request for this target needs; nothing for what is the same for everybody and
// tells nothing of the data (/healthz, the description of the API, the files of the dashboard).
// Every path below /v1/ that is not known here needs `admin`.
std::optional<Scope> scope_needed(std::string_view target);

}  // namespace playhead::web
