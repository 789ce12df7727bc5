import { expect, test } from "vitest";
import { checkOwnCertificate, checkOwnTls, checkPresented } from "./check-tls.ts";

const certificate = {
  subject: "CN=topics",
  issuer: "CN=ca",
  validFrom: new Date("2026-01-01T00:00:00Z"),
  validTo: new Date("2026-12-31T00:00:00Z"),
};

test.for([
  ["2025-12-31T23:59:59Z", ["CLIENT_CERTIFICATE_NOT_YET_VALID"]],
  ["2026-06-01T00:00:00Z", []],
  ["2026-12-01T00:00:00Z", []],
  ["2026-12-01T00:00:01Z", ["CLIENT_CERTIFICATE_EXPIRES_SOON"]],
  ["2026-12-31T00:00:01Z", ["CLIENT_CERTIFICATE_EXPIRED"]],
] as const)("At %s, the client's certificate has the findings %j", ([now, codes]) => {
  expect(checkOwnCertificate(certificate, "kafka:clientCert", new Date(now)).map(({ code }) => code)).toEqual(
    codes,
  );
});

test("A server's certificate that expires within 30 days is a warning, but not a CA that it sends", () => {
  const ca = { ...certificate, subject: "CN=ca", validTo: new Date("2026-06-02T00:00:00Z") };
  const read = { protocol: "TLSv1.3", chain: [certificate, ca], names: "DNS:a", problems: [] } as const;
  const checkAt = (now: string) => checkPresented("a:1", read, new Date(now));
  expect(checkAt("2026-06-01T00:00:00Z")).toMatchObject({ presented: { daysLeft: 213 }, findings: [] });
  expect(checkAt("2026-12-19T00:00:00Z").findings).toEqual([
    {
      code: "CERTIFICATE_EXPIRES_SOON",
      server: "a:1",
      subject: "CN=topics",
      observed: "2026-12-31T00:00:00.000Z",
      daysLeft: 12,
    },
  ]);
});

test("It is a warning that certificates are not verified", () => {
  const connection = { bootstrapServers: [], timeoutMs: 1_000 };
  expect(checkOwnTls(connection)).toEqual([]);
  expect(checkOwnTls({ ...connection, tls: { rejectUnauthorized: true } })).toEqual([]);
  expect(checkOwnTls({ ...connection, tls: { rejectUnauthorized: false } })).toEqual([
    { code: "TLS_NOT_VERIFIED" },
  ]);
});
