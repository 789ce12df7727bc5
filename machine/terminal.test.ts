import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { filterOutput, own } from "./terminal.ts";

let written = "";
const stream = {
  write: (chunk: string | Uint8Array) => {
    written += String(chunk);
    return true;
  },
};
filterOutput(stream);

beforeEach(() => {
  written = "";
  // Every test begins at the beginning of a line.
  stream.write("\n");
  written = "";
});
afterEach(() => vi.unstubAllEnvs());

test.for([
  ["a cursor movement", "a\u001b[2J\u001b[Hb\n", "a\\u001b[2J\\u001b[Hb\n"],
  [
    "a colour that is not this program's",
    "\u001b[31;1234;5678;9012;0mred\n",
    "\\u001b[31;1234;5678;9012;0mred\n",
  ],
  ["a link (OSC 8)", "\u001b]8;;https://evil.example\u0007a\n", "\\u001b]8;;https://evil.example\\u0007a\n"],
  ["a C1 control character", "\u009b2J\n", "\\u009b2J\n"],
  ["an overwritten line", "failed\rpassed\n", "failed\\u000dpassed\n"],
  ["reordered text", "\u202edessap\n", "\\u202edessap\n"],
])("Output shows %s", ([, text = "", shown]) => {
  stream.write(text);
  expect(written).toBe(shown);
});

test("Output keeps this program's own sequences, next to those of others", () => {
  stream.write(`${own("\u001b[31m")}\u001b[32mred${own("\u001b[39m")}\n`);
  expect(written).toBe("\u001b[31m\\u001b[32mred\u001b[39m\n");
});

test.for([
  ["::add-mask::x\n", "\\u003a:add-mask::x\n"],
  ["a\n \t::stop-commands::x\n::error::y\n", "a\n \t\\u003a:stop-commands::x\n\\u003a:error::y\n"],
  ["a ::error::b\n", "a ::error::b\n"],
  ["a ##[add-mask]b ##vso[task.x]c\n", "a \\u0023#[add-mask]b \\u0023#vso[task.x]c\n"],
  [`${own("::error ")}title=a::##[b]\n`, "::error title=a::\\u0023#[b]\n"],
])("In a workflow of GitHub, %j is printed as %j", ([text = "", shown]) => {
  vi.stubEnv("GITHUB_ACTIONS", "true");
  stream.write(text);
  expect(written).toBe(shown);
});

test("A workflow command is found if the blanks before it were printed on their own", () => {
  vi.stubEnv("GITHUB_ACTIONS", "true");
  stream.write("a\n  ");
  stream.write("::error::b\n");
  stream.write("c ");
  stream.write("::error::d\n");
  expect(written).toBe("a\n  \\u003a:error::b\nc ::error::d\n");
});

test("Elsewhere, a line may begin with colons", () => {
  vi.stubEnv("GITHUB_ACTIONS", "");
  stream.write("::1\n##[a]\n");
  expect(written).toBe("::1\n##[a]\n");
});

test("Bytes are written as they are", () => {
  stream.write(Buffer.from("\u001b[31m"));
  expect(written).toBe("\u001b[31m");
});
