#!/usr/bin/env python3
"""Reduces AWS's service models, as botocore carries them, to the facts that Boda's wire layer needs.

    python3 tools/models/reduce.py            writes the facts of every service below, reports conflicts
    python3 tools/models/reduce.py --check    writes nothing; says whether the committed facts are botocore's

The facts are committed (docs/decisions/0005-facts-are-committed.md). What AWS answers differently from its own
model stands in the overlay beside them, kept by hand and never written by this script: an entry whose model fact
has changed or vanished is a conflict, to be settled by a person; so is an operation that the table of permissions
(access/) does not know. A conflict or a failed check exits with 1.
"""

import argparse
import gzip
import json
import os
import sys

try:
    import botocore
except ImportError:
    sys.exit("botocore is missing: python3 -m pip install botocore")

SERVICES = {"lambda": "2015-03-31", "logs": "2014-03-28"}

RESOURCES = os.path.join(
    os.path.dirname(__file__), "..", "..", "server", "src", "main", "resources", "dev", "boda", "aws"
)

METADATA = (
    "protocol",
    "apiVersion",
    "endpointPrefix",
    "signingName",
    "targetPrefix",
    "jsonVersion",
    "serviceId",
    "serviceFullName",
    "awsQueryCompatible",
)

# Facts of a shape, and of a reference to one, in the order they are written. Documentation stays behind.
SHAPE = (
    "type",
    "required",
    "payload",
    "enum",
    "pattern",
    "min",
    "max",
    "sensitive",
    "streaming",
    "flattened",
    "locationName",
    "timestampFormat",
    "jsonvalue",
    "sparse",
    "unique",
    "union",
    "document",
    "eventstream",
    "event",
    "exception",
    "fault",
    "error",
)
REFERENCE = (
    "shape",
    "location",
    "locationName",
    "timestampFormat",
    "jsonvalue",
    "streaming",
    "flattened",
    "xmlAttribute",
    "hostLabel",
    "default",
    "idempotencyToken",
    "eventpayload",
    "eventheader",
)


def pick(source, names):
    return {name: source[name] for name in names if name in source and source[name] is not False}


def reduced_shape(shape):
    facts = pick(shape, SHAPE)
    if "members" in shape:
        facts["members"] = {name: pick(member, REFERENCE) for name, member in shape["members"].items()}
    for part in ("member", "key", "value"):
        if part in shape:
            facts[part] = pick(shape[part], REFERENCE)
    return facts


def reduced_operation(operation):
    facts = {
        "method": operation["http"]["method"],
        "uri": operation["http"]["requestUri"],
        "code": operation["http"].get("responseCode", 200),
    }
    for part in ("input", "output"):
        if part in operation:
            facts[part] = operation[part]["shape"]
    if "endpoint" in operation:
        facts["hostPrefix"] = operation["endpoint"]["hostPrefix"]
    if operation.get("deprecated"):
        facts["deprecated"] = True
    facts["errors"] = [error["shape"] for error in operation.get("errors", [])]
    return facts


def reached(model):
    """The shapes that some operation's input, output or error leads to."""
    found, todo = set(), []
    for operation in model["operations"].values():
        todo += [operation[part]["shape"] for part in ("input", "output") if part in operation]
        todo += [error["shape"] for error in operation.get("errors", [])]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        shape = model["shapes"][name]
        todo += [member["shape"] for member in shape.get("members", {}).values()]
        todo += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return found


def facts_of(service, version):
    path = os.path.join(os.path.dirname(botocore.__file__), "data", service, version, "service-2.json")
    opener = gzip.open if os.path.exists(path + ".gz") else open
    with opener(path + ".gz" if opener is gzip.open else path, "rt", encoding="utf-8") as file:
        model = json.load(file)
    shapes = reached(model)
    metadata = pick(model["metadata"], METADATA)
    metadata.setdefault("signingName", metadata["endpointPrefix"])
    return {
        "service": service,
        "botocore": botocore.__version__,
        "metadata": metadata,
        "operations": {name: reduced_operation(op) for name, op in sorted(model["operations"].items())},
        "shapes": {name: reduced_shape(shape) for name, shape in sorted(model["shapes"].items()) if name in shapes},
    }


def written(facts):
    """One operation and one shape a line, so that a review of the next version reads as a list of changes."""
    def line(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    out = ["{"]
    for name in ("service", "botocore", "metadata"):
        out.append(f"{line(name)}:{line(facts[name])},")
    for name in ("operations", "shapes"):
        out.append(f"{line(name)}:{{")
        out += [f"{line(key)}:{line(value)}," for key, value in facts[name].items()]
        out[-1] = out[-1].rstrip(",")
        out.append("}" if name == "shapes" else "},")
    out.append("}")
    return "\n".join(out) + "\n"


def conflicts(service, facts):
    """Overlay entries that no longer say something about this model."""
    path = os.path.join(RESOURCES, "overlay", service + ".json")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        overlay = json.load(file)
    found = []
    for kind in ("operations", "shapes"):
        for name, entry in overlay.get(kind, {}).items():
            where = f"overlay/{service}.json {kind}.{name}"
            if not entry.get("source"):
                found.append(f"{where}: has no source")
            if name not in facts[kind]:
                found.append(f"{where}: the model has none of that name any more")
                continue
            for fact, then in entry.get("model", {}).items():
                now = facts[kind][name].get(fact)
                if now != then:
                    found.append(f"{where}: the model's {fact} was {then!r} and is {now!r}")
            for fact, said in entry["set"].items():
                if facts[kind][name].get(fact) == said:
                    found.append(f"{where}: the model says the same {fact} now; the entry is not needed")
    return found


def without_permissions(service, facts):
    """Operations that the table of permissions, kept by hand, does not know, and the other way round."""
    with open(os.path.join(RESOURCES, "access", service + ".json"), encoding="utf-8") as file:
        known = json.load(file)["operations"]
    missing = [f"access/{service}.json: lacks {name}" for name in facts["operations"] if name not in known]
    return missing + [f"access/{service}.json: the model has no {name}" for name in known if name not in facts["operations"]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    wrong = []
    for service, version in SERVICES.items():
        facts = facts_of(service, version)
        text = written(facts)
        path = os.path.normpath(os.path.join(RESOURCES, "models", service + ".json"))
        if check:
            with open(path, encoding="utf-8") as file:
                if file.read() != text:
                    wrong.append(f"models/{service}.json differs from botocore {botocore.__version__}'s")
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        wrong += conflicts(service, facts) + without_permissions(service, facts)
        operations, shapes = len(facts["operations"]), len(facts["shapes"])
        print(f"{service} {version}: {operations} operations, {shapes} shapes, botocore {botocore.__version__}")
    for problem in wrong:
        print("CONFLICT " + problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
