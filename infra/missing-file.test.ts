import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConnection } from "../kafka/connection.ts";
import { explainMissingFile } from "./missing-file.ts";

/** The problems of a connection without these settings. */
function problemsOf(stack: string, config: Record<string, string>) {
  const read = readConnection(config, `Pulumi.${stack}.yaml`, {});
  return "problems" in read ? read.problems : [];
}

test("A missing file is reported as such, and not as missing keys", () => {
  expect(explainMissingFile("absent", problemsOf("absent", {}))).toEqual([
    {
      code: "STACK_FILE_MISSING",
      place: "Pulumi.absent.yaml",
      field: "the file",
      refused: expect.stringContaining("npm run new-stack -- absent"),
    },
  ]);
});

test("So is a file with only the salt that the engine writes if there is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "missing-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "Pulumi.prod.yaml"), "encryptionsalt: v1:p4OEvzlpZHo=:v1:Fh\n");
  expect(explainMissingFile("prod", problemsOf("prod", {}), folder)).toMatchObject([
    { code: "STACK_FILE_MISSING" },
  ]);
});

test("A key that is missing in a file that exists, and an invalid key of a stack that is only in the environment, stay", () => {
  for (const [stack, config] of [
    ["dev", {}],
    ["absent", { "kafka:bootstrapServers": '["broker:9092"]', "kafka:timeout": "soon" }],
  ] as const) {
    const problems = problemsOf(stack, config);
    expect(problems).not.toEqual([]);
    expect(explainMissingFile(stack, problems)).toBe(problems);
  }
});
