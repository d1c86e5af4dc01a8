// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/simulate_command.h"

#include <csignal>
#include <cstdio>
#include <iostream>

#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"

namespace playhead::app {

int simulate(const std::string& target, Simulation::Options options) {
    const base::SystemClock clock;
    const auto collector = Collector::make(target, clock);
    if (!collector) {
        std::cerr << "playhead: " << collector.error().what << '\n';
        return 1;
    }
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t stop_signals;
    sigemptyset(&stop_signals);
    sigaddset(&stop_signals, SIGINT);
    sigaddset(&stop_signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop_signals, nullptr);
    const http::Descriptor stop(signalfd(-1, &stop_signals, SFD_CLOEXEC));
    options.shows_progress = isatty(STDERR_FILENO) != 0;
    Simulation simulation(options, **collector, clock);
    simulation.run(stop.number());
    if (options.shows_progress) std::fputc('\n', stderr);
    std::cout << simulation.report() << '\n';
    if (simulation.tally().all_taken() > 0) return 0;
    std::cerr << "playhead: " << target << " took nothing; is a server listening there?\n";
    return 1;
}

}  // namespace playhead::app
