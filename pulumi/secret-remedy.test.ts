import { expect, test } from "vitest";
import { UnreachableError } from "../kafka/cluster-error.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { explainingSecrets } from "./secret-remedy.ts";

const wrongPassword = Object.assign(new Error("Authentication failed"), {
  code: "SASL_AUTHENTICATION_FAILED",
});
const problem = {
  code: "INVALID_VALUE",
  place: "Pulumi.prod.yaml",
  given: "(not shown)",
  allowed: "a value",
};

test.for([
  [new UnreachableError(new Map([["a:9092", wrongPassword]])), "kafka:saslPassword"],
  [new RefusedError([{ ...problem, field: "smoke:clientKey" }]), "smoke:clientKey"],
] as const)("An error about a secret key says how to set it: %s", async ([error, key]) => {
  const { message } = error;
  await expect(explainingSecrets("prod", Promise.reject(error))).rejects.toBe(error);
  expect(error.message).toBe(`${message}\n  To set ${key}: npm run secret -- --stack prod ${key}`);
});

test("An error about anything else stays as it is", async () => {
  const refused = new RefusedError([{ ...problem, field: "kafka:timeout" }]);
  for (const error of [refused, new Error("no stack named 'prod' found")]) {
    const { message } = error;
    await expect(explainingSecrets("prod", Promise.reject(error))).rejects.toThrow(
      expect.objectContaining({ message }),
    );
  }
});
