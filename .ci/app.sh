#!/usr/bin/env bash
# The deployed package on the Functions host itself: publishes the function app, starts it with the Functions tools, Azurite
# and an inbox, and sends a mail through it. The tools download the host, which not every network lets them: .ci/run tests
# the package under a stand-in of the host.
set -euo pipefail
cd "$(dirname "$0")/.."

func_version=4.15.1 # of azure-functions-core-tools
function_port=7071
smtp_port=1025
inbox_port=1080
api=http://127.0.0.1:$function_port/api

export CI=true DOTNET_NOLOGO=1 FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT=1
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

work=$(mktemp -d)
started=()

clean_up() {
    local status=$?
    trap - EXIT
    # In the order of their start backwards: storage ends last.
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill -TERM -- "-${started[i]}" 2>/dev/null || true
        for _ in $(seq 20); do
            kill -0 -- "-${started[i]}" 2>/dev/null || break
            sleep 1
        done
        kill -KILL -- "-${started[i]}" 2>/dev/null || true
    done
    if [ "$status" != 0 ]; then
        for log in "$work"/*.log; do
            [ ! -f "$log" ] || { echo "--- the end of ${log##*/}:"; tail -n 80 "$log"; }
        done
        echo "The function app FAILED."
    fi
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "$1" >&2
    exit 1
}

# start <name> <command...>: in a process group of its own, its output in <name>.log.
start() {
    local name=$1
    shift
    set -m
    "$@" >"$work/$name.log" 2>&1 </dev/null &
    started+=("$!")
    set +m
}

# await <seconds> <what> <command...>: until the command succeeds.
await() {
    local seconds=$1 what=$2
    shift 2
    for _ in $(seq "$seconds"); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 1
    done
    fail "$what: not within $seconds s."
}

answers() { curl -sS -o /dev/null "$1"; }
is_healthy() { curl -fsS "$api/health" | grep -q '"healthy"'; }
is_sent() { curl -fsS "$api/emails/$1" | grep -q '^{"id":"[^"]*","status":"sent"'; }
is_counted() { curl -fsS "$api/statistics?granularity=hour&dimension=lane" | grep -q '"value":"transactional","accepted":1,.*"emails_sent":1'; }

run_functions() {
    cd "$work/package"
    exec "$work/func/node_modules/.bin/func" start --no-build --port "$function_port"
}

echo "== publish"
dotnet publish src/MailFunctions.App -c Release -o "$work/package"

echo "== tools"
mkdir "$work/func" "$work/tools"
npm install --prefix "$work/func" --no-audit --no-fund --no-save "azure-functions-core-tools@$func_version"
cp src/MailFunctions.LocalHost/tools/package*.json src/MailFunctions.LocalHost/tools/.npmrc "$work/tools"
npm ci --prefix "$work/tools" --no-audit --no-fund

echo "== start"
start azurite node "$work/tools/node_modules/azurite/dist/src/azurite.js" \
    --silent --inMemoryPersistence --disableTelemetry --skipApiVersionCheck
start inbox node "$work/tools/node_modules/maildev/dist/bin/maildev.js" \
    --ip 127.0.0.1 --web-ip 127.0.0.1 --smtp "$smtp_port" --web "$inbox_port" --mail-directory "$work/inbox"
await 30 "Azurite's blobs" answers http://127.0.0.1:10000/
await 30 "Azurite's queues" answers http://127.0.0.1:10001/
await 30 "Azurite's tables" answers http://127.0.0.1:10002/
await 30 "The inbox" answers "http://127.0.0.1:$inbox_port/"

# The tools want their settings in the folder that they run.
cat >"$work/package/local.settings.json" <<SETTINGS
{
  "IsEncrypted": false,
  "Values": {
    "FUNCTIONS_WORKER_RUNTIME": "dotnet-isolated",
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
    "MailFunctions__Relay__Url": "smtp://127.0.0.1:$smtp_port?starttls=none",
    "MailFunctions__AllowedSenders__0": "example.com"
  }
}
SETTINGS
start func run_functions
await 120 "The function app's health" is_healthy

echo "== docs"
[[ $(curl -fsS "$api/openapi.json") == *'"openapi": "3.1'* ]] || fail "openapi.json is not served."
[[ $(curl -fsS "$api/docs") == *swagger-ui-bundle.js* ]] || fail "The page docs is not served."
curl -fsS -o /dev/null "$api/docs/swagger-ui.css" || fail "The files of the page docs are not served."

echo "== mail"
answer=$(curl -sS "$api/emails" -H "Content-Type: application/json" \
    -d '{"from":"me@example.com","to":["you@example.net"],"subject":"From the package","text":"Hello."}')
echo "$answer"
id=$(sed -n 's/^{"id":"\([0-9a-f-]*\)","status":"queued".*/\1/p' <<<"$answer")
[ -n "$id" ] || fail "The mail was not accepted."
await 60 "The mail's state sent" is_sent "$id"
curl -fsS "http://127.0.0.1:$inbox_port/api/email" | grep -q '"subject":"From the package"' || fail "The mail is not in the inbox."

refused=$(curl -sS -o /dev/null -w '%{http_code}' "$api/emails" -H "Content-Type: application/json" \
    -d '{"from":"me@example.org","to":["you@example.net"],"subject":"x","text":"x"}')
[ "$refused" = 403 ] || fail "A sender that is not allowed got $refused instead of 403."

echo "== statistics"
await 150 "The statistics" is_counted
echo "The function app passed."
