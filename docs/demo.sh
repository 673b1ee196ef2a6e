#!/bin/sh
# The main road on the sample book: `sh docs/demo.sh PATH/TO/salescli`, from the root of the repository.
# Works on a copy, so that the repository stays as it is.
set -eu
salescli=$(CDPATH= cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
book=$(mktemp -d)
trap 'rm -rf "$book"' EXIT
trap 'exit 130' INT TERM
cp -R "$here/salescli.yaml" "$here/ledger" "$here/policies" "$here/report_templates" "$book/"
cd "$book"

run() {
    printf '\n\033[1m$ salescli %s\033[0m\n' "$*"
    "$salescli" "$@"
}
[ -t 1 ] || run() {
    printf '\n$ salescli %s\n' "$*"
    "$salescli" "$@"
}

run validate
run split Q3.yaml -o table
run status --period 2026-08 -o table
run table --period 2026-08 -o table
run drivers --period 2026-08 --top 5 -o table
run diagnose --period 2026-08 --person li -o table
run payout --period 2026-08 -o table
run explain zhang --period 2026-08 -o table
run settle draft 2026-08 -o table
run settle publish 2026-08 --on 2026-09-03 -o table
run settle close 2026-08 --on 2026-09-09 --confirm 2026-08 -o table
run verify -o table
run review monthly 2026-08
printf '\nA book of your own: %s init mybook --example\n' "$(basename "$salescli")"
