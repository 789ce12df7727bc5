import { isDeepStrictEqual } from "node:util";
import { ClusterError } from "../../kafka/cluster-error.ts";
import type { Connection } from "../../kafka/connection.ts";
import { findOwnerByName, isKafkasOwn } from "../../kafka/internal-topics.ts";
import { findMoving } from "../../kafka/moving-topics.ts";
import type { LiveTopic } from "../../kafka/topic.ts";
import { findDifferences } from "../../kafka/topic-difference.ts";
import type { TopicUsage } from "../../kafka/topic-usage.ts";
import { findUnread } from "../../kafka/unread-topics.ts";
import { isUnexpected } from "../../machine/command.ts";
import { messageOf } from "../../machine/errors.mjs";
import { findBackendFolder } from "../../pulumi/backend.ts";
import { loadMeanwhile } from "../../pulumi/load-meanwhile.ts";
import { describeLock, readLivingLocks } from "../../pulumi/locks.ts";
import { findUnfinished } from "../../pulumi/recovery.ts";
import { requireReview } from "../../pulumi/review-config.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";
import { exportState, NotDeployedError, readDeployed, topicsOf } from "../../pulumi/state.ts";
import { type Selection, SelectionError } from "../selection.ts";
import type { Difference, Drift, Gap } from "./findings.ts";
import { isDrift, isIgnored } from "./ignored.ts";

/** The topics to compare. */
export type DriftSelection = Selection & {
  /** Whether undeclared topics of other software, such as a schema registry, are drift too. */
  readonly internal: boolean;
};

/** Ends a comparison that has no result. */
class GapError extends Error {
  readonly gap: Gap;

  constructor(gap: Gap) {
    super(gap.code);
    this.gap = gap;
  }
}

/**
 * Compares what a stack's last update deployed with what is on the cluster. It only reads.
 * @throws SelectionError if no topic is selected
 */
export async function compareStack(stack: string, selection: DriftSelection): Promise<Drift> {
  try {
    return await compare(stack, selection);
  } catch (error) {
    if (isUnexpected(error) || error instanceof SelectionError) throw error;
    const nothing = { topics: 0, differences: [], moves: [], leftOut: 0, ignored: 0, isDrifted: false };
    return { stack, ...nothing, gaps: [gapOf(error)] };
  }
}

function gapOf(error: unknown): Gap {
  if (error instanceof GapError) return error.gap;
  if (error instanceof ClusterError) return error.finding;
  if (error instanceof NotDeployedError) return { code: "STACK_NOT_DEPLOYED" };
  return { code: "COMPARISON_FAILED", observed: messageOf(error) };
}

async function compare(stack: string, { isSelected, checkGlobs, internal }: DriftSelection): Promise<Drift> {
  const [state, folder, connection, { readCluster }, { readLocalStack }] = await Promise.all([
    exportState(stack),
    findBackendFolder(stack),
    readReviewConnection(stack),
    loadMeanwhile(stack, () => import("./read-cluster.ts")),
    import("../../pulumi/local-stack.ts"),
  ]);
  requireNoUpdate(stack, folder);
  const settings = await readLocalStack(stack, ["ignore", "undeclared"]);
  const deployed = readDeployed(stack, state);
  const { asked, all } = await readCluster(connection, [...deployed.keys()].filter(isSelected));
  const live = new Map(asked.topics.map((topic) => [topic.name, topic]));
  checkGlobs([...new Set([...deployed.keys(), ...all.topics.map(({ name }) => name)])]);
  const unfinished = findUnfinished(state);
  const uncertain = [...unfinished.keys()].filter(isSelected).sort();
  const hidden = new Set([...asked.forbidden, ...unfinished.keys()]);
  const compared = [...deployed.values()].filter(({ name }) => isSelected(name) && !hidden.has(name));

  const undeclared = all.topics.filter(
    (topic) =>
      isSelected(topic.name) &&
      !isKafkasOwn(topic) &&
      !deployed.has(topic.name) &&
      !unfinished.has(topic.name),
  );
  const nobodys = internal ? undeclared : undeclared.filter(({ name }) => !findOwnerByName(name));
  const { readUsage } = await import("../../kafka/topic-usage.ts");
  const usage = await readUsage(connection, all, nobodys);
  const found = [
    ...compared.flatMap((topic) =>
      findDifferences(topic, live.get(topic.name)).map((found) => ({
        topic: topic.name,
        ...(topic.owner !== undefined && { owner: topic.owner }),
        ...found,
      })),
    ),
    ...nobodys.map((topic) => describeUndeclared(topic, usage.get(topic.name))),
  ];
  const differences = found.filter((one) => !isIgnored(one, settings));
  if (differences.length > 0) {
    // The changes of an update that started meanwhile are not drift.
    requireNoUpdate(stack, folder);
    const isSame = isDeepStrictEqual(topicsOf(await exportState(stack)), topicsOf(state));
    if (!isSame) throw new GapError({ code: "UPDATED_MEANWHILE" });
  }
  return {
    stack,
    topics: compared.length,
    differences: differences.sort((a, b) => (a.topic < b.topic ? -1 : Number(a.topic > b.topic))),
    moves: findMoving(asked.topics.filter(({ name }) => !hidden.has(name))),
    gaps: [
      ...(uncertain.length > 0 ? [{ code: "UPDATE_UNFINISHED" as const, observed: uncertain }] : []),
      ...findUnread(asked, connection),
    ],
    leftOut: undeclared.length - nobodys.length,
    ignored: found.length - differences.length,
    isDrifted: differences.some((one) => isDrift(one, settings)),
  };
}

function describeUndeclared(
  { name, partitions }: LiveTopic,
  { bytes, lastWriteMs }: TopicUsage = {},
): Difference {
  return {
    topic: name,
    code: "TOPIC_UNDECLARED",
    observed: {
      partitions: partitions.length,
      ...(bytes !== undefined && { bytes }),
      ...(lastWriteMs !== undefined && { lastWrite: new Date(lastWriteMs).toISOString() }),
    },
  };
}

/** @throws GapError if the backend has the lock of an update that may be running */
function requireNoUpdate(stack: string, folder: string | undefined): void {
  const locks = folder === undefined ? [] : readLivingLocks(folder, stack);
  if (locks.length === 0) return;
  throw new GapError({ code: "UPDATE_RUNNING", observed: locks.map(describeLock).join("; ") });
}

/** Reads the connection of the commands that only read: that of `kafka-topics:reviewAs` or of variables, if there is one. */
async function readReviewConnection(stack: string): Promise<Connection> {
  using config = await requireReview(stack);
  return config.connection ?? (await readStackConnection(stack));
}
