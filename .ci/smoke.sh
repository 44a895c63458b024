#!/usr/bin/env bash
# Sends one mail through a running MailFunctions and says what became of it. The function key is read from the standard
# input, so that it stands in no command line: .ci/smoke.sh <url that ends with /api> <from> <to> <<<"$key"
# With CALLER_TOKEN set, that token of Entra ID goes with each call. Succeeds when the mail was sent; otherwise says what
# the relay or the app said.
set -euo pipefail

[ $# = 3 ] || { echo "Usage: .ci/smoke.sh <url> <from> <to>, with the function key on the standard input" >&2; exit 2; }
api=$1 from=$2 to=$3
read -r key || true

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    printf 'x-functions-key: %s\n' "$key"
    if [ -n "${CALLER_TOKEN:-}" ]; then printf 'Authorization: Bearer %s\n' "$CALLER_TOKEN"; fi
} >"$work/headers"

call() { curl -sS --max-time 60 -H "@$work/headers" "$@"; }

# A new app has to be loaded, and its roles to be known everywhere: that takes minutes.
for attempt in $(seq 60); do
    if [ "$(call -o /dev/null -w '%{http_code}' "$api/health" 2>/dev/null)" = 200 ]; then break; fi
    if [ "$attempt" = 60 ]; then echo "$api/health does not answer 200:" >&2; call -i "$api/health" >&2; exit 1; fi
    sleep 10
done

printf '{"from":"%s","to":["%s"],"subject":"MailFunctions: smoke test","text":"It works."}' "$from" "$to" >"$work/mail"
code=$(call -o "$work/answer" -w '%{http_code}' "$api/emails" -H "Content-Type: application/json" \
    -H "Idempotency-Key: smoke-$RANDOM-$$-$(date +%s)" --data-binary "@$work/mail")
id=$(sed -n 's/^{"id":"\([0-9a-f-]*\)".*/\1/p' "$work/answer")
[ -n "$id" ] || { echo "The mail was not accepted: $code $(cat "$work/answer")" >&2; exit 1; }
echo "Accepted: $id"

for _ in $(seq 60); do
    answer=$(call "$api/emails/$id") || true
    status=$(sed -n 's/^{"id":"[^"]*","status":"\([a-z]*\)".*/\1/p' <<<"$answer")
    case "$status" in
        sent) echo "Sent."; exit 0 ;;
        scheduled | queued | sending | "") sleep 5 ;;
        # Deferred, failed, held: the relay's words are in it. A deferred mail will be tried again, but not by this test.
        *) break ;;
    esac
done
echo "The mail is '$status':" >&2
call "$api/emails/$id/explain" >&2
echo >&2
echo "$answer" >&2
exit 1
