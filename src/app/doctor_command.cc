// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_command.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "app/doctor.h"
#include "ingest/json_text.h"

namespace playhead::app {
namespace {

std::string as_line(const Finding& finding) {
    return std::string(text_of(finding.verdict)) + " " + std::string(finding.name) + ": " +
           finding.value + ": " + finding.meaning + "\n";
}

void add_member(std::string_view name, std::string_view value, std::string& to) {
    to += to.back() == '{' ? "\"" : ",\"";
    to += name;
    to += "\":";
    ingest::append_json_string(value, to);
}

std::string as_document(const std::vector<Finding>& findings, bool fits) {
    std::string text = std::string("{\"fits\":") + (fits ? "true" : "false") + ",\"findings\":[";
    for (const Finding& finding : findings) {
        text += text.back() == '[' ? "{" : ",{";
        add_member("name", finding.name, text);
        add_member("verdict", text_of(finding.verdict), text);
        add_member("value", finding.value, text);
        add_member("meaning", finding.meaning, text);
        text += '}';
    }
    return text + "]}\n";
}

}  // namespace

int examine_machine(const Settings& settings, bool as_json) {
    const std::vector<Finding> findings = examine(settings.config);
    const bool fits = std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.verdict == Finding::Verdict::bad;
    });
    std::string text;
    if (as_json) {
        text = as_document(findings, fits);
    } else {
        for (const Finding& finding : findings) text += as_line(finding);
    }
    std::fputs(text.c_str(), stdout);
    return fits && std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace playhead::app
