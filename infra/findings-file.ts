import { writeFileSync } from "node:fs";
import { z } from "zod";
import { describeGiven } from "../kafka/given-value.ts";
import type { Problem } from "../kafka/problem.ts";
import { describeProblem } from "../kafka/refused-error.ts";
import { catalogueCodes, type PreflightError, type PreflightWarning, preflightCodes } from "./findings.ts";

/**
 * The environment variable with the path of the file to which the program writes its findings as JSON. The engine passes
 * only text from a program to its caller.
 */
export const findingsVariable = "KAFKA_TOPICS_FINDINGS";

/** The message of the program's error when its findings are in the file. */
export const findingsWritten = "KAFKA_TOPICS_FINDINGS_WRITTEN";

const finding = z.object({
  code: z.enum([...catalogueCodes, ...preflightCodes]),
  topic: z.string().optional(),
  /** The config's key, if the finding is about a config. */
  key: z.string().optional(),
  expected: z.unknown().optional(),
  observed: z.unknown().optional(),
  /** The finding in words: place, value and what to do. */
  message: z.string(),
});
const repair = z.object({ topic: z.string(), key: z.string(), expected: z.string(), observed: z.string() });
const findingsFile = z.object({
  errors: z.array(finding),
  warnings: z.array(finding),
  /** All errors in words, as a preview prints them. */
  refusal: z.string().optional(),
  /** The hash of the topics in the state and of the stack's config, if that is valid. */
  state: z.string().optional(),
  /** Whether the next update would adopt topics that are on the cluster, but not in the state. The preflight finds them. */
  adopts: z.boolean().optional(),
  /** The configs that the update resets. */
  repairs: z.array(repair).optional(),
  /** The replication factors that the update restores. */
  factors: z
    .array(
      z.object({
        topic: z.string(),
        expected: z.number(),
        observed: z.number(),
        repair: z.enum(["on", "report", "later"]),
      }),
    )
    .optional(),
  /** The topics in the state that are neither on the cluster nor declared. */
  gone: z.array(z.string()).optional(),
  /** The replication throttles that are set again after the update. */
  throttles: z.array(repair.omit({ observed: true })).optional(),
  /** The stack's outputs, as the program exports them. */
  outputs: z.unknown().optional(),
});

/** A finding of the program, with its message. */
export type ReportedFinding = z.output<typeof finding>;
/** The content of the findings file. */
export type FindingsFile = z.output<typeof findingsFile>;

/**
 * Parses the findings file.
 * @throws Error if the text is not in the format of `writeFindings`, for example because the disk was full
 */
export function parseFindings(text: string): FindingsFile {
  try {
    return findingsFile.parse(JSON.parse(text));
  } catch {
    throw new Error(
      "The program's findings cannot be read: their file is incomplete. Check the free space of the folder for " +
        "temporary files, then run the command again.",
    );
  }
}

/** Writes the findings file. */
export function writeFindings(file: string, findings: FindingsFile): void {
  writeFileSync(file, JSON.stringify(findings), { mode: 0o600 });
}

/** Converts a problem to a reported finding; `observed` is the given value as Node prints it. */
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

/**
 * Converts a preflight finding to a reported finding.
 * @param message from `infra/wording.ts`
 */
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
