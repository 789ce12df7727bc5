import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, expect, test } from "vitest";
import { describeProblem } from "../../kafka/refused-error.ts";
import { root } from "../../machine/paths.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";
import { toValues } from "./answers.ts";
import { collectAnswers, type Flags } from "./interview.ts";
import { questions } from "./questions.ts";
import type { Check, Terminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-new-stack-"));
afterAll(() => rmSync(folder, { recursive: true }));
const [trusted] = rootCertificates;
const ca = `${trusted?.trimEnd()}\n`;
const caFile = join(folder, "ca.pem");
writeFileSync(caFile, ca);

const servers = { "bootstrap-servers": ["a:9092,b:9092", "c:9092"] };
const bootstrapServers = '["a:9092","b:9092","c:9092"]';

/** Collects answers as a script does. */
async function collect(flags: Flags, environment: NodeJS.ProcessEnv = {}, lines: string[] = []) {
  const sources = { environment, terminal: undefined, readLine: async () => lines.shift() };
  const { answers, problems } = await collectAnswers(flags, sources);
  return { answers, problems: problems.map((problem) => describeProblem(problem).trim()) };
}

/** A person who gives these answers, the next one whenever an answer is refused. */
class Person {
  readonly #answers: (string | boolean)[];
  /** What was asked, and why answers were refused. */
  readonly read: string[] = [];

  constructor(...answers: (string | boolean)[]) {
    this.#answers = answers;
  }

  get terminal(): Terminal {
    const answer = (question: string) => {
      this.read.push(question);
      const next = this.#answers.shift();
      if (next === undefined) throw new Error(`No answer is left for: ${question}`);
      return next;
    };
    const ask = async (question: string, check: Check) => {
      for (let text = String(answer(question)); ; text = String(answer(question))) {
        const refusal = await check(text);
        if (refusal === undefined) return text;
        this.read.push(refusal);
      }
    };
    return {
      ask,
      askSecret: ask,
      confirm: async (question) => answer(question) === true,
      choose: async (question, choices) => {
        const wanted = answer(question);
        const choice = choices.find(({ name }) => name === wanted);
        if (!choice) throw new Error(`${wanted} is none of ${choices.map(({ name }) => name).join(", ")}`);
        return choice.value;
      },
    };
  }
}

/** Collects answers as a person at a terminal does. */
async function talk(person: Person, flags: Flags = {}, environment: NodeJS.ProcessEnv = {}) {
  const { answers, problems } = await collectAnswers(flags, {
    environment,
    terminal: person.terminal,
    readLine: () => Promise.reject(new Error("A person types no lines.")),
  });
  expect(problems).toEqual([]);
  return answers;
}

test("A script gives flags; without any for a login there is none, and TLS stays on", async () => {
  expect(await collect(servers)).toEqual({ answers: { bootstrapServers }, problems: [] });
  expect(await collect({ ...servers, "no-tls": true })).toMatchObject({ answers: { tlsEnabled: "false" } });
  expect(await collect({ ...servers, "ca-cert": caFile })).toEqual({
    answers: { bootstrapServers, caCert: ca },
    problems: [],
  });
});

const login = { ...servers, "sasl-mechanism": "scram-sha512", "sasl-username": "ada" };

test("The password comes from the provider's variable, else from the first line of standard input", async () => {
  const answers = { bootstrapServers, saslMechanism: "scram-sha512", saslUsername: "ada" };
  expect(await collect(login, { KAFKA_SASL_PASSWORD: "one" }, ["two"])).toEqual({
    answers: { ...answers, saslPassword: "one" },
    problems: [],
  });
  expect(await collect(login, {}, ["two"])).toEqual({
    answers: { ...answers, saslPassword: "two" },
    problems: [],
  });
});

test("A script can log in with OAuth 2 client credentials, or with AWS IAM", async () => {
  const tokenUrl = "https://login.example.com/token";
  const client = { ...servers, "sasl-mechanism": "oauthbearer", "sasl-username": "topics" };
  const oauth = { ...client, "sasl-token-url": tokenUrl, "sasl-oauth-scopes": "kafka, topics" };
  expect(await collect(oauth, {}, ["secret"])).toEqual({
    answers: {
      bootstrapServers,
      saslMechanism: "oauthbearer",
      saslTokenUrl: tokenUrl,
      saslUsername: "topics",
      saslPassword: "secret",
      saslOauthScopes: '["kafka","topics"]',
    },
    problems: [],
  });
  expect((await collect(client, {}, ["secret"])).problems).toEqual([
    "command line: --sasl-token-url: given nothing, allowed: URL of the token endpoint",
  ]);
  const iam = { ...servers, "sasl-mechanism": "aws-iam" };
  expect((await collect(iam)).problems).toEqual([
    "command line: --sasl-aws-region: given nothing, allowed: AWS region of the cluster",
  ]);
  expect(await collect({ ...iam, "sasl-aws-region": "eu-west-1" })).toMatchObject({
    answers: { saslMechanism: "aws-iam", saslAwsRegion: "eu-west-1" },
    problems: [],
  });
});

test("All that a script leaves out is reported together", async () => {
  expect((await collect({})).problems).toEqual([
    "command line: --bootstrap-servers: given nothing, allowed: bootstrap servers (host:port, separated by commas)",
  ]);
  expect((await collect({ "sasl-mechanism": "plain" })).problems).toEqual([
    expect.stringContaining("command line: --bootstrap-servers: given nothing"),
    "command line: --sasl-username: given nothing, allowed: user name",
    "environment: KAFKA_SASL_PASSWORD: given nothing, allowed: password, here or as a line of standard input",
  ]);
  expect(
    (await collect({ ...servers, "sasl-username": "ada" }, { KAFKA_SASL_PASSWORD: "one" })).problems,
  ).toEqual([
    "command line: --sasl-mechanism: given nothing, allowed: scram-sha512, scram-sha256, plain, oauthbearer",
  ]);
  expect((await collect({ ...servers, "client-cert": caFile })).problems).toEqual([
    "command line: --client-key: given nothing, allowed: PEM file of the client certificate's private key",
  ]);
});

test("All that is wrong with a script's flags is reported together, with the flags", async () => {
  const flags = { "bootstrap-servers": ["a"], "sasl-mechanism": "kerberos", "ca-cert": "missing.pem" };
  expect((await collect({ ...flags, tls: true, "no-tls": true })).problems).toEqual([
    "command line: --ca-cert: given 'missing.pem', refused: ENOENT: no such file or directory, open 'missing.pem'",
    "command line: --no-tls: --tls is given too",
    "command line: --bootstrap-servers: given 'a', allowed: a list of \"host:port\", one per element, with ports from 1 to 65535",
    "command line: --sasl-mechanism: given 'kerberos', allowed: plain, scram-sha256, scram-sha512, oauthbearer or aws-iam",
  ]);
  expect((await collect({ ...servers, "no-tls": true, "ca-cert": caFile })).problems).toEqual([
    expect.stringContaining(
      "command line: --ca-cert: given '(not shown)', allowed: no value while kafka:tlsEnabled",
    ),
  ]);
});

test("A person is asked for what is missing, again after a wrong answer, and told why", async () => {
  const person = new Person(
    "a",
    "a:9092",
    true,
    caFile,
    "User and password, SCRAM-SHA-512",
    "ada",
    "",
    "secret",
  );
  expect(await talk(person)).toEqual({
    bootstrapServers: '["a:9092"]',
    tlsEnabled: "true",
    caCert: ca,
    saslMechanism: "scram-sha512",
    saslUsername: "ada",
    saslPassword: "secret",
  });
  expect(person.read).toEqual([
    "Bootstrap servers (host:port, separated by commas)",
    'Allowed: a list of "host:port", one per element, with ports from 1 to 65535',
    "Bootstrap servers (host:port, separated by commas)",
    "Do the brokers use TLS?",
    "PEM file of the CA that issued the brokers' certificates (empty for a public CA)",
    "How do you log in to the brokers?",
    "User name",
    "Password",
    "Allowed: a password",
    "Password",
  ]);
});

test("A person is not asked for what a flag or a variable gives", async () => {
  const person = new Person("");
  const answers = await talk(person, { ...login, tls: true }, { KAFKA_SASL_PASSWORD: "one" });
  expect(answers).toMatchObject({ saslUsername: "ada", saslPassword: "one" });
  expect(person.read).toEqual([expect.stringContaining("PEM file of the CA")]);

  const withoutTls = new Person("No authentication");
  expect(await talk(withoutTls, { ...servers, "no-tls": true })).toEqual({
    bootstrapServers,
    tlsEnabled: "false",
  });
  await expect(
    talk(new Person("Client certificate (mutual TLS)"), { ...servers, "no-tls": true }),
  ).rejects.toThrow("is none of");
});

test("A wrong flag is refused before a person is asked anything", async () => {
  await expect(talk(new Person(), { "bootstrap-servers": ["a"] })).rejects.toThrow("--bootstrap-servers");
});

test("Secrets and the private key are encrypted, and files are not arguments of a process", () => {
  const answers = { bootstrapServers, saslUsername: "u", saslPassword: "p", caCert: ca, clientKey: "k" };
  expect(toValues(answers).map(({ key, kind, isEncrypted }) => [key, kind, isEncrypted])).toEqual([
    ["bootstrapServers", "list", false],
    ["saslUsername", "text", false],
    ["saslPassword", "document", true],
    ["caCert", "document", false],
    ["clientKey", "document", true],
  ]);
});

test("The command has the flag and the help of every question, and no flag for a secret", async () => {
  const flags = questions.flatMap(({ flag }) => (flag === undefined ? [] : [`--${flag}`]));
  const args = ["ops/new-stack.ts", ...flags.flatMap((flag) => [flag, "x"]), "--help"];
  const help = await runTool("node", args, { cwd: root });
  for (const flag of flags) expect(help).toContain(`  ${flag} `);
  for (const { variable } of questions) expect(help).toContain(variable ?? "");
  expect(questions.filter(({ kind, flag }) => (kind === "secret") !== (flag === undefined))).toEqual([]);
}, 30_000);
