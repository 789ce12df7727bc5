import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { maskSecrets } from "../secrets.ts";
import { privateFiles, runTool, ToolError } from "./run-tool.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-run-tool-"));
afterAll(() => rmSync(folder, { recursive: true }));

const runProgram = (program: string, options: Parameters<typeof runTool>[2]) =>
  runTool(process.execPath, ["--eval", program], options);

test("Secrets in the output of a program that fails are in no part of the error, nor in anything masked later", async () => {
  const program = `
    process.stdout.write('{"kafka:saslPassword": "opensesame"}');
    process.stderr.write("error: opensesame is refused\\n");
    process.exitCode = 255;
  `;
  const secretsIn = (stdout: string) => /"(open\w+)"/.exec(stdout)?.slice(1) ?? [];
  const failure = await runProgram(program, { secretsIn }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ToolError);
  expect(failure).toMatchObject({ exitCode: 255, said: "error: [secret] is refused", stdout: "" });
  expect(inspect(failure, { depth: null })).not.toContain("opensesame");
  expect(maskSecrets("a server that echoes opensesame")).toBe("a server that echoes [secret]");
});

test("A program with an umask creates private files, and this process does not", async () => {
  const program = 'fs.writeFileSync("private", "")';
  await runProgram(program, { cwd: folder, umask: privateFiles });
  expect(statSync(join(folder, "private")).mode & 0o777).toBe(0o600);
  expect(process.umask()).not.toBe(privateFiles);
});

test.each([
  ["Text is masked, even a secret that comes in two parts", {}, "[secret]"],
  ["Data is passed on as it is", { isData: true }, "opensesame"],
])("What a program in the foreground prints: %s", async (_, options, shown) => {
  const program = `
    process.stdout.write("password: open");
    setTimeout(() => process.stdout.write("sesame\\nend without a line break"), 20);
  `;
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const parent = `
    import ${url("../masked-output.ts")};
    import { runInFront } from ${url("run-tool.ts")};
    await runInFront(process.execPath, ["--eval", ${JSON.stringify(program)}], ${JSON.stringify(options)});
  `;
  const { stdout } = spawn(process.execPath, ["--input-type=module", "--eval", parent], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, KAFKA_SASL_PASSWORD: "opensesame" },
  });
  expect(await text(stdout)).toBe(`password: ${shown}\nend without a line break`);
});
