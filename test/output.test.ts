import { expect, test } from "vitest";
import { Workspace } from "./workspace.ts";

const topics = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`output.${index}`, { partitions: 1, replicationFactor: 1 }]),
);

test("A reader that closes the pipe does not stop an update, and lost output is reported", async () => {
  await using workspace = new Workspace(topics);
  await workspace.createStack();
  const up = "npm run --silent up -- --yes --skip-preview";
  const read = await workspace.shell(`{ ${up}; echo "ended with $?" >&2; } | head -1`);
  expect(read.stderr).toMatch(/^ended with 0$/m);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  if (process.platform !== "linux") return;
  for (const script of ["preview", "review", "drift -- --exclude '*'", "topics"]) {
    const full = await workspace.shell(`npm run --silent ${script} > /dev/full`);
    expect(full).toMatchObject({
      exitCode: 74,
      stderr: expect.stringMatching(/^Standard output cannot be written: ENOSPC: [^\n]*\n$/),
    });
  }
});
