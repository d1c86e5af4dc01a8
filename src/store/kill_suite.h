// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <functional>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

// For tests.
namespace playhead::store {

// Runs `write_for_ever` in a process of its own, which writes a byte into `progress` after each
// write, lets it report `writes` of them and kills it. Check HasFatalFailure() behind it.
inline void kill_after(int writes, const std::function<void(int progress)>& write_for_ever) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_for_ever(ends[1]);
    ::close(ends[1]);
    for (int i = 0; i < writes; ++i) {
        char byte = 0;
        ASSERT_EQ(::read(ends[0], &byte, 1), 1);
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ::close(ends[0]);
}

}  // namespace playhead::store
