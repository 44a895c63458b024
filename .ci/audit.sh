#!/usr/bin/env bash
# Looks for known vulnerabilities in every NuGet and npm package that is used, whatever their severity. It fails on one,
# and where a registry has no such data: an audit that was not made must not look like one that found nothing. So it is
# a job of its own on GitHub, and no part of .ci/run.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# Where the packages come from, or the source that is given as the first argument. Named as an audit source, so that
# NuGet says when it has no data (NU1905).
sources=$(dotnet nuget list source --format short | sed -n 's/^E[A-Z]* //p' | tr -d '\r')
{
    echo '<configuration><packageSources><clear />'
    n=0
    for source in $sources; do echo "<add key=\"s$((n += 1))\" value=\"$source\" />"; done
    echo '</packageSources><auditSources><clear />'
    n=0
    for source in ${1:-$sources}; do echo "<add key=\"a$((n += 1))\" value=\"$source\" allowInsecureConnections=\"true\" />"; done
    echo '</auditSources></configuration>'
} >"$work/nuget.config"

echo "== NuGet"
dotnet restore MailFunctions.sln --force --configfile "$work/nuget.config" -p:AuditStrictly=true || failed=1

while read -r lock; do
    echo "== npm: $lock"
    (cd "$(dirname "$lock")" && npm audit --package-lock-only --audit-level=low </dev/null) || failed=1
done < <(git ls-files '*package-lock.json')

[ "$failed" = 0 ] || echo "The audit FAILED." >&2
exit "$failed"
