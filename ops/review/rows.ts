import { groupTopics } from "../../kafka/topic-groups.ts";
import type { ReviewFile, WordedMessage } from "./review-file.ts";
import { type Risk, risks } from "./risk.ts";
import { orderOfKey } from "./setting-change.ts";

/** A row for a setting, or for the same change of one or several topics. */
export type Row = {
  readonly risk: Risk;
  readonly subject: string;
  readonly change: string;
  /** Whether there can be only a few such rows, so that each is listed. */
  readonly isFixed?: boolean;
};

/**
 * Returns the rows of the topics, worst first, and among the same risk exemptions from limits last. A topic that loses records
 * always has its own row.
 */
export function rowsOf({ changes, settings }: ReviewFile, isVerbose: boolean): Row[] {
  const exemptions = settings.flatMap(({ topic, ...own }) =>
    topic === undefined ? [] : [{ topic, ...own }],
  );
  return risks.flatMap((risk) => {
    const own = [...changes, ...exemptions].filter((change) => change.risk === risk);
    const isEach = isVerbose || risk === "data loss";
    return groupTopics(own, ({ what }) => [what], isEach).map(({ topics, first }) => ({
      risk,
      subject: topics,
      change: first.what,
    }));
  });
}

/** Returns the rows of the settings, without the exemptions of topics, which are compared with the last deployment. */
export function settingRowsOf({ settings }: ReviewFile): Row[] {
  return settings
    .filter(({ topic }) => topic === undefined)
    .map(({ risk, key, code, what }) => ({
      risk,
      subject: key,
      change: what,
      isFixed: orderOfKey({ key, code }) === 0,
    }));
}

/** Returns the texts of messages; topics with the same message share one, with the first topic as the example. */
export function textsOf(messages: readonly WordedMessage[], isVerbose: boolean): string[] {
  const general = messages.filter(({ topic }) => topic === undefined);
  const own = messages.flatMap(({ topic, ...message }) =>
    topic === undefined ? [] : [{ topic, ...message }],
  );
  const groups = groupTopics(
    own,
    // No two topics are as far along.
    ({ code, key, expected, observed }) =>
      code === "PARTITIONS_MOVING" ? [code] : [code, key, expected, observed],
    isVerbose,
  );
  return [
    ...general.map(({ message }) => message),
    ...groups.map(({ topics, first: { topic, message } }) =>
      topics === topic ? message : `${topics}; for example ${message}`,
    ),
  ];
}
