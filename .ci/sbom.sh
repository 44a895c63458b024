#!/usr/bin/env bash
# A bill of materials in CycloneDX's form (JSON). 'package <published folder> <file>' makes that of the function app as it
# was published, and compares it with what is in the folder; 'check' makes that of src/MailFunctions and compares it with
# its lock file, which a machine can do that lacks the packages of the Functions worker.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make_bill <project> <name>: the project is restored. Without packages that only build, such as analyzers.
make_bill() {
    dotnet tool restore --verbosity quiet
    dotnet tool run dotnet-CycloneDX -- "$1" --output "$work" --filename bom.json --output-format Json \
        --exclude-dev --disable-package-restore --set-name "$2" --set-type Application
}

case "${1:-}" in
package)
    make_bill src/MailFunctions.App/MailFunctions.App.csproj MailFunctions.App
    node .ci/sbom.cjs "$work/bom.json" "$2/MailFunctions.App.deps.json"
    cp "$work/bom.json" "$3"
    ;;
check)
    make_bill src/MailFunctions/MailFunctions.csproj MailFunctions
    node .ci/sbom.cjs "$work/bom.json" src/MailFunctions/packages.lock.json
    ;;
*)
    echo "Usage: .ci/sbom.sh package <published folder> <file> | check" >&2
    exit 2
    ;;
esac
