import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { askBroker } from "./broker.ts";
import { explain } from "./describe-failure.ts";
import { createKafka } from "./kafkajs.ts";
import { requestMetadata } from "./metadata.ts";

/** Starts a server that answers each chunk with the bytes that `answer` returns. */
async function listen(answer: Answer) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.on("data", (request) => answer(request, socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    connection: { bootstrapServers: [`127.0.0.1:${port}`], timeoutMs: 5_000 },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A response with this length prefix. */
function prefix(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** Sends a response of 2 GB as long as the client reads it. */
function flood(socket: Socket): void {
  socket.write(prefix(2 ** 31 - 1));
  const chunk = Buffer.alloc(2 ** 20);
  const send = () => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once("drain", send);
  };
  send();
}

type Answer = (request: Buffer, socket: Socket) => void;

const answers: [name: string, answer: Answer, evidence: string][] = [
  ["2 GB", (_, socket) => flood(socket), "it announces a response of 2147483647 bytes"],
  ["a negative length", (_, socket) => socket.write(prefix(2 ** 32 - 4)), "a response of 4294967292 bytes"],
  ["less than a correlation id", (_, socket) => socket.write(prefix(2)), "a response of 2 bytes"],
  [
    "a page",
    (_, socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
    'it announces a response of 1213486160 bytes, with the text "HTTP/1.1 400 Bad Request"',
  ],
  [
    "a length in pieces",
    (_, socket) => {
      for (const byte of prefix(2 ** 30)) setImmediate(() => socket.write(Buffer.of(byte)));
    },
    "it announces a response of 1073741824 bytes",
  ],
];

test.for(answers)(
  "A server that answers with %s is reported, and nothing is kept: both clients",
  async ([, answer, evidence]) => {
    await using server = await listen(answer);
    const before = process.memoryUsage().arrayBuffers;
    const asked = await askBroker(server.connection, (broker) => requestMetadata(broker, [])).catch(String);
    expect(asked).toContain(evidence);
    const admin = createKafka(server.connection, { retries: 0 }).admin();
    const connected = await admin.connect().catch((error) => explain(error));
    await admin.disconnect();
    expect(connected).toContain(evidence);
    expect(connected).toContain("it does not answer as a Kafka broker does");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  },
);

/** Whether a request is for the API versions, the first of a connection. */
const isFirst = (request: Buffer) => request.readInt16BE(4) === 18;

/** A response to a request for the API versions, which names none. */
function noVersions(request: Buffer): Buffer {
  const [length, error, none, throttle, tags] = ["0000000c", "0000", "01", "00000000", "00"];
  const correlationId = request.toString("hex", 8, 12);
  return Buffer.from([length, correlationId, error, none, throttle, tags].join(""), "hex");
}

test("A broker whose second response is too large is reported too", async () => {
  await using server = await listen((request, socket) => {
    if (isFirst(request)) socket.write(noVersions(request));
    else flood(socket);
  });
  const asked = await askBroker(server.connection, (broker) => requestMetadata(broker, [])).catch(String);
  expect(asked).toContain("it announces a response of 2147483647 bytes");
});

test("A server that expects TLS is reported as such: both clients", async () => {
  const alert = Buffer.from("15030300020246", "hex");
  await using server = await listen((_, socket) => socket.write(alert));
  const asked = await askBroker(server.connection, (broker) => requestMetadata(broker, [])).catch(String);
  expect(asked).toContain("it requires TLS");
  const admin = createKafka(server.connection, { retries: 0 }).admin();
  expect(await admin.connect().catch((error) => explain(error))).toContain("it requires TLS");
  await admin.disconnect();
});
