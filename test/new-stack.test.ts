import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { withLock } from "../machine/lock.mjs";
import { listOwnProcesses, sendSignal } from "../machine/processes.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { readSteps } from "./documentation/transcript.ts";
import { listen } from "./listen.ts";
import { clear, hasPseudoTerminal, typeAnswers } from "./pseudo-terminal.ts";
import { sharedServers } from "./shared-cluster.ts";
import { createNamedTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

const blocks = new PlannedBlocks(import.meta.url);
const passphrase = "correct horse";
const password = "battery staple";

/** A repository without a stack, of a user who is logged in to no backend. */
function cloneRepository() {
  const workspace = new Workspace({});
  const { folder } = workspace;
  const project = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
  workspace.environment = {
    PULUMI_STACK: undefined,
    PULUMI_BACKEND_URL: undefined,
    PULUMI_CREDENTIALS_PATH: join(folder, "nobody"),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    KAFKA_SASL_PASSWORD: undefined,
  };
  const backend = pathToFileURL(join(folder, "new", "states")).href;
  return {
    workspace,
    folder,
    project,
    backend,
    connection: ["--bootstrap-servers", sharedServers().join(), "--no-tls"],
  };
}

/** Fails unless a repository is as it was before. */
function expectNothingLeft({ folder, project }: { readonly folder: string; readonly project: string }): void {
  expect(existsSync(join(folder, "Pulumi.prod.yaml"))).toBe(false);
  expect(existsSync(join(folder, "new"))).toBe(false);
  expect(readFileSync(join(folder, "Pulumi.yaml"), "utf8")).toBe(project);
}

/** Collects the arguments of all processes that run until the returned function is called. */
function watchArguments(): () => string {
  const seen = new Set<string>();
  // The Pulumi CLI takes at least 0.3 s.
  const timer = setInterval(() => {
    for (const { commandLine } of listOwnProcesses()) seen.add(commandLine);
  }, 100);
  return () => {
    clearInterval(timer);
    return [...seen].join("\n");
  };
}

/** Fails unless a command fails because something is missing, says that, and names the command that creates a stack. */
async function expectFailure(
  workspace: Workspace,
  command: Parameters<Workspace["run"]>[0],
  stack: string,
  said: string,
): Promise<void> {
  const { exitCode, stdout, stderr } = await workspace.run(
    command,
    ...["--stack", stack, ...(command === "up" ? ["--yes"] : [])],
  );
  expect(exitCode, command).not.toBe(0);
  expect(stdout + stderr, command).toContain(said);
  expect(stdout + stderr, command).toContain(`npm run new-stack -- ${stack}`);
}

test("A script creates a stack, adopts the topics of its cluster, and deploys and tests them", async () => {
  const { workspace, folder, project, backend, connection } = cloneRepository();
  await using _ = workspace;
  await createNamedTopics([{ name: "new.orders", partitions: 2 }]);
  const args = ["prod", "--backend", backend, ...connection];
  const created = await workspace.run("new-stack", ...args);
  expect(created, created.stderr).toMatchObject({ exitCode: 0, stderr: "" });
  expect(created.stdout).toContain("The cluster has 1 topic. Next: npm run adopt -- --stack prod");
  expect(readFileSync(join(folder, "Pulumi.yaml"), "utf8")).toBe(
    project.replace("name: kafka-topics\n", `name: kafka-topics\nbackend:\n  url: "${backend}"\n`),
  );

  expect(await workspace.run("adopt", "--stack", "prod")).toMatchObject({ exitCode: 0 });
  const started = await workspace.run("start", "--stack", "prod", "--yes");
  expect(started, started.stderr).toMatchObject({ exitCode: 0 });
  expect(started.stdout).toContain("1 imported");
  expect(started.stdout).toContain("1 passed; 2 records there and back");

  // A second stack, in the backend that the repository names now.
  const second = await workspace.run("new-stack", "staging", ...connection);
  expect(second, second.stderr).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("new-stack", ...args)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("Pulumi.prod.yaml already exists. To change a value"),
  });
  expect(await workspace.shell("mv Pulumi.prod.yaml prod.yaml")).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("new-stack", ...args)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`The backend ${backend} already has a stack prod`),
  });
  // As the messages say: a stack with topics stays, and one without is created again.
  const remove = (stack: string) => workspace.run("pulumi", "stack", "rm", stack, "--yes");
  expect(await remove("prod")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("still has resources"),
  });
  for (const withFile of [true, false]) {
    if (!withFile) rmSync(join(folder, "Pulumi.staging.yaml"));
    const refused = await workspace.run("new-stack", "staging", ...connection);
    expect(refused.stderr).toContain("npm run pulumi -- stack rm staging --yes");
    expect(await remove("staging")).toMatchObject({ exitCode: 0 });
    expect(await workspace.run("new-stack", "staging", ...connection)).toMatchObject({ exitCode: 0 });
  }
  expect(
    await workspace.run("new-stack", "third", "--backend", "file:///elsewhere", ...connection),
  ).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      "--backend: given a URL that differs from the one in Pulumi.yaml, allowed: only",
    ),
  });
});

