// SPDX-License-Identifier: Apache-2.0
#include "app/serve_command.h"

#include <csignal>
#include <cstdio>
#include <string>

#include <malloc.h>
#include <pthread.h>

#include "app/server.h"
#include "app/supervisor.h"
#include "base/log.h"
#include "base/log_format.h"

namespace playhead::app {
namespace {

// Every thread inherits the mask, so the signals reach only the sigtimedwait below.
sigset_t block_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return set;
}

// From this size on, a buffer goes back to the kernel when it is freed. Without being told, malloc
// raises the limit up to 32 MiB with each larger buffer that is freed, and keeps for ever what a
// crowd of large requests once took.
void give_back_large_buffers() {
    constexpr int large_bytes = 256 * 1024;
    mallopt(M_MMAP_THRESHOLD, large_bytes);
}

void log_as(const Config& config) {
    base::set_log_format(config.log_format == "json" ? base::LogFormat::json
                                                     : base::LogFormat::text);
}

void read_again(const SettingSources& sources, Server& server) {
    const auto settings = settle(sources);
    if (settings) {
        log_as(settings->config);
        server.take_over(*settings);
    } else {
        base::log(base::Level::error, "the configuration is not taken over, all stays as it was: " +
                                          settings.error().what);
    }
}

std::string addresses(const Server& server) {
    return "players at " + server.listen_scheme() + "://" + server.listen_address() +
           ", operators at " + server.admin_scheme() + "://" + server.admin_address();
}

// Returns when it is told to stop.
void look_after(Server& server, const SettingSources& sources, const Supervisor& supervisor,
                const sigset_t& signals) {
    constexpr timespec looks_again{.tv_sec = 1, .tv_nsec = 0};
    while (true) {
        const int signal = sigtimedwait(&signals, nullptr, &looks_again);
        if (signal == SIGTERM || signal == SIGINT) return;
        if (signal == SIGHUP) {
            supervisor.reloading();
            read_again(sources, server);
            supervisor.ready(addresses(server));
        }
        server.refresh();
        if (supervisor.watches() && server.is_alive(supervisor.watchdog_ms() / 2)) {
            supervisor.alive();
        }
    }
}

int cannot_start(const base::Error& error) {
    std::fprintf(stderr, "playhead: cannot start: %s\n", error.what.c_str());
    return 1;
}

}  // namespace

int serve(const SettingSources& sources, const Settings& settings) {
    const sigset_t signals = block_signals();
    give_back_large_buffers();
    log_as(settings.config);
    const auto supervisor = Supervisor::from_environment();
    if (!supervisor) return cannot_start(supervisor.error());
    auto server = Server::start(settings.config, supervisor->sockets());
    if (!server) return cannot_start(server.error());
    std::printf("playhead ready: %s\n", addresses(**server).c_str());
    std::fflush(stdout);
    supervisor->ready(addresses(**server));
    look_after(**server, sources, *supervisor, signals);
    supervisor->stopping();
    base::log(base::Level::info, "stopping: no new connections, finishing what has arrived");
    (*server)->stop();
    base::log(base::Level::info, "stopped");
    return 0;
}

}  // namespace playhead::app
