import { z } from "zod";
import { listStacks } from "../infra/stack-files.ts";
import { json } from "../infra/stack-values.ts";
import { nearest } from "../kafka/problem.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { writeOutputs } from "../machine/output.ts";
import { readStackFile } from "../pulumi/local-stack.ts";
import { orderStacks } from "./stages/order-stacks.ts";

const allowed = 'a JSON list of stacks, for example ["staging", "prod"]';
const list = json(z.array(z.string(allowed), allowed).min(1, allowed), allowed);

await runCommand({
  help: `Usage: npm run stages -- [--stacks LIST] [--json [FILE]]

Shows the stages in which CI deploys the stacks: a stack is deployed after the stacks that its setting promoteAfter names.
Reads only the stacks' files.

  --stacks LIST  the stacks to deploy, as a JSON list, else all stacks that have a file
  --json [FILE]  prints JSON, or writes it to a file

Exits with 1 if there is no such order.
`,
  options: { stacks: { type: "string" }, json: { type: "string" } },
  outputs: ["json"],
  run: (values) => {
    const known = listStacks();
    const names = values.stacks === undefined ? known : readNames(values.stacks, known);
    const stacks = names.map((name) => [name, readStackFile(name, ["promoteAfter"]).promoteAfter] as const);
    const ordered = orderStacks(new Map(stacks), known);
    if ("problems" in ordered) throw new RefusedError(ordered.problems);
    const { stages } = ordered;
    const isWritten = writeOutputs(values, {
      text: () => stages.map((stage, at) => `Stage ${at + 1}: ${stage.join(", ")}`).join("\n"),
      json: () => `${JSON.stringify({ version: 1, stages }, null, 2)}\n`,
    });
    return isWritten ? exitCodes.success : exitCodes.failure;
  },
});

/**
 * Parses `--stacks`.
 * @throws RefusedError if a stack has no file, so that its order is unknown
 */
function readNames(text: string, known: readonly string[]): string[] {
  const parsed = list.safeParse(text);
  if (!parsed.success) throw new Error(`--stacks: given ${JSON.stringify(text)}, allowed: ${allowed}`);
  const unknown = parsed.data.filter((name) => !known.includes(name));
  if (unknown.length === 0) return parsed.data;
  throw new RefusedError(
    unknown.map((given) => ({
      code: "STACK_UNKNOWN",
      place: "--stacks",
      field: "name",
      given,
      allowed: `a stack that has a file, ${nearest(given, known)}`,
    })),
  );
}
