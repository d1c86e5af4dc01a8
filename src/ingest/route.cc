// SPDX-License-Identifier: Apache-2.0
#include "ingest/route.h"

#include <array>
#include <cstddef>
#include <optional>

namespace playhead::ingest {
namespace {

// The names between the slashes of a path, one after the other.
class Segments {
  public:
    explicit Segments(std::string_view path) : rest_(path) {}

    // The next name, or nothing at the end.
    std::optional<std::string_view> next() {
        const size_t start = rest_.find_first_not_of('/');
        if (start == std::string_view::npos) return std::nullopt;
        rest_.remove_prefix(start);
        const size_t end = rest_.find('/');
        const std::string_view segment = rest_.substr(0, end);
        rest_.remove_prefix(segment.size());
        return segment;
    }

    bool skip(std::string_view expected) { return next() == expected; }

    bool at_end() const { return rest_.find_first_not_of('/') == std::string_view::npos; }

  private:
    std::string_view rest_;
};

std::string_view path_of(std::string_view target) {
    // Two searches for a byte: one for several bytes looks at each by itself.
    target = target.substr(0, target.find('?'));
    target = target.substr(0, target.find('#'));
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        target.remove_prefix(scheme.size());
        const size_t path = target.find('/');
        return path == std::string_view::npos ? std::string_view() : target.substr(path);
    }
    return target;
}

// The path behind the prefix, or nothing when it has another beginning.
std::optional<Segments> behind_prefix(std::string_view path, std::string_view prefix) {
    Segments given(path);
    Segments wanted(prefix);
    while (const auto segment = wanted.next()) {
        if (!given.skip(*segment)) return std::nullopt;
    }
    return given;
}

Route resource(Segments segments) {
    Route unknown;
    if (!segments.skip("api") || !segments.skip("v1")) return unknown;
    const auto collection = segments.next();
    const auto name = segments.next();
    if (collection == "downloaded" && !name) return {Route::Kind::downloaded, {}, {}};
    if (collection == "sessions" && !name) return {Route::Kind::sessions, {}, {}};
    if (!name) return unknown;
    if (collection == "schemas" && segments.at_end()) return {Route::Kind::schema, *name, {}};
    if (collection == "sessions" && segments.skip("events") && segments.at_end()) {
        return {Route::Kind::events, *name, {}};
    }
    return unknown;
}

// The session of the target of nearly all requests, written as usual: found without a look at each
// of its names. Empty when it is written in another way, or another target.
std::string_view session_of_events(std::string_view target) {
    constexpr std::string_view front = "/api/v1/sessions/";
    constexpr std::string_view back = "/events";
    if (target.size() < front.size() + back.size()) return {};
    if (!target.starts_with(front) || !target.ends_with(back)) return {};
    const std::string_view name =
        target.substr(front.size(), target.size() - front.size() - back.size());
    const auto has = [name](char letter) { return name.find(letter) != std::string_view::npos; };
    return has('/') || has('?') || has('#') ? std::string_view() : name;
}

}  // namespace

Route route(http::Method method, std::string_view target, std::string_view prefix) {
    if (const auto session = session_of_events(target);
        !session.empty() && method == http::Method::post) {
        return {Route::Kind::events, session, {}};
    }
    const std::string_view path = path_of(target);
    if (!path.starts_with('/')) return {};
    Route result = resource(Segments(path));
    if (result.kind == Route::Kind::unknown) {
        const auto behind = behind_prefix(path, prefix);
        if (!behind) return result;
        result = resource(*behind);
    }
    if (result.kind == Route::Kind::unknown) return result;
    if (method == http::Method::options) {
        result.kind = Route::Kind::preflight;
        return result;
    }
    const bool is_schema = result.kind == Route::Kind::schema;
    const bool reads = method == http::Method::get || method == http::Method::head;
    if (is_schema ? reads : method == http::Method::post) return result;
    result.kind = Route::Kind::wrong_method;
    result.allowed = is_schema ? "GET, HEAD, OPTIONS" : "OPTIONS, POST";
    return result;
}

}  // namespace playhead::ingest
