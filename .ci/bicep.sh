#!/usr/bin/env bash
# Bicep files: 'check' builds each of them, of which none may say a word, compares what the three variants and
# the cases of .ci/bicep/cases come to with the snapshots beside them, and infra/azuredeploy.json with its source, and sees
# that each of .ci/bicep/refused is refused with the sentence in its first line; 'update' writes snapshots and
# azuredeploy.json anew. Without a network but for the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

# What a snapshot is made for: no subscription of anybody's.
target=(--tenant-id 00000000-0000-0000-0000-000000000001 --subscription-id 00000000-0000-0000-0000-000000000002
    --location swedencentral --deployment-name mailfunctions)
# Parameter files read these, and nothing else that somebody may have set.
for variable in $(compgen -v MAIL_) $(compgen -v AZURE_); do unset "$variable"; done
export AZURE_ENV_NAME=mailfunctions AZURE_LOCATION=swedencentral MAIL_ALLOWED_SENDERS=example.com,news@example.org
export MAIL_RELAY_USER=mailer MAIL_ALERT_EMAIL=operators@example.com
# set_variant <parameter file>: the networked variant brings a relay of its own, and its callers show tokens.
set_variant() {
    unset MAIL_RELAY_HOST MAIL_CALLER_CLIENT_ID
    case "$1" in
        *networked*) export MAIL_CALLER_CLIENT_ID=00000000-0000-0000-0000-000000000004 ;;
        *) export MAIL_RELAY_HOST=smtp.example.com ;;
    esac
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
    local status=0 said=$work/said.$BASHPID
    "$@" >"$said" 2>&1 || status=$?
    if [ "$status" = 0 ] && [ ! -s "$said" ]; then return 0; fi
    echo "FAILED with exit code $status: bicep ${*:2}" >&2
    sed "s|$work/||g" "$said" >&2
    return 1
}

# each <command> <file...>: runs the command for each file, for as many at a time as there are processors.
each() {
    local command=$1 file pid status=0 running=()
    shift
    for file; do
        "$command" "$file" &
        running+=($!)
        if [ "${#running[@]}" -ge "$(nproc)" ]; then
            wait "${running[0]}" || status=1
            running=("${running[@]:1}")
        fi
    done
    for pid in ${running[@]+"${running[@]}"}; do wait "$pid" || status=1; done
    return "$status"
}

check() {
    local file failures=0
    set_variant any
    # A copy, since what is built of many files lies beside them.
    mkdir -p "$work/copy/.ci"
    cp -R infra "$work/copy/infra"
    cp -R .ci/bicep "$work/copy/.ci/bicep"
    rm "$work/copy/infra/azuredeploy.json"
    # The linter's rules are looked at as well.
    quiet "$bicep" build --pattern "$work/copy/**/*.bicep" || failures=$((failures + 1))
    quiet "$bicep" build-params --pattern "$work/copy/**/*.bicepparam" || failures=$((failures + 1))
    while read -r file; do
        [ -s "${file%.*}.json" ] || { echo "${file#"$work/copy/"} was not built." >&2; failures=$((failures + 1)); }
    done < <(find "$work/copy" -name '*.bicep' -o -name '*.bicepparam')
    cmp -s infra/azuredeploy.json "$work/copy/infra/azuredeploy.json" || {
        echo "infra/azuredeploy.json is not what infra/azuredeploy.bicep comes to." >&2
        failures=$((failures + 1))
    }
    each check_snapshot infra/*.bicepparam .ci/bicep/cases/*.bicepparam || failures=$((failures + 1))
    each check_refused .ci/bicep/refused/*.bicepparam || failures=$((failures + 1))
    check_workflow || failures=$((failures + 1))
    [ "$failures" = 0 ] || { echo "$failures checks failed. When a snapshot has to change: .ci/bicep.sh update" >&2; return 1; }
    echo "Every Bicep file is without a remark, and the snapshots are what they come to."
}

# check_snapshot <parameter file>: it comes to the snapshot beside it.
check_snapshot() {
    [ -f "${1%.bicepparam}.snapshot.json" ] || { echo "$1 has no snapshot." >&2; return 1; }
    set_variant "$1"
    quiet "$bicep" snapshot "$1" --mode validate "${target[@]}"
}

# check_refused <parameter file>: it comes to no deployment, for the reason that its first line names.
check_refused() {
    local reason said=$work/said.$BASHPID
    reason=$(sed -n '1s|^// ||p' "$1")
    if "$bicep" snapshot "$1" --mode overwrite "${target[@]}" >"$said" 2>&1; then
        rm -f "${1%.bicepparam}.snapshot.json"
        echo "$1 is not refused." >&2
        return 1
    fi
    grep -qF "$reason" "$said" || { echo "$1 is refused, but not because: $reason" >&2; cat "$said" >&2; return 1; }
}

# update_snapshot <parameter file>: writes the snapshot beside it.
update_snapshot() {
    set_variant "$1"
    "$bicep" snapshot "$1" --mode overwrite "${target[@]}"
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
    each update_snapshot infra/*.bicepparam .ci/bicep/cases/*.bicepparam
    "$bicep" build infra/azuredeploy.bicep --outfile infra/azuredeploy.json
}

case "${1:-check}" in
    check) check ;;
    update) update ;;
    *) echo "Usage: .ci/bicep.sh [check|update]" >&2; exit 2 ;;
esac
