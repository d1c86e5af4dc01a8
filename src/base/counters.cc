// SPDX-License-Identifier: Apache-2.0
#include "base/counters.h"

#include <charconv>

#include "base/check.h"

namespace playhead::base {
namespace {

void append_number(std::string& text, double value) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    text.append(digits, end.ptr);
}

}  // namespace

Counters::Family& Counters::family(std::string_view name, std::string_view help, bool is_gauge) {
    for (Family& known : families_) {
        if (known.name != name) continue;
        CHECK(known.is_gauge == is_gauge);
        return known;
    }
    Family& made = families_.emplace_back();
    made.name = name;
    made.help = help;
    made.is_gauge = is_gauge;
    return made;
}

Counter& Counters::counter(std::string_view name, std::string_view labels, std::string_view help) {
    const std::lock_guard lock(mutex_);
    Family& in = family(name, help, false);
    for (Series& known : in.series) {
        if (known.labels == labels) return known.counter;
    }
    Series& made = in.series.emplace_back();
    made.labels = labels;
    return made.counter;
}

void Counters::gauge(std::string_view name, std::string_view labels, std::string_view help,
                     std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    Series& made = family(name, help, true).series.emplace_back();
    made.labels = labels;
    made.read = std::move(read);
}

std::string Counters::prometheus_text() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const Family& in : families_) {
        text += "# HELP " + in.name + ' ' + in.help + '\n';
        text += "# TYPE " + in.name + (in.is_gauge ? " gauge\n" : " counter\n");
        for (const Series& one : in.series) {
            text += in.name;
            if (!one.labels.empty()) text += '{' + one.labels + '}';
            text += ' ';
            if (one.read) {
                append_number(text, one.read());
            } else {
                text += std::to_string(one.counter.value());
            }
            text += '\n';
        }
    }
    return text;
}

}  // namespace playhead::base
