import { leavesOf } from "./stack-config.ts";

/** Finds the secrets in the output of `pulumi stack export --show-secrets`, even if it is incomplete. */
export function secretsInState(output: string): string[] {
  // Each is JSON in a string of JSON.
  return [...output.matchAll(/"plaintext": *("(?:[^"\\]|\\.)*")/g)].flatMap(([, text = '""']) => {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? leavesOf(value) : [];
  });
}
