// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace playhead::app {

// Where accepted bodies are copied to, taken apart.
struct ForwardUrl {
    std::string base;  // as given, without a slash at the end: what /api/v1/sessions is added to
    std::string host;  // as given; IPv6 in its brackets
    std::string port;  // that of the scheme when none is given
};

// Error `invalid`, with what it takes: http or https://HOST[:PORT][/PREFIX], nothing else in it.
base::Result<ForwardUrl> forward_url_from(std::string_view text);

// Whether that is where this server itself listens (HOST:PORT), as far as the texts tell. Names are
// not looked up.
bool leads_to(const ForwardUrl& url, std::string_view listen);

}  // namespace playhead::app
