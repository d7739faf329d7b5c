-- Asks the gate with one token after another, as the file of tokens orders them, and says at the end what was seen.
local headers = { ["X-Original-URL"] = "https://example.com/service/path", ["X-Original-Method"] = "GET" }
local requests = {}
local position = 0

function init(args)
  for token in io.lines(os.getenv("BENCH_TOKENS")) do
    headers["Authorization"] = "Bearer " .. token
    requests[#requests + 1] = wrk.format("GET", os.getenv("BENCH_PATH"), headers)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, _)
  local form = '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"p999":%d,"refused":%d,"failed":%d}\n'
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(form, summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    latency:percentile(99.9), errors.status, failed))
end
