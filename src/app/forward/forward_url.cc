// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forward_url.h"

#include <algorithm>
#include <charconv>

#include "app/listen_address.h"

namespace playhead::app {
namespace {

constexpr size_t url_bytes_max = 2'000;

std::unexpected<base::Error> refuse(std::string_view text, const std::string& why) {
    return base::fail(base::ErrorCode::invalid,
                      "'" + std::string(text) +
                          "' is no address to forward to: it takes http://HOST[:PORT][/PREFIX] or "
                          "https://HOST[:PORT][/PREFIX]; " +
                          why);
}

bool is_port(std::string_view text) {
    uint32_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, port);
    return error == std::errc() && stopped == end && port >= 1 && port <= 65'535;
}

// Letters, digits and what stands in names, numbers and paths: nothing that would need a second
// look at what it means.
bool is_plain(char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') ||
           std::string_view("-._~/:[]%").find(c) != std::string_view::npos;
}

bool is_loopback_name(std::string_view host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

base::Result<ForwardUrl> forward_url_from(std::string_view text) {
    std::string_view rest = text;
    const bool is_secure = rest.starts_with("https://");
    if (!is_secure && !rest.starts_with("http://"))
        return refuse(text, "begin with one of the two");
    if (text.size() > url_bytes_max) return refuse(text, "it is longer than 2000 bytes");
    if (!std::ranges::all_of(text, is_plain)) {
        return refuse(text, "leave out names and passwords, queries, fragments and blanks");
    }
    rest.remove_prefix(is_secure ? 8 : 7);
    while (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.ends_with("/api/v1") || rest.ends_with("/sessions")) {
        return refuse(text, "leave out /api/v1/sessions, which is added");
    }
    const std::string_view authority = rest.substr(0, rest.find('/'));
    const size_t bracket = authority.rfind(']');
    const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view host = authority.substr(0, colon);
    if (host.empty()) return refuse(text, "name the host");
    const bool has_port = colon != std::string_view::npos;
    if (has_port && !is_port(authority.substr(colon + 1))) {
        return refuse(text, "a port is a number from 1 to 65535");
    }
    const std::string_view usual = is_secure ? "443" : "80";
    return ForwardUrl{.base = std::string(text.substr(0, is_secure ? 8 : 7)) + std::string(rest),
                      .host = std::string(host),
                      .port = std::string(has_port ? authority.substr(colon + 1) : usual)};
}

bool leads_to(const ForwardUrl& url, std::string_view listen) {
    const size_t colon = listen.rfind(':');
    if (colon == std::string_view::npos || listen.substr(colon + 1) != url.port) return false;
    const std::string_view host = listen.substr(0, colon);
    const bool is_here = is_loopback_name(host) || is_every_address(host);
    return host == url.host || (is_loopback_name(url.host) && is_here);
}

}  // namespace playhead::app
