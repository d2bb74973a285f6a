#!/bin/sh
# N shards on this machine, at once, merged: local.sh N COMMAND…
set -u
here=$(dirname "$0") n=$1
shift
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
i=0
while [ "$i" -lt "$n" ]; do
    i=$((i + 1))
    sh "$here/shard.sh" "$dir" "$i" "$n" "$@" &
done
wait
sh "$here/merge.sh" "$dir" "$n"
