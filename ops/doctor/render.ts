import { explainSecrets } from "../../infra/secret-remedy.ts";
import { findSecretsToSet } from "../../kafka/describe-failure.ts";
import { countOf } from "../../kafka/describe-value.ts";
import { toFinding } from "../../kafka/refused-error.ts";
import { isSecretKey } from "../../kafka/secret-settings.ts";
import { paint } from "../../machine/terminal.ts";
import { describeStep } from "./describe-step.ts";
import type { DoctorFinding, Step, StepName } from "./findings.ts";
import { describeFinding } from "./wording.ts";

const titles = {
  settings: "settings",
  names: "host names",
  ports: "ports",
  tls: "TLS",
  sasl: "SASL",
  cluster: "cluster",
  brokers: "brokers",
  rights: "rights",
  configs: "configs",
  clock: "clock",
  review: "review",
  smoke: "smoke",
} as const satisfies Record<StepName, string>;

const marks = { passed: "✔", warning: "⚠", failed: "✗", skipped: "–" } as const;
const colours = { passed: "green", warning: "yellow", failed: "red", skipped: "gray" } as const;

/** The width of a mark and a title, with the spaces after them. */
const margin = 13;

/**
 * Renders a step for a terminal: a line with its result, unless it failed, and a line for each finding.
 * @param steps all steps so far
 */
export function renderStep(step: Step, steps: readonly Step[]): string {
  const { status, findings, settingNames } = step;
  const servers = serversOf(steps);
  const said = status === "failed" ? "" : describeStep(step);
  const lines = [
    ...(said === "" ? [] : [said]),
    ...findings.flatMap((finding) => {
      const [first, ...others] = describeFinding(finding, servers, settingNames).split("\n");
      return [`${first} [${finding.code}]`, ...others];
    }),
  ];
  const start = `${marks[status]} ${titles[step.step]}`.padEnd(margin);
  const [first = "", ...others] = lines;
  return [paint(colours[status], start) + first, ...others.map((line) => " ".repeat(margin) + line)].join(
    "\n",
  );
}

/** Renders the result of the whole examination in one line. */
export function renderVerdict(stack: string, steps: readonly Step[]): string {
  const last = steps.at(-1);
  if (last?.status === "failed") {
    const verdict = `Stack ${stack}: failed at ${titles[last.step]}. Later steps were not run.`;
    return [paint("red", verdict), ...explainSecrets(stack, secretsOf(last))].join("\n");
  }
  const warnings = steps.flatMap(({ findings }) => findings).length;
  if (warnings > 0) return paint("yellow", `Stack ${stack}: ${countOf(warnings, "warning")}.`);
  return paint("green", `Stack ${stack}: nothing to report.`);
}

/** Renders all steps as JSON: the code, the data and the message of every finding. */
export function renderJson(stack: string, steps: readonly Step[]): string {
  const servers = serversOf(steps);
  const json = {
    version: 1,
    stack,
    steps: steps.map(({ findings, ...step }) => ({
      ...step,
      findings: findings.map((finding) =>
        toJson(finding, describeFinding(finding, servers, step.settingNames)),
      ),
    })),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** The secret keys that a failed step may require to be set. */
function secretsOf({ findings, settingNames }: Step): string[] {
  const refused = findings.flatMap((finding) =>
    "place" in finding && isSecretKey(finding.field) ? [finding.field] : [],
  );
  return [...new Set([...refused, ...findSecretsToSet(findings, settingNames)])];
}

function toJson(finding: DoctorFinding, message: string) {
  return "place" in finding ? toFinding(finding) : { ...finding, message };
}

function serversOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.step === "settings" ? (step.observed?.bootstrapServers ?? []) : []));
}
