-- Asks Porthor whether a request may pass: `http-request lua.porthor-gate <parameters>`.

local gate = "http://127.0.0.1:8080/ingress/forward?"
local secret = "only-for-the-examples"
local timeout_milliseconds = 5000

-- What Porthor gets to see of a request.
local shown = {
  "accept",
  "access-control-request-method",
  "authorization",
  "cookie",
  "origin",
  "sec-fetch-mode",
  "user-agent",
  "x-requested-with",
}

-- What the service hears of those who pass; the rest of these, whatever the request says there, is dropped.
local told = {
  "authorization",
  "cookie",
  "x-auth-request-email",
  "x-auth-request-groups",
  "x-auth-request-service",
  "x-auth-request-token",
  "x-auth-request-user",
}

-- What those hear who may not pass.
local answered = {
  "cache-control",
  "content-security-policy",
  "content-type",
  "location",
  "retry-after",
  "vary",
  "www-authenticate",
  "x-content-type-options",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "x-ratelimit-resource",
  "x-ratelimit-used",
}

-- The values of a header as a list; HAProxy counts them from 0.
local function values(headers, name)
  local list = {}
  local found = headers[name]
  if found then
    local index = 0
    while found[index] do
      list[#list + 1] = found[index]
      index = index + 1
    end
  end
  return list
end

local function pick(headers, names)
  local picked = {}
  for _, name in ipairs(names) do
    local list = values(headers, name)
    if #list > 0 then picked[name] = list end
  end
  return picked
end

local function question(txn)
  local headers = pick(txn.http:req_get_headers(), shown)
  headers["x-porthor-secret"] = { secret }
  headers["x-forwarded-method"] = { txn.sf:method() }
  headers["x-forwarded-proto"] = { txn.sf:ssl_fc() == 1 and "https" or "http" }
  headers["x-forwarded-host"] = { txn.sf:req_hdr("host") }
  headers["x-forwarded-uri"] = { txn.sf:pathq() }
  headers["x-forwarded-for"] = { tostring(txn.sf:src()) }
  return headers
end

local function refuse(txn, status, headers, body)
  local reply = txn:reply({ status = status, body = body })
  for name, list in pairs(headers) do
    for _, value in ipairs(list) do reply:add_header(name, value) end
  end
  txn:done(reply)
end

core.register_action("porthor-gate", { "http-req" }, function(txn, parameters)
  local answer = core.httpclient():get({
    url = gate .. parameters,
    headers = question(txn),
    timeout = timeout_milliseconds,
  })
  local status = answer and answer.status or 0
  if status == 200 then
    for _, name in ipairs(told) do
      txn.http:req_del_header(name)
      for _, value in ipairs(values(answer.headers, name)) do txn.http:req_add_header(name, value) end
    end
  elseif status >= 300 and answer.headers then
    refuse(txn, status, pick(answer.headers, answered), answer.body or "")
  else
    -- Porthor is not there: nobody passes.
    refuse(txn, 503, { ["retry-after"] = { "5" } }, "")
  end
end, 1)
