// SPDX-License-Identifier: Apache-2.0
#include "web/asset.h"

#include <algorithm>
#include <string>

#include "http/ascii.h"
#include "session/row.h"

namespace playhead::web {
namespace {

constexpr std::string_view first_page = "/index.html";
constexpr std::string_view named_by_content = "/assets/";
constexpr std::string_view session_page = "/sessions/";
constexpr std::string_view views[] = {"/",         "/audience", "/quality", "/ads",
                                      "/sessions", "/tracking", "/server",  "/start"};

// Nothing comes from elsewhere and nothing goes elsewhere; no script or style but the files.
constexpr std::string_view fixed_headers =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Vary: Accept-Encoding\r\n";

bool is_view(std::string_view path) {
    if (std::ranges::find(views, path) != std::end(views)) return true;
    return path.starts_with(session_page) &&
           event::session_id_from(path.substr(session_page.size()));
}

const Asset* find_asset(std::string_view path) {
    const auto all = embedded_assets();
    const auto found = std::ranges::find(all, path, &Asset::path);
    return found == all.end() ? nullptr : &*found;
}

// Whether a list like `gzip;q=0.5, br` has this coding, and not with weight 0.
bool takes(std::string_view accepted, std::string_view coding) {
    while (!accepted.empty()) {
        const std::string_view piece = accepted.substr(0, accepted.find(','));
        accepted.remove_prefix(std::min(accepted.size(), piece.size() + 1));
        const size_t semicolon = piece.find(';');
        if (http::trimmed(piece.substr(0, semicolon)) != coding) continue;
        if (semicolon == piece.npos) return true;
        const std::string_view weight = http::trimmed(piece.substr(semicolon + 1));
        return weight.find_first_of("123456789") != weight.npos;
    }
    return false;
}

// Whether a list of tags, as If-None-Match has it, names this one.
bool names(std::string_view tags, std::string_view tag) {
    return tags == "*" || tags.contains(tag);
}

}  // namespace

std::optional<http::Response> asset_answer(const http::Request& request, bool https_only) {
    if (request.method != http::Method::get && request.method != http::Method::head) {
        return std::nullopt;
    }
    const std::string_view path = request.target.substr(0, request.target.find('?'));
    const Asset* const asset = find_asset(is_view(path) ? first_page : path);
    if (asset == nullptr) return std::nullopt;
    const std::string_view accepted = request.header("Accept-Encoding");
    std::string_view coding;
    std::string_view body = asset->plain;
    if (!asset->brotli.empty() && takes(accepted, "br")) {
        coding = "br";
        body = asset->brotli;
    } else if (!asset->gzip.empty() && takes(accepted, "gzip")) {
        coding = "gzip";
        body = asset->gzip;
    }
    // Each coding is another content, and so has another tag.
    std::string tag = '"' + std::string(asset->tag);
    if (!coding.empty()) tag += "-" + std::string(coding);
    tag += '"';
    constexpr int not_modified = 304;
    http::Response response;
    response.status = 200;
    response.fixed_headers = fixed_headers;
    response.headers =
        "ETag: " + tag + "\r\nCache-Control: " +
        (asset->path.starts_with(named_by_content) ? "public, max-age=31536000, immutable"
                                                   : "no-cache") +
        "\r\n";
    if (https_only) response.headers += "Strict-Transport-Security: max-age=31536000\r\n";
    if (names(request.header("If-None-Match"), tag)) {
        response.status = not_modified;
        return response;
    }
    response.headers += "Content-Type: " + std::string(asset->type) + "\r\n";
    if (!coding.empty()) response.headers += "Content-Encoding: " + std::string(coding) + "\r\n";
    response.body = body;
    return response;
}

}  // namespace playhead::web
