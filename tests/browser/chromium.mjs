// A headless Chromium that talks to nobody but the pages under test, and where to keep what it shows.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

export const shots = new URL("../../target/screenshots/", import.meta.url).pathname;

export function launch() {
  mkdirSync(shots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}
