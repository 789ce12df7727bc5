import { readFileSync } from "node:fs";
import { readConnection } from "../../kafka/connection.ts";
import type { Problem } from "../../kafka/problem.ts";
import { messageOf } from "../../machine/errors.mjs";
import type { NewValue } from "../../pulumi/new-stack.ts";
import { type Question, questions } from "./questions.ts";

/** The answers to questions: values of the `kafka:` namespace, by key. */
export type Answers = Readonly<Record<string, string>>;

/** The flag of the setting `saslMechanism`. No question asks for this setting: the chosen login determines it. */
export const mechanismFlag = "sasl-mechanism";

/** Reads an answer as the value of its key, or says why it cannot be read. */
export function parseAnswer({ kind }: Question, text: string): { value: string } | { refused: string } {
  if (kind === "list") {
    const elements = text.split(",").map((element) => element.trim());
    return { value: JSON.stringify(elements.filter(Boolean)) };
  }
  if (kind !== "file") return { value: text };
  try {
    return { value: readFileSync(text, "utf8") };
  } catch (error) {
    return { refused: messageOf(error) };
  }
}

/** Returns what is allowed for a key, if the answers are refused because its value is invalid or missing. */
export function findAllowed(key: string, answers: Answers): string | undefined {
  return findProblems(answers).find(({ field }) => field === fieldOf(key).field)?.allowed;
}

/** Finds the problems of a connection by the rules of all commands. The fields are named as the user gives them. */
export function findProblems(answers: Answers): Problem<string>[] {
  const config = Object.fromEntries(Object.entries(answers).map(([key, value]) => [`kafka:${key}`, value]));
  const read = readConnection(config, "", {});
  const problems = "problems" in read ? read.problems : [];
  return problems.map((problem) => ({ ...problem, ...fieldOf(problem.field.replace("kafka:", "")) }));
}

/** Names the flag or the environment variable of a key. */
export function fieldOf(key: string): Pick<Problem, "place" | "field"> {
  const question = questions.find((one) => one.key === key);
  if (question?.variable !== undefined) return { place: "environment", field: question.variable };
  const flags: Readonly<Record<string, string>> = { saslMechanism: mechanismFlag, tlsEnabled: "no-tls" };
  return { place: "command line", field: `--${question?.flag ?? flags[key] ?? key}` };
}

/** Returns the answers as values of the stack's config. */
export function toValues(answers: Answers): NewValue[] {
  return Object.entries(answers).map(([key, value]) => {
    const { kind = "text", isEncrypted = false } = questions.find((one) => one.key === key) ?? {};
    return {
      key,
      value,
      kind: kind === "list" || kind === "text" ? kind : "document",
      isEncrypted: isEncrypted || kind === "secret",
    };
  });
}
