import { expect, test } from "vitest";
import { connectionOf, findPlain, findProblems, secretsIn } from "./stack-config.ts";

const config = {
  "kafka:bootstrapServers": { value: '["a:9092"]', objectValue: ["a:9092"], secret: false },
  "kafka:saslPassword": { value: 'open "sesame"', secret: true },
  "kafka-topics:overrides": {
    value: '{"orders":{"config":{"note":"battery staple"}}}',
    objectValue: { orders: { config: { note: "battery staple" } } },
    secret: true,
  },
  "kafka-topics:preflight": { value: "on" },
};
const printed = JSON.stringify(config, null, 2);

test("The encrypted values of a config are its secrets, and so are the texts in them", () => {
  expect(secretsIn(printed)).toEqual([
    'open "sesame"',
    '{"orders":{"config":{"note":"battery staple"}}}',
    "battery staple",
    "on",
  ]);
});

test("All complete values of a config that the engine printed only in part are its secrets", () => {
  const part = printed.slice(0, printed.indexOf('"kafka-topics:overrides"'));
  expect(secretsIn(part)).toEqual(['["a:9092"]', "a:9092", 'open "sesame"']);
});

test("A secret that is not marked as encrypted is refused", () => {
  const values = {
    "smoke:saslPassword": { value: "opensesame", secret: false },
    "kafka:saslPassword": config["kafka:saslPassword"],
  };
  expect(findPlain("prod", values)).toMatchObject([
    { code: "SECRET_NOT_ENCRYPTED", place: "Pulumi.prod.yaml", field: "smoke:saslPassword" },
  ]);
  expect(JSON.stringify(findPlain("prod", values))).not.toContain("opensesame");
});

test("All problems of a config are reported together, also those that the command does not depend on", async () => {
  const malformed = {
    "kafka:bootstrapServers": "a",
    "kafka:timeout": "soon",
    "smoke:tlsEnabled": "no",
    "smoke:group": '["a"]',
    "kafka-topics:preflight": "maybe",
  };
  const fields = (await findProblems("prod", malformed)).map(({ field }) => field);
  expect(fields.toSorted()).toEqual([
    "kafka:bootstrapServers",
    "kafka:timeout",
    "preflight",
    "smoke:group",
    "smoke:tlsEnabled",
  ]);
  await expect(connectionOf("prod", malformed)).rejects.toThrow("5 problems, nothing was changed:");
});
