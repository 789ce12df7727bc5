import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../machine/paths.ts";
import { Workspace } from "../workspace.ts";
import { PlannedBlocks } from "./planned-blocks.ts";
import { runBlock, typed } from "./transcript.ts";

// The sample topics, deployed and tested once, on the stack that the commands use by default.

const blocks = new PlannedBlocks(import.meta.url);
const ordersFile = join("infra", "topics", "orders.ts");
const orders = readFileSync(join(root, ordersFile), "utf8");
let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace({}, {}, "dev");
  workspace.environment = typed;
  rmSync(join(workspace.folder, "infra", "topics", "team.ts"));
  writeFileSync(join(workspace.folder, ordersFile), orders);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
});

afterAll(() => workspace?.[Symbol.asyncDispose]());

/** Replaces the catalogue with the sample and these changes. */
function change(...changes: readonly (readonly [from: string, to: string])[]): void {
  let source = orders;
  for (const [from, to] of changes) {
    expect(source).toContain(from);
    source = source.replace(from, to);
  }
  writeFileSync(join(workspace.folder, ordersFile), source);
}

const end = "} satisfies Catalogue;";

test("The review", async () => {
  change(
    ["partitions: 6", "partitions: 4"],
    ['"compact", "min.insync.replicas": 2', '"compact", "min.insync.replicas": 1'],
    [end, `"orders.returns": { partitions: 3 },\n${end}`],
  );
  await runBlock(workspace, blocks.take("README.md", "The review 1"), { exitCode: 2 });
});

test("The preflight", async () => {
  change(
    ["retention.ms", "retention.mss"],
    [
      end,
      `"orders.archive": { partitions: 3, config: { "remote.storage.enable": true } },
       "orders.audit": { partitions: 3, replicationFactor: 4 },\n${end}`,
    ],
  );
  await runBlock(workspace, blocks.take("README.md", "The preflight 1"), { exitCode: 1 });
});

test("docs/findings.md shows the JSON of a review", async () => {
  change(["days(30)", "days(20)"]);
  const { lines } = blocks.take("docs/findings.md", "Findings 1");
  const { stdout } = await workspace.run("review", "--json");
  // The hash also depends on how the stack's file encrypts.
  const withoutHash = (text: string) => text.replace(/"[0-9a-f]{64}"/, '"HASH"');
  expect(withoutHash(stdout)).toBe(withoutHash(`${lines.join("\n")}\n`));
});
