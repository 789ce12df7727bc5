import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where the system's package puts Chromium. Without it, tests that need a browser are reported as skipped. */
export const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
  existsSync(path),
);

/** Starts Chromium without its own background requests. */
export async function launchBrowser(): Promise<Browser> {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ ...(chromiumPath && { executablePath: chromiumPath }), args });
}
