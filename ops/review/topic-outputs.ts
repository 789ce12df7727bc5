import { z } from "zod";
import { smokeModes } from "../../kafka/topic.ts";

/** The part of a stack's outputs that reviews compare and show; an earlier version did not write it. */
const outputs = z.object({
  topics: z.record(
    z.string(),
    z.object({
      owner: z.string().optional(),
      smoke: z
        .union([z.enum(smokeModes), z.object({ off: z.string() }).transform(() => "off" as const)])
        .optional()
        .catch(undefined),
      /** The limits that do not apply to the topic, each with the reason. */
      exempt: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** What a stack's outputs say about each topic, by name; none if another program wrote them. */
export function readTopicOutputs(
  of: unknown,
): ReadonlyMap<string, z.output<typeof outputs>["topics"][string]> {
  const parsed = outputs.safeParse(of);
  return new Map(parsed.success ? Object.entries(parsed.data.topics) : []);
}
