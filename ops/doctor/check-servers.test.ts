import { expect, test } from "vitest";
import { UnreachableError } from "../../kafka/cluster-error.ts";
import { checkServers } from "./check-servers.ts";

const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:9093"), { code: "ECONNREFUSED" });

/** Checks servers of which those whose name begins with "down" fail. */
const check = (...servers: string[]) =>
  checkServers(servers, async (server) => {
    if (server.startsWith("down")) throw new UnreachableError(new Map([[server, refused]]));
    return { fact: server.length, findings: [] };
  });

test("A step passes if all servers pass, and fails only if none does", async () => {
  expect(await check("up-1", "up-22")).toEqual({
    passed: new Map([
      ["up-1", 4],
      ["up-22", 5],
    ]),
    outcome: { status: "passed", findings: [] },
  });
  const finding = { code: "CONNECTION_REFUSED", server: "down-1", observed: refused.message };
  expect(await check("down-1", "up-1")).toMatchObject({
    outcome: { status: "warning", findings: [finding] },
  });
  expect(await check("down-1")).toMatchObject({
    passed: new Map(),
    outcome: { status: "failed", findings: [finding] },
  });
});

test("An error without a known cause has a code too", async () => {
  const odd = await checkServers(["a:1"], () => Promise.reject(new Error("the moon is in the way.")));
  expect(odd.outcome.findings).toEqual([
    { code: "CONNECTION_FAILED", server: "a:1", observed: "the moon is in the way" },
  ]);
});

test("A fault of this program is not a finding", async () => {
  const fault = new TypeError("undefined is not a function");
  await expect(checkServers(["a:1"], () => Promise.reject(fault))).rejects.toBe(fault);
});
