import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

/** Prints each signal that it receives, and exits 1.5 s after the first, so that a second one would be seen. */
const program = `
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {
    console.log(signal);
    setTimeout(() => process.exit(), 1500);
  });
  setInterval(() => {}, 1000);
  console.log("ready");
`;
const parent = `
  import { spawn } from "node:child_process";
  import { forwardSignals } from ${JSON.stringify(new URL("forward-signals.mjs", import.meta.url).href)};
  const child = spawn(process.execPath, ["-e", ${JSON.stringify(program)}], { stdio: "inherit" });
  const stop = forwardSignals(child);
  child.on("exit", stop);
`;

/** Starts both in their own process group, sends signals once the program is ready, and returns what it received. */
async function signalsSeen(send: (pid: number) => void): Promise<string[]> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", parent], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => {
    if (line === "ready") send(child.pid ?? 0);
    else lines.push(line);
  });
  await once(child, "close");
  return lines;
}

test.for(["SIGINT", "SIGTERM"] as const)(
  "%s reaches a program once, whether it is sent to its group, its parent or both",
  { timeout: 30_000 },
  async (signal) => {
    const group = (pid: number) => process.kill(-pid, signal);
    const alone = (pid: number) => process.kill(pid, signal);
    const [toGroup, toParent, toBoth] = await Promise.all([
      signalsSeen(group),
      signalsSeen(alone),
      // As npm does, which forwards signals.
      signalsSeen((pid) => {
        group(pid);
        setTimeout(alone, 50, pid);
      }),
    ]);
    expect({ toGroup, toParent, toBoth }).toEqual({
      toGroup: [signal],
      toParent: [signal],
      toBoth: [signal],
    });
  },
);
