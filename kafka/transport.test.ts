import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server } from "node:tls";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { tlsOptions } from "./transport.ts";

// A root CA, an intermediate CA that it has issued, and a server's certificate from that one.
const certificates = new TemporaryCertificates();
let server: Server;

beforeAll(async () => {
  certificates.issueCa("root");
  certificates.issueCa("intermediate", "root");
  certificates.issue("server", "intermediate");
  certificates.issueCa("stranger");
  const chain = certificates.read("server.pem", "intermediate.pem");
  server = createServer({ key: certificates.read("server.key"), cert: chain });
  await once(server.listen(0, "127.0.0.1"), "listening");
});

afterAll(() => {
  server?.close();
  certificates[Symbol.dispose]();
});

/** Connects and returns the error's code, or "trusted". */
async function tryCa(ca: string, to = server, host = "127.0.0.1"): Promise<string> {
  const { port } = to.address() as AddressInfo;
  const socket = connect({
    host,
    port,
    ...tlsOptions({ tls: { ca, rejectUnauthorized: true } }),
  });
  try {
    await once(socket, "secureConnect");
    return "trusted";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  } finally {
    socket.destroy();
  }
}

test.each([
  ["root.pem"],
  ["intermediate.pem"],
  ["intermediate.pem", "root.pem"],
  ["stranger.pem", "root.pem"],
  ["stranger.pem", "intermediate.pem"],
])("A server is trusted by %s %s", async (...names) => {
  const ca = certificates.read(...names);
  expect(await tryCa(ca)).toBe("trusted");
  expect(await tryCa(ca.replaceAll("\n", "\r\n"))).toBe("trusted");
});

test("A server is not trusted by another CA", async () => {
  expect(await tryCa(certificates.read("stranger.pem"))).toMatch(/^(UNABLE_TO_GET_ISSUER|SELF_SIGNED_CERT)/);
});

test.for([
  ["a name that only the subject has", "localhost", undefined, "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["another name", "localhost", "DNS:example.com", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["a part of a label", "localhost", "DNS:local*", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["its name", "localhost", "DNS:example.com,DNS:localhost", "trusted"],
  ["its address", "127.0.0.1", "IP:127.0.0.1", "trusted"],
] as const)(
  "A server whose certificate has %s is judged as in the provider",
  async ([, host, names, said]) => {
    certificates.issueWith("localhost", "root", [-1, 1], names);
    const own = { key: certificates.read("localhost.key"), cert: certificates.read("localhost.pem") };
    const other = createServer(own);
    await once(other.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void other.close());
    expect(await tryCa(certificates.read("root.pem"), other, host)).toBe(said);
  },
);
