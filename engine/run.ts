import { chooseStack, runPulumi, updateFlags } from "./pulumi.ts";

const [command = "", ...flags] = process.argv.slice(2);
const args =
  command === "preview" || command === "up" ? [command, ...updateFlags, ...flags] : [command, ...flags];
try {
  process.exitCode = await runPulumi(chooseStack([command, ...flags]), args.filter(Boolean));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
