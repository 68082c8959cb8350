#!/bin/sh
# One call, with nothing but curl. `npm start` listens at this address and takes this key.
set -eu
url=${VIDSYNC_URL:-http://127.0.0.1:4000}
key=${WRITE_KEY:-local}

# --retry: a 503 says "not queued, send it again"; with a messageId and a timestamp, what was queued all the same counts once.
curl --fail-with-body --silent --show-error --retry 5 -u "$key:" "$url/v1/identify" \
  -H 'content-type: application/json' -d @- <<JSON
{
  "messageId": "signup-u1",
  "timestamp": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
  "userId": "u1",
  "traits": { "email": "ada@example.com", "firstName": "Ada", "plan": "pro" }
}
JSON
