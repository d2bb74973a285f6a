#!/bin/sh
# One shard of N, as one process: shard.sh DIR I N COMMAND…
# Runs COMMAND with --shard I/N. DIR/I.out and DIR/I.err are what it wrote, DIR/I.code is its exit code, written last.
# Ends with 0 whatever the verdicts are: an engine that repeats what fails has nothing to repeat.
set -u
dir=$1 i=$2 n=$3
shift 3
mkdir -p "$dir" || exit
rm -f "$dir/$i.code"
"$@" --shard "$i/$n" > "$dir/$i.out" 2> "$dir/$i.err"
echo $? > "$dir/$i.code"
