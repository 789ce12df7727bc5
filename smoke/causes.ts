import type { MissingGrant } from "../kafka/acl-command.ts";
import { generalize, groupTopics } from "../kafka/topic-groups.ts";
import type { Check, TopicResult } from "./result.ts";
import { describeMissing } from "./wording.ts";

/** A check that did not pass, for one topic or for all topics with the same cause. */
export type Cause = {
  /** The topic's name, or for several topics `205 topics: a, b, c and 202 others`. */
  readonly topics: string;
  readonly name: string;
  readonly verdict: Check["verdict"];
  readonly cause: string;
};

/**
 * Collects why checks did not pass. A cause that many topics share is reported once.
 * @param isVerbose reports each topic separately
 */
export function collectCauses(topics: readonly TopicResult[], isVerbose: boolean): Cause[] {
  const all = topics.flatMap(({ topic, owner, checks }) =>
    checks
      .filter(({ verdict }) => verdict !== "passed")
      .map(({ name, verdict, code, cause = "", missing = { reason: cause, grants: [] }, summary }) => ({
        topic,
        owner,
        name,
        verdict,
        code,
        summary: summary ?? missing.reason,
        ...missing,
      })),
  );
  return groupTopics(
    all,
    // A cause may name its topic.
    ({ topic, name, verdict, code, summary, grants }) => [
      ...[name, verdict, code, generalize(summary, topic)],
      grants.map((grant) => grantFor([], grant)),
    ],
    isVerbose,
  ).map(({ topics, first: { name, verdict, reason, summary, grants }, names, word }) => ({
    topics,
    name,
    verdict,
    // A broker's message must not begin a line that looks like another cause.
    cause: describeMissing(
      word(names.length > 1 ? summary : reason),
      grants.map((grant) => grantFor(names, grant)),
    ).replace(/[\r\n]+/g, " "),
  }));
}

/** Returns the same grant for these topics, unless it is for a group. */
function grantFor(names: readonly string[], grant: MissingGrant): MissingGrant {
  return grant.resource === "topic" ? { ...grant, names } : grant;
}
