// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <system_error>
#include <utility>

#include <pthread.h>

#include "base/check.h"
#include "http/answer_order.h"
#include "http/listener.h"
#include "http/loop.h"
#include "http/shared.h"

namespace playhead::http {
namespace {

constexpr size_t most_loops = 256;

base::Result<void> check(const Options& options) {
    const auto refuse = [](const char* what) { return base::fail(base::ErrorCode::invalid, what); };
    if (options.loops < 1 || options.loops > most_loops) {
        return refuse("the number of HTTP threads must be from 1 to 256");
    }
    if (options.pipelined < 1 || options.pipelined > AnswerOrder::limit) {
        return refuse("the number of pipelined requests must be from 1 to 64");
    }
    if (options.slowest_bytes_per_second < 1) {
        return refuse("the slowest rate of a body must be at least one byte per second");
    }
    return {};
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::listen(Options options,
                                                     const HandlerFactory& make_handler,
                                                     const base::Clock& clock) {
    if (auto good = check(options); !good) return std::unexpected(good.error());
    base::Result<Listeners> listeners =
        options.inherited_socket >= 0 ? share_listener(options.inherited_socket, options.loops)
                                      : open_listeners(options.listen, options.loops);
    if (!listeners) return std::unexpected(listeners.error());
    auto shared = std::make_shared<Shared>(std::move(options), clock);
    if (shared->options.counters) {
        // The registry may outlive the server, and then finds nothing open.
        shared->options.counters->gauge(
            "playhead_http_open_connections", "server=\"" + shared->options.name + "\"",
            "Connections that are open now",
            [shared] { return static_cast<double>(shared->connections.count()); });
    }
    std::unique_ptr<Server> server(new Server(shared, listeners->address));
    for (size_t i = 0; i < listeners->sockets.size(); ++i) {
        auto loop = Loop::make(shared, std::move(listeners->sockets[i]), make_handler(i));
        if (!loop) return std::unexpected(loop.error());
        server->loops_.push_back(*std::move(loop));
    }
    return server;
}

Server::Server(std::shared_ptr<Shared> shared, std::string address)
    : shared_(std::move(shared)), address_(std::move(address)) {
}

Server::~Server() {
    stop();
}

base::Result<void> Server::start() {
    CHECK(threads_.empty());
    for (size_t i = 0; i < loops_.size(); ++i) {
        try {
            threads_.emplace_back([loop = loops_[i]] { loop->run(); });
        } catch (const std::system_error& error) {
            stop();
            return base::fail_errno(error.code().value(), "cannot start an HTTP thread");
        }
        const std::string name = "http-" + std::to_string(i);
        pthread_setname_np(threads_.back().native_handle(), name.c_str());
    }
    return {};
}

void Server::stop_accepting() {
    if (threads_.empty()) return;
    for (const auto& loop : loops_) loop->order(Loop::stop_accepting);
    while (!shared_->listeners.wait_until_none(std::chrono::hours(1))) continue;
}

bool Server::say_goodbye(std::chrono::milliseconds at_most) {
    if (threads_.empty()) return true;
    for (const auto& loop : loops_) loop->order(Loop::say_goodbye);
    return shared_->connections.wait_until_none(at_most);
}

bool Server::drain(std::chrono::milliseconds at_most) {
    if (threads_.empty()) return true;
    for (const auto& loop : loops_) loop->order(Loop::drain);
    return shared_->connections.wait_until_none(at_most);
}

void Server::stop() {
    for (const auto& loop : loops_) loop->order(Loop::stop);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    loops_.clear();
}

void Server::replace_certificate(std::shared_ptr<const TlsContext> next) {
    CHECK(shared_->options.tls != nullptr && next != nullptr);
    shared_->tls.replace(std::move(next));
}

size_t Server::connections() const {
    return shared_->connections.count();
}

bool Server::turns() {
    bool all = true;
    for (const auto& loop : loops_) all = loop->turned() && all;
    wake();
    return all;
}

bool Server::wait_until_idle(std::chrono::microseconds at_most) {
    return shared_->busy.wait_until_none(at_most);
}

void Server::let_gather(std::chrono::microseconds at_most) {
    shared_->gathering.store(at_most, std::memory_order_relaxed);
}

void Server::wake() {
    for (const auto& loop : loops_) loop->wake();
}

}  // namespace playhead::http
