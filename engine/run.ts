import { chooseStack, runPulumi } from "./pulumi.ts";

// Every operation waits for a broker, none for this machine: the engine's default, 4 for each core, takes twice
// as long for 200 topics.
const parallel = ["--parallel", "256"];
// The outputs repeat what the list of topics has said already, and are longer.
const terse = ["--suppress-outputs"];

const [command = "", ...flags] = process.argv.slice(2);
const args =
  command === "preview" || command === "up"
    ? [command, ...parallel, ...terse, ...flags]
    : [command, ...flags];
process.exitCode = await runPulumi(chooseStack(flags), args);
