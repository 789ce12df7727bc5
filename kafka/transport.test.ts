import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
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
async function tryCa(ca: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    host: "127.0.0.1",
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
