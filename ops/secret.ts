import { exitCodes, runCommand } from "../machine/command.ts";
import { watchInterrupts } from "../machine/interrupts.ts";
import { CancelledError } from "./new-stack/terminal.ts";
import { setSecret } from "./secret/set-secret.ts";

const interrupts = watchInterrupts();

await runCommand({
  help: `Usage: npm run secret -- --stack NAME KEY

Sets a secret of a stack, encrypted, in Pulumi.NAME.yaml. At a terminal, it asks for the secret and shows nothing of the
answer; otherwise it reads standard input. A secret is never an argument: other processes, the shell's history and npm's
log would contain it.

  --stack NAME  the stack; required
  KEY           kafka:saslPassword (for OAuth 2, the client secret), kafka:clientKey (a PEM file), kafka:clientKeyPassphrase,
                kafka:saslAwsSecretKey or kafka:saslAwsToken, or one of them in another namespace: smoke:saslPassword

Exits with 0 if the secret was set, and with 1 if nothing was changed.
`,
  argument: "KEY",
  options: { stack: { type: "string", short: "s" } },
  run: async ({ stack = "" }, _, key) => {
    try {
      await setSecret(stack, key, interrupts.signal);
    } catch (error) {
      process.stderr.write("Nothing was changed.\n");
      if (error instanceof CancelledError || interrupts.signal.aborted) return interrupts.exitCode() ?? 130;
      throw error;
    }
    process.stdout.write(
      `${key} was set, encrypted, in Pulumi.${stack}.yaml. Next: npm run doctor -- --stack ${stack}, which uses it to ` +
        "connect to the cluster.\n",
    );
    return exitCodes.success;
  },
});
