#!/usr/bin/env bash
# Bicep files: 'check' builds and lints each of them, of which none may say a word, and compares what the three variants
# come to with the snapshots beside them; 'update' writes the snapshots anew. Without a network but for the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

# What a snapshot is made for: no subscription of anybody's.
target=(--tenant-id 00000000-0000-0000-0000-000000000001 --subscription-id 00000000-0000-0000-0000-000000000002
    --location swedencentral --deployment-name mailfunctions)
# Parameter files read these, and nothing else that somebody may have set.
for variable in $(compgen -v MAIL_) $(compgen -v AZURE_); do unset "$variable"; done
export AZURE_ENV_NAME=mailfunctions AZURE_LOCATION=swedencentral MAIL_ALLOWED_SENDERS=example.com,news@example.org
export MAIL_RELAY_USER=mailer MAIL_ALERT_EMAIL=operators@example.com
export MAIL_CALLER_CLIENT_ID=00000000-0000-0000-0000-000000000004
# set_relay <parameter file>: the networked variant brings a relay of its own.
set_relay() {
    unset MAIL_RELAY_HOST
    case "$1" in *networked*) ;; *) export MAIL_RELAY_HOST=smtp.example.com ;; esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "The Bicep command line is had for Linux on x86-64 alone: nothing is checked here."
    exit 0
fi
dotnet restore .ci/bicep/bicep.proj --verbosity quiet
bicep=$(dotnet msbuild .ci/bicep/bicep.proj -getProperty:BicepCommand)

# quiet <command...>: succeeds when the command does, and says nothing.
quiet() {
    local status=0
    "$@" >"$work/said" 2>&1 || status=$?
    if [ "$status" = 0 ] && [ ! -s "$work/said" ]; then return 0; fi
    echo "FAILED with exit code $status: bicep ${*:2}" >&2
    sed "s|$work/||g" "$work/said" >&2
    return 1
}

check() {
    local file failures=0
    set_relay any
    # A copy, since what is built of many files lies beside them.
    cp -R infra "$work/infra"
    quiet "$bicep" lint --pattern "$work/infra/**/*.bicep" || failures=$((failures + 1))
    quiet "$bicep" lint --pattern "$work/infra/**/*.bicepparam" || failures=$((failures + 1))
    quiet "$bicep" build --pattern "$work/infra/**/*.bicep" || failures=$((failures + 1))
    quiet "$bicep" build-params --pattern "$work/infra/**/*.bicepparam" || failures=$((failures + 1))
    while read -r file; do
        [ -s "${file%.*}.json" ] || { echo "${file#"$work/"} was not built." >&2; failures=$((failures + 1)); }
    done < <(find "$work/infra" -name '*.bicep' -o -name '*.bicepparam')
    for file in infra/*.bicepparam; do
        [ -f "${file%.bicepparam}.snapshot.json" ] || { echo "$file has no snapshot." >&2; failures=$((failures + 1)); continue; }
        set_relay "$file"
        quiet "$bicep" snapshot "$file" --mode validate "${target[@]}" || failures=$((failures + 1))
    done
    check_workflow || failures=$((failures + 1))
    [ "$failures" = 0 ] || { echo "$failures checks failed. When a snapshot has to change: .ci/bicep.sh update" >&2; return 1; }
    echo "Every Bicep file is without a remark, and the snapshots are what they come to."
}

# Runs the step of the workflow that deploys, with the environment that GitHub gives it where only what is required is
# set: all other variables are there and empty. In the place of az, it is the parameter file that it names which is built.
check_workflow() {
    local variant name workflow=.github/workflows/deploy.yml failures=0 environment=()
    awk '/^      - name: Deploy$/ { step = 1; next } step && /^      - / { exit } step && text { print substr($0, 11) } step && /run: \|/ { text = 1 }' \
        "$workflow" >"$work/step"
    [ -s "$work/step" ] || { echo "$workflow has no step Deploy." >&2; return 1; }
    mkdir -p "$work/commands"
    cat >"$work/commands/az" <<'END'
#!/usr/bin/env bash
while [ $# -gt 0 ] && [ "$1" != --parameters ]; do shift; done
"$BICEP" build-params "$2" --outfile "$BUILT" >&2 && echo '{}'
END
    printf '#!/bin/sh\ncat >/dev/null\n' >"$work/commands/jq"
    chmod +x "$work/commands/az" "$work/commands/jq"
    for variant in main minimal networked; do
        environment=(PATH="$work/commands:$PATH" HOME="$HOME" BICEP="$bicep" BUILT="$work/$variant.parameters.json" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
            RUNNER_TEMP="$work" GITHUB_ENV="$work/github_env" GITHUB_RUN_ID=1 VARIANT="$variant")
        while read -r name; do
            case $name in
                AZURE_ENV_NAME) environment+=("$name=mailfunctions") ;;
                AZURE_LOCATION) environment+=("$name=swedencentral") ;;
                MAIL_ALLOWED_SENDERS) environment+=("$name=example.com") ;;
                MAIL_RELAY_HOST) if [ "$variant" = networked ]; then environment+=("$name="); else environment+=("$name=smtp.example.com"); fi ;;
                *) environment+=("$name=") ;;
            esac
        done < <(sed -n 's/^      \(\(MAIL\|AZURE\)_[A-Z_]*\): .*/\1/p' "$workflow")
        if ! env -i "${environment[@]}" bash -eo pipefail "$work/step" >"$work/said" 2>&1; then
            echo "The workflow's step Deploy fails for $variant where only what is required is set:" >&2
            cat "$work/said" >&2
            failures=1
            continue
        fi
        name=password
        [ "$variant" != networked ] || name=xoauth2
        grep -A 1 '"relayAuth"' "$work/$variant.parameters.json" | grep -q "\"value\": \"$name\"" || {
            echo "The workflow deploys $variant with another relayAuth than $name." >&2
            failures=1
        }
    done
    return "$failures"
}

update() {
    local file
    for file in infra/*.bicepparam; do
        set_relay "$file"
        "$bicep" snapshot "$file" --mode overwrite "${target[@]}"
    done
}

case "${1:-check}" in
    check) check ;;
    update) update ;;
    *) echo "Usage: .ci/bicep.sh [check|update]" >&2; exit 2 ;;
esac
