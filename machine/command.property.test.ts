import fc from "fast-check";
import { afterAll, expect, vi } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { exitCodes, runCommand } from "./command.ts";

const { argv, exitCode } = process;
afterAll(() => {
  Object.assign(process, { argv, exitCode });
  vi.restoreAllMocks();
});

const args = fc.array(
  fc.oneof(
    fc.constantFrom(
      "--name",
      "-n",
      "--name=a",
      "-na",
      "--topic",
      "--topic=a",
      "--verbose",
      "-v",
      "--include=a",
    ),
    fc.constantFrom("--json", "--json=", "--json=a", "--markdown", "-", "--help", "--", "a", "--no-verbose"),
    oddText,
    oddText.map((text) => `--${text}`),
  ),
  { maxLength: 4 },
);

testProperty(
  "Any command line gives values, or one error that is not a bug, or the usage",
  args,
  async (args) => {
    const said: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const runs: unknown[] = [];
    Object.assign(process, { argv: ["node", "command.ts", ...args], exitCode: undefined });
    await runCommand({
      help: "Usage: it\n",
      options: {
        name: { type: "string", short: "n" },
        topic: { type: "string", multiple: true },
        verbose: { type: "boolean", short: "v" },
        include: { type: "string" },
        json: { type: "string" },
        markdown: { type: "string" },
      },
      replaced: { include: "--topic GLOB" },
      outputs: ["json", "markdown"],
      run: (values) => {
        runs.push(values);
        return exitCodes.success;
      },
    });
    const errors = said.filter((line) => !line.includes("is replaced by"));
    const results = [...runs, ...errors, ...printed.mock.calls];
    printed.mockClear();
    expect(results).toHaveLength(1);
    if (errors.length > 0) expect(process.exitCode).toBe(exitCodes.failure);
    for (const values of runs) {
      expect(process.exitCode).toBe(exitCodes.success);
      for (const [name, value] of Object.entries(Object(values))) {
        if (name === "verbose") expect(value).toBe(true);
        else for (const text of [value].flat()) expect(text).toBeTypeOf("string");
      }
    }
  },
);
