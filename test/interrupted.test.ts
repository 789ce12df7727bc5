import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { sendSignal } from "../machine/processes.ts";
import { killEngine } from "./kill-engine.ts";
import { listen } from "./listen.ts";
import { mixedUpdate, readShapes, readUnfinished, shapesOf, topicBegun } from "./mixed-update.ts";
import { anyUpdate, Workspace } from "./workspace.ts";

/** Ends a running command; `pid` is npm's, which leads its own process group. */
type Ending = readonly [title: string, end: (pid: number, workspace: Workspace) => void];

const endings: readonly Ending[] = [
  // As a CI runner and a terminal do.
  ["SIGKILL to all", (pid) => sendSignal(-pid, "SIGKILL")],
  ["SIGTERM to all", (pid) => sendSignal(-pid, "SIGTERM")],
  ["SIGINT to all", (pid) => sendSignal(-pid, "SIGINT")],
  // Its plugins continue without it.
  ["SIGKILL to the engine", (_, workspace) => killEngine(workspace)],
  ["SIGTERM to npm", (pid) => sendSignal(pid, "SIGTERM")],
  ["SIGINT to npm", (pid) => sendSignal(pid, "SIGINT")],
];

/** How many updates are interrupted: one in each way, or KILLS. */
const count = Number(process.env.KILLS ?? endings.length);

/** About as long as the update takes. */
const longestDelayMs = 6_000;

test("The next update finishes an update that was interrupted at any moment, in any way", {
  timeout: 60_000 * (count + 1),
}, async () => {
  await using workspace = new Workspace(mixedUpdate[0]);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  let unfinished = 0;
  for (let at = 0; at < count; at++) {
    const [title, end] = endings[at % endings.length] as Ending;
    const declared = at % 2 === 0 ? mixedUpdate[1] : mixedUpdate[0];
    workspace.declare(declared);
    const child = workspace.start("up", ...anyUpdate);
    const { printed, ended, said } = listen(child);
    await printed(topicBegun);
    const delayMs = Math.round(Math.random() * longestDelayMs);
    const isOver = await Promise.race([ended.then(() => true), wait(delayMs, false)]);
    if (!isOver) end(child.pid ?? 0, workspace);
    await ended;
    if (readUnfinished(workspace).length > 0) unfinished++;

    const moment = `${title} after ${delayMs} ms:\n${said()}`;
    expect(await workspace.up(), moment).toMatchObject({ exitCode: 0 });
    expect(await readShapes(), moment).toEqual(shapesOf(declared));
    expect(readUnfinished(workspace), moment).toEqual([]);
  }
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  expect(unfinished, "updates that left something to finish").toBeGreaterThan(count / 4);
});

test("One signal reaches the engine only once, so it finishes the operations in progress", async () => {
  await using workspace = new Workspace(mixedUpdate[0]);
  expect(await workspace.run("pulumi", "stack", "select", "test", "--create")).toMatchObject({ exitCode: 0 });
  const child = workspace.start("up", ...anyUpdate);
  const { printed, ended, said } = listen(child);
  await printed(topicBegun);
  sendSignal(-(child.pid ?? 0), "SIGINT");
  await ended;
  expect(said()).toContain("received; cancelling");
  expect(said()).not.toContain("received; terminating");
  expect(readUnfinished(workspace)).toEqual([]);
});
