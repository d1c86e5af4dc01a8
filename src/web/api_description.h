// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace playhead::web {

// OpenAPI 3.1 of the collection API and of the admin side: src/web/openapi.json, which is part of
// the program.
std::string_view api_description();

}  // namespace playhead::web
