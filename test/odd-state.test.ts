import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Workspace } from "./workspace.ts";

test("An invalid field in the state or the outputs stops every command, with a message that names it", async () => {
  await using workspace = new Workspace({ "odd.a": { partitions: 2, replicationFactor: 1 } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const file = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
  const good = readFileSync(file, "utf8");
  const odd = (change: (topic: Record<string, Record<string, unknown>>, stack: never) => void) => {
    const state = JSON.parse(good);
    const { resources } = state.checkpoint.latest;
    change(
      resources.find(({ id }: { id: string }) => id === "odd.a"),
      resources.find(({ type }: { type: string }) => type === "pulumi:pulumi:Stack") as never,
    );
    writeFileSync(file, JSON.stringify(state));
    rmSync(`${file}.attrs`, { force: true });
  };
  const expectRefusal = async (scripts: readonly ("drift" | "preview" | "topics")[], said: string) => {
    for (const script of scripts) {
      const { exitCode, stdout, stderr } = await workspace.run(script);
      expect(exitCode, script).not.toBe(0);
      expect(stdout + stderr, script).toContain(said);
      expect(stdout + stderr, script).not.toMatch(/invalid_type|^ +at /m);
    }
  };

  const topic = "The state of stack test cannot be read: topic odd.a: ";
  odd(({ outputs = {} }) => Object.assign(outputs, { partitions: "two" }));
  await expectRefusal(["preview", "drift"], `${topic}partitions: given 'two', allowed: a whole`);
  odd((_, stack: { outputs: { topics: Record<string, unknown> } }) => {
    stack.outputs.topics["odd.a"] = { smoke: "sometimes" };
  });
  await expectRefusal(
    ["topics"],
    "The outputs of stack test were not written by this program: topics.odd.a.smoke: given 'sometimes', allowed: \"produce\"",
  );
  writeFileSync(file, good);
});
