import { expect, test } from "vitest";
import { findBrokenFile } from "./broken-file.ts";

const restore = "git restore Pulumi.prod.yaml";

test.for([
  [
    "error: getting stack configuration: invalid YAML file: yaml: line 2: did not find expected node content",
    "line 2",
    "did not find expected node content",
  ],
  [
    'error: yaml: unmarshal errors:\n  line 4: mapping key "kafka:a" already defined at line 3',
    "line 4",
    'mapping key "kafka:a" already defined at line 3',
  ],
  [
    "error: invalid YAML file: could not unmarshal map: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `hunter2` into map[string]config.Value",
    "line 1",
    "cannot unmarshal !!str into map",
  ],
  [
    "error: invalid YAML file: could not unmarshal map: could not parse a:b:c:d as a configuration key (configuration keys should be of the form `<namespace>:<name>`)",
    "a:b:c:d",
    "namespace:name",
  ],
  ["error: expected project to be an object, was '[]interface {}'", "the file", "keys with their values"],
] as const)("%s: the file, the line or key and what to do are named", ([said, field, reason]) => {
  const finding = findBrokenFile("prod", said, "");
  expect(finding).toMatchObject({ code: "STACK_FILE_INVALID", place: "Pulumi.prod.yaml", field });
  expect(finding?.refused).toContain(reason);
  expect(finding?.refused).toContain(restore);
  expect(finding?.refused).not.toContain("hunter2");
});

test("An error of the project's file names that file", () => {
  const said =
    "error: could not unmarshal '/repository/Pulumi.yaml': invalid YAML file: yaml: line 72: did not find expected node content";
  expect(findBrokenFile("prod", said, "")).toMatchObject({ place: "Pulumi.yaml", field: "line 72" });
});

const encrypted = "v1:QH+H7cIuC6u05YTO:VP2JEowHxiU9DaXKvQFouwZSQw==";
const undecryptable = "error: could not decrypt configuration values: bad value";

test.for([undecryptable, "error: validating stack config: bad value"])(
  "%s: of several encrypted values, the malformed one is named with the command that sets it",
  (said) => {
    const file = `config:
  kafka:saslPassword:
    secure: ${encrypted}
  kafka:tlsEnabled: { secure: garbage }
`;
    expect(findBrokenFile("prod", said, file)).toMatchObject({
      code: "STACK_FILE_INVALID",
      field: "kafka:tlsEnabled",
      refused: expect.stringContaining("npm run pulumi -- config set --stack prod kafka:tlsEnabled"),
    });
  },
);

test("If all values have an encrypted form, each may be that of another stack", () => {
  const file = `config:\n  kafka:saslPassword:\n    secure: ${encrypted}\n  "smoke:saslPassword":\n    "secure": "${encrypted}"\n`;
  const said = "error: could not decrypt configuration values: cipher: message authentication failed";
  const finding = findBrokenFile("prod", said, file);
  expect(finding?.field).toBe("kafka:saslPassword or smoke:saslPassword");
  expect(finding?.refused).toContain("npm run secret -- --stack prod KEY");
});

test("Other failures are not those of a file", () => {
  expect(findBrokenFile("prod", "error: update failed", "")).toBeUndefined();
});
