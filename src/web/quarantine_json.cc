// SPDX-License-Identifier: Apache-2.0
#include "web/quarantine_json.h"

#include <nlohmann/json.hpp>

namespace playhead::web {

std::string quarantine_json(const QuarantinePage& page) {
    using Json = nlohmann::ordered_json;
    Json items = Json::array();
    for (const QuarantineItem& item : page.items) {
        items.push_back({{"offset", item.offset},
                         {"reason", item.reason},
                         {"receivedAt", item.received_at},
                         {"session", item.session.text()},
                         {"body", item.body}});
    }
    Json list = {{"items", std::move(items)}, {"next", nullptr}};
    if (page.next) list["next"] = std::to_string(*page.next);
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace playhead::web
