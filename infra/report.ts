import * as pulumi from "@pulumi/pulumi";
import { describeProblem, RefusedError } from "../kafka/refused-error.ts";
import { showCommands, showInvisible } from "../machine/visible-text.ts";
import type { Desired } from "./desired.ts";
import type { Preflight } from "./findings.ts";
import {
  findingsVariable,
  findingsWritten,
  reportFinding,
  reportProblem,
  writeFindings,
} from "./findings-file.ts";
import { describeWarning } from "./warning-wording.ts";
import { describeError } from "./wording.ts";

/**
 * Reports all findings: as JSON in the file that `findingsVariable` names, or as text through the engine.
 * @returns why the program must not declare topics; undefined if it may
 */
export function report(
  { stack, entries, connection, problems }: Desired,
  { errors, warnings, repairs, factors, gone, throttles, state }: Preflight & { readonly state?: string },
  outputs: unknown,
): string | undefined {
  const refused = errors.flatMap((error) => {
    if (!stack || !connection) return [];
    return [{ error, problem: describeError(error, { stack, entries }, connection) }];
  });
  const warned = warnings.map((warning) => ({
    warning,
    message: describeWarning(warning, pulumi.getStack()),
  }));
  const refusal =
    problems.length + refused.length > 0
      ? new RefusedError([...problems, ...refused.map(({ problem }) => problem)]).message
      : undefined;
  const file = process.env[findingsVariable];
  if (file) {
    writeFindings(file, {
      errors: [
        ...problems.map(reportProblem),
        ...refused.map(({ error, problem }) => reportFinding(error, describeProblem(problem).trim())),
      ],
      warnings: warned.map(({ warning, message }) => reportFinding(warning, message)),
      ...(refusal !== undefined && { refusal }),
      ...(state !== undefined && {
        state,
        adopts: stack?.adoptExisting === true && stack.preflight !== "off",
      }),
      repairs: [...repairs],
      factors: [...factors],
      gone: [...gone],
      throttles: [...throttles],
      outputs,
    });
    return refusal && findingsWritten;
  }
  for (const { message } of warned) void pulumi.log.warn(show(message));
  return refusal && show(refusal);
}

/** The engine prints text as it is, and our commands filter its output only if they run it. */
function show(message: string): string {
  return showCommands(showInvisible(message));
}