test("A secret is in no process's arguments, in no output, and in no file in clear", async () => {
  const { workspace, folder, backend, connection } = cloneRepository();
  await using _ = workspace;
  const args = [
    "--backend",
    backend,
    ...connection,
    "--sasl-mechanism",
    "plain",
    "--sasl-username",
    "topics",
  ];
  const stopWatching = watchArguments();
  const created = await workspace.shell(
    `npm run --silent new-stack -- prod ${args.map((arg) => `'${arg}'`).join(" ")}`,
    `${password}\n`,
  );
  const commandLines = stopWatching();
  expect(commandLines).toContain("config set --secret kafka:saslPassword");
  // The listener has no SASL, so the stack exists, but cannot be used.
  expect(created).toMatchObject({ exitCode: 2 });
  expect(created.stdout).toContain(`Stack prod was created in the backend ${backend}.`);
  expect(created.stderr).toContain("The stack cannot use its cluster.");
  const file = readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8");
  for (const secret of [password, passphrase]) {
    expect(commandLines).not.toContain(secret);
    expect(created.stdout + created.stderr).not.toContain(secret);
    expect(file).not.toContain(secret);
  }
  const { stdout } = await workspace.run("pulumi", "config", "--json", "--show-secrets", "--stack", "prod");
  expect(JSON.parse(stdout)).toMatchObject({
    "kafka:bootstrapServers": { objectValue: sharedServers() },
    "kafka:saslMechanism": { value: "plain" },
    "kafka:saslPassword": { value: password, secret: true },
  });

  for (const [set, said] of [
    [undefined, "Stack prod encrypts its secrets with a passphrase, which is not set."],
    ["wrong", "The passphrase is not that of stack prod."],
  ] as const) {
    workspace.environment.PULUMI_CONFIG_PASSPHRASE = set;
    for (const command of ["preview", "drift"] as const)
      await expectFailure(workspace, command, "prod", said);
  }
});

test("If it fails or is interrupted, nothing is left of a new stack", async () => {
  const { workspace, folder, project, backend, connection } = cloneRepository();
  await using _ = workspace;
  const none = await workspace.run("new-stack", "prod");
  expect(none).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("2 problems, nothing was changed:"),
  });
  const args = ["prod", "--backend", backend, ...connection];
  const provider = await workspace.run("new-stack", ...args, "--secrets-provider", "nonsense://key");
  expect(provider).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("unknown secrets provider type 'nonsense'"),
  });
  expectNothingLeft({ folder, project });

  workspace.environment.PULUMI_BACKEND_URL = "postgres://ada:secret@127.0.0.1:1/states";
  const unusable = await workspace.run("new-stack", "prod", ...connection);
  expect(unusable).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("The backend postgres://ada:***@127.0.0.1:1/states cannot be used"),
  });
  expect(unusable.stderr).not.toContain("secret");

  const lock = join(folder, ".dev", "locks", "new-stack");
  const second = await withLock(
    lock,
    () => workspace.run("new-stack", ...args),
    () => {},
  );
  expect(second).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`Another npm run new-stack (process ${process.pid}) is running`),
  });
  expectNothingLeft({ folder, project });

  // In a backend that stays, the interrupted stack is removed by itself.
  const kept = join(folder, "state");
  workspace.environment.PULUMI_BACKEND_URL = pathToFileURL(kept).href;
  const child = workspace.start("new-stack", "prod", ...connection);
  const { ended, said } = listen(child);
  await vi.waitUntil(() => existsSync(join(folder, "Pulumi.prod.yaml")), { timeout: 30_000, interval: 10 });
  sendSignal(-(child.pid ?? 0), "SIGINT");
  await ended;
  expect(said()).toContain("Interrupted. No stack was created.");
  expectNothingLeft({ folder, project });
  expect(await workspace.run("pulumi", "stack", "ls", "--json")).toMatchObject({ stdout: "[]\n" });
  expect(await workspace.run("new-stack", "prod", ...connection)).toMatchObject({ exitCode: 0 });
});

