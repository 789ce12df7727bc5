import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { findFreePorts } from "../machine/free-ports.ts";
import { classifyFailure } from "./failure.ts";
import { describeUnreachable, findUnreachable, resolveHost, tryAddress } from "./reachability.ts";

/** Listens, but accepts no connection: the system answers only as many as the queue holds. */
const deafServer = `
  const { workerData, parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(workerData, 0, 0);
  });`;

test("Only brokers that cannot be reached at their advertised address are reported, with the reason", async () => {
  await using server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const [closed = 0] = await findFreePorts(1);
  const addresses = new Map([
    [1, `127.0.0.1:${port}`],
    [2, `127.0.0.1:${closed}`],
    [3, `broker-3.invalid:9092`],
  ]);
  const unreachable = await findUnreachable(addresses, 2_000);
  expect(unreachable).toMatchObject([
    { broker: 2, address: `127.0.0.1:${closed}`, code: "CONNECTION_REFUSED" },
    { broker: 3, address: "broker-3.invalid:9092", code: "HOST_UNKNOWN" },
  ]);
  expect(describeUnreachable(unreachable, addresses.size)).toEqual([
    expect.stringContaining("2 of 3 brokers cannot be reached at the address in advertised.listeners"),
    expect.stringMatching(
      `^broker 2 advertises 127.0.0.1:${closed}: refused, nothing listens there .* \\[CONNECTION_REFUSED]$`,
    ),
    expect.stringMatching("^broker 3 advertises broker-3.invalid:9092: .* \\[HOST_UNKNOWN]$"),
  ]);
});

test("Many unreachable brokers are described once, with the first ones", () => {
  const unreachable = Array.from({ length: 30 }, (_, at) => ({
    broker: at + 1,
    address: `broker-${at + 1}:9092`,
    code: "TIMED_OUT" as const,
    evidence: "connect: no answer in 2 s",
  }));
  const lines = describeUnreachable(unreachable, 31);
  expect(lines).toHaveLength(5);
  expect(lines[0]).toContain("30 of 31 brokers");
  expect(lines.at(-1)).toBe("and 27 other brokers");
});

test.runIf(process.platform === "linux")("A connection that nobody answers is given up in time", async () => {
  const worker = new Worker(deafServer, {
    eval: true,
    workerData: new Int32Array(new SharedArrayBuffer(4)),
  });
  const [port] = await once(worker, "message");
  const tried = [];
  for (let count = 0; count < 4; count++)
    tried.push(await tryAddress(`127.0.0.1:${port}`, 200).catch((error: unknown) => classifyFailure(error)));
  await worker.terminate();
  expect(tried.at(-1)).toEqual({ code: "TIMED_OUT", evidence: "connect: no answer in 0.2 s" });
});

test("A host is resolved to its addresses, and an address to itself", async () => {
  expect(await resolveHost("127.0.0.1:9092")).toEqual(["127.0.0.1"]);
  expect(await resolveHost("[::1]:9092")).toEqual(["::1"]);
  expect(await resolveHost("localhost:9092")).toContain("127.0.0.1");
  await expect(resolveHost("broker-1.invalid:9092")).rejects.toMatchObject({ syscall: "getaddrinfo" });
});
