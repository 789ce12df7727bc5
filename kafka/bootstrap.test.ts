import { expect, test } from "vitest";
import { client, startAuthorizationServer } from "../test/authorization-server.ts";
import { isBrokerError } from "./broker.ts";
import { NoTokenError, UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { explain } from "./describe-failure.ts";
import { readLiveCluster } from "./live-cluster.ts";

const nobody = "127.0.0.1:1";

function connectionWith(tokenUrl: string, clientSecret: string): Connection {
  const sasl = { mechanism: "oauthbearer", tokenUrl, clientId: client.id, clientSecret, scopes: [] } as const;
  return { bootstrapServers: [nobody], timeoutMs: 10_000, sasl };
}

test("Without an access token no server is tried, and the reason is reported once", async () => {
  await using server = await startAuthorizationServer();
  const error = await readLiveCluster(connectionWith(server.tokenUrl, "hunter2")).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(NoTokenError);
  expect(isBrokerError(error)).toBe(true);
  expect(error.message).toBe(`No access token for the brokers: ${explain(error)} [TOKEN_REFUSED]`);
  expect(explain(error)).toContain("the token endpoint refused the client");
  expect(error.message).not.toContain(nobody);
  expect(error.message).not.toContain("hunter2");
});

test("With an access token, servers that do not answer are reported as such", async () => {
  await using server = await startAuthorizationServer();
  const error = await readLiveCluster(connectionWith(server.tokenUrl, client.secret)).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(UnreachableError);
  expect(error.message).toContain(`${nobody}: refused, nothing listens there`);
});
