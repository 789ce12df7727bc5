import { inject, test } from "vitest";
import { checkGroups } from "./check.ts";
import type { TopicResult } from "./result.ts";

declare module "vitest" {
  interface ProvidedContext {
    topics: readonly TopicResult[];
  }
}

// One test for each topic and group of checks, so that Vitest reports what the probe found out.
for (const { topic, owner, checks, reason } of inject("topics")) {
  if (reason !== undefined) test(`${topic} > smoke is off`, ({ skip }) => skip(reason));
  for (const group of checkGroups) {
    const own = checks.filter((check) => check.group === group);
    if (own.length === 0) continue;
    test(`${topic} > ${group}`, () => {
      const failed = own.filter(({ verdict }) => verdict === "failed");
      if (failed.length === 0) return;
      const lines = failed.map(
        ({ name, expected, observed, cause }) =>
          `${name}: expected ${expected}, observed ${observed}: ${cause}`,
      );
      const error = new Error(
        `${topic}${owner === undefined ? "" : ` (owner: ${owner})`}\n${lines.join("\n")}`,
      );
      // A stack trace of this file would not help the reader.
      error.stack = error.message;
      throw error;
    });
  }
}
