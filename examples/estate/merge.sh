#!/bin/sh
# What N shards wrote, as one run would have: merge.sh DIR N
# Lines take turns: the first of every shard, then the second, … Exit code: 2 if any is 2, else 1, else 3, else 0.
set -u
dir=$1 n=$2
answered=1 violated='' unknown='' i=0
set --
while [ "$i" -lt "$n" ]; do
    i=$((i + 1))
    set -- "$@" "$dir/$i.out"
    case $(cat "$dir/$i.code" 2> /dev/null) in
        0) ;;
        1) violated=1 ;;
        3) unknown=1 ;;
        2) answered='' ;;
        *) echo "shard $i of $n did not end" >&2; answered='' ;;
    esac
    # Shards warn of the same files: what the first one said is not said again.
    if [ "$i" -eq 1 ] || ! cmp -s "$dir/1.err" "$dir/$i.err"; then
        cat "$dir/$i.err" >&2
    fi
done
# A shard with fewer lines leaves blank ones.
paste -d '\n' "$@" | sed '/^$/d'
[ "$answered" ] || exit 2
[ -z "$violated" ] || exit 1
[ -z "$unknown" ] || exit 3
