// SPDX-License-Identifier: Apache-2.0
#include "session/ad_mistakes.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;
using event::Parameter;

constexpr double ms_in_second = 1'000;

// An hour: no ad is longer, and two seconds in milliseconds are more.
constexpr double longest_ad_s = 3'600;

// An ad that runs half as long again as it is, and five seconds for loading it, was never ended.
constexpr double most_of_length = 1.5;
constexpr double loading_s = 5;

// Double speed plays half of the length; a quarter is no speed.
constexpr double least_of_completed = 0.25;

// What plays before a pre-roll only because play came first is over in two seconds.
constexpr int64_t most_before_preroll_ms = 2'000;

// Breaks of a view whose index is remembered; later ones are not compared.
constexpr size_t most_breaks = 256;

double number_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? 0 : value->number;
}

double seconds(int64_t ms) {
    return static_cast<double>(ms) / ms_in_second;
}

bool is_usable(double length) {
    return length > 0 && length <= longest_ad_s;
}

}  // namespace

void AdMistakes::see(const Look& look, Findings& findings) {
    see_interval(look, findings);
    if (look.is(EventType::play)) {
        const bool waits_for_ad = look.before.place == Place::ad_break && break_;
        if (waits_for_ad && break_->ads == 0) findings.add(look.event, Code::play_before_ad);
        if (!first_play_ && look.after.place == Place::content) first_play_ = look.event;
    }
    if (!look.took_effect()) return;
    if (look.is(EventType::session_complete) && break_ && break_->ads > 0 && !ad_) {
        break_->holds_content = true;
    }
    see_break(look, findings);
    see_ad(look, findings);
}

void AdMistakes::see_interval(const Look& look, Findings& findings) {
    const bool is_playing = look.before.player == Player::playing;
    if (look.ends_main_content()) content_ms_ += look.interval_ms();
    if (!is_playing || look.before.place != Place::ad_break) {
        in_break_.reset();
    } else {
        in_break_.add(look.interval_ms(), look.moved_ms());
        if (break_ && in_break_.keeps_step() && !break_->holds_content) {
            break_->holds_content = true;
            findings.add(look.event, Code::content_in_break);
        }
    }
    if (!ad_ || !is_playing || look.before.place != Place::ad) return;
    const double most = ad_->length * most_of_length + loading_s;
    const bool was_short = seconds(ad_->time_ms) <= most;
    ad_->time_ms += look.interval_ms();
    if (is_usable(ad_->length) && was_short && seconds(ad_->time_ms) > most) {
        findings.add(look.event, Code::ad_longer_than_length);
    }
}

void AdMistakes::see_break(const Look& look, Findings& findings) {
    if (look.is(EventType::ad_break_complete)) {
        leave_ad(findings);
        if (break_ && break_->ads == 0) findings.add(look.event, Code::break_without_ads);
        break_.reset();
    }
    if (!look.is(EventType::ad_break_start)) return;
    leave_ad(findings);
    if (break_) findings.add(break_->event, Code::break_never_closed);
    break_ = Break{.event = look.event};
    const event::ParameterValue* index = look.details.param(Parameter::media_ad_pod_index);
    const double second = number_of(look.details, Parameter::media_ad_pod_second);
    if (index != nullptr && index->integer >= 0 && seconds_.size() < most_breaks) {
        const auto [known, is_new] = seconds_.emplace(index->integer, second);
        if (!is_new && known->second != second) findings.add(look.event, Code::pod_index_reused);
    }
    const int64_t length = look.content.length_ms;
    if (length > 0 && second > seconds(length) * 1.05) {
        findings.add(look.event, Code::pod_second_beyond_length);
    }
    if (first_play_ && !had_break_ && second == 0 && content_ms_ <= most_before_preroll_ms) {
        findings.add(*first_play_, Code::play_before_preroll);
    }
    had_break_ = true;
}

void AdMistakes::see_ad(const Look& look, Findings& findings) {
    if (look.is(EventType::ad_start)) {
        leave_ad(findings);
        if (break_) ++break_->ads;
        ad_ =
            Ad{.event = look.event, .length = number_of(look.details, Parameter::media_ad_length)};
        if (ad_->length <= 0) findings.add(look.event, Code::ad_length_unknown);
        if (ad_->length > longest_ad_s) findings.add(look.event, Code::ad_length_in_milliseconds);
        const event::ParameterValue* id = look.details.param(Parameter::media_ad_id);
        if (id == nullptr || id->text.empty()) findings.add(look.event, Code::ad_id_empty);
        return;
    }
    if (look.is(EventType::ad_complete) && ad_ && is_usable(ad_->length) &&
        seconds(ad_->time_ms) < ad_->length * least_of_completed) {
        findings.add(look.event, Code::ad_completed_too_early);
    }
    if (look.is(EventType::ad_complete) || look.is(EventType::ad_skip)) ad_.reset();
}

// The running ad is ended by something else than its end.
void AdMistakes::leave_ad(Findings& findings) {
    if (ad_) findings.add(ad_->event, Code::ad_never_ended);
    ad_.reset();
}

// A viewer may leave in a break; one that the content has left is still open by mistake.
void AdMistakes::end(Findings& findings) {
    if (break_ && break_->holds_content) findings.add(break_->event, Code::break_never_closed);
}

}  // namespace playhead::session
