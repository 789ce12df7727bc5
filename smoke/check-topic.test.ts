import { expect, test } from "vitest";
import type { Operation } from "../kafka/authorized-operations.ts";
import { UnreadError } from "../kafka/fetch-each.ts";
import type { NewestOfPartition } from "../kafka/newest-of-each.ts";
import { toProtocolError } from "../kafka/protocol-error.ts";
import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import { findDifferences } from "../kafka/topic-difference.ts";
import {
  checkDryRun,
  checkRecords,
  dryRunChecks,
  explainFor,
  recordChecks,
  runTopicChecks,
  topicChecks,
} from "./check-topic.ts";
import { smokeCodes } from "./finding.ts";
import { findGrants, findMissingOn, grantOn } from "./missing-rights.ts";
import type { DryOutcome, FoundTransactions, ObservedTopic } from "./observed.ts";
import { describeFinding, describeUnread, wordCheck } from "./wording.ts";

const asked = {
  connection: {
    bootstrapServers: ["a:9092"],
    timeoutMs: 1,
    sasl: { mechanism: "plain", username: "ada", password: "p" },
  },
  groups: { name: "", isPrefix: true },
} as const;
const acls =
  "kafka-acls.sh --bootstrap-server a:9092 --command-config admin.properties --add --allow-principal User:ada";

const spec: TopicSpec = {
  name: "orders",
  partitions: 2,
  replicationFactor: 2,
  config: { "retention.ms": "1000" },
  smoke: "produce",
};

/** A topic whose partitions have these replicas and in-sync replicas, and that has these configs of its own. */
function live(replicas: number[][], inSync = replicas, own: Record<string, string> = spec.config): LiveTopic {
  return {
    name: "orders",
    internal: false,
    mayDelete: true,
    partitions: replicas.map((ids, partition) => ({
      partition,
      leader: inSync[partition]?.[0] ?? -1,
      replicas: ids,
      inSyncReplicas: inSync[partition] ?? [],
    })),
    configs: {
      values: new Map([["retention.ms", "1000"], ...Object.entries(own)]),
      own: new Set(Object.keys(own)),
    },
  };
}

/** The outcomes that did not pass: check, verdict, code and cause. */
function check(topic: LiveTopic | undefined, change: Partial<ObservedTopic> = {}) {
  const observed = {
    spec,
    live: topic,
    forbidden: false,
    differences: findDifferences(spec, topic),
    principal: "User:ada",
    missing: [],
    grant: (operations: readonly Operation[]) => grantOn("orders", operations, asked),
    brokers: [1, 2, 3],
    minInSync: 1,
    ...change,
  };
  return runTopicChecks(observed)
    .filter(({ verdict }) => verdict !== "passed")
    .map((outcome) => wordCheck(outcome))
    .map(({ name, verdict, code, cause }) => `${name} ${verdict} ${code}: ${cause}`);
}

test("A topic as deployed passes", () => {
  expect(
    check(
      live([
        [1, 2],
        [2, 3],
      ]),
    ),
  ).toEqual([]);
});

test("One partition with a different number of replicas fails the replication factor check", () => {
  expect(check(live([[1, 2], [2]]))).toEqual([
    expect.stringContaining(
      "replication factor failed REPLICATION_FACTOR_UNEVEN: its partitions have 1 and 2 replicas",
    ),
  ]);
});

test("A topic that the principal may not describe is not reported as missing", () => {
  expect(check(undefined, { forbidden: true, missing: ["DESCRIBE", "WRITE", "READ"] })).toEqual([
    "exists failed PERMISSION_MISSING: User:ada may not see the topic. Grant it DESCRIBE, WRITE and READ on the topic. " +
      `To grant it: ${acls} --operation Describe --operation Write --operation Read --topic orders`,
  ]);
  expect(check(undefined)).toEqual([
    expect.stringContaining("exists failed TOPIC_MISSING: the topic is missing"),
  ]);
});

test("Configs that the principal may not read fail, with the missing permission", () => {
  const { configs: _, ...topic } = live([
    [1, 2],
    [2, 3],
  ]);
  expect(check(topic)).toEqual([
    "configs failed PERMISSION_MISSING: User:ada may not read its configs. Grant it DESCRIBE_CONFIGS on the topic. " +
      `To grant it: ${acls} --operation DescribeConfigs --topic orders`,
  ]);
});

