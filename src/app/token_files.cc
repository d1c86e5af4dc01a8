// SPDX-License-Identifier: Apache-2.0
#include "app/token_files.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace playhead::app {
namespace {

using base::Disk;
using base::Result;

constexpr std::string_view first_line = "playhead token 1";
constexpr size_t file_bytes_max = 4096;
constexpr std::string_view unfinished = ".new";

std::string folder_of(const std::string& data) {
    return data + "/tokens";
}

std::string text_of(const StoredToken& one) {
    std::string text(first_line);
    text += "\nhash " + base::hex(one.token.hash);
    text += "\nscopes " + web::scopes_text(one.token.scopes, ' ');
    text += "\ncreated " + std::to_string(one.created_at);
    text += "\nexpires " + std::to_string(one.expires_at);
    text += "\nname " + one.name + "\n";
    return text;
}

// Takes the line `word value` off the front of `text`.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
    const size_t end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!line.starts_with(word)) return std::nullopt;
    line.remove_prefix(word.size());
    if (word == first_line) return line;
    if (!line.starts_with(' ')) return std::nullopt;
    line.remove_prefix(1);
    return line;
}

bool take_number(std::string_view text, int64_t& number) {
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end;
}

bool take_hash(std::string_view text, base::Sha256& hash) {
    constexpr int hexadecimal = 16;
    if (text.size() != 2 * hash.size()) return false;
    for (size_t i = 0; i < hash.size(); ++i) {
        const char* const digits = text.data() + 2 * i;
        if (std::from_chars(digits, digits + 2, hash[i], hexadecimal).ptr != digits + 2) {
            return false;
        }
    }
    return true;
}

std::optional<StoredToken> token_from(const std::string& id, std::string_view text) {
    StoredToken one;
    one.token.id = id;
    const auto begin = take_line(text, first_line);
    const auto hash = take_line(text, "hash");
    const auto scopes = take_line(text, "scopes");
    const auto created = take_line(text, "created");
    const auto expires = take_line(text, "expires");
    const auto name = take_line(text, "name");
    if (!begin || !begin->empty() || !hash || !scopes || !created || !expires || !name) {
        return std::nullopt;
    }
    const auto known = web::scopes_from(*scopes, ' ');
    if (!known || !take_hash(*hash, one.token.hash) || !take_number(*created, one.created_at) ||
        !take_number(*expires, one.expires_at)) {
        return std::nullopt;
    }
    one.token.scopes = *known;
    one.name = *name;
    return one;
}

Result<StoredToken> read_token(Disk& disk, const std::string& path, const std::string& id) {
    const auto file = disk.open(path, Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    std::string text(file_bytes_max, '\0');
    const auto size = (*file)->read(0, text);
    if (!size) return std::unexpected(size.error());
    text.resize(*size);
    auto one = token_from(id, text);
    if (one) return *std::move(one);
    return base::fail(base::ErrorCode::damaged,
                      path + " is no token of this version: remove it and make another");
}

}  // namespace

std::string refuse_token_name(std::string_view name) {
    if (name.size() > token_name_bytes) {
        return "a name has at most " + std::to_string(token_name_bytes) + " bytes";
    }
    const bool has_control = std::ranges::any_of(
        name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    return has_control ? "a name is one line of text" : "";
}

Result<std::vector<StoredToken>> read_tokens(Disk& disk, const std::string& folder) {
    std::vector<StoredToken> all;
    if (!disk.exists(folder_of(folder))) return all;
    const auto names = disk.list(folder_of(folder));
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (name.ends_with(unfinished)) continue;
        auto one = read_token(disk, folder_of(folder) + "/" + name, name);
        // Somebody has revoked it meanwhile.
        if (!one && one.error().code == base::ErrorCode::not_found) continue;
        if (!one) return std::unexpected(one.error());
        all.push_back(*std::move(one));
    }
    return all;
}

Result<void> put_token(Disk& disk, const std::string& folder, const StoredToken& one) {
    const std::string place = folder_of(folder);
    const std::string path = place + "/" + one.token.id;
    auto done = disk.make_folder(place);
    if (!done) return done;
    const auto names = disk.list(place);
    if (!names) return std::unexpected(names.error());
    if (names->size() >= most_tokens && !disk.exists(path)) {
        return base::fail(base::ErrorCode::full, "there are " + std::to_string(most_tokens) +
                                                     " tokens already; revoke some first");
    }
    const std::string begun = path + std::string(unfinished);
    const auto file = disk.open(begun, Disk::Open::create);
    if (!file) return std::unexpected(file.error());
    done = (*file)->resize(0);
    if (done) done = (*file)->write(0, text_of(one));
    if (done) done = (*file)->sync();
    if (done) done = disk.rename(begun, path);
    if (done) done = disk.sync_folder(place);
    return done;
}

Result<void> remove_token(Disk& disk, const std::string& folder, const std::string& id) {
    const std::string place = folder_of(folder);
    const bool is_id =
        id.size() == web::token_id_digits && id.find_first_not_of("0123456789abcdef") == id.npos;
    if (!is_id || !disk.exists(place + "/" + id)) {
        return base::fail(base::ErrorCode::not_found,
                          "there is no token with the id '" + id + "' in " + place);
    }
    auto done = disk.remove(place + "/" + id);
    if (done) done = disk.sync_folder(place);
    return done;
}

std::vector<web::Token> valid_tokens(const std::vector<StoredToken>& all, int64_t now) {
    std::vector<web::Token> valid;
    for (const StoredToken& one : all) {
        if (one.is_valid_at(now)) valid.push_back(one.token);
    }
    return valid;
}

}  // namespace playhead::app
