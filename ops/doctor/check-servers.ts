import { toFailedConnections } from "../../kafka/cluster-error.ts";
import { isUnexpected } from "../../machine/command.ts";
import type { DoctorFinding } from "./findings.ts";

/** What a check of one server finds. */
export type Checked<Fact> = {
  /** Absent if the server does not pass. */
  readonly fact?: Fact;
  readonly findings: readonly DoctorFinding[];
};

/** Whether a step passes, and the findings that say why not. */
export type StepOutcome = {
  readonly status: "passed" | "warning" | "failed";
  readonly findings: readonly DoctorFinding[];
};

/** The servers that pass a check, each with the fact that the check returned, and the outcome of the step. */
export type Passed<Fact> = {
  readonly passed: ReadonlyMap<string, Fact>;
  readonly outcome: StepOutcome;
};

/** Checks all servers at once. The step fails only if none passes, because the commands need only one that answers. */
export async function checkServers<Fact>(
  servers: Iterable<string>,
  check: (server: string) => Promise<Checked<Fact>>,
): Promise<Passed<Fact>> {
  const checked = await Promise.all(
    [...servers].map(async (server) => {
      try {
        return { server, ...(await check(server)) };
      } catch (error) {
        if (isUnexpected(error)) throw error;
        return { server, findings: findFailures(server, error) };
      }
    }),
  );
  const passed = checked.flatMap(({ server, fact }) => (fact === undefined ? [] : [[server, fact] as const]));
  const findings = checked.flatMap((one) => one.findings);
  const status = passed.length === 0 ? "failed" : statusOf(findings);
  return { passed: new Map(passed), outcome: { status, findings } };
}

/** The status of a step that does not fail. */
export function statusOf(findings: readonly DoctorFinding[]): "passed" | "warning" {
  return findings.length > 0 ? "warning" : "passed";
}

/** Adds warnings to the outcome of a step. */
export function addFindings(more: readonly DoctorFinding[], { status, findings }: StepOutcome): StepOutcome {
  const all = [...more, ...findings];
  return { status: status === "failed" ? status : statusOf(all), findings: all };
}

/**
 * Converts the error of a connection.
 * @param server the server that was asked, unless the error names others
 */
export function findFailures(server: string, error: unknown): DoctorFinding[] {
  return toFailedConnections(error).map((failed) => ({ server, ...failed }));
}