test("A config that was removed by hand is a warning if the cluster's default is the same", () => {
  const replicas = [
    [1, 2],
    [2, 3],
  ];
  expect(check(live(replicas, replicas, {}))).toEqual([
    expect.stringContaining("config retention.ms warning CONFIG_REMOVED_BY_HAND"),
  ]);
  expect(check(live(replicas, replicas, { "retention.ms": "1000", "segment.ms": "7" }))).toEqual([
    expect.stringContaining("config segment.ms warning CONFIG_ADDED_BY_HAND"),
  ]);
  expect(check(live(replicas, replicas, { "retention.ms": "7" }))).toEqual([
    expect.stringContaining("config retention.ms failed CONFIG_CHANGED_BY_HAND"),
  ]);
});

test("Brokers that are down are named; if all are up, the cause points to their logs", () => {
  const replicas = [
    [1, 2],
    [2, 3],
  ];
  expect(check(live(replicas, [[1], [3]]), { brokers: [1, 3] })).toEqual([
    "in-sync replicas warning REPLICAS_OUT_OF_SYNC: partitions 0, 1 tolerate fewer broker failures than declared; broker 2 is down. Start it.",
  ]);
  expect(check(live(replicas, [[1, 2], [3]]))).toEqual([
    "in-sync replicas warning REPLICAS_OUT_OF_SYNC: partition 1 tolerates fewer broker failures than declared; all its brokers are up: check their logs.",
  ]);
  expect(check(live(replicas, [[1, 2], [3]]), { minInSync: 2, brokers: [1, 3] })).toEqual([
    expect.stringContaining(
      "in-sync replicas failed TOO_FEW_IN_SYNC_REPLICAS: fewer than min.insync.replicas (2)",
    ),
  ]);
  expect(check(live(replicas, [[1, 2], []]), { brokers: [1] })).toContainEqual(
    expect.stringContaining(
      "leaders failed LEADER_MISSING: no replica of partition 1 can lead; brokers 2, 3 are down",
    ),
  );
});

test("Replicas that are being copied are moves, not replicas out of sync", () => {
  const moving = live(
    [
      [1, 2, 3],
      [2, 3],
    ],
    [
      [1, 2],
      [2, 3],
    ],
  );
  const copying = (inSync: number[], change: Partial<ObservedTopic> = {}) => {
    const [first, ...others] = moving.partitions;
    if (!first) throw new Error("the topic has partitions");
    const move = { from: [1], to: [3], bytes: 1024, copied: 512 };
    return check({ ...moving, partitions: [{ ...first, inSyncReplicas: inSync, move }, ...others] }, change);
  };
  const warning =
    "moves warning PARTITIONS_MOVING: partition 0 is moving from broker 1 to broker 3; 50 % of 1.0 kB copied. " +
    "npm run topics -- --moving lists all moves.";
  expect(copying([1, 2])).toEqual([warning]);
  expect(copying([2], { brokers: [2, 3] })).toEqual([
    "in-sync replicas warning REPLICAS_OUT_OF_SYNC: partition 0 tolerates fewer broker failures than declared; broker 1 is down. Start it.",
    warning,
  ]);
  expect(copying([1, 2], { minInSync: 3 })).toEqual([
    expect.stringContaining("in-sync replicas failed TOO_FEW_IN_SYNC_REPLICAS"),
    warning,
  ]);
});

test("Every code belongs to a check, and every check states what it proves", () => {
  const checks = [...topicChecks, ...recordChecks, ...dryRunChecks];
  expect([...new Set(checks.flatMap(({ codes }) => codes))].sort()).toEqual([...smokeCodes].sort());
  for (const { proves } of checks) expect(proves).toMatch(/^[A-Z].*\.$/);
});

const headers = { "smoke-run": "smoke-1" };
const sent = {
  topic: "orders",
  partition: 0,
  key: "smoke-0",
  value: "1",
  headers,
  offset: "7",
  acknowledgedMs: 1,
};
/** The outcome of a record that came back. */
const observedRecords = {
  topic: "orders",
  partitions: [0],
  written: { sent: [sent], errors: new Map() },
  read: [{ sent, readMs: 1 }],
  tombstone: undefined,
  explain: String,
  missing: [],
  findGrants: () => [],
};

