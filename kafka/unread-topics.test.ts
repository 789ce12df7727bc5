import { expect, test } from "vitest";
import { describeUnread, findUnread } from "./unread-topics.ts";

const refused = {
  forbidden: ["audit"],
  unread: new Map([
    ["orders", { code: "TOPIC_AUTHORIZATION_FAILED", words: "no" }],
    ["refunds", { code: "UNKNOWN_SERVER_ERROR", words: "The server experienced an unexpected error." }],
  ]),
};
const connection = { bootstrapServers: ["a:9092", "b:9092"], timeoutMs: 1 };

test("Each topic that cannot be read has the right to grant, or the broker's message", () => {
  const sasl = { mechanism: "plain", username: "ada", password: "p" } as const;
  const command =
    "To grant it: kafka-acls.sh --bootstrap-server a:9092,b:9092 --command-config admin.properties --add --allow-principal User:ada";
  expect(findUnread(refused, { ...connection, sasl }).map(describeUnread)).toEqual([
    `User:ada may not DESCRIBE the topic. Grant it DESCRIBE on topic audit. ${command} --operation Describe --topic audit`,
    `User:ada may not read its configs. Grant it DESCRIBE_CONFIGS on topic orders. ${command} --operation DescribeConfigs --topic orders`,
    "its configs cannot be read: The server experienced an unexpected error.",
  ]);
});

test("An IAM identity gets its rights from its policy, not from ACLs", () => {
  const credentials = { from: "default chain" } as const;
  const sasl = { mechanism: "aws-iam", region: "eu-west-1", credentials } as const;
  expect(findUnread(refused, { ...connection, sasl }).map(describeUnread)[0]).toBe(
    "the IAM identity may not DESCRIBE the topic. Grant it DESCRIBE on topic audit. In its IAM policy, allow kafka-cluster:DescribeTopic.",
  );
});
