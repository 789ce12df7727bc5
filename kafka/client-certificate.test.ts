import { afterAll, beforeAll, expect, test } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { principalOf, readConnection } from "./connection.ts";
import { describeProblem } from "./refused-error.ts";

const certificates = new TemporaryCertificates();
const passphrase = "hunter2";

beforeAll(() => {
  certificates.issueCa("ca");
  certificates.issue("topics", "ca", "/C=DE/O=Shop, Inc./CN=topics");
  certificates.issue("other", "ca");
  certificates.issue("nameless", "ca", "/");
  const encrypt = ["-aes256", "-passout", `pass:${passphrase}`, "-in", "topics.key"];
  certificates.openssl("rsa", ...encrypt, "-traditional", "-out", "traditional.key");
  certificates.openssl("rsa", ...encrypt, "-out", "pkcs8.key");
});

afterAll(() => certificates[Symbol.dispose]());

function read(config: Record<string, string>) {
  const prefixed = Object.entries(config).map(([key, value]) => [`kafka:${key}`, value]);
  const servers = { "kafka:bootstrapServers": '["a:9092"]' };
  return readConnection({ ...servers, ...Object.fromEntries(prefixed) }, "Pulumi.test.yaml", {});
}

function problemsOf(config: Record<string, string>): string {
  const result = read(config);
  return "problems" in result ? result.problems.map(describeProblem).join("\n") : "";
}

test("A client certificate and its key are read from text or files, encrypted or not", () => {
  const [cert, key] = [certificates.read("topics.pem"), certificates.read("topics.key")];
  const expected = { connection: { tls: { client: { cert, key } } } };
  expect(read({ clientCert: cert, clientKey: key })).toMatchObject(expected);
  const files = { clientCert: certificates.certificate("topics"), clientKey: certificates.key("topics") };
  expect(read(files)).toMatchObject(expected);
  const encrypted = { ...files, clientKey: certificates.key("traditional"), clientKeyPassphrase: passphrase };
  expect(read(encrypted)).toMatchObject({ connection: { tls: { client: { cert, passphrase } } } });
});

test("The principal is the certificate's subject, or the SASL user", () => {
  const tls = { rejectUnauthorized: true, client: { cert: certificates.read("topics.pem"), key: "" } };
  expect(principalOf({ tls })).toBe(String.raw`User:CN=topics,O=Shop\, Inc.,C=DE`);
  expect(principalOf({ tls, sasl: { mechanism: "plain", username: "ada", password: "" } })).toBe("User:ada");
});

test("The principal of a certificate without a subject is empty", () => {
  const tls = { rejectUnauthorized: true, client: { cert: certificates.read("nameless.pem"), key: "" } };
  expect(principalOf({ tls })).toBe("User:");
});

test("A chain whose second certificate is truncated is refused", () => {
  const chain = certificates.read("topics.pem", "ca.pem").slice(0, -100);
  expect(problemsOf({ clientCert: chain, clientKey: certificates.read("topics.key") })).toContain(
    "clientCert: given '(not shown)', allowed: a certificate in PEM format",
  );
});

test.each([
  [{ clientKey: "" }, "clientKey: given '(not shown)', allowed: PEM text, or the absolute path"],
  [
    { clientKey: "other.key" },
    "clientKey: given '(not shown)', allowed: the private key of the first certificate",
  ],
  [{ clientKey: "pkcs8.key", clientKeyPassphrase: passphrase }, "the provider cannot decrypt PKCS #8"],
  [
    { clientKey: "traditional.key" },
    "clientKeyPassphrase: given nothing, allowed: the passphrase of kafka:clientKey",
  ],
  [
    { clientKey: "traditional.key", clientKeyPassphrase: "wrong" },
    "allowed: the passphrase that decrypts kafka:clientKey",
  ],
  [
    { clientKey: "topics.key", clientKeyPassphrase: passphrase },
    "allowed: no value: kafka:clientKey is not encrypted",
  ],
  [
    { clientKey: "topics.key", clientCert: "topics.key" },
    "clientCert: given '(not shown)', allowed: PEM text",
  ],
])("Refused: %j", (given, said) => {
  const read = (name: string) => (/\.(key|pem)$/.test(name) ? certificates.read(name) : name);
  const config = Object.entries({ clientCert: "topics.pem", ...given }).map(([key, name]) => [
    key,
    read(name),
  ]);
  expect(problemsOf(Object.fromEntries(config))).toContain(said);
  expect(problemsOf(Object.fromEntries(config))).not.toContain(passphrase);
});