test("A transaction that has been open for long is a warning, with its producer and partitions", () => {
  const held = {
    ...{ producerId: "4000", since: "2026-01-31T09:30:00.000Z", partitions: [0, 2] },
    firstOffsets: ["17", "0"],
  };
  const checkOpen = (transactions: FoundTransactions) =>
    checkRecords({ ...observedRecords, compacted: false, transactions }).map(wordCheck);
  const open = checkOpen({ long: [held], unknown: [] });
  expect(open.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    "written passed",
    "read back passed",
    "transactions warning",
  ]);
  expect(open.at(-1)).toMatchObject({
    code: "TRANSACTION_OPEN",
    partitions: [0, 2],
    cause: expect.stringMatching(
      /^producer 4000 has had a transaction open since 2026-01-31 09:30:00 UTC in partitions 0, 2\. Until it ends/,
    ),
  });
  const { since, ...undated } = held;
  expect(checkOpen({ long: [undated], unknown: [] }).at(-1)?.cause).toMatch(
    /^producer 4000 has had a transaction open for 10 s or more in partitions 0 \(from offset 17\), 2 \(from offset 0\)\. /,
  );
  const many = Array.from({ length: 40 }, (_, at) => ({ ...undated, producerId: String(at) }));
  expect(checkOpen({ long: [...many, held], unknown: [] }).at(-1)?.cause).toMatch(
    /^producer 4000 [^;]*; [^;]*; [^;]*; and 38 other transactions\. /,
  );
  expect(checkOpen({ long: [], unknown: [1] }).at(-1)).toMatchObject({
    ...{ verdict: "warning", observed: "unknown", code: "TRANSACTIONS_UNKNOWN", partitions: [1] },
  });
});

test("Tombstones that were sent are a passed check, but only on a compacted topic", () => {
  const namesOf = (compacted: boolean) =>
    checkRecords({ ...observedRecords, compacted }).map(({ name, verdict }) => `${name} ${verdict}`);
  expect(namesOf(false)).toEqual(["written passed", "read back passed"]);
  expect(namesOf(true)).toEqual(["written passed", "read back passed", "tombstones passed"]);
});

const context = {
  partitions: [0, 1, 2],
  explain: explainFor(asked),
  missing: [],
  findGrants: (error: unknown, operations: readonly Operation[]) =>
    findGrants(error, "orders", operations, asked),
};

/** The outcomes of a dry run in which every other partition passed: check, verdict, observed, code. */
function checkDry(outcome: Partial<DryOutcome>) {
  const passed = new Map([0, 1, 2].map((partition) => [partition, { offset: 7n }]));
  const none = { refused: new Map(), appended: [], isStopped: false, newest: passed };
  return checkDryRun({ ...context, ...none, ...outcome }).map(
    ({ name, verdict, observed, finding }) => `${name} ${verdict} ${observed} ${finding?.code ?? ""}`,
  );
}

test("A dry run passes if each leader refuses only the checksum, with the newest record of each partition, if any", () => {
  expect(checkDry({})).toEqual(["dry write passed 3 partitions ", "newest record passed 3 records "]);
  const newest = new Map<number, NewestOfPartition>([
    [0, { offset: 7n }],
    [1, { offset: null }],
    [2, { offset: null }],
  ]);
  expect(checkDry({ newest })[1]).toBe("newest record passed 1 record, 2 empty ");
});

test("A record that may not be read fails the dry run with what to grant", () => {
  const newest = new Map<number, NewestOfPartition>([
    [0, { offset: 7n }],
    [1, { offset: null }],
    [2, toProtocolError(29)],
  ]);
  const [, read] = checkDryRun({ ...context, refused: new Map(), appended: [], isStopped: false, newest });
  expect(read && wordCheck(read)).toMatchObject({
    verdict: "failed",
    code: "RECORDS_NOT_CONSUMED",
    expected: "2 records",
    observed: "1 record, 1 empty",
    cause: expect.stringMatching(
      /^partition 2: User:ada is not authorized .* Grant it READ .* --operation Read /,
    ),
  });
});

