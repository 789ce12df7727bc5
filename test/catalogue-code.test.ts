import { expect, test } from "vitest";
import { describeTopics } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

const topic = { partitions: 1, replicationFactor: 1 };

test("Whatever the code of a catalogue file does, the failed update deletes nothing", async () => {
  await using workspace = new Workspace({ "code.a": topic, "code.b": topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const bad: readonly (readonly [code: string, said: string])[] = [
    [
      "process.exit(0);",
      "infra/topics/bad.ts: file: given 'a module', refused: ReferenceError: process is not available in a catalogue file",
    ],
    ["while (true);", "infra/topics/bad.ts: file: given 'a module', refused: Error: endless loop"],
    ["setTimeout(() => process.exit(0));", "setTimeout is not available in a catalogue file"],
  ];
  for (const [code, said] of bad) {
    workspace.declare({});
    workspace.writeCatalogue(
      "bad.ts",
      `${code}\nexport const topics = { "code.c": ${JSON.stringify(topic)} };\n`,
    );
    const { exitCode, stdout, stderr } = await workspace.up();
    expect(exitCode, code).not.toBe(0);
    expect(stdout + stderr, code).toContain(said);
  }
  const names = (await describeTopics()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["code.a", "code.b"]));
});
