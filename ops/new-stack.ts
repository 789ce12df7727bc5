import { join } from "node:path";
import { readCatalogue } from "../infra/catalogue.ts";
import { exitCodes, reportError, runCommand } from "../machine/command.ts";
import { watchInterrupts } from "../machine/interrupts.ts";
import { withLock } from "../machine/lock.mjs";
import { localFolder } from "../machine/paths.ts";
import { type Created, create } from "./new-stack/create.ts";
import { secretFlags } from "./new-stack/secret-flags.ts";
import { CancelledError } from "./new-stack/terminal.ts";
import { describeCreated, explainUnusable, suggestNext } from "./new-stack/wording.ts";

// After the first Ctrl-C, the command removes what it has created.
const interrupts = watchInterrupts();
const lock = join(localFolder, "locks", "new-stack");

await runCommand({
  help: `Usage: npm run new-stack -- NAME [--backend URL] [--secrets-provider URL] [--bootstrap-servers HOST:PORT,...]
                            [--tls | --no-tls] [--ca-cert FILE] [--client-cert FILE --client-key FILE]
                            [--sasl-mechanism NAME] [--sasl-username USER] [--sasl-token-url URL]
                            [--sasl-oauth-scopes SCOPE,...] [--sasl-aws-region REGION]

Creates a stack for a cluster: its state in the backend, and Pulumi.NAME.yaml, which says how to reach the cluster. At a
terminal, it asks for everything that the flags do not give. If it fails or is interrupted, it removes what it has created.

  --backend URL              where the state is stored: s3://BUCKET?region=REGION, file:///DIRECTORY (created if it is
                             missing), https://api.pulumi.com, ...; written to Pulumi.yaml for all stacks. By default
                             PULUMI_BACKEND_URL, else the backend in Pulumi.yaml, else that of npm run pulumi -- login
  --secrets-provider URL     what encrypts the stack's secrets, for example awskms://alias/NAME?region=REGION. By default
                             Pulumi Cloud or, in any other backend, the passphrase in PULUMI_CONFIG_PASSPHRASE
  --bootstrap-servers LIST   host:port of the brokers, separated by commas; can be repeated
  --tls, --no-tls            whether the brokers use TLS; without a terminal, the default is --tls
  --ca-cert FILE             the CA that issued the brokers' certificates, if it is not a public one
  --client-cert FILE         the client certificate for mutual TLS
  --client-key FILE          its private key, which is stored encrypted
  --sasl-mechanism NAME      plain, scram-sha256, scram-sha512, oauthbearer or aws-iam
  --sasl-username USER       the SASL user or, for oauthbearer, the client ID
  --sasl-token-url URL       the token endpoint, for oauthbearer
  --sasl-oauth-scopes LIST   the scopes to request, separated by commas, for oauthbearer
  --sasl-aws-region REGION   the region of the cluster, for aws-iam

No flag takes a secret. The password or client secret comes from KAFKA_SASL_PASSWORD, and the passphrase of an encrypted
private key from KAFKA_CLIENT_KEY_PASSPHRASE. If a variable is not set, the command asks for its value or, without a
terminal, reads it from standard input: one value per line, in this order.

Exits with 0 if the stack was created and can use its cluster, with 2 if it was created, but its connection failed, and
with 1 if nothing was created.
`,
  argument: "NAME",
  refused: secretFlags,
  options: {
    backend: { type: "string" },
    "secrets-provider": { type: "string" },
    "bootstrap-servers": { type: "string", multiple: true },
    tls: { type: "boolean" },
    "no-tls": { type: "boolean" },
    "ca-cert": { type: "string" },
    "client-cert": { type: "string" },
    "client-key": { type: "string" },
    "sasl-mechanism": { type: "string" },
    "sasl-username": { type: "string" },
    "sasl-token-url": { type: "string" },
    "sasl-oauth-scopes": { type: "string" },
    "sasl-aws-region": { type: "string" },
  },
  run: async ({ backend, "secrets-provider": secretsProvider, ...flags }, _, stack) => {
    let created: Created;
    try {
      const given = { backend, secretsProvider, flags };
      created = await withLock(lock, () => create(stack, given, interrupts.signal), refuse);
    } catch (error) {
      const isInterrupted = error instanceof CancelledError || interrupts.signal.aborted;
      process.stderr.write(`${isInterrupted ? "Interrupted. " : ""}No stack was created.\n`);
      if (isInterrupted) return interrupts.exitCode() ?? 130;
      throw error;
    }
    process.stdout.write(`${describeCreated(stack, created)}\n`);
    const exitCode = await showNext(stack, created);
    return interrupts.exitCode() ?? exitCode;
  },
});

/** Another creation could write the same files, and remove them if it fails. */
function refuse(pid: number): never {
  throw new Error(
    `Another npm run new-stack (process ${pid}) is running in this clone. Wait until it has ended.`,
  );
}

/** Examines the connection of a new stack, and says what to do next. */
async function showNext(stack: string, { config, connection }: Created): Promise<number> {
  try {
    const [{ examineStack }, { readLiveCluster }] = await Promise.all([
      import("./doctor/examine-stack.ts"),
      import("../kafka/live-cluster.ts"),
    ]);
    const steps = await examineStack({ name: stack, config }, (lines) => process.stdout.write(lines));
    if (steps.at(-1)?.status === "failed") {
      process.stderr.write(`${explainUnusable(stack)}\n`);
      return exitCodes.finding;
    }
    const [{ topics }, { declaredNames }] = await Promise.all([readLiveCluster(connection), readCatalogue()]);
    process.stdout.write(`${suggestNext(stack, topics, declaredNames)}\n`);
    return exitCodes.success;
  } catch (error) {
    const exitCode = reportError(error);
    return exitCode === exitCodes.failure ? exitCodes.finding : exitCode;
  }
}
