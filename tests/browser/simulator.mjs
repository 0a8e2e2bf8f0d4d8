// A running simulator and a client of it, for the tests.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const program = process.env.NOTION_SIM ?? new URL("../../target/debug/notion-sim", import.meta.url).pathname;

export async function startSimulator(...args) {
  const child = spawn(program, ["--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const info = JSON.parse(line);
  const call = async (method, path, body) => {
    const answer = await fetch(`${info.base_url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${info.token}`,
        "notion-version": "2026-03-11",
        "content-type": "application/json",
      },
      body: body && JSON.stringify(body),
    });
    return answer.json();
  };
  return { ...info, call, stop: () => child.kill() };
}

export const title = (content) => ({ title: [{ text: { content } }] });
