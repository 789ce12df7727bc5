import { expect, test } from "vitest";
import type { Review } from "./findings.ts";
import { renderJson, renderMarkdown, renderTable } from "./render.ts";

const names = Array.from({ length: 12 }, (_, index) => `team.topic-${String(index).padStart(2, "0")}`);
const review: Review = {
  stack: "prod",
  hash: "0".repeat(64),
  verdict: "data loss",
  settings: [],
  topics: names,
  changes: names.map((topic) => ({ topic, op: "delete", risk: "data loss", code: "TOPIC_DELETED" })),
  losses: names.map((topic) => ({ topic, allowed: false })),
  errors: names.map((topic) => ({
    code: "REPLICATION_FACTOR_TOO_LOW",
    topic,
    expected: "at least 2",
    observed: "1",
    message: `infra/topics/team.ts: ${topic}.replicationFactor: given 1, allowed: at least 2`,
  })),
  isDeployed: false,
  warnings: [],
};
const all = () => true;

test("Every topic that would lose records has its own row, however many there are", () => {
  const table = renderTable(review, { columns: 120, isVerbose: false, isListed: all });
  const markdown = renderMarkdown(review, all);
  for (const name of names) {
    expect(table).toContain(name);
    expect(markdown).toContain(`| 🔴\u00a0data\u00a0loss | \`${name}\` |`);
  }
  expect(table.replace(/\s+/g, " ")).toContain(
    "To allow it: --allow-data-loss '*' for all of them, or --allow-data-loss followed by their names. The table and the JSON",
  );
});

test("The same error of many topics is one line, with the first topics and an example", () => {
  const lines = (isVerbose: boolean) =>
    renderTable(review, { columns: 120, isVerbose, isListed: all })
      .split("\n")
      .filter((line) => line.includes("replicationFactor"));
  expect(lines(false)).toEqual([
    expect.stringContaining(
      "12 topics: team.topic-00, team.topic-01, team.topic-02 and 9 others; for example infra/topics/team.ts: team.topic-00.replicationFactor: given 1",
    ),
  ]);
  expect(lines(true)).toHaveLength(12);
});

test("The moves of many topics are one line, although each is differently far along", () => {
  const warnings = names.map((topic, at) => ({
    ...{
      code: "PARTITIONS_MOVING" as const,
      topic,
      message: `${topic}: partition 0 is moving; ${at} % copied.`,
    },
    observed: [{ partition: 0, from: [1], to: [2], bytes: 100, copied: at }],
  }));
  const table = renderTable({ ...review, warnings }, { columns: 120, isVerbose: false, isListed: all });
  expect(table.split("\n").filter((line) => line.includes("moving"))).toEqual([
    "warning 12 topics: team.topic-00, team.topic-01, team.topic-02 and 9 others; for example team.topic-00: " +
      "partition 0 is moving; 0 % copied.",
  ]);
});

test("The program's findings are shown as in a preview, next to the engine's errors", () => {
  const refusal = "12 problems, nothing was changed:\n  12 topics: TOPIC.replicationFactor: given 1";
  const protectedTopic = { code: "TOPIC_PROTECTED", topic: "orders" } as const;
  const table = renderTable(
    { ...review, refusal, errors: [...review.errors, protectedTopic] },
    { columns: 120, isVerbose: false, isListed: all },
  );
  expect(table).toContain(refusal);
  expect(table).toContain("orders is protected");
  expect(table).not.toContain("for example");
});

test("Changed settings are a table above the topics, and the verdict says which key to allow", () => {
  const changed: Review = {
    ...review,
    verdict: "weakened",
    base: "origin/main",
    settings: [
      {
        key: "kafka:tlsEnabled",
        risk: "weakened",
        code: "TLS_DISABLED",
        expected: "false",
        observed: "true",
        allowed: false,
      },
      { key: "kafka-topics:maxPartitions", risk: "caution", code: "LIMIT_LOOSENED", expected: "3000" },
    ],
    changes: [{ topic: "orders", op: "import", risk: "safe", code: "TOPIC_ADOPTED" }],
    losses: [],
    errors: [],
  };
  const markdown = renderMarkdown(changed, all);
  expect(markdown).toContain("## Review of stack prod: weakened protection");
  expect(markdown).toContain("| risk | setting, compared with `origin/main` | change |");
  expect(markdown).toContain("| 🔴\u00a0weakened | `kafka:tlsEnabled` | true → false: ");
  expect(markdown).toContain("To allow it: `--allow-weakened kafka:tlsEnabled`");
  expect(markdown.indexOf("maxPartitions` | not set → 3000")).toBeLessThan(markdown.indexOf("orders"));
  const table = renderTable(changed, { columns: 120, isVerbose: false, isListed: () => false });
  expect(table).toContain("kafka:tlsEnabled");
  expect(table).not.toContain("orders");
  expect(JSON.parse(renderJson(changed, all))).toMatchObject({
    base: "origin/main",
    settings: changed.settings,
  });
});

test("Exemptions are listed with the topics, one row for the same reason, and never as compared with a commit", () => {
  const reason = "adopted from the cluster";
  const exempt = names.map((topic) => ({
    key: `${topic}.exempt.maxPartitions`,
    topic,
    owner: "team",
    limit: "maxPartitions",
    risk: "caution" as const,
    code: "TOPIC_EXEMPTED" as const,
    expected: reason,
  }));
  const last = { ...exempt[0], key: "z.exempt.namePattern", topic: "z", limit: "namePattern" };
  const adopted: Review = {
    ...review,
    verdict: "caution",
    base: "origin/main",
    settings: [
      { key: "kafka-topics:maxPartitions", risk: "caution", code: "LIMIT_LOOSENED", expected: "3000" },
      ...exempt,
      { ...last, risk: "caution", code: "TOPIC_EXEMPTED", observed: reason, expected: "TICKET-1" },
    ],
    changes: names.map((topic) => ({ topic, op: "import", risk: "safe", code: "TOPIC_ADOPTED" })),
    losses: [],
    errors: [],
  };
  const markdown = renderMarkdown(adopted, all);
  expect(markdown).toContain(
    "1 changed setting needs caution. 13 exemptions of topics from limits need caution.",
  );
  expect(markdown.split("\n").filter((line) => /^\| (risk|🟡)/.test(line))).toEqual([
    "| risk | setting, compared with `origin/main` | change |",
    expect.stringContaining("`kafka-topics:maxPartitions`"),
    "| risk | topic | change |",
    "| 🟡\u00a0caution | 12 topics: `team.topic-00`, `team.topic-01`, `team.topic-02` and 9 others (owner: team) | exempt from maxPartitions: adopted from the cluster |",
    "| 🟡\u00a0caution | z (owner: team) | exempt from namePattern: adopted from the cluster → `TICKET-1` |",
  ]);
  const table = renderTable(adopted, { columns: 200, isVerbose: true, isListed: (topic) => topic === "z" });
  expect(table).toContain("exempt from namePattern");
  expect(table).not.toContain("exempt from maxPartitions");
});
