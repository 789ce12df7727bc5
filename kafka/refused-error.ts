import { countOf } from "./describe-value.ts";
import { describeGiven, onOneLine } from "./given-value.ts";
import type { Problem } from "./problem.ts";
import { generalize } from "./topic-groups.ts";

/** Up to this many topics with the same problem get a line each. */
const mostLines = 3;

/** The error for refused input; its message has a line for each problem, sorted by place and field. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly problems: readonly Problem<string>[];

  constructor(problems: readonly Problem<string>[]) {
    const sorted = problems.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    super(
      `${countOf(problems.length, "problem")}, nothing was changed:\n${describeProblems(sorted).join("\n")}`,
    );
    this.problems = sorted;
  }

  /** The problems with their messages, for JSON. */
  get findings(): readonly unknown[] {
    return this.problems.map(toFinding);
  }
}

/** Returns a problem as JSON contains it; `observed` is the given value as Node prints it. */
export function toFinding(problem: Problem<string>) {
  const { code, topic, field, given, allowed, refused } = problem;
  return {
    code,
    ...(topic !== undefined && { topic }),
    field,
    expected: allowed ?? refused,
    observed: describeGiven(given),
    message: describeProblem(problem).trim(),
  };
}

/** A problem with a topic's name is sorted among the topic's other fields. */
function orderOf({ place, field, given }: Problem<string>): string {
  return `${place} ${field === "name" ? given : field}`;
}

/** Returns a line for each problem, or one for all topics with the same problem. */
function describeProblems(problems: readonly Problem<string>[]): string[] {
  const groups = Map.groupBy(problems, (problem) =>
    problem.topic === undefined ? problem : kindOf(problem),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first && group.length > mostLines ? [describeGroup(first, group)] : group.map(describeProblem);
  });
}

/** A key that is the same for problems that differ only in their topic. */
function kindOf({ code, topic = "", field, allowed, refused }: Problem<string>): string {
  return JSON.stringify([code, nameField(field, topic), allowed, refused && generalize(refused, topic)]);
}

/** `TOPIC.replicationFactor` for `orders.replicationFactor`. */
function nameField(field: string, topic: string): string {
  return field.replace(topic, "TOPIC");
}

function describeGroup(first: Problem<string>, group: readonly Problem<string>[]): string {
  const named = group.slice(0, mostLines).map(({ topic, place }) => `${topic} (${onOneLine(place)})`);
  const given = [...new Set(group.map((problem) => describeGiven(problem.given)))];
  const values = `given ${given.slice(0, mostLines).join(" or ")}${given.length > mostLines ? " or others" : ""}, `;
  const field = first.field === "name" ? "name" : onOneLine(nameField(first.field, first.topic ?? ""));
  return (
    `  ${countOf(group.length, "topic")}: ${field}: ${generalize("given" in first ? values + reasonOf(first) : explain(first), first.topic ?? "")}\n` +
    `    ${named.join(", ")} and ${group.length - mostLines} more`
  ).toWellFormed();
}

/** Describes a problem: `infra/topics/orders.ts: orders.partitions: given 0, allowed: a whole number of at least 1`. */
export function describeProblem(problem: Problem<string>): string {
  // A file may have any name, and must not begin a line that looks like another problem.
  const [place, field] = [problem.place, problem.field].map(onOneLine);
  // Cutting a value may leave a lone surrogate, which the engine's messages cannot contain.
  return `  ${place}: ${field}: ${explain(problem)}`.toWellFormed();
}

/** `given 0, allowed: a whole number of at least 1`, or only the reason if the problem is not about a value. */
function explain(problem: Problem<string>): string {
  return "given" in problem
    ? `given ${describeGiven(problem.given)}, ${reasonOf(problem)}`
    : (problem.refused ?? problem.allowed ?? "");
}

function reasonOf({ allowed, refused }: Problem<string>): string {
  return refused === undefined ? `allowed: ${allowed}` : `refused: ${refused}`;
}
