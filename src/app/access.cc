// SPDX-License-Identifier: Apache-2.0
#include "app/access.h"

#include <arpa/inet.h>

#include "app/token_files.h"
#include "base/log.h"

namespace playhead::app {

bool is_loopback(const std::string& address) {
    if (address.starts_with("[::1]:")) return true;
    in_addr number{};
    const std::string host = address.substr(0, address.rfind(':'));
    return inet_pton(AF_INET, host.c_str(), &number) == 1 && host.starts_with("127.");
}

Access::Access(base::Disk& disk, const Config& config)
    : disk_(disk),
      folder_(config.data),
      needed_(config.admin_tokens == "required" || !is_loopback(config.admin)) {
}

base::Result<std::unique_ptr<Access>> Access::open(base::Disk& disk, const Config& config,
                                                   int64_t now) {
    std::unique_ptr<Access> access(new Access(disk, config));
    if (!access->needed_) return access;
    const auto all = read_tokens(disk, config.data);
    if (!all) return std::unexpected(all.error());
    std::vector<web::Token> valid = valid_tokens(*all, now);
    if (valid.empty()) {
        const std::string why = is_loopback(config.admin)
                                    ? "admin_tokens is 'required'"
                                    : "admin is '" + config.admin + "', which is not loopback";
        return base::fail(base::ErrorCode::invalid,
                          why +
                              ", and there is no valid token: make one first with playhead token "
                              "create --data " +
                              config.data + " --scope admin");
    }
    access->tokens_.replace(std::move(valid));
    return access;
}

void Access::refresh(int64_t now) {
    if (!needed_) return;
    const auto all = read_tokens(disk_, folder_);
    if (all) tokens_.replace(valid_tokens(*all, now));
    if (!all && !failing_) {
        base::log(
            base::Level::error,
            "the tokens cannot be read, and those that were valid stay so: " + all.error().what);
    }
    failing_ = !all;
}

}  // namespace playhead::app
