import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readLines } from "./lines.ts";

test("Lines are read one by one, from an input that stays open", async () => {
  const input = new PassThrough();
  await using lines = readLines(input, new AbortController().signal);
  input.write("one\r\ntwo\nthr");
  expect(await lines.next()).toEqual({ done: false, value: "one" });
  expect(await lines.next()).toEqual({ done: false, value: "two" });
  input.end("ee");
  expect(await lines.next()).toEqual({ done: false, value: "three" });
  expect(await lines.next()).toEqual({ done: true });
});

test("A signal ends the wait for a line", async () => {
  const interrupt = new AbortController();
  const line = readLines(new PassThrough(), interrupt.signal).next();
  interrupt.abort();
  await expect(line).rejects.toThrow("aborted");
});

test("A process that needs no more lines ends, although its input stays open", async () => {
  const source = `
    import { readLines } from ${JSON.stringify(new URL("lines.ts", import.meta.url).href)};
    await using lines = readLines(process.stdin, new AbortController().signal);
    if ((await lines.next()).value !== "one") process.exitCode = 1;
  `;
  const child = spawn("node", ["--input-type=module", "--eval", source], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin.write("one\ntwo\n");
  expect(await once(child, "close")).toEqual([0, null]);
});
