import { inspect } from "node:util";
import { countOf } from "./describe-value.ts";
import type { Problem } from "./problem.ts";
import { generalize } from "./topic-groups.ts";

/** Up to as many topics with the same problem have a line each. */
const mostLines = 3;

/** In characters; a name may have 249, a sample any number. */
const longestGiven = 50;

/** The error of everything that refuses its input; its message has a line for each problem, by place and field. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly problems: readonly Problem<string>[];

  constructor(problems: readonly Problem<string>[]) {
    const sorted = problems.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    super(
      `${countOf(problems.length, "problem")}, nothing was touched:\n${describeProblems(sorted).join("\n")}`,
    );
    this.problems = sorted;
  }
}

/** What is wrong with a topic's name stands where its other fields would. */
function orderOf({ place, field, given }: Problem<string>): string {
  return `${place} ${field === "name" ? given : field}`;
}

/** A line for each problem, or for all topics that have the same one. */
function describeProblems(problems: readonly Problem<string>[]): string[] {
  const groups = Map.groupBy(problems, (problem) =>
    problem.topic === undefined ? problem : kindOf(problem),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first && group.length > mostLines ? [describeGroup(first, group)] : group.map(describeProblem);
  });
}

/** What problems of several topics have in common. */
function kindOf({ code, topic = "", field, allowed, refused }: Problem<string>): string {
  return JSON.stringify([code, nameField(field, topic), allowed, refused && generalize(refused, topic)]);
}

/** `a topic's replicationFactor` for `orders.replicationFactor`. */
function nameField(field: string, topic: string): string {
  return field.replace(topic, "TOPIC");
}

function describeGroup(first: Problem<string>, group: readonly Problem<string>[]): string {
  const named = group.slice(0, mostLines).map(({ topic, place }) => `${topic} (${place})`);
  const given = [...new Set(group.map((problem) => describeGiven(problem.given)))];
  const values = `given ${given.slice(0, mostLines).join(" or ")}${given.length > mostLines ? " or others" : ""}, `;
  const field = first.field === "name" ? "name" : nameField(first.field, first.topic ?? "");
  return (
    `  ${countOf(group.length, "topic")}: ${field}: ${generalize("given" in first ? values + reasonOf(first) : explain(first), first.topic ?? "")}\n` +
    `    ${named.join(", ")} and ${group.length - mostLines} more`
  ).toWellFormed();
}

/** `infra/topics/orders.ts: orders.partitions: given 0, allowed: a whole number from 1`. */
export function describeProblem(problem: Problem<string>): string {
  const { place, field } = problem;
  // The cut may have left half of a surrogate pair, which the engine's messages cannot carry.
  return `  ${place}: ${field}: ${explain(problem)}`.toWellFormed();
}

/** `given 0, allowed: a whole number from 1`, or the reason alone where no value was given. */
function explain(problem: Problem<string>): string {
  return "given" in problem
    ? `given ${describeGiven(problem.given)}, ${reasonOf(problem)}`
    : (problem.refused ?? problem.allowed ?? "");
}

function reasonOf({ allowed, refused }: Problem<string>): string {
  return refused === undefined ? `allowed: ${allowed}` : `refused: ${refused}`;
}

/** A value as Node shows it, cut where it is long. */
export function describeGiven(given: unknown): string {
  if (given === undefined) return "nothing";
  // Cut within its quotes.
  if (typeof given === "string" && given.length > longestGiven)
    return `${show(given.slice(0, longestGiven))}...`;
  const text = show(given);
  return text.length > longestGiven ? `${text.slice(0, longestGiven)}...` : text;
}

/** What was thrown, on a line: `TypeError: no such team`; anything can be thrown. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown);
  } catch {
    // Its message is a getter, say.
  }
  return show(thrown);
}

function show(value: unknown): string {
  try {
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY, customInspect: false });
  } catch {
    return "what cannot be shown";
  }
}
