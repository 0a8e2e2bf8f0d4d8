// The TypeScript compiler as the judge of values.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const installed = fileURLToPath(new URL("node_modules", import.meta.url));
const compilerOptions = {
  strict: true, noEmit: true, target: "es2022", module: "nodenext", lib: ["es2022", "dom"], types: [], skipLibCheck: true,
  noErrorTruncation: true,
};

/**
 * Compiles lines of TypeScript, each on its own terms. Returns, for each, what the compiler has against it, or `undefined`.
 * `header` may take several lines.
 */
export function judge(lines, header = "") {
  const folder = mkdtempSync(`${tmpdir()}/notion-types-`);
  try {
    const head = [`import type * as client from "@notionhq/client/build/src/api-endpoints.js";`, ...header.trim().split("\n")];
    writeFileSync(`${folder}/requests.ts`, [...head, ...lines].join("\n"));
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ["requests.ts"] }));
    symlinkSync(installed, `${folder}/node_modules`);
    return verdictsIn(compile(folder), lines.length, head.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The line that says that a value, given as text, is of a type. */
export const claim = ({ type, text }, nth) => `export const a${nth}: ${type} = ${text};`;

function compile(folder) {
  try {
    execFileSync(`${installed}/.bin/tsc`, ["--project", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
    return "";
  } catch (error) {
    return error.stdout;
  }
}

function verdictsIn(output, count, offset) {
  const verdicts = new Array(count);
  const others = [];
  let last;
  for (const line of output.split("\n").filter(Boolean)) {
    const found = /^requests\.ts\((\d+),\d+\): error (.*)$/.exec(line);
    const nth = found ? Number(found[1]) - 1 - offset : last;
    if (/^\s/.test(line) && last !== undefined) verdicts[last] += `\n${line}`;
    else if (found && nth >= 0) verdicts[last = nth] = [verdicts[nth], found[2]].filter(Boolean).join("\n");
    else others.push(line);
  }
  if (others.length > 0) throw new Error(`the compiler itself fails: ${others.slice(0, 5).join("\n")}`);
  return verdicts;
}
