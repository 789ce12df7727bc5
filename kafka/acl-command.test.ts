import { expect, test } from "vitest";
import { renderGrant } from "./acl-command.ts";

const admin = { servers: "broker-1:9093,broker-2:9093", config: "admin.properties" };
const start =
  "kafka-acls.sh --bootstrap-server broker-1:9093,broker-2:9093 --command-config admin.properties --add";

test("A grant names each operation as Kafka's tool does, and each topic", () => {
  const grant = {
    principal: "User:topics",
    operations: ["ALTER", "DESCRIBE_CONFIGS"],
    resource: "topic",
  } as const;
  expect(renderGrant({ ...grant, names: ["orders", "orders.returns"] }, admin)).toBe(
    `${start} --allow-principal User:topics --operation Alter --operation DescribeConfigs --topic orders --topic orders.returns`,
  );
  expect(renderGrant({ ...grant, names: ["orders."], isPrefix: true }, admin)).toMatch(
    /--topic orders\. --resource-pattern-type prefixed$/,
  );
});

test("A principal with spaces or quotes stays one word of a shell", () => {
  const grant = { operations: ["ALTER"], resource: "cluster" } as const;
  expect(renderGrant({ ...grant, principal: "User:CN=Ann's laptop,O=Shop" }, admin)).toBe(
    `${start} --allow-principal 'User:CN=Ann'\\''s laptop,O=Shop' --operation Alter --cluster`,
  );
});
