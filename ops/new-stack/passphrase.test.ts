import { expect, test } from "vitest";
import { askPassphrase, lacksPassphrase } from "./passphrase.ts";

test.for([
  ["file:///states", undefined, true],
  ["s3://states", "default", true],
  ["s3://states", "awskms://alias/topics", false],
  ["https://app.pulumi.com/ada", undefined, false],
  ["https://app.pulumi.com/ada", "passphrase", true],
] as const)(
  "In the backend %s, a stack with the secrets provider %s takes a passphrase: %s",
  ([url, provider, takes]) => {
    expect(lacksPassphrase(provider, url, {})).toBe(takes);
    expect(lacksPassphrase(provider, url, { PULUMI_CONFIG_PASSPHRASE: "" })).toBe(takes);
    expect(lacksPassphrase(provider, url, { PULUMI_CONFIG_PASSPHRASE: "secret" })).toBe(false);
    expect(lacksPassphrase(provider, url, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secret" })).toBe(false);
    expect(lacksPassphrase(provider, url, { PULUMI_CONFIG_PASSPHRASE_FILE: "/dev/null" })).toBe(takes);
  },
);

test("A new passphrase is asked for until it is given twice", async () => {
  const answers = ["one", "two", "three", "three"];
  const asked: string[] = [];
  const refuse = () => Promise.reject(new Error("A passphrase is a secret."));
  const passphrase = await askPassphrase({
    askSecret: async (question, check) => {
      asked.push(question);
      expect(await check("")).toBe("Allowed: a passphrase");
      return answers.shift() ?? "";
    },
    ask: refuse,
    confirm: refuse,
    choose: refuse,
  });
  expect(passphrase).toBe("three");
  expect(asked[2]).toBe("The passphrases differ. New passphrase");
});
