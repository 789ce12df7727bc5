import fc from "fast-check";
import { expect, vi } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { filterOutput, own } from "./terminal.ts";

vi.stubEnv("GITHUB_ACTIONS", "true");

const controls = fc.constantFrom(
  ...[
    "\u001b[31m",
    "\u001b]8;;x\u0007",
    "\u009b",
    "\r",
    "\b",
    "\n",
    " ",
    "::",
    ":",
    "##[",
    "##vso[",
    "\u2028",
  ],
  ...["::add-mask::", "\u00a0", "\t", "\u001b[1000;1000;1000;0m"],
);
const texts = fc.array(fc.oneof(controls, oddText), { maxLength: 6 });
const [red, end] = ["\u001b[31m", "\u001b[39m"];

testProperty("Any text has no control characters and no workflow command in the output", texts, (parts) => {
  const written: string[] = [];
  const stream = { write: (chunk: string | Uint8Array) => written.push(String(chunk)) > 0 };
  filterOutput(stream);
  for (const part of parts) stream.write(part);
  stream.write(`${own(red)}${parts.join("")}${own(end)}`);
  const colours = written.at(-1) ?? "";
  expect(colours.startsWith(red) && colours.endsWith(end)).toBe(true);
  written.push(colours.slice(red.length, -end.length));
  written.splice(-2, 1);
  for (const line of written.join("").split("\n")) {
    expect(line).not.toMatch(/(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(line).not.toMatch(/##\w*\[/);
  }
  for (const text of written.slice(0, -1))
    for (const line of text.split("\n").slice(1)) expect(line).not.toMatch(/^\s*::/);
});
