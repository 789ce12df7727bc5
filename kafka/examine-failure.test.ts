import { createServer as createTcpServer, type Socket } from "node:net";
import { createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { LocalServers } from "../test/local-servers.ts";
import { askBroker } from "./broker.ts";
import { UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { requestMetadata } from "./metadata.ts";

const certificates = new TemporaryCertificates();
const servers = new LocalServers();

beforeAll(() => {
  certificates.issueCa("ca");
  certificates.issueCa("stranger");
  certificates.issue("server", "ca");
});

afterAll(() => {
  servers[Symbol.dispose]();
  certificates[Symbol.dispose]();
});

/** Answers the two requests that a listener with SASL answers to everyone, and closes the connection at any other. */
function answerWithSasl(socket: Socket): void {
  socket.on("error", () => {});
  socket.on("data", (request) => {
    const key = request.readInt16BE(4);
    const correlationId = request.toString("hex", 8, 12);
    const mechanism = `000d${Buffer.from("SCRAM-SHA-512").toString("hex")}`;
    if (key === 18) socket.write(Buffer.from(`0000000c${correlationId}0000010000000000`, "hex"));
    else if (key === 17) socket.write(Buffer.from(`00000019${correlationId}002100000001${mechanism}`, "hex"));
    else socket.destroy();
  });
}

const tls = (ca: string) => ({
  tls: { ca: certificates.read(`${ca}.pem`), rejectUnauthorized: true },
});

async function ask(server: string, settings: Partial<Connection> = {}) {
  const connection = { bootstrapServers: [server], timeoutMs: 5_000, ...settings };
  const error = await askBroker(connection, (broker) => requestMetadata(broker, [])).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(UnreachableError);
  return error.finding.observed;
}

function serveTls(): Promise<string> {
  const [key, cert] = [certificates.read("server.key"), certificates.read("server.pem")];
  return servers.listen(createServer({ key, cert }, answerWithSasl).on("tlsClientError", () => {}));
}

test.for([["plaintext"], ["TLS"]] as const)(
  "A listener that requires SASL is reported as such: %s",
  async ([kind]) => {
    const server = await (kind === "TLS" ? serveTls() : servers.listen(createTcpServer(answerWithSasl)));
    expect(await ask(server, kind === "TLS" ? tls("ca") : {})).toEqual([
      { code: "SASL_REQUIRED", server, observed: "it offers SCRAM-SHA-512" },
    ]);
  },
);

test("The mechanisms that a listener offers are named if it does not offer the stack's", async () => {
  const server = await servers.listen(createTcpServer(answerWithSasl));
  const sasl = { mechanism: "plain", username: "ada", password: "hunter2" } as const;
  expect(await ask(server, { sasl })).toEqual([
    { code: "SASL_MECHANISM_UNSUPPORTED", server, observed: "it offers SCRAM-SHA-512" },
  ]);
});

test("A listener that requires TLS is reported as such, with its certificate", async () => {
  const server = await serveTls();
  expect(await ask(server)).toEqual([
    { code: "TLS_REQUIRED", server, observed: "it presents a certificate of CN=server" },
  ]);
});

test("All problems of a certificate are reported", async () => {
  certificates.issueWith("other-host", "ca", [-1, 1], "DNS:broker-1.example.com");
  const [key, cert] = [certificates.read("other-host.key"), certificates.read("other-host.pem")];
  const server = await servers.listen(createServer({ key, cert }).on("tlsClientError", () => {}));
  expect((await ask(server, tls("stranger"))).map(({ code }: { code: string }) => code)).toEqual([
    "TLS_CA_UNTRUSTED",
    "TLS_HOST_MISMATCH",
  ]);
});

test("A server that shows nothing is reported with the original reason", async () => {
  const server = await servers.listen(
    createTcpServer((socket) => socket.once("data", () => socket.destroy())),
  );
  expect(await ask(server)).toEqual([{ code: "CONNECTION_CLOSED", server, observed: "Connection closed" }]);
});
