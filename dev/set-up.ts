import { exitCodes, runCommand } from "../machine/command.ts";
import { install } from "../machine/set-up.ts";

await runCommand({
  help: `Usage: npm run set-up [-- --kafka | --pin]

Installs what the other commands need: the npm packages, the Pulumi CLI and the Kafka provider plugin. It runs nothing whose
SHA-256 is not pinned in this repository, and needs no stack, no login and no secrets. With CI set, no other command but
npm test and npm run compatibility downloads or builds anything.

  --kafka  also installs Apache Kafka, for npm start, npm run drill and the tests
  --pin    for a new version of Pulumi or Kafka: writes the hashes of its files to machine/toolchain/, see CONTRIBUTING.md
`,
  options: { kafka: { type: "boolean" }, pin: { type: "boolean" } },
  run: async ({ kafka = false, pin = false }) => {
    if (kafka && pin) throw new Error("--kafka, --pin: given both, allowed: one of them");
    // Imported only if needed: maintainers use it twice a year.
    if (pin) await (await import("./pin.ts")).pinHashes();
    else {
      await install("engine", ...(kafka ? (["kafka"] as const) : []));
      process.stdout.write("Everything is installed.\n");
    }
    return exitCodes.success;
  },
});
