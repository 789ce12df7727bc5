import { expect, test } from "vitest";
import { UnreachableError } from "../kafka/cluster-error.ts";
import { collectConnections } from "./connections.ts";

const refused = (broker: string) =>
  Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", broker });

test("Each failed connection is collected once, with its code and its server", () => {
  const unreachable = new UnreachableError(new Map([["b:9092", refused("b:9092")]]));
  const connection = (server: string) => ({
    code: "CONNECTION_REFUSED",
    server,
    observed: `${server}: connect ECONNREFUSED`,
  });
  expect(collectConnections([refused("a:9092"), refused("a:9092"), unreachable])).toEqual({
    connections: [connection("a:9092"), connection("b:9092")],
  });
});

test("An error that is not about a connection is not collected", () => {
  const refusal = Object.assign(new Error("too large"), { type: "MESSAGE_TOO_LARGE" });
  expect(collectConnections([refusal, undefined, new Error("the moon is in the way")])).toEqual({});
});
