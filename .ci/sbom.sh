#!/usr/bin/env bash
# The bill of materials of the function app in CycloneDX's form (JSON): sbom.sh package <published folder> <file> makes it of
# the project, which has been restored, and compares it with what is in the folder.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$#" != 3 ] || [ "$1" != package ]; then
    echo "Usage: .ci/sbom.sh package <published folder> <file>" >&2
    exit 2
fi

dotnet tool restore --verbosity quiet
# Without packages that only build, such as analyzers.
dotnet tool run dotnet-CycloneDX -- src/MailFunctions.App/MailFunctions.App.csproj --output "$work" --filename bom.json \
    --output-format Json --exclude-dev --disable-package-restore --set-name MailFunctions.App --set-type Application
node .ci/sbom.cjs "$work/bom.json" "$2/MailFunctions.App.deps.json"
cp "$work/bom.json" "$3"
