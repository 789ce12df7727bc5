import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStack } from "../infra/stack.ts";
import { projectName, root } from "../machine/paths.ts";
import { parseStackFile, settingsOf, textsIn, valuesOf } from "./stack-file.ts";

test.for(["\r", "\u0085", "\u2028", "\u2029"])(
  "The line break %j ends a comment, as for the engine",
  (end) => {
    const file = parseStackFile(
      `config:${end}  # TLS${end}  kafka:skipTlsVerify: "true"${end}`,
      "Pulumi.prod.yaml",
    );
    expect(valuesOf(file).get("kafka:skipTlsVerify")).toBe("true");
  },
);

test.for(["a: [", "- a", "config: 3", "text", "a: 1\na: 2", "a: 1\n---\nb: 2"])(
  "A file that is not a stack's is refused with its name: %j",
  (text) => {
    expect(() => parseStackFile(text, "Pulumi.prod.yaml in main")).toThrow("Pulumi.prod.yaml in main");
  },
);

test("A key in two notations is refused: the order would decide which of them counts", () => {
  expect(() =>
    parseStackFile("config:\n  protect: true\n  kafka-topics:protect: false\n", "Pulumi.prod.yaml"),
  ).toThrow("Pulumi.prod.yaml: protect and kafka-topics:protect are the same key. Remove one of them.");
});

test("A mistake in a file is refused with its line", () => {
  expect(() => parseStackFile("a: 1\rb: 2\na: 3\n", "Pulumi.prod.yaml")).toThrow(
    "Pulumi.prod.yaml: line 3: ",
  );
});

test("Each setting that Pulumi.yaml declares is one of the program's, and has a valid default", () => {
  const project = parseStackFile(readFileSync(join(root, "Pulumi.yaml"), "utf8"), "Pulumi.yaml");
  const defaults = textsIn({}, project);
  // The engine requires each stack to set a key that is declared without a default.
  expect(Object.keys(defaults)).toEqual([...valuesOf(project).keys()]);
  expect(readStack(projectName, "prod", defaults).problems).toEqual([]);
});

test("The settings of a file have the project's defaults, text as the engine writes it, and no secrets", () => {
  const project = parseStackFile(
    "config: { protect: { type: boolean, default: true }, maxPartitions: { default: 9 }, kafka:timeout: '5', a: { type: string } }",
    "Pulumi.yaml",
  );
  const stack = parseStackFile(
    `config:
  kafka:bootstrapServers: [a:9092]
  kafka:saslPassword: { secure: v1:a }
  kafka:caCert: "-----BEGIN CERTIFICATE-----"
  maxPartitions: 0x10
  overrides: { orders: { secure: v1:b } }
  paswordd: hunter2`,
    "Pulumi.prod.yaml",
  );
  expect(settingsOf(stack, project)).toEqual({
    "kafka:bootstrapServers": '["a:9092"]',
    "kafka:saslPassword": "[secret]",
    "kafka:caCert": "sha256:ddddb6cbd348658f02fa6c8a46b6f51cf6b6bbe22d54fc6a4f0e3b3f59c5d012",
    "kafka:timeout": "5",
    "kafka-topics:maxPartitions": "16",
    "kafka-topics:overrides": "[secret]",
    "kafka-topics:paswordd": "[secret]",
    "kafka-topics:protect": "true",
  });
});
