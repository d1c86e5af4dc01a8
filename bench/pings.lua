-- SPDX-License-Identifier: Apache-2.0
-- wrk posts pings to many sessions in turn: no two are equal, as from real players. The environment
-- says where the sessions are (PINGS_SESSIONS: a Lua file that returns a list of ids), with which
-- step to begin (PINGS_FIRST), from which time the steps count (PINGS_EPOCH) and how many are sent
-- together (PINGS_PIPELINED). At the end one line says in JSON what came back.
local sessions = dofile(os.getenv("PINGS_SESSIONS"))
local step = tonumber(os.getenv("PINGS_FIRST"))
local epoch = tonumber(os.getenv("PINGS_EPOCH"))
local pipelined = tonumber(os.getenv("PINGS_PIPELINED"))
local heads, at = {}, 0
local body

-- Thirteen digits of time, seven of playhead: every body has the same length.
local function time_of_step()
    return string.format("%.0f", epoch + step * 10000), string.format("%d", 1000000 + step * 10)
end

local function body_of(ts, playhead)
    return '{"eventType":"ping","playerTime":{"ts":' .. ts .. ',"playhead":' .. playhead ..
        '},"params":{},"qoeData":{"media.qoe.bitrate":5000000,"media.qoe.droppedFrames":2,' ..
        '"media.qoe.framesPerSecond":50,"media.qoe.timeToStart":900},"customMetadata":{}}'
end

function init()
    body = body_of(time_of_step())
    for index, session in ipairs(sessions) do
        heads[index] = "POST /api/v1/sessions/" .. session .. "/events HTTP/1.1\r\n" ..
            "Host: collect.example.net\r\nContent-Type: application/json\r\n" ..
            "Content-Length: " .. #body .. "\r\n\r\n"
    end
end

local function ping()
    at = at + 1
    if at > #heads then
        at = 1
        step = step + 1
        body = body_of(time_of_step())
    end
    return heads[at] .. body
end

function request()
    if pipelined == 1 then return ping() end
    local pings = {}
    for index = 1, pipelined do pings[index] = ping() end
    return table.concat(pings)
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"requests":%d,"duration_us":%d,"refused":%d,"broken":%d,' ..
        '"p50_us":%d,"p99_us":%d}\n',
        summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
