import { createServer as createTcpServer } from "node:net";
import { createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { LocalServers } from "../test/local-servers.ts";
import type { Connection } from "./connection.ts";
import { classifyFailure } from "./failure.ts";
import { daysLeft, findDateProblem, readServerCertificate } from "./server-certificate.ts";

const certificates = new TemporaryCertificates();
const servers = new LocalServers();
const loopback = "IP:127.0.0.1";

beforeAll(() => {
  certificates.issueCa("ca");
  certificates.issueCa("intermediate", "ca");
  certificates.issueCa("stranger");
  certificates.issue("server", "intermediate");
});

afterAll(() => {
  servers[Symbol.dispose]();
  certificates[Symbol.dispose]();
});

/** Starts a server with these certificates, the first with its key, and returns its address. */
function serve(name: string, ...chain: string[]): Promise<string> {
  const cert = certificates.read(...[name, ...chain].map((one) => `${one}.pem`));
  return servers.listen(createServer({ key: certificates.read(`${name}.key`), cert }));
}

function connection(ca = "ca"): Connection {
  const tls = { ca: certificates.read(`${ca}.pem`), rejectUnauthorized: true };
  return { bootstrapServers: [], timeoutMs: 5_000, tls };
}

const read = (address: string, ca?: string) => readServerCertificate(connection(ca), address, 5_000);

test("The chain of a trusted server is read, its own certificate first", async () => {
  const { protocol, chain, names, problems } = await read(await serve("server", "intermediate"));
  expect(protocol).toMatch(/^TLSv1\.[23]$/);
  expect(chain.map(({ subject, issuer }) => [subject, issuer])).toEqual([
    ["CN=server", "CN=intermediate"],
    ["CN=intermediate", "CN=ca"],
  ]);
  expect(chain.map((certificate) => daysLeft(certificate))).toEqual([1, 1]);
  expect(names).toBe("IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  expect(problems).toEqual([]);
});

test.for([
  ["expired", [-20, -10], loopback, "TLS_CERTIFICATE_EXPIRED"],
  ["early", [10, 20], loopback, "TLS_CERTIFICATE_NOT_YET_VALID"],
  ["other-host", [-1, 1], "DNS:broker-1.example.com", "TLS_HOST_MISMATCH"],
  ["nameless", [-1, 1], undefined, "TLS_HOST_MISMATCH"],
] as const)("The certificate %s is reported as %j, %s: %s", async ([name, days, names, code]) => {
  certificates.issueWith(name, "ca", days, names);
  const { problems } = await read(await serve(name));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(problems[0]?.evidence).toContain(name === "other-host" ? "DNS:broker-1.example.com" : `CN=${name}`);
});

test("A name that only the subject has does not count, as in the provider", async () => {
  certificates.issueWith("localhost", "ca", [-1, 1]);
  const [, port] = (await serve("localhost")).split(":");
  const { problems } = await read(`localhost:${port}`);
  expect(problems).toEqual([
    { code: "TLS_HOST_MISMATCH", evidence: "localhost is not among: CN=localhost, without a subjectAltName" },
  ]);
});

test("A certificate of another CA is not trusted, and all its problems are reported", async () => {
  const { problems } = await read(await serve("other-host"), "stranger");
  expect(problems.map(({ code }) => code)).toEqual(["TLS_CA_UNTRUSTED", "TLS_HOST_MISMATCH"]);
});

test("The issuers of a certificate that is not trusted are named", async () => {
  const { problems } = await read(await serve("server", "intermediate"), "stranger");
  expect(problems).toEqual([
    {
      code: "TLS_CA_UNTRUSTED",
      evidence: expect.stringMatching(/^CN=server, issued by CN=intermediate, issued by CN=ca: UNABLE_TO_/),
    },
  ]);
});

test("An expired CA in the chain is reported too", async () => {
  const { chain } = await read(await serve("server", "intermediate"));
  const later = new Date(Date.now() + 10 * 86_400_000);
  expect(chain.map((certificate) => findDateProblem(certificate, later)?.evidence)).toEqual([
    expect.stringMatching(/^CN=server: valid until \d{4}-\d\d-\d\dT/),
    expect.stringMatching(/^CN=intermediate: valid until /),
  ]);
});

test("The dates of a CA that a server sends matter only if it is needed", async () => {
  certificates.crossSign("expired", "intermediate", "ca", [-20, -10]);
  const address = await serve("server", "expired");
  expect((await read(address, "intermediate")).problems).toEqual([]);
  expect((await read(address, "ca")).problems).toEqual([
    { code: "TLS_CERTIFICATE_EXPIRED", evidence: expect.stringMatching(/^CN=intermediate: valid until /) },
  ]);
});

test("A server that speaks no TLS, or does not answer, is an error", async () => {
  const failureOf = async (address: string) =>
    classifyFailure(await readServerCertificate(connection(), address, 200).catch((error: unknown) => error));
  // A broker closes the connection when it has read a length that is too large.
  const plaintext = await servers.listen(
    createTcpServer((socket) => socket.once("data", () => socket.destroy())),
  );
  expect(await failureOf(plaintext)).toMatchObject({ code: "TLS_NOT_SPOKEN" });
  const silent = await servers.listen(createTcpServer((socket) => socket.on("error", () => {}).resume()));
  expect(await failureOf(silent)).toEqual({
    code: "TIMED_OUT",
    evidence: "secureConnect: no answer in 0.2 s",
  });
});
