// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <algorithm>
#include <ctime>
#include <iostream>

#include "app/token_files.h"
#include "base/clock.h"
#include "base/posix_disk.h"

namespace playhead::app {
namespace {

constexpr int64_t hour_ms = 3'600'000;
constexpr int64_t day_ms = 24 * hour_ms;
constexpr int caller_mistake = 2;

int refuse(const std::string& what) {
    std::cerr << "playhead: " << what << '\n';
    return caller_mistake;
}

int fail(const base::Error& error) {
    std::cerr << "playhead: " << error.what << '\n';
    return error.code == base::ErrorCode::not_found ? caller_mistake : 1;
}

std::string date_of(int64_t ms) {
    if (ms == 0) return "never";
    const auto seconds = static_cast<time_t>(ms / 1000);
    tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    const size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, length};
}

int print(const base::Result<void>& put, const web::NewToken& made) {
    if (!put) return fail(put.error());
    std::cout << made.text << '\n';
    std::cerr << "playhead: the token " << made.token.id
              << " is printed once; only its hash is kept\n";
    return 0;
}

int create(base::Disk& disk, const TokenOptions& options, int64_t now) {
    std::string listed;
    for (const std::string& scope : options.scopes) {
        if (!listed.empty()) listed += ',';
        listed += scope;
    }
    const auto scopes = web::scopes_from(listed, ',');
    if (!scopes) {
        return refuse("there is no scope '" + scopes.error() +
                      "'; the scopes are: " + web::known_scopes());
    }
    if (const std::string wrong = refuse_token_name(options.name); !wrong.empty()) {
        return refuse(wrong);
    }
    const web::NewToken made = web::make_token(*scopes);
    return print(put_token(disk, options.data,
                           {.token = made.token,
                            .created_at = now,
                            .expires_at = options.days == 0 ? 0 : now + options.days * day_ms,
                            .name = options.name}),
                 made);
}

int list(const std::vector<StoredToken>& all, int64_t now) {
    std::cout << "id            created               expires               scopes; name\n";
    for (const StoredToken& one : all) {
        std::string expires = date_of(one.expires_at);
        if (!one.is_valid_at(now)) expires = "expired";
        expires.resize(std::max(expires.size(), date_of(one.created_at).size()), ' ');
        std::cout << one.token.id << "  " << date_of(one.created_at) << "  " << expires << "  "
                  << web::scopes_text(one.token.scopes, ',') << "; " << one.name << '\n';
    }
    return 0;
}

// The new one has what the old one had, and the old one an end.
int rotate(base::Disk& disk, const std::vector<StoredToken>& all, const TokenOptions& options,
           int64_t now) {
    const auto old =
        std::ranges::find(all, options.id, [](const StoredToken& one) { return one.token.id; });
    if (old == all.end() || !old->is_valid_at(now)) {
        return refuse("there is no valid token with the id '" + options.id + "'");
    }
    const web::NewToken made = web::make_token(old->token.scopes);
    const int64_t lifetime = old->expires_at == 0 ? 0 : old->expires_at - old->created_at;
    auto put = put_token(disk, options.data,
                         {.token = made.token,
                          .created_at = now,
                          .expires_at = lifetime == 0 ? 0 : now + lifetime,
                          .name = old->name});
    if (!put) return fail(put.error());
    StoredToken ending = *old;
    const int64_t end = now + options.grace_hours * hour_ms;
    ending.expires_at = old->expires_at == 0 ? end : std::min(old->expires_at, end);
    put = put_token(disk, options.data, ending);
    return print(put, made);
}

}  // namespace

int tokens(const TokenOptions& options) {
    base::PosixDisk disk;
    const int64_t now = base::SystemClock().wall_ms();
    if (options.action == TokenOptions::Action::create) return create(disk, options, now);
    if (options.action == TokenOptions::Action::revoke) {
        const auto done = remove_token(disk, options.data, options.id);
        return done ? 0 : fail(done.error());
    }
    const auto all = read_tokens(disk, options.data);
    if (!all) return fail(all.error());
    if (options.action == TokenOptions::Action::list) return list(*all, now);
    return rotate(disk, *all, options, now);
}

}  // namespace playhead::app
