import { expect, test } from "vitest";
import { refuseRevealing } from "./revealing-arguments.ts";

const refuse = (stack: string, line: string) => () => refuseRevealing(stack, line.split(" "));

test.each([
  "config set --secret kafka:saslPassword opensesame",
  "config set kafka:saslPassword --stack prod opensesame --secret",
  "--stack prod config set --plaintext kafka:saslPassword opensesame",
  "config set --path kafka:saslPassword -- -opensesame",
  "config set-all --secret kafka:saslPassword=opensesame",
  "config set-all --plaintext kafka:saslUsername=ada --plaintext kafka:saslPassword=opensesame",
  'config set-all --path --secret=["kafka:saslPassword"]=opensesame',
  'config set-all --json {"kafka:saslPassword":{"value":"opensesame"}}',
  "preview --config kafka:saslPassword=opensesame",
  "up -ckafka:saslPassword=opensesame",
])("A secret on the command line is refused, and not repeated: %s", (line) => {
  expect(refuse("prod", line)).toThrow(
    /^kafka:saslPassword: given as an argument, .*npm run secret -- --stack prod kafka:saslPassword/,
  );
  expect(refuse("prod", line)).not.toThrow("opensesame");
});

test.each([
  ["config set --secret kafka:saslUsername opensesame", "kafka:saslUsername: given as an argument"],
  ["config set-all --secret kafka:saslUsername=opensesame", "kafka:saslUsername: given as an argument"],
  ['config set-all --json {"a:b":{"value":"opensesame","secret":true}}', "--json: given as an argument"],
  ["config set kafka:saslPassword", "kafka:saslPassword: given without --secret, allowed: npm run secret"],
  ["config set audit:clientKey", "audit:clientKey: given without --secret"],
  ["preview --tracing file:trace", "--tracing: given, allowed: no such flag"],
  ["up --tracing=file:trace", "--tracing: given"],
  ["up --otel-traces=file://trace", "--otel-traces: given"],
  ["preview -v=9 --logtostderr=false", "--logtostderr: given"],
])("%s is refused", (line, reason) => {
  expect(refuse("prod", line)).toThrow(reason);
  expect(refuse("prod", line)).not.toThrow("opensesame");
});

test.each(["dev", "dev-secure"])("A secret is refused for stack %s, whose passphrase is empty", (stack) => {
  expect(refuse(stack, "config set --secret kafka:saslPassword")).toThrow(
    `kafka:saslPassword: given for stack ${stack}, allowed: another stack`,
  );
});

test.each([
  "config set --secret --stack prod kafka:saslPassword",
  "config set kafka:saslUsername ada",
  "config set kafka:clientKey /etc/kafka/client.key",
  "config set-all --path --plaintext kafka:bootstrapServers[0]=a:9092",
  "config get kafka:saslPassword",
  "preview -v=9 --logtostderr",
  "up --yes --target urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::clientKey",
])("%s is accepted", (line) => {
  expect(refuse("prod", line)).not.toThrow();
});
