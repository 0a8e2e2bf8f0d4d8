#!/usr/bin/env python3
"""What a row type of 20 columns adds to a program: CPU time of the compiler, and bytes of the binary.

Programs that read rows of 10 and of 40 types are built, with optimization and without, with `NotionRow` and with serde's
derives; the difference is what 30 types cost. Prints the figures of one type, and a JSON object as the last line. Exits with 1
where a type costs more than its limit allows. See README.md.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from compile import FIELDS, WORKSPACE, cpu_seconds

FEW, MANY = 10, 40
RUNS = 2

# Field, type, kind, in addition to the 12 of `compile.py`.
MORE_FIELDS = [
    ("area", "String", "select"),
    ("phase", "Option<String>", "status"),
    ("labels", "Vec<String>", "multi_select"),
    ("paid", "bool", "checkbox"),
    ("cost", "f64", "number"),
    ("phone", "Option<String>", "phone_number"),
    ("source", "Option<String>", "url"),
    ("remarks", "String", "rich_text"),
]

# The derive and attribute of each field, and what reads a text.
VARIANTS = {
    "NotionRow": (
        "#[derive(notion_core::NotionRow)]",
        lambda name, kind: f'#[notion({kind}, name = "{name}")]',
        "fn read<T: notion_core::NotionRow>(text: &str) -> bool { notion_core::RowPage::<T>::from_json(text).is_ok() }",
    ),
    "serde": (
        "#[derive(serde::Serialize, serde::Deserialize)]",
        lambda name, kind: f'#[serde(rename = "{name}")]',
        "fn read<T: serde::de::DeserializeOwned>(text: &str) -> bool { serde_json::from_str::<Vec<T>>(text).is_ok() }",
    ),
}

# How Cargo calls the profile of the dependencies, and how rustc is told to build the program.
PROFILES = {"debug": ("dev", "opt-level=0"), "release": ("bench", "opt-level=3")}

# What a type should cost: CPU seconds on the machine that the goals were set on, and KiB.
GOALS = {"debug": (0.04, None), "release": (0.25, 8.0)}

# What it must not exceed: times that of serde's two derives in the same run, and KiB. The goals are not reached, see README.md;
# these keep what is reached from growing.
GATES = {"debug": (1.0, None), "release": (1.0, 26.0)}


def program(variant, types):
    """A program that reads rows of so many types."""
    derive, attribute, read = VARIANTS[variant]
    lines = ["#![allow(dead_code)]", read]
    for number in range(types):
        lines.append(f"{derive}\nstruct Row{number} {{")
        for field, ty, kind in FIELDS + MORE_FIELDS:
            lines.append(f"    {attribute(field.capitalize(), kind)} {field}: {ty},")
        lines.append("}")
    lines.append("fn main() {\n    let text = std::env::args().next().unwrap_or_default();")
    lines += [f"    assert!(!read::<Row{number}>(&text));" for number in range(types)]
    lines.append("}")
    return "\n".join(lines)


def dependencies(profile):
    """Builds what the programs need, and returns the arguments that lead rustc to it."""
    command = ["cargo", "build", "--quiet", "--package", "notion-core", "--profile", profile, "--message-format", "json"]
    output = subprocess.run(command, cwd=WORKSPACE, check=True, stdout=subprocess.PIPE, text=True).stdout
    libraries, arguments = {}, []
    for line in output.splitlines():
        message = json.loads(line)
        if message["reason"] == "build-script-executed":
            arguments += [argument for path in message["linked_paths"] for argument in ("-L", path)]
        if message["reason"] == "compiler-artifact" and "lib" in message["target"]["kind"]:
            found = [file for file in message["filenames"] if file.endswith(".rlib")]
            libraries.setdefault(message["target"]["name"], found[0])
    arguments += ["-L", f"dependency={Path(libraries['serde_json']).parent}"]
    for name in ("notion_core", "serde", "serde_json"):
        arguments += ["--extern", f"{name}={libraries[name]}"]
    return arguments


def cost(variant, arguments, optimization, directory):
    """CPU seconds and KiB of one type."""
    seconds, size = {}, {}
    # In turns, so that a slow minute of the machine falls on both alike.
    for _ in range(RUNS):
        for types in (FEW, MANY):
            source = Path(directory, f"types{types}.rs")
            source.write_text(program(variant, types))
            binary = Path(directory, f"types{types}")
            command = ["rustc", "--edition", "2024", "-C", optimization, "-C", "strip=symbols"]
            took = cpu_seconds(command + ["-o", str(binary), *arguments, str(source)], directory)
            seconds[types] = min(took, seconds.get(types, took))
            size[types] = binary.stat().st_size
    count = MANY - FEW
    return (seconds[MANY] - seconds[FEW]) / count, (size[MANY] - size[FEW]) / count / 1024


def main():
    result, missed = {}, []
    print(f"a row type of {len(FIELDS + MORE_FIELDS)} columns, best of {RUNS}")
    print(f"{'':<20} {'s':>7} {'KiB':>7}")
    for name, (profile, optimization) in PROFILES.items():
        arguments = dependencies(profile)
        costs = {}
        with tempfile.TemporaryDirectory() as directory:
            for variant in VARIANTS:
                costs[variant] = seconds, size = cost(variant, arguments, optimization, directory)
                print(f"{variant + ', ' + name:<20} {seconds:>7.3f} {size:>7.1f}")
        (ours, size), (theirs, _) = costs["NotionRow"], costs["serde"]
        ratio = ours / theirs
        result |= {f"{name}_s": round(ours, 3), f"{name}_kib": round(size, 1), f"{name}_vs_serde": round(ratio, 3)}
        time_goal, size_goal = GOALS[name]
        time_gate, size_gate = GATES[name]
        print(f"  {name}: {ratio:.2f} of serde's time, goal {time_goal} s" + (f" and {size_goal} KiB" if size_goal else ""))
        if ratio > time_gate:
            missed.append(f"a type costs {ratio:.2f} of serde's time in {name}, and {time_gate} is the limit")
        if size_gate and size > size_gate:
            missed.append(f"a type adds {size:.1f} KiB in {name}, and {size_gate} is the limit")
    print(json.dumps(result))
    sys.exit("\n".join(missed) or 0)


if __name__ == "__main__":
    main()
