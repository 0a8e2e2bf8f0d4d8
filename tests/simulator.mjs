// A running simulator and a client of it, for the tests.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = process.env.NOTION_SIM ?? fileURLToPath(new URL("../target/debug/notion-sim", import.meta.url));

export async function startSimulator(...args) {
  const child = spawn(program, ["--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const info = JSON.parse(line);
  const send = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${info.base_url}/${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    });
    return answer.json();
  };
  const authorized = { authorization: `Bearer ${info.token}`, "notion-version": "2026-03-11" };
  return {
    ...info,
    /** A request to the API. */
    call: (method, path, body) => send(method, `v1/${path}`, body, authorized),
    /** A request to the control endpoints. */
    control: (method, path, body) => send(method, `_sim/${path}`, body),
    stop: () => child.kill(),
  };
}

export const title = (content) => ({ title: [{ text: { content } }] });
