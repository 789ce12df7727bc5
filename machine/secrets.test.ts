import { expect, test } from "vitest";
import { hideSecrets, makeMask, maskSecrets, secretsOf } from "./secrets.ts";

const secret = `p@ss_w*rd "<1>' \\|ü`;
const mask = makeMask([secret]);

test.each([
  ["as it is", secret],
  ["in JSON", JSON.stringify(secret).slice(1, -1)],
  ["in JSON within JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  [
    "in the JSON of a Go program",
    JSON.stringify(secret).slice(1, -1).replace("<", "\\u003c").replace(">", "\\u003E"),
  ],
  ["in a URL", encodeURIComponent(secret)],
  ["in HTML", "p@ss_w*rd &quot;&lt;1&gt;&apos; \\|&#xFC;"],
  ["in HTML, by code", "p&#64;ss&#x5F;w&#042;rd &#34;&#60;1&#x3E;&#39; &#92;&#124;ü"],
  ["in Markdown", "p@ss\\_w\\*rd &quot;&lt;1&gt;' \\\\\\|ü"],
])("A secret is replaced: %s", (_, written) => {
  expect(mask(`before ${written} after`)).toBe("before [secret] after");
});

test("Each line of a key is replaced, but not the label, the line that is the same for all keys", () => {
  const key =
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\nPNDtTJFvGRwMEVAv/A+=\nshort\n-----END PRIVATE KEY-----\n";
  const masked = "-----BEGIN PRIVATE KEY-----\n[secret]\n[secret]\nshort\n-----END PRIVATE KEY-----\n";
  expect(makeMask([key])(key)).toBe(masked);
  expect(makeMask([key.replaceAll("\n", "\\n")])(key)).toBe(masked);
  expect(makeMask([key])(JSON.stringify(key))).toBe(JSON.stringify(masked));
});

test("The longer of two secrets is replaced first", () => {
  expect(makeMask(["opensesame", "opensesame-2"])("opensesame-2 opensesame")).toBe("[secret] [secret]");
});

test.each(["", "true", "kafka", "604800000", "   short "])(
  "A text that occurs by chance is not replaced: %j",
  (text) => {
    expect(makeMask([text])(`${text} 1604800000`)).toBe(`${text} 1604800000`);
  },
);

test("Secrets that become known later are replaced too", () => {
  expect(maskSecrets("first-secret second-secret")).toBe("first-secret second-secret");
  hideSecrets(["first-secret"]);
  expect(maskSecrets("first-secret second-secret")).toBe("[secret] second-secret");
  hideSecrets(["second-secret"]);
  expect(maskSecrets("first-secret second-secret")).toBe("[secret] [secret]");
});

test("Variables are secret by their names, unless they contain a path, and passwords in URLs are", () => {
  const environment = {
    KAFKA_SASL_PASSWORD: "1",
    REVIEW_KAFKA_SASL_PASSWORD: "2",
    KAFKA_CLIENT_KEY_PASSPHRASE: "3",
    AWS_SECRET_ACCESS_KEY: "4",
    AWS_SESSION_TOKEN: "5",
    PULUMI_CONFIG_PASSPHRASE: "6",
    PULUMI_ACCESS_TOKEN: "7",
    GITHUB_TOKEN: "8",
    KAFKA_CLIENT_KEY: "9",
    PULUMI_BACKEND_URL: "postgres://ada:10@db.example.com/state",
    HTTPS_PROXY: "http://ada:11@proxy.example.com:3128",
  };
  const others = {
    PATH: "/usr/bin",
    AWS_ACCESS_KEY_ID: "AKIA",
    KAFKA_SASL_USERNAME: "ada",
    KAFKA_SASL_TOKEN_URL: "https://login.example.com:8443/token@2",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/passphrase",
    AZURE_CLIENT_KEY: import.meta.filename,
  };
  expect(secretsOf({ ...environment, ...others })).toEqual(
    Array.from({ length: 11 }, (_, at) => String(at + 1)),
  );
});
