// SPDX-License-Identifier: Apache-2.0
#include "web/asset.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

std::optional<http::Response> ask(std::string_view target,
                                  const std::vector<http::Header>& headers = {},
                                  http::Method method = http::Method::get) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.headers = headers;
    return asset_answer(request, false);
}

std::string value_of(const http::Response& response, const std::string& name) {
    const size_t at = response.headers.find(name + ": ");
    if (at == std::string::npos) return {};
    const size_t begin = at + name.size() + 2;
    return response.headers.substr(begin, response.headers.find("\r\n", begin) - begin);
}

const Asset& script() {
    for (const Asset& asset : embedded_assets()) {
        if (asset.path.ends_with(".js")) return asset;
    }
    return embedded_assets().front();
}

TEST(Assets, every_view_is_the_first_page) {
    const std::string id(64, 'a');
    for (const std::string& path : {std::string("/"), std::string("/sessions?range=1h&tz=UTC"),
                                    "/sessions/" + id, std::string("/server")}) {
        const auto answer = ask(path);
        ASSERT_TRUE(answer) << path;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(value_of(*answer, "Content-Type"), "text/html; charset=utf-8");
        EXPECT_EQ(value_of(*answer, "Cache-Control"), "no-cache");
        EXPECT_TRUE(answer->body.contains("<div id=\"app\">"));
        EXPECT_TRUE(answer->body.contains(script().path));
    }
}

TEST(Assets, other_paths_are_nothing) {
    for (const char* path : {"/sessions/", "/sessions/abc", "/v1/sessions", "/nothing", "",
                             "/assets/", "/../index.html", "/sessions/../server"}) {
        EXPECT_FALSE(ask(path)) << path;
    }
}

TEST(Assets, are_only_read) {
    EXPECT_TRUE(ask("/", {}, http::Method::head));
    EXPECT_FALSE(ask("/", {}, http::Method::post));
}

TEST(Assets, files_named_by_their_content_are_kept_for_ever) {
    const auto answer = ask(script().path);
    ASSERT_TRUE(answer);
    EXPECT_EQ(value_of(*answer, "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_TRUE(value_of(*answer, "Cache-Control").contains("immutable"));
    EXPECT_EQ(answer->body, script().plain);
}

TEST(Assets, the_best_coding_that_the_client_takes_is_used) {
    const auto coding = [](const char* accepted) {
        const auto answer = ask(script().path, {{"accept-encoding", accepted}});
        return value_of(*answer, "Content-Encoding");
    };
    EXPECT_EQ(coding("gzip, deflate, br"), "br");
    EXPECT_EQ(coding("gzip;q=1.0, br;q=0"), "gzip");
    EXPECT_EQ(coding(" gzip ; q=0.5 "), "gzip");
    EXPECT_EQ(coding("brotli"), "");
    EXPECT_EQ(coding("identity"), "");
    EXPECT_EQ(coding(""), "");
    EXPECT_LT(script().brotli.size(), script().gzip.size());
    EXPECT_LT(script().gzip.size(), script().plain.size());
}

TEST(Assets, who_has_it_already_gets_nothing_again) {
    const auto first = ask("/", {{"Accept-Encoding", "br"}});
    const std::string tag = value_of(*first, "ETag");
    ASSERT_FALSE(tag.empty());
    const auto again = ask("/", {{"Accept-Encoding", "br"}, {"If-None-Match", tag}});
    EXPECT_EQ(again->status, 304);
    EXPECT_TRUE(again->body.empty());
    EXPECT_EQ(value_of(*again, "ETag"), tag);
    EXPECT_EQ(ask("/", {{"If-None-Match", tag}})->status, 200);
    EXPECT_EQ(ask("/", {{"If-None-Match", "*"}})->status, 304);
}

TEST(Assets, nothing_may_come_from_elsewhere) {
    const std::string headers(ask("/")->fixed_headers);
    EXPECT_TRUE(headers.contains("default-src 'none'"));
    EXPECT_FALSE(headers.contains("unsafe"));
    EXPECT_FALSE(headers.contains("http"));
}

TEST(Assets, https_is_asked_for_where_it_is_spoken) {
    http::Request request;
    request.target = "/";
    const std::string name = "Strict-Transport-Security";
    EXPECT_EQ(value_of(*asset_answer(request, true), name), "max-age=31536000");
    EXPECT_EQ(value_of(*asset_answer(request, false), name), "");
}

TEST(Assets, all_of_it_is_small) {
    size_t bytes = 0;
    for (const Asset& asset : embedded_assets()) {
        bytes += asset.brotli.empty() ? asset.plain.size() : asset.brotli.size();
    }
    EXPECT_LT(bytes, size_t{300'000});
}

}  // namespace
}  // namespace playhead::web
