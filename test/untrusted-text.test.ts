import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marked, type Token } from "marked";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { Workspace } from "./workspace.ts";

const topic = { partitions: 1, replicationFactor: 1 };
/** Legal names of topics, of which GitHub would make links. */
const names = ["www.evil.example", "a1b2c3d", "1234567"];
const catalogue: Catalogue = Object.fromEntries(names.map((name) => [name, topic]));

/** Text that clears the screen, hides what follows and masks a word in the log of a workflow. */
const attack =
  "\u001b[2J\u202e\u001b]8;;https://evil.example\u0007\r\n::add-mask::known\n::error::a\n##[group]b";

let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace(catalogue);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  workspace.environment = { GITHUB_ACTIONS: "true" };
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Fails if a terminal or the runner of a workflow would execute a part of the output. */
function expectHarmless(output: string): void {
  expect(output).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(output).not.toMatch(/^\s*::|##\w*\[/m);
}

/** The types of the tokens in Markdown, and the texts of its code spans. */
function tokensOf(markdown: string): { types: Set<string>; codes: string[] } {
  const types = new Set<string>();
  const codes: string[] = [];
  marked.walkTokens(marked.lexer(markdown), ({ type, text }: Token & { text?: string }) => {
    types.add(type);
    if (type === "codespan" && text !== undefined) codes.push(text);
  });
  return { types, codes };
}

test.for([
  ["review", { exitCode: 2 }],
  ["smoke", { exitCode: 0 }],
  ["drift", { exitCode: 0 }],
] as const)("The names of topics are no links in the Markdown of %s", async ([command, outcome]) => {
  workspace.declare({ "untrusted.other": { partitions: 1 } });
  const file = join(workspace.folder, "report.md");
  expect(await workspace.run(command, "--markdown", file)).toMatchObject(outcome);
  const { types, codes } = tokensOf(readFileSync(file, "utf8"));
  for (const type of ["link", "image", "html", "del", "em"]) expect(types).not.toContain(type);
  if (command !== "drift") expect(codes).toEqual(expect.arrayContaining(names));
});

test.for(["preview", "review", "up"] as const)(
  "Neither the name of a file nor what its code throws controls the terminal or the workflow of %s",
  async (command) => {
    workspace.declare(catalogue);
    const name = "x\n::add-mask::known\u001b[2J\u202e.ts";
    workspace.writeCatalogue(name, `throw new Error(${JSON.stringify(attack)});\n`);
    const flags = { preview: [], review: ["--markdown", join(workspace.folder, "report.md")], up: ["--yes"] };
    const { exitCode, stdout, stderr } = await workspace.run(command, ...flags[command]);
    workspace.removeCatalogue(name);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain("add-mask::known");
    expectHarmless(stdout);
    expectHarmless(stderr);
    if (command !== "review") return;
    const { types } = tokensOf(readFileSync(join(workspace.folder, "report.md"), "utf8"));
    expect([...types].sort()).toEqual(expect.not.arrayContaining(["link", "image", "html", "table"]));
  },
);

test("An error of the command line controls neither", async () => {
  const { exitCode, stderr } = await workspace.run("topics", "--stack", attack);
  expect(exitCode).toBe(1);
  expectHarmless(stderr);
});
