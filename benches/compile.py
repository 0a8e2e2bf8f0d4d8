#!/usr/bin/env python3
"""What `#[derive(NotionRow)]` costs the compiler, beside serde's `Serialize` and `Deserialize`.

Prints milliseconds of CPU time for a struct, and a JSON object as the last line. Exits with 1 where the derive
costs more than its budget allows, with a snapshot or without. See README.md.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

STRUCTS = 200
RUNS = 7
BUDGET = 0.25

WORKSPACE = Path(__file__).resolve().parent.parent

# Field, type, kind; the types are ones that both derives know.
FIELDS = [
    ("task", "String", "title"),
    ("notes", "String", "rich_text"),
    ("summary", "Option<String>", "rich_text"),
    ("points", "Option<f64>", "number"),
    ("count", "i64", "number"),
    ("priority", "Option<String>", "select"),
    ("status", "String", "status"),
    ("tags", "Vec<String>", "multi_select"),
    ("done", "bool", "checkbox"),
    ("link", "Option<String>", "url"),
    ("contact", "Option<String>", "email"),
    ("related", "Vec<notion_core::PageId>", "relation"),
]

VARIANTS = {
    "structs alone": ("", lambda name, kind: ""),
    "NotionRow": (
        "#[derive(notion_core::NotionRow)]",
        lambda name, kind: f'#[notion({kind}, name = "{name}")]',
    ),
    # The snapshot says the kinds.
    "with schema": (
        '#[derive(notion_core::NotionRow)]\n#[notion(schema = "tasks.json")]',
        lambda name, kind: f'#[notion(name = "{name}")]',
    ),
    "serde": (
        "#[derive(serde::Serialize, serde::Deserialize)]",
        lambda name, kind: f'#[serde(rename = "{name}")]',
    ),
}


def source(variant):
    derive, attribute = VARIANTS[variant]
    lines = []
    for number in range(STRUCTS):
        lines.append(f"{derive}\npub struct Row{number} {{")
        for field, ty, kind in FIELDS:
            lines.append(f"    {attribute(field.capitalize(), kind)} pub {field}: {ty},")
        lines.append("}\n")
    return "\n".join(lines)


def snapshot():
    """The schema of a data source with these columns."""
    properties = {
        field.capitalize(): {"id": "title" if kind == "title" else f"p%3A{field}", "type": kind, kind: {}}
        for field, _, kind in FIELDS
    }
    return json.dumps({"format": "notion-schema/1", "data_source_id": "1f1ac1e0", "properties": properties}, indent=2)


def dependencies():
    """Builds what the structs need, and returns the arguments that lead rustc to it."""
    command = ["cargo", "check", "--quiet", "--package", "notion-core", "--message-format", "json"]
    output = subprocess.run(command, cwd=WORKSPACE, check=True, stdout=subprocess.PIPE, text=True).stdout
    libraries = {}
    for line in output.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and "lib" in message["target"]["kind"]:
            found = [file for file in message["filenames"] if file.endswith(".rmeta")]
            libraries.setdefault(message["target"]["name"], found[0])
    arguments = ["-L", f"dependency={Path(libraries['notion_core']).parent}"]
    for name in ("notion_core", "serde"):
        arguments += ["--extern", f"{name}={libraries[name]}"]
    return arguments


def cpu_seconds(command, directory=WORKSPACE):
    """User and system time of a command that must succeed, in a folder as Cargo names it."""
    environment = os.environ | {"CARGO_MANIFEST_DIR": str(directory)}
    process = subprocess.Popen(command, cwd=WORKSPACE, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


def main():
    arguments = dependencies()
    best = {}
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "tasks.json").write_text(snapshot())
        # In turns, so that a slow minute of the machine falls on all alike.
        for _ in range(RUNS):
            for number, variant in enumerate(VARIANTS):
                file = Path(directory, f"variant{number}.rs")
                file.write_text(source(variant))
                command = ["rustc", "--edition", "2024", "--crate-type", "lib", "--emit", "metadata"]
                command += ["--out-dir", directory, *arguments, str(file)]
                seconds = cpu_seconds(command, directory)
                best[variant] = min(seconds, best.get(variant, seconds))

    baseline = best.pop("structs alone")
    print(f"{STRUCTS} structs of {len(FIELDS)} fields, best of {RUNS}; the structs alone take {baseline:.2f} s of CPU time")
    print(f"{'':<12} {'s':>6} {'ms/struct':>10}")
    costs = {variant: seconds - baseline for variant, seconds in best.items()}
    for variant, cost in costs.items():
        print(f"{variant:<12} {cost:>6.2f} {cost / STRUCTS * 1000:>10.2f}")

    ratios = {variant: costs[variant] / costs["serde"] for variant in ("NotionRow", "with schema")}
    result = {
        "derive_vs_serde": round(ratios["NotionRow"], 3),
        "derive_with_schema_vs_serde": round(ratios["with schema"], 3),
        "derive_ms_per_struct": round(costs["NotionRow"] / STRUCTS * 1000, 2),
        "serde_ms_per_struct": round(costs["serde"] / STRUCTS * 1000, 2),
        "budget": BUDGET,
    }
    print(json.dumps(result))
    for variant, ratio in ratios.items():
        if ratio > BUDGET:
            sys.exit(f"`{variant}` costs {ratio:.2f} of what serde's pair costs, and {BUDGET} is the budget")


if __name__ == "__main__":
    main()
