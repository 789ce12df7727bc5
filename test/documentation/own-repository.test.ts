import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { pulumiHome, root } from "../../machine/paths.ts";
import { describeTopics } from "../kafka-tools.ts";
import { sharedServers } from "../shared-cluster.ts";
import { createNamedTopics, deleteAllTopics } from "../topic-requests.ts";
import { makeCopy, runProgram } from "../workspace.ts";
import { PlannedBlocks } from "./planned-blocks.ts";
import { readSteps } from "./transcript.ts";

const blocks = new PlannedBlocks(import.meta.url);

const home = mkdtempSync(join(tmpdir(), "kafka-topics-home-"));

/** The environment of a user who has never run this program. */
const environment = {
  ...process.env,
  HOME: home,
  PULUMI_STACK: undefined,
  // The README's command gives it.
  PULUMI_BACKEND_URL: undefined,
  PULUMI_CONFIG_PASSPHRASE: "correct horse",
  // What the set-up has installed on this machine; to install it again would take minutes.
  PULUMI_HOME: pulumiHome,
  ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org" },
  ...{ GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" },
};

/** Runs commands as a person types them, each only if the one before it succeeded. */
async function run(folder: string, commands: string): Promise<string> {
  const outcome = await runProgram("bash", ["-ec", commands], { cwd: folder, env: environment });
  expect(outcome, `${commands}\n${outcome.stdout}${outcome.stderr}`).toMatchObject({ exitCode: 0 });
  return outcome.stdout;
}

/** Creates a repository with this version, on the branch `main`. */
async function createUpstream(): Promise<string> {
  const folder = makeCopy();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  rmSync(join(folder, "node_modules"));
  cpSync(join(root, ".gitignore"), join(folder, ".gitignore"));
  await run(
    folder,
    "git init --quiet --initial-branch main; git add --all; git commit --quiet --message 'Version 1'",
  );
  return folder;
}

/** Changes what a later version may change: the program, and the lines around the project's name. */
async function releaseVersion2(upstream: string): Promise<void> {
  edit(join(upstream, "infra", "index.ts"), /$/, "\n/** Of this version. */\nexport const version = 2;\n");
  edit(join(upstream, "Pulumi.yaml"), "description: Kafka", "description: Apache Kafka");
  await run(upstream, "git commit --quiet --all --message 'Version 2'");
}

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
}

/** Replaces words, each of which must be there. */
function replaceWords(text: string, words: Readonly<Record<string, string>>): string {
  for (const word of Object.keys(words)) expect(text).toContain(word);
  return Object.entries(words).reduce((result, [from, to]) => result.replace(from, to), text);
}

const published = /https:\S+kafka-topics\.git/;

function commandsOf(document: string, name: string): string {
  return readSteps(blocks.take(document, name))
    .map(({ command }) => command)
    .join("\n");
}

test("The README's commands lead from a clone to a green run, and a later version merges without conflicts", async () => {
  onTestFinished(async () => {
    rmSync(home, { recursive: true });
    await deleteAllTopics();
  });
  const upstream = await createUpstream();
  await createNamedTopics([{ name: "orders", partitions: 2, replicationFactor: 2 }]);

  const [clone = "", stack = "", adopt = "", deploy = "", push = ""] = [1, 3, 4, 5, 6].map((at) =>
    commandsOf("README.md", `Use it on your cluster ${at}`),
  );
  await run(home, clone.replace(published, `'${upstream}'`));
  const folder = join(home, "our-topics");
  // Instead of `npm ci`, which the first command would run.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  // As in a copy.
  cpSync(join(upstream, ".dev"), join(folder, ".dev"), { recursive: true });
  appendFileSync(join(folder, ".git", "info", "exclude"), "/node_modules\n");
  // As docs/upgrading.md says.
  edit(join(folder, "Pulumi.yaml"), "name: kafka-topics", "name: our-topics");
  const given = {
    "s3://our-state?region=eu-central-1": pathToFileURL(join(home, "states")).href,
    "broker-1.example.com:9093": sharedServers()[0] ?? "",
    "--sasl-mechanism scram-sha512 --sasl-username topics < password.txt": "--no-tls",
  };
  const created = await run(folder, replaceWords(stack, given));
  expect(created).toContain("Next: npm run adopt -- --stack prod");
  await run(folder, adopt);
  // Nobody is there to answer the engine's question.
  const deployed = await run(folder, replaceWords(deploy, { "npm start --": "npm start -- --yes" }));
  expect(deployed).toContain("1 imported");
  expect(deployed).toContain("1 passed; 2 records there and back");
  expect((await describeTopics()).map(({ name }) => name)).toEqual(["orders"]);
  await run(home, "git init --quiet --bare ours.git");
  await run(folder, push.replace("URL-OF-YOUR-REPOSITORY", "../ours.git"));

  await releaseVersion2(upstream);
  await run(folder, commandsOf("docs/upgrading.md", "Take in a later version 1"));
  expect(readFileSync(join(folder, "infra", "index.ts"), "utf8")).toContain("version = 2");
  expect(
    await run(folder, "npm run preview -- --stack prod --expect-no-changes; git status --short"),
  ).toMatch(/\d unchanged\n\s*$/);
});

test("A copy without history takes in a later version once it is connected", async () => {
  const upstream = await createUpstream();
  const version = (await run(upstream, "git rev-parse HEAD")).trim();
  await releaseVersion2(upstream);
  const copy = await createUpstream();
  await run(copy, "git rm --quiet -r infra/topics; git commit --quiet --message 'Our topics'");
  const connect = commandsOf("docs/upgrading.md", "A repository without shared history 1");
  const merge = commandsOf("docs/upgrading.md", "Take in a later version 1");
  await run(copy, connect.replace(published, `'${upstream}'`).replace("VERSION", version));
  await run(copy, merge);
  expect(readFileSync(join(copy, "infra", "index.ts"), "utf8")).toContain("version = 2");
  expect(await run(copy, "git status --short; git ls-files infra/topics")).toBe("");
});
