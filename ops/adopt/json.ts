import type { FoundTopics } from "./findings.ts";
import { describeElsewhere, describeObstacle, describeReason } from "./wording.ts";

/**
 * Renders all topics as JSON, by what happens to them, with the code, the data and the message of each reason.
 * @param files the files that declare the adopted topics
 */
export function renderJson(stack: string, files: readonly string[], found: FoundTopics): string {
  const { adopted, dryRunReasons, internal, obstacles, elsewhere, gone, counts } = found;
  const json = {
    version: 1,
    stack,
    ...(files.length === 1 && { file: files[0] }),
    ...(files.length > 0 && { files }),
    adopted: adopted.map(({ name, exempt, unset }) => {
      const reason = dryRunReasons.get(name);
      return {
        topic: name,
        ...(reason && { ...reason, message: describeReason(reason) }),
        ...(exempt && { exempt }),
        ...(unset && { unset }),
      };
    }),
    internal: [...internal].map(([topic, observed]) => {
      const reason = { code: "TOPIC_OF_OTHER_SOFTWARE", observed } as const;
      return { topic, ...reason, message: describeReason(reason) };
    }),
    errors: [...obstacles].flatMap(([topic, own]) =>
      own.map((obstacle) => ({ topic, ...obstacle, message: describeObstacle(obstacle) })),
    ),
    elsewhere: [...elsewhere].map(([topic, own]) => ({
      topic,
      ...own,
      message: describeElsewhere(own, stack),
    })),
    gone,
    declared: counts.declared,
    ignored: counts.ignored,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
