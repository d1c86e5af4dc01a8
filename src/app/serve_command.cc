// SPDX-License-Identifier: Apache-2.0
#include "app/serve_command.h"

#include <csignal>
#include <cstdio>

#include <pthread.h>
#include <sys/resource.h>

#include "app/server.h"
#include "base/log.h"

namespace playhead::app {
namespace {

// Every thread inherits the mask, so the signals reach only the sigwait below.
sigset_t block_stop_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return set;
}

// A connection is a file descriptor, and the usual soft limit of 1024 is from another time.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int serve(const Config& config) {
    const sigset_t stop_signals = block_stop_signals();
    raise_file_limit();
    auto server = Server::start(config);
    if (!server) {
        std::fprintf(stderr, "playhead: cannot start: %s\n", server.error().what.c_str());
        return 1;
    }
    std::printf("playhead ready: players at http://%s, operators at http://%s\n",
                (*server)->listen_address().c_str(), (*server)->admin_address().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&stop_signals, &signal);
    base::log(base::Level::info, "stopping: no new connections, finishing what has arrived");
    (*server)->stop();
    base::log(base::Level::info, "stopped");
    return 0;
}

}  // namespace playhead::app
