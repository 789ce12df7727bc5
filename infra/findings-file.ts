import { writeFileSync } from "node:fs";
import { z } from "zod";
import type { Problem } from "../kafka/problem.ts";
import { describeGiven, describeProblem } from "../kafka/refused-error.ts";
import { catalogueCodes, type PreflightError, type PreflightWarning, preflightCodes } from "./findings.ts";

/**
 * Names the file that the program writes its findings to as data. The engine hands nothing but text from a program to
 * whoever runs it.
 */
export const findingsVariable = "KAFKA_TOPICS_FINDINGS";

/** All that the program throws when its errors are in the file. */
export const findingsWritten = "KAFKA_TOPICS_FINDINGS_WRITTEN";

const finding = z.object({
  code: z.enum([...catalogueCodes, ...preflightCodes]),
  topic: z.string().optional(),
  /** A config's key, where it is about one. */
  key: z.string().optional(),
  expected: z.unknown().optional(),
  observed: z.unknown().optional(),
  /** For people: place, value and what to do. */
  message: z.string(),
});
const findingsFile = z.object({ errors: z.array(finding), warnings: z.array(finding) });

/** A finding of the program, with its wording. */
export type ReportedFinding = z.output<typeof finding>;
export type FindingsFile = z.output<typeof findingsFile>;

/** @throws ZodError when the file is not as `writeFindings` writes it */
export function parseFindings(text: string): FindingsFile {
  return findingsFile.parse(JSON.parse(text));
}

export function writeFindings(file: string, findings: FindingsFile): void {
  writeFileSync(file, JSON.stringify(findings));
}

/** A value that a rule refuses: what the catalogue gave, in the words in which Node shows it, is what was observed. */
export function reportProblem(problem: Problem<ReportedFinding["code"]>): ReportedFinding {
  const { code, topic, given, allowed, refused } = problem;
  return {
    code,
    ...(topic !== undefined && { topic }),
    expected: allowed ?? refused,
    observed: describeGiven(given),
    message: describeProblem(problem).trim(),
  };
}

/** @param message of `infra/wording.ts` */
export function reportFinding(found: PreflightError | PreflightWarning, message: string): ReportedFinding {
  const { code } = found;
  return {
    code,
    ...("topic" in found && { topic: found.topic }),
    ...("key" in found && { key: found.key }),
    expected: "expected" in found ? found.expected : undefined,
    observed: "observed" in found ? found.observed : undefined,
    message,
  };
}
