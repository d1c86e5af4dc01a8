// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/check.h"
#include "session/verdict.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;

constexpr auto texts = std::to_array<VerdictText>({
    {Code::used, Outcome::used, Subject::arrival, "used", "The event took effect.", "metrics 3.3",
     ""},
    {Code::reordered, Outcome::repaired, Subject::arrival, "reordered",
     "The event arrived after a later one and was put back in order within the reorder window.",
     "metrics 2.1",
     "Send one event at a time and wait for the answer. A few of these are normal for players that "
     "send in parallel."},
    {Code::clock_jump, Outcome::repaired, Subject::clock, "clock_jump",
     "The player's clock jumped ahead; the time between the arrivals was used instead.",
     "metrics 2.2",
     "Read the device's clock once at sessionStart and count on from there with a clock that "
     "nobody sets."},
    {Code::late_beyond_window, Outcome::late, Subject::clock, "late_beyond_window",
     "The event is stamped before one that was already processed; it took effect at the time "
     "already reached.",
     "metrics 2.1",
     "Send events at once and in their order. What comes more than five seconds behind its place "
     "cannot be put back."},
    {Code::exact_duplicate, Outcome::duplicate, Subject::arrival, "exact_duplicate",
     "The event equals one that was already processed.", "metrics 2.3",
     "Nothing, if the player repeats what was not answered. Else find the second listener that "
     "sends the same event."},
    {Code::after_close, Outcome::ignored, Subject::session, "after_close",
     "The session was closed before this event.", "metrics 2.4",
     "When an event is answered 404 or 410, open a new session with media.resume and send the "
     "event "
     "there."},
    {Code::unknown_session, Outcome::ignored, Subject::session, "unknown_session",
     "No session with this id is open.", "protocol 12",
     "Use the id from the Location header of the answer to sessionStart. When an event is answered "
     "404, open a new session."},
    {Code::session_already_started, Outcome::ignored, Subject::session, "session_already_started",
     "The session has had its sessionStart.", "metrics 3.3",
     "Send sessionStart once, to /api/v1/sessions; a second view is a second session."},
    {Code::ad_outside_break, Outcome::ignored, Subject::ads, "ad_outside_break",
     "The ad started outside an ad break; its time is main content.", "metrics 6",
     "Send adBreakStart before the first adStart of the break, and adBreakComplete behind its last "
     "ad."},
    {Code::break_already_open, Outcome::ignored, Subject::ads, "break_already_open",
     "A break with the same index and offset is open already.", "metrics 3.3",
     "Send adBreakStart once for each break, not before each of its ads."},
    {Code::break_not_open, Outcome::ignored, Subject::ads, "break_not_open", "No ad break is open.",
     "metrics 3.3", "Send adBreakComplete once, and only for a break that adBreakStart opened."},
    {Code::ad_already_running, Outcome::ignored, Subject::ads, "ad_already_running",
     "The same ad at the same position runs already.", "metrics 3.3",
     "Send adStart once for each ad. An ad that is shown twice in a break needs two positions."},
    {Code::ad_not_running, Outcome::ignored, Subject::ads, "ad_not_running", "No ad is running.",
     "metrics 3.3", "End each ad once, with adComplete or adSkip, and before adBreakComplete."},
    {Code::chapter_already_running, Outcome::ignored, Subject::chapters, "chapter_already_running",
     "The chapter with this index runs already.", "metrics 3.3",
     "Send chapterStart once for each chapter, and give each chapter its own index."},
    {Code::chapter_not_running, Outcome::ignored, Subject::chapters, "chapter_not_running",
     "No chapter is running.", "metrics 3.3",
     "End each chapter once, with chapterComplete or chapterSkip, and only after its "
     "chapterStart."},
    {Code::state_already_on, Outcome::ignored, Subject::states, "state_already_on",
     "The player state is on already.", "metrics 8",
     "Send stateStart only when the state changes from off to on."},
    {Code::state_not_on, Outcome::ignored, Subject::states, "state_not_on",
     "The player state is not on.", "metrics 8",
     "Send stateEnd only for a state that stateStart turned on in the same session."},
    {Code::eleventh_state, Outcome::ignored, Subject::states, "eleventh_state",
     "The session has ten player states with other names.", "metrics 8",
     "Use at most ten names of states in a session; put what varies into metadata, not into the "
     "name."},
    {Code::empty_state_name, Outcome::ignored, Subject::states, "empty_state_name",
     "The name of the player state is empty.", "protocol 9.14",
     "Send the name of the state in media.state.name."},
    {Code::no_states_named, Outcome::ignored, Subject::states, "no_states_named",
     "The update names no player state.", "protocol 9.16",
     "Send statesUpdate only when statesEnd or statesStart names a state."},
    {Code::session_text_full, Outcome::ignored, Subject::states, "session_text_full",
     "The session has no room left for another name.", "protocol 2.7",
     "Send less text: a session keeps one MiB of its names and metadata."},
    // The examination.
    {Code::many_duplicates, Outcome::used, Subject::arrival, "many_duplicates",
     "Five events of this session came twice; the copies are dropped, and each costs a request.",
     "metrics 2.3",
     "Wait for the answer before an event is repeated, and repeat it at most once. If nothing is "
     "repeated on purpose, remove the second listener."},
    {Code::ts_in_seconds, Outcome::used, Subject::clock, "ts_in_seconds",
     "The stamp is in seconds, not in milliseconds; every duration of the session is a thousandth "
     "of what it was.",
     "metrics 1",
     "Send playerTime.ts in milliseconds since 1970: seconds times 1000, as an integer."},
    {Code::ts_not_since_1970, Outcome::used, Subject::clock, "ts_not_since_1970",
     "The stamp does not count from 1970, but from the start of the page or the device; durations "
     "are right, and the view lies in 1970.",
     "metrics 1",
     "Add the wall clock at which the counter was 0. In a browser use Date.now(), not "
     "performance.now()."},
    {Code::ts_too_fine, Outcome::used, Subject::clock, "ts_too_fine",
     "The stamp is in microseconds or finer; the session seems to last a thousand times as long, "
     "or closes at once.",
     "metrics 1", "Send playerTime.ts in milliseconds since 1970."},
    {Code::clock_off, Outcome::used, Subject::clock, "clock_off",
     "The player's clock is more than five minutes away from the time of arrival; the view is "
     "reported at the wrong time of day.",
     "metrics 1",
     "Set playerTime.ts from a clock that is set by the network, or measure once how far the "
     "device is off and add that."},
    {Code::clock_step, Outcome::used, Subject::clock, "clock_step",
     "The stamps gained more than a minute on the arrivals between two events: the clock was set, "
     "and the step counts as time.",
     "metrics 2.2",
     "Read the wall clock once at sessionStart and count on from there with a clock that nobody "
     "sets."},
    {Code::clock_set_back, Outcome::used, Subject::clock, "clock_set_back",
     "Three events in a row are stamped before the time already reached: the clock was set back, "
     "and no time passes until it has caught up.",
     "metrics 2.1",
     "Read the wall clock once at sessionStart and count on from there with a clock that nobody "
     "sets."},
    {Code::pings_of_one_stamp, Outcome::used, Subject::clock, "pings_of_one_stamp",
     "Two pings in a row carry the same stamp; the time between them is lost.", "protocol 8",
     "Read the clock when each event is made, not once for the session or for a queue."},
    {Code::sent_late, Outcome::used, Subject::clock, "sent_late",
     "The event arrived more than half a minute after its stamp, measured by the fastest one; a "
     "session that is silent so long may close before its events come.",
     "protocol 12.1",
     "Send each event when it happens. A view without a network belongs into a batch to "
     "/api/v1/downloaded."},
    {Code::media_id_empty, Outcome::used, Subject::content, "media_id_empty",
     "The content has no id; the session is left out of all reports.", "metrics 11",
     "Send the id of the content in media.id, and do not start the session before it is known."},
    {Code::media_id_is_address, Outcome::used, Subject::content, "media_id_is_address",
     "The id of the content is an address; every host, token and rendition makes it another "
     "content.",
     "metrics 10",
     "Send the id that your catalogue gives the content, not the address that it is played from."},
    {Code::length_unknown, Outcome::used, Subject::content, "length_unknown",
     "The length of the content is 0 or less; there are no progress markers and no average minute "
     "audience.",
     "metrics 1",
     "Start the session when the player knows the duration, or take the length from the "
     "catalogue."},
    {Code::length_in_milliseconds, Outcome::used, Subject::content, "length_in_milliseconds",
     "The length of the content is in milliseconds; no progress marker is ever reached.",
     "metrics 1", "Send media.length in seconds."},
    {Code::live_length_not_a_day, Outcome::used, Subject::content, "live_length_not_a_day",
     "The length of live content is not 86,400, the length of a day; the second of the day does "
     "not fit into it.",
     "protocol 10.3",
     "Send 86400 as media.length of live content. An event with a start and an end can be of "
     "another content type."},
    {Code::live_playhead_not_of_day, Outcome::used, Subject::content, "live_playhead_not_of_day",
     "The playhead of live content counts from the start of the view, not of the day; segments of "
     "different viewers cannot be compared.",
     "protocol 8", "Send the second of the day as the playhead of live content."},
    {Code::content_type_is_format, Outcome::used, Subject::content, "content_type_is_format",
     "The content type is empty or names a format; the session is in none of the built-in "
     "segments.",
     "metrics 12.3", "Send what the content is: vod, live, linear, podcast, audiobook or aod."},
    {Code::stream_type_unknown, Outcome::used, Subject::content, "stream_type_unknown",
     "The stream type is neither audio nor video; the session counts as video.", "metrics 12.3",
     "Send audio or video in media.streamType."},
    {Code::show_type_unknown, Outcome::used, Subject::content, "show_type_unknown",
     "The show type is none of the four codes; reports show the text beside them.", "metrics 10",
     "Send \"0\" for a full episode, \"1\" for a preview, \"2\" for a clip, \"3\" for anything "
     "else."},
    {Code::authorized_by_any_text, Outcome::used, Subject::content, "authorized_by_any_text",
     "media.pass.auth is neither true nor false; any such text counts as authorized.", "metrics 5",
     "Send the text true or false."},
    {Code::name_empty, Outcome::used, Subject::content, "name_empty",
     "The name of the content, player or channel is an empty text; the report has a line without a "
     "name.",
     "metrics 10", "Send the name, or leave media.name out when there is none."},
    {Code::placeholder_value, Outcome::used, Subject::content, "placeholder_value",
     "A parameter holds the word of a missing value, such as undefined or N/A; reports show it as "
     "if it were a name.",
     "metrics 10",
     "Find out why the value is missing when the event is made. Leave an optional parameter out "
     "when there is nothing to send."},
    {Code::resumed_at_zero, Outcome::used, Subject::content, "resumed_at_zero",
     "The session says that it resumes, and plays from the beginning; it counts as a resume all "
     "the same.",
     "metrics 13.3",
     "Set media.resume only when the content goes on where an earlier session ended."},
    {Code::start_alone, Outcome::used, Subject::session, "start_alone",
     "Nothing came after sessionStart; the view counts as a media start that was dropped.",
     "protocol 4.4",
     "See that the player can read the Location header of the answer, and that its events go to "
     "that address."},
    {Code::ended_at_once, Outcome::used, Subject::session, "ended_at_once",
     "The session was ended within two seconds, with nothing in between; it counts as a media "
     "start that was dropped.",
     "metrics 9.3",
     "Start the session when the viewer asks for playback, not when the player is made."},
    {Code::end_missing, Outcome::used, Subject::session, "end_missing",
     "The session was never ended and closed by itself; it looked alive for ten minutes longer.",
     "metrics 2.2",
     "Send sessionEnd when the viewer leaves, also when the page is unloaded or the app goes to "
     "the background for good."},
    {Code::held_open_while_idle, Outcome::used, Subject::session, "held_open_while_idle",
     "Pings kept the session open for 30 minutes without any movement of the playhead, until it "
     "closed as idle.",
     "metrics 2.2",
     "End the session after some minutes of pause, and open a new one with media.resume when the "
     "viewer comes back."},
    {Code::complete_missing, Outcome::used, Subject::session, "complete_missing",
     "95 % of the content was played across, and sessionComplete never came; the view does not "
     "count as completed.",
     "metrics 5.3",
     "Send sessionComplete when the content reaches its end. If viewers leave in the credits, send "
     "it when the credits begin."},
    {Code::complete_too_early, Outcome::used, Subject::session, "complete_too_early",
     "sessionComplete came although not half of the content was ever reached; the view counts as "
     "completed.",
     "metrics 5.3",
     "Send sessionComplete when the main content ends, not when the player stops or an ad ends. "
     "Check media.length."},
    {Code::complete_without_play, Outcome::used, Subject::session, "complete_without_play",
     "sessionComplete came although no content was played; the session is completed and dropped "
     "before its start.",
     "metrics 5.2",
     "Send play when the content starts, and sessionComplete only when the content ends, not when "
     "its pre-roll does."},
    {Code::completed_twice, Outcome::used, Subject::session, "completed_twice",
     "sessionComplete came a second time.", "metrics 5.3",
     "Send sessionComplete once; a second view of the content is a second session."},
    {Code::play_after_complete, Outcome::used, Subject::session, "play_after_complete",
     "play after sessionComplete: the content is watched again in the same session, and its time "
     "is added to the first view.",
     "metrics 5.3",
     "Send sessionEnd behind sessionComplete, and open a new session for the replay."},
    {Code::pings_after_complete, Outcome::used, Subject::session, "pings_after_complete",
     "A minute of pings after sessionComplete: the session stays open and counts as watching, "
     "though nothing plays.",
     "metrics 12.4",
     "Stop the timer of the pings at sessionComplete, unless an ad follows, and send sessionEnd."},
    {Code::session_longer_than_a_day, Outcome::used, Subject::session, "session_longer_than_a_day",
     "The session is older than a day; it counts as one view, whatever the viewer did.",
     "protocol 12.1",
     "End the session and open a new one when it comes near to 24 hours, as the public SDKs do."},
    {Code::playing_without_play, Outcome::used, Subject::playback, "playing_without_play",
     "The playhead runs, but the player never said play; no content time counts.", "metrics 3.1",
     "Send play when the content starts to play, also when it starts by itself."},
    {Code::no_play_after_preroll, Outcome::used, Subject::playback, "no_play_after_preroll",
     "The content runs after the pre-roll, but the player never said play; no content time counts.",
     "metrics 5.2", "Send play behind the adBreakComplete of a pre-roll, when the content starts."},
    {Code::moving_while_paused, Outcome::used, Subject::playback, "moving_while_paused",
     "The playhead runs while the player is paused; its time counts as pause and not as content.",
     "metrics 4.4",
     "Send play when playback goes on, also when it goes on by itself after a seek or a call."},
    {Code::moving_while_buffering, Outcome::used, Subject::playback, "moving_while_buffering",
     "The playhead runs while the player is buffering; its time counts as buffering and not as "
     "content.",
     "metrics 4.4", "Send play when the buffer is full and the picture moves again."},
    {Code::pings_missing, Outcome::used, Subject::playback, "pings_missing",
     "More than a minute passed without an event; what happened in it is unknown, and after ten "
     "minutes the session closes.",
     "protocol 9.3",
     "Send a ping every ten seconds from sessionStart on, from a timer that the system does not "
     "stop while media plays."},
    {Code::pings_stop_while_paused, Outcome::used, Subject::playback, "pings_stop_while_paused",
     "More than a minute passed without an event while the player was paused; after ten minutes "
     "the session closes and the rest of the view is lost.",
     "protocol 9.3",
     "Go on with pings every ten seconds while paused, or end the session and resume in a new "
     "one."},
    {Code::no_pings, Outcome::used, Subject::playback, "no_pings",
     "The session has no ping; it is alive only as long as the viewer does something.",
     "protocol 9.3", "Send a ping every ten seconds from sessionStart on."},
    {Code::pings_too_fast, Outcome::used, Subject::playback, "pings_too_fast",
     "More than twelve pings in a row came less than five seconds apart in main content; each is a "
     "request that adds nothing.",
     "protocol 9.3",
     "Send pings from a timer of ten seconds, not from the progress events of the player."},
    {Code::play_repeated, Outcome::used, Subject::playback, "play_repeated",
     "The fifth play in a row while the content plays; it changes nothing.", "protocol 9.2",
     "Send play when playback starts or goes on, not with each progress event."},
    {Code::pause_and_buffer_alternate, Outcome::used, Subject::playback,
     "pause_and_buffer_alternate",
     "The player changed four times between paused and buffering without playing; each change "
     "counts as a pause or a buffering.",
     "metrics 3.3", "While paused, do not report that the player fills its buffer."},
    {Code::buffer_flapping, Outcome::used, Subject::playback, "buffer_flapping",
     "Five bufferings within a minute lasted less than a quarter of a second; nobody saw them, and "
     "each counts.",
     "metrics 9",
     "Send bufferStart only when the picture has stood still for half a second or so."},
    {Code::playhead_in_milliseconds, Outcome::used, Subject::playhead, "playhead_in_milliseconds",
     "The playhead advances a thousand a second: it is in milliseconds; unique time, markers and "
     "segment are wrong.",
     "metrics 1", "Send playerTime.playhead in seconds."},
    {Code::playhead_too_slow, Outcome::used, Subject::playhead, "playhead_too_slow",
     "The playhead advances at less than half of the clock, again and again: it is in minutes or a "
     "share of the length.",
     "metrics 1", "Send playerTime.playhead in seconds of the content."},
    {Code::playhead_is_wall_clock, Outcome::used, Subject::playhead, "playhead_is_wall_clock",
     "The playhead is a date, not a position.", "metrics 1",
     "Send the second of the day as the playhead of live content, and the position in seconds for "
     "everything else."},
    {Code::playhead_negative, Outcome::used, Subject::playhead, "playhead_negative",
     "The playhead is below 0; unique time and segment begin where there is no content.",
     "protocol 8", "Send 0 until the player knows its position."},
    {Code::playhead_beyond_length, Outcome::used, Subject::playhead, "playhead_beyond_length",
     "The playhead is beyond the length of the content; markers come too early.", "protocol 8",
     "Send the length of the whole content in seconds, and the position without ads that are "
     "stitched into the stream."},
    {Code::playhead_stands, Outcome::used, Subject::playhead, "playhead_stands",
     "The player plays for half a minute and its playhead stands still; the time counts as a stall "
     "and not as content.",
     "metrics 4.3",
     "Read the position when each event is made. If the picture really stands, send bufferStart."},
    {Code::seek_forward_unreported, Outcome::used, Subject::playhead, "seek_forward_unreported",
     "The playhead jumped forward while the content was playing; the jump rule must guess what was "
     "played.",
     "metrics 4.1", "Send pauseStart when a seek begins and play when it ends."},
    {Code::seek_back_unreported, Outcome::used, Subject::playhead, "seek_back_unreported",
     "The playhead jumped back while the content was playing; the jump rule must guess what was "
     "played.",
     "metrics 4.1",
     "Send pauseStart when a seek begins and play when it ends. Keep the content's position during "
     "ads."},
    {Code::break_never_closed, Outcome::used, Subject::ads, "break_never_closed",
     "The ad break was never closed, and content or another break followed.", "metrics 4.2",
     "Send adBreakComplete when the last ad of a break has ended, also when it was skipped or "
     "failed."},
    {Code::content_in_break, Outcome::used, Subject::ads, "content_in_break",
     "Content plays in an ad break that is still open; it counts as content after the first 250 "
     "ms, but not as a content start.",
     "metrics 4.2", "Send adBreakComplete before the content goes on."},
    {Code::break_without_ads, Outcome::used, Subject::ads, "break_without_ads",
     "The break was closed without any ad.", "metrics 6",
     "Send adBreakStart when the first ad is ready to play, not when it is asked for."},
    {Code::ad_never_ended, Outcome::used, Subject::ads, "ad_never_ended",
     "The ad was ended by what followed, not by adComplete or adSkip; it counts as not completed.",
     "metrics 6",
     "Send adComplete or adSkip for each ad before the next one starts or the break closes."},
    {Code::ad_longer_than_length, Outcome::used, Subject::ads, "ad_longer_than_length",
     "The ad runs for more than half as long again as it is; what follows it counts as ad time.",
     "metrics 6",
     "Send adComplete or adSkip when the ad ends. If it did not end yet, send its true length."},
    {Code::ad_completed_too_early, Outcome::used, Subject::ads, "ad_completed_too_early",
     "The ad was completed before a quarter of its length had run.", "metrics 6",
     "Send adSkip for an ad that was skipped or failed, and adComplete only when it ran to its "
     "end."},
    {Code::ad_length_unknown, Outcome::used, Subject::ads, "ad_length_unknown",
     "The length of the ad is 0 or less.", "metrics 6",
     "Send media.ad.length in seconds, as the ad server or the player gives it."},
    {Code::ad_length_in_milliseconds, Outcome::used, Subject::ads, "ad_length_in_milliseconds",
     "The length of the ad is more than an hour: it is in milliseconds.", "metrics 6",
     "Send media.ad.length in seconds."},
    {Code::ad_id_empty, Outcome::used, Subject::ads, "ad_id_empty",
     "The ad has no id; it counts in the totals of the session and is in no report of ads.",
     "metrics 6", "Send the id of the creative in media.ad.id."},
    {Code::pod_index_reused, Outcome::used, Subject::ads, "pod_index_reused",
     "Another break of this session has the same index at another second; reports take both for "
     "one pod.",
     "metrics 6", "Give each break of the content its own media.ad.podIndex."},
    {Code::pod_second_beyond_length, Outcome::used, Subject::ads, "pod_second_beyond_length",
     "The break lies beyond the length of the content.", "metrics 6",
     "Send media.ad.podSecond in seconds of the main content."},
    {Code::play_before_ad, Outcome::used, Subject::ads, "play_before_ad",
     "play between adBreakStart and the first adStart: the content seems to run before the ad.",
     "protocol 14.2",
     "Send nothing but adStart behind adBreakStart. What plays is said by adStart itself."},
    {Code::play_before_preroll, Outcome::used, Subject::ads, "play_before_preroll",
     "play came before the break of the pre-roll; the view counts as a content start though only "
     "an ad was seen.",
     "metrics 5.2", "Hold play back until the pre-roll is over."},
    {Code::chapter_overlap, Outcome::used, Subject::chapters, "chapter_overlap",
     "The chapter started while another was running; that one ends here as not completed.",
     "metrics 7", "Send chapterComplete or chapterSkip before the next chapterStart."},
    {Code::chapter_never_ended, Outcome::used, Subject::chapters, "chapter_never_ended",
     "The content was completed and the chapter never; it counts as not completed.", "metrics 7",
     "Send chapterComplete at the end of each chapter, also of the last one."},
    {Code::chapter_length_unknown, Outcome::used, Subject::chapters, "chapter_length_unknown",
     "The length of the chapter is 0 or less.", "metrics 7",
     "Send media.chapter.length in seconds."},
    {Code::chapter_beyond_length, Outcome::used, Subject::chapters, "chapter_beyond_length",
     "The chapter ends behind the end of the content.", "metrics 7",
     "Send offset and length of a chapter in seconds of the main content."},
    {Code::chapter_index_reused, Outcome::used, Subject::chapters, "chapter_index_reused",
     "Another chapter of this session has the same index at another offset; reports take both for "
     "one.",
     "metrics 7", "Give each chapter of the content its own media.chapter.index."},
    {Code::state_never_ended, Outcome::used, Subject::states, "state_never_ended",
     "The player state was turned on and never off in the whole session; it lasts until the "
     "session ends.",
     "metrics 8",
     "Send stateEnd when the state is over. If the viewer really kept it to the end, nothing needs "
     "to change."},
    {Code::state_flapping, Outcome::used, Subject::states, "state_flapping",
     "The player state was turned on ten times within a minute.", "metrics 8",
     "Send the state when the viewer changes it, not with each layout or volume event."},
    {Code::state_name_unusual, Outcome::used, Subject::states, "state_name_unusual",
     "The name of the player state has other characters than letters, digits, dots and "
     "underscores, or more than 64.",
     "protocol 14.4", "Name states like fullScreen or mute. What varies belongs into metadata."},
    {Code::bitrate_in_bits, Outcome::used, Subject::quality, "bitrate_in_bits",
     "The bitrate is above 200,000 kbit/s: it is in bits; the average and its bucket are a "
     "thousand times too large.",
     "metrics 9.1", "Send media.qoe.bitrate in kilobits per second."},
    {Code::bitrate_in_megabits, Outcome::used, Subject::quality, "bitrate_in_megabits",
     "The bitrate is below 16 kbit/s: it is in megabits; the average is a thousandth of what it "
     "was.",
     "metrics 9.1", "Send media.qoe.bitrate in kilobits per second."},
    {Code::bitrate_not_positive, Outcome::used, Subject::quality, "bitrate_not_positive",
     "The bitrate is 0 or less and is ignored; the last one stays.", "metrics 9.1",
     "Leave media.qoe.bitrate out until the player knows it."},
    {Code::bitrate_change_without_bitrate, Outcome::used, Subject::quality,
     "bitrate_change_without_bitrate",
     "bitrateChange names no bitrate; it counts as a change and changes nothing.", "protocol 9.17",
     "Send the new bitrate in qoeData as media.qoe.bitrate."},
    {Code::bitrate_unchanged, Outcome::used, Subject::quality, "bitrate_unchanged",
     "bitrateChange names the bitrate that the player has already; it counts as a change.",
     "metrics 9", "Send bitrateChange only when the bitrate differs from the last one."},
    {Code::dropped_frames_fall, Outcome::used, Subject::quality, "dropped_frames_fall",
     "The dropped frames are fewer than before; the last value is reported, and what was dropped "
     "before is lost.",
     "metrics 9",
     "Send the running total since sessionStart in media.qoe.droppedFrames, not the number since "
     "the last event."},
    {Code::frames_per_second_unlikely, Outcome::used, Subject::quality,
     "frames_per_second_unlikely", "No screen shows so many frames per second.", "metrics 9",
     "Send frames per second in media.qoe.framesPerSecond, not the frames shown so far."},
    {Code::time_to_start_in_seconds, Outcome::used, Subject::quality, "time_to_start_in_seconds",
     "The time to start is below 30 ms: it is in seconds, and is reported as 0.", "metrics 9.4",
     "Send media.qoe.timeToStart in milliseconds."},
    {Code::time_to_start_too_long, Outcome::used, Subject::quality, "time_to_start_too_long",
     "The time to start is more than ten minutes: it is a date, or a difference of clocks that do "
     "not fit.",
     "metrics 9.4", "Send the milliseconds from the wish to play to the first picture."},
    {Code::error_without_id, Outcome::used, Subject::quality, "error_without_id",
     "The error has no id; it counts, and no report says which it was.", "metrics 9.2",
     "Send qoeData with media.qoe.errorID and media.qoe.errorSource."},
    {Code::error_source_unknown, Outcome::used, Subject::quality, "error_source_unknown",
     "The source of the error is neither player nor external; it is reported as an error of the "
     "player.",
     "metrics 9.2", "Send player or external in media.qoe.errorSource."},
    {Code::error_in_a_loop, Outcome::used, Subject::quality, "error_in_a_loop",
     "The same error came five times within a minute; each counts.", "metrics 9.2",
     "Report an error once when it begins, and again only after playback has worked."},
    {Code::metadata_dropped, Outcome::used, Subject::metadata, "metadata_dropped",
     "Metadata on an event that takes none; it is dropped.", "protocol 15",
     "Send customMetadata with sessionStart, adStart or chapterStart. What changes during a view "
     "needs a new session."},
    {Code::metadata_key_reserved, Outcome::used, Subject::metadata, "metadata_key_reserved",
     "A key of the metadata begins with a. or media., which are reserved; it may shadow a standard "
     "field in other tools.",
     "protocol 15",
     "Send standard fields as params of sessionStart, and give keys of your own another prefix."},
    {Code::metadata_value_empty, Outcome::used, Subject::metadata, "metadata_value_empty",
     "A value of the metadata is an empty text; reports have a line without a name.", "protocol 15",
     "Leave a key out when there is nothing to say."},
    {Code::mail_address_sent, Outcome::used, Subject::metadata, "mail_address_sent",
     "A value of the metadata is a mail address; it is stored and reported in clear.",
     "protocol 18", "Send an id of the viewer that says nothing by itself."},
});

// Numbers between those of the fold and those of the examination are free.
constexpr size_t index_of(VerdictCode code) {
    const auto number = static_cast<size_t>(code);
    return number < first_mistake_code ? number : number - first_mistake_code + fold_code_count;
}

constexpr bool in_order() {
    for (size_t i = 0; i < texts.size(); ++i) {
        const VerdictText& text = texts[i];
        if (index_of(text.code) != i) return false;
        if (text.name.empty() || text.message.empty() || text.rule.empty()) return false;
        if (text.remedy.empty() != (text.code == Code::used)) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by VerdictCode");

}  // namespace

const VerdictText& text_of(VerdictCode code) {
    const size_t index = index_of(code);
    CHECK(index < texts.size() && texts[index].code == code);
    return texts[index];
}

std::span<const VerdictText> verdict_texts() {
    return texts;
}

}  // namespace playhead::session