test("A dry run and a run that writes name a quota in the same words", () => {
  const newest = new Map<number, NewestOfPartition>([[0, new UnreadError("READ_THROTTLED")]]);
  const [, read] = checkDryRun({ ...context, refused: new Map(), appended: [], isStopped: false, newest });
  const failure = { code: "READ_THROTTLED" } as const;
  const written = describeUnread([{ partition: 0, offset: "7", failure }]);
  const [, cause = "", next = ""] = /written, but (.*?)\. (.*)$/.exec(written) ?? [];
  expect(cause).toContain("throttle this client");
  expect(read && wordCheck(read)).toMatchObject({
    code: "RECORDS_NOT_CONSUMED",
    cause: expect.stringMatching(new RegExp(`${cause} .*\\. ${next}$`)),
  });
});

test("If a leader appends a record of the dry run, its topic fails with the offset, and others as not tried", () => {
  const appended = [{ partition: 2, offset: "17" }];
  expect(checkDry({ appended, newest: new Map() })).toEqual(["dry write failed appended DRY_WRITE_APPENDED"]);
  expect(describeFinding({ code: "DRY_WRITE_APPENDED", observed: appended })).toContain(
    "partition 2 (offset 17)",
  );
  expect(checkDry({ isStopped: true, newest: new Map() })).toEqual([
    "dry write failed not tried RECORDS_NOT_TRIED",
  ]);
});

test.for([
  [3, "UNKNOWN_TOPIC_OR_PARTITION"],
  [6, "NOT_LEADER_FOR_PARTITION"],
  [10, "MESSAGE_TOO_LARGE"],
  [19, "NOT_ENOUGH_REPLICAS"],
  [29, "TOPIC_AUTHORIZATION_FAILED"],
] as const)("A dry run reports an error code as a run that writes does: %i, %s", ([errorCode, type]) => {
  const written = { sent: [], errors: new Map([[1, Object.assign(new Error("e"), { type })]]) };
  const none = { topic: "orders", compacted: false, read: undefined, tombstone: undefined };
  const [expected] = checkRecords({ ...context, ...none, written });
  const refused = new Map([[1, toProtocolError(errorCode)]]);
  const [observed] = checkDryRun({ ...context, refused, appended: [], isStopped: false, newest: new Map() });
  const wordsOf = (outcome = observed) =>
    outcome && { ...wordCheck(outcome), cause: wordCheck(outcome).cause?.replace(/\(".*?"\)/, "") };
  const { code, cause, missing, partitions } = wordsOf(expected) ?? {};
  const reason = missing && { ...missing, reason: expect.stringContaining("is not authorized") };
  expect(wordsOf()).toMatchObject({
    code,
    cause,
    ...(missing && { missing: reason }),
    ...(partitions && { partitions }),
  });
});

test("All rights that a topic is known to lack are found, and what to grant after an error of a client", () => {
  const authorized = new Map([["orders", new Set<Operation>(["DESCRIBE", "WRITE"])]]);
  expect(findMissingOn(spec, { authorized })).toEqual(["DESCRIBE_CONFIGS", "READ"]);
  expect(findMissingOn({ name: "orders", smoke: "metadata" }, { authorized })).toEqual(["DESCRIBE_CONFIGS"]);
  expect(findMissingOn(spec, { authorized: new Map() })).toEqual([
    "DESCRIBE",
    "DESCRIBE_CONFIGS",
    "WRITE",
    "READ",
  ]);
  const refused = (type: string) => Object.assign(new Error("refused"), { type });
  const grantsOf = (type: string) =>
    findGrants(refused(type), "orders", ["READ"], asked).map(({ operations, resource, names, isPrefix }) => [
      ...[operations, resource, names, isPrefix],
    ]);
  expect(grantsOf("TOPIC_AUTHORIZATION_FAILED")).toEqual([[["READ"], "topic", ["orders"], undefined]]);
  expect(grantsOf("GROUP_AUTHORIZATION_FAILED")).toEqual([[["READ", "DELETE"], "group", ["smoke-"], true]]);
  expect(grantsOf("MESSAGE_TOO_LARGE")).toEqual([]);
});
