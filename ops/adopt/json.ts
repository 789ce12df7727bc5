import type { FoundTopics } from "./findings.ts";
import { describeObstacle, describeReason } from "./wording.ts";

/**
 * Renders all topics as JSON, by what happens to them, with the code, the data and the message of each reason.
 * @param file the file that declares the adopted topics; absent if there are none
 */
export function renderJson(stack: string, file: string | undefined, found: FoundTopics): string {
  const { adopted, metadataReasons, internal, obstacles, gone, counts } = found;
  const json = {
    version: 1,
    stack,
    ...(file !== undefined && { file }),
    adopted: adopted.map(({ name }) => {
      const reason = metadataReasons.get(name);
      return { topic: name, ...(reason && { ...reason, message: describeReason(reason) }) };
    }),
    internal: [...internal].map(([topic, observed]) => {
      const reason = { code: "TOPIC_OF_OTHER_SOFTWARE", observed } as const;
      return { topic, ...reason, message: describeReason(reason) };
    }),
    errors: [...obstacles].flatMap(([topic, own]) =>
      own.map((obstacle) => ({ topic, ...obstacle, message: describeObstacle(obstacle) })),
    ),
    gone,
    declared: counts.declared,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
