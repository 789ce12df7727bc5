import fc from "fast-check";
import { expect, vi } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { filterOutput, own } from "./terminal.ts";

vi.stubEnv("GITHUB_ACTIONS", "true");

let written = "";
const stream = {
  write: (chunk: string | Uint8Array) => {
    written += String(chunk);
    return true;
  },
};
filterOutput(stream);

const controls = fc.constantFrom(
  ...[
    "\u001b[31m",
    "\u001b]8;;x\u0007",
    "\u009b",
    "\r",
    "\b",
    "\u2028",
    "\u001b[1000;1000;1000;0m",
    "\u00a0",
  ],
  ...["\n", "\t", " ", ":", "::", "::add-mask::", "##[", "##vso["],
);
const texts = fc.array(fc.oneof(controls, oddText), { maxLength: 6 }).map((parts) => parts.join(""));

testProperty(
  "Any text is printed without control characters and without a workflow command",
  texts,
  (text) => {
    written = "";
    stream.write(`${text}\n`);
    expect(written).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(written).not.toMatch(/^\s*::|##\w*\[/m);
    const shown = written;
    written = "";
    stream.write(`a${own("\u001b[31m")}\n${text}\n${own("\u001b[39m")}\n`);
    expect(written).toBe(`a\u001b[31m\n${shown}\u001b[39m\n`);
  },
);
