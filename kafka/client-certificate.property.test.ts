import { createSecureContext } from "node:tls";
import fc from "fast-check";
import { afterAll, expect } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { checkClientCertificate, subjectOf } from "./client-certificate.ts";

const passphrase = "hunter2";

const certificates = new TemporaryCertificates();
afterAll(() => certificates[Symbol.dispose]());
certificates.issueCa("ca");
certificates.issue("topics", "ca", "/C=DE/O=Shop, Inc./CN=topics");
certificates.issue("other", "ca");
const encrypt = ["rsa", "-aes256", "-passout", `pass:${passphrase}`, "-in", "topics.key"];
certificates.openssl(...encrypt, "-traditional", "-out", "traditional.key");
certificates.openssl(...encrypt, "-out", "pkcs8.key");

const certs = fc
  .constantFrom(["topics.pem"], ["topics.pem", "ca.pem"], ["other.pem"], ["other.pem", "topics.pem"])
  .map((names) => certificates.read(...names));
const keys = fc
  .constantFrom("topics.key", "other.key", "traditional.key", "pkcs8.key")
  .map((name) => certificates.read(name));
const texts = fc.oneof(certs, keys);
const rubbish = fc.oneof(
  damage(texts),
  fc.tuple(texts, fc.nat(3_000)).map(([text, length]) => text.slice(0, length)),
  texts.map((text) => text.replaceAll("\n", "\r\n")),
  texts.map((text) => text.replace(/\n[^-]+\n/, (base64) => base64.repeat(100))),
  texts,
  oddText,
);

testProperty(
  "A client certificate is accepted only if TLS accepts it with its key, and then it has a subject",
  fc.record({
    cert: fc.oneof({ arbitrary: certs, weight: 4 }, rubbish),
    key: fc.oneof({ arbitrary: keys, weight: 4 }, rubbish),
    passphrase: fc.constantFrom(
      undefined,
      undefined,
      passphrase,
      passphrase,
      "wrong",
      "\ud83d",
      "x".repeat(4_000),
    ),
  }),
  ({ cert, key, passphrase }) => {
    const client = { cert, key, ...(passphrase !== undefined && { passphrase }) };
    const [refused, ...more] = checkClientCertificate(client).keys();
    expect(more).toEqual([]);
    if (refused !== undefined) {
      expect(["clientCert", "clientKey", "clientKeyPassphrase"]).toContain(refused);
      return;
    }
    createSecureContext(client);
    expect(subjectOf(cert)).toMatch(/^CN=/);
  },
);
