import { beforeAll, describe, inject, test } from "vitest";
import { probeTopics } from "./probe.ts";
import type { TopicResult } from "./result.ts";

declare module "vitest" {
  interface TaskMeta {
    result?: TopicResult;
  }
}

const { stack, connection, deployed, live } = inject("smoke");

describe(`stack ${stack}`, () => {
  let results: Map<string, TopicResult>;

  beforeAll(async () => {
    results = new Map(
      (await probeTopics(connection, deployed, live)).map((result) => [result.topic, result]),
    );
  }, 120_000);

  // Not test.for: it cuts a title after 40 characters.
  for (const { name, smoke } of deployed) {
    test(name, ({ task, skip }) => {
      if (typeof smoke === "object") skip(smoke.off);
      const result = results.get(name) as TopicResult;
      task.meta.result = result;
      const failed = result.checks.filter(({ passed }) => !passed);
      if (failed.length === 0) return;
      const lines = failed.map(
        (check) => `${check.name}: expected ${check.expected}, observed ${check.observed}`,
      );
      throw new Error([name, ...lines].join("\n  "));
    });
  }
});
