import { expect, test } from "vitest";
import { secretFlags } from "./secret-flags.ts";

test.for([
  ["--sasl-password", "KAFKA_SASL_PASSWORD, the prompt, or standard input"],
  ["--client-key-passphrase", "KAFKA_CLIENT_KEY_PASSPHRASE, the prompt, or standard input"],
  ["--sasl-aws-secret-key", "npm run secret -- --stack NAME kafka:saslAwsSecretKey"],
  ["--password", "PULUMI_CONFIG_PASSPHRASE, the prompt, or standard input"],
] as const)("%s is refused, and the message says how to give the secret", ([flag, instead]) => {
  expect(secretFlags[flag]).toContain(`${flag}: given as an argument`);
  expect(secretFlags[flag]).toContain(instead);
});

test("The flag for the file of a private key is not refused", () => {
  expect(secretFlags).not.toHaveProperty("--client-key");
});
