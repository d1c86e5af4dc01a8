// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/disk.h"
#include "base/error.h"
#include "http/tls.h"

namespace playhead::app {

// The certificate and the key of one server, as two PEM files that somebody else renews. One
// thread, but for ends_at().
class CertificateFiles {
  public:
    static constexpr uint64_t most_bytes = uint64_t{1} << 20;  // of each file

    CertificateFiles(base::Disk& disk, std::string certificate, std::string key);

    // For the start. Errors name the file and the reason.
    base::Result<std::shared_ptr<const http::TlsContext>> open();

    // What the files hold now, if that changed since the last look and can be used; else null. What
    // cannot be used is logged once for each change, and so is what can.
    std::shared_ptr<const http::TlsContext> look_again();

    // When the certificate in force ends, in seconds since 1970. From any thread.
    int64_t ends_at() const { return ends_at_; }

  private:
    struct Texts {
        std::string certificate;
        std::string key;
        bool operator==(const Texts&) const = default;
    };

    base::Result<Texts> read() const;
    base::Result<std::shared_ptr<const http::TlsContext>> make(const Texts& texts);
    void complain(const base::Error& error);

    base::Disk& disk_;
    const std::string certificate_;
    const std::string key_;
    std::optional<Texts> seen_;  // what was tried last, good or bad
    std::string complaint_;      // the last one, empty when all is well
    std::atomic<int64_t> ends_at_{0};
};

}  // namespace playhead::app