test("An interrupt after the creation leaves the stack, and is not reported as if there were none", async () => {
  const { workspace, folder, backend, connection } = cloneRepository();
  await using _ = workspace;
  const child = workspace.start("new-stack", "prod", "--backend", backend, ...connection);
  const { printed, ended, said } = listen(child);
  await printed(/was created/);
  sendSignal(-(child.pid ?? 0), "SIGINT");
  expect(await ended, said()).toBe(130);
  expect(said()).not.toContain("No stack was created.");
  expect(existsSync(join(folder, "Pulumi.prod.yaml"))).toBe(true);
  expect(await workspace.run("pulumi", "config", "--json", "--stack", "prod")).toMatchObject({ exitCode: 0 });
});

test("Every command says that the stack or the backend is missing, and names the command that creates a stack", async () => {
  const { workspace, folder } = cloneRepository();
  await using _ = workspace;
  const expectExplained = async (said: string) => {
    for (const command of ["preview", "up", "review", "smoke", "drift", "adopt", "topics"] as const)
      await expectFailure(workspace, command, "uw", said);
  };
  await expectExplained("Stack uw has no backend, or you are not logged in to it");
  workspace.environment.PULUMI_BACKEND_URL = pathToFileURL(join(folder, "state")).href;
  await expectExplained("The backend has no stack uw.");
});

test.skipIf(!hasPseudoTerminal)(
  "At a terminal, a person answers the questions, again after a wrong answer; no secret is shown",
  async () => {
    const { workspace, folder, backend } = cloneRepository();
    await using _ = workspace;
    workspace.environment.PULUMI_CONFIG_PASSPHRASE = undefined;
    const [command] = readSteps(blocks.take("README.md", "Use it on your cluster 2"));
    const { exitCode, printed } = await typeAnswers(workspace, command?.command ?? "", [
      ["State backend", "states\r"],
      ["given states, allowed: a URL", `${clear}${backend}\r`],
      ["Bootstrap servers", "broker-1\r"],
      ['Allowed: a list of "host:port"', `${clear}${sharedServers().join(", ")}\r`],
      ["Do the brokers use TLS?", "n"],
      ["How do you log in to the brokers?", "\r"],
      ["User name", "topics\r"],
      ["Password", `${password}\r`],
      ["New passphrase", `${passphrase}\r`],
      ["The same passphrase again", `mistake${passphrase}\r`],
      ["The passphrases differ. New passphrase", `${passphrase}\r`],
      ["The same passphrase again", `${passphrase}\r`],
      ["Stack prod was created", ""],
    ]);
    expect(exitCode).toBe(2);
    expect(printed).toContain("The stack cannot use its cluster.");
    expect(printed).not.toContain(password);
    expect(printed).not.toContain(passphrase);
    workspace.environment.PULUMI_CONFIG_PASSPHRASE = passphrase;
    const config = await workspace.run("pulumi", "config", "--json", "--show-secrets", "--stack", "prod");
    expect(JSON.parse(config.stdout)).toMatchObject({
      "kafka:bootstrapServers": { objectValue: sharedServers() },
      "kafka:saslMechanism": { value: "scram-sha512" },
      "kafka:saslUsername": { value: "topics" },
      "kafka:saslPassword": { value: password, secret: true },
      "kafka:tlsEnabled": { value: "false" },
    });
    expect(readFileSync(join(folder, "Pulumi.yaml"), "utf8")).toContain(backend);
  },
);

test.skipIf(!hasPseudoTerminal)("Ctrl-C at a question leaves nothing", async () => {
  const { workspace, folder, project, backend } = cloneRepository();
  await using _ = workspace;
  const { exitCode, printed } = await typeAnswers(workspace, "npm run --silent new-stack -- prod", [
    ["State backend", `${backend}\r`],
    ["Bootstrap servers", "\u0003"],
  ]);
  expect(exitCode).toBe(130);
  expect(printed).toContain("Interrupted. No stack was created.");
  expectNothingLeft({ folder, project });
});
