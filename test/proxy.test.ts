import { expect, test } from "vitest";
import { findFreePorts } from "../machine/free-ports.ts";
import { Workspace } from "./workspace.ts";

test("Connections to the engine and to brokers on this machine bypass the environment's proxies", async () => {
  await using workspace = new Workspace({ "proxy.orders": { partitions: 1, replicationFactor: 1 } });
  const [closed] = await findFreePorts(1);
  const proxies = ["grpc_proxy", "http_proxy", "https_proxy"].map((name) => [
    name,
    `http://127.0.0.1:${closed}`,
  ]);
  const environment = Object.fromEntries([...proxies, ["all_proxy", `socks5://127.0.0.1:${closed}`]]);
  const inUpperCase = Object.entries(environment).map(([name, value]) => [name.toUpperCase(), value]);
  Object.assign(workspace.environment, environment, Object.fromEntries(inUpperCase));
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  // The user's own exceptions, which do not cover this machine.
  Object.assign(workspace.environment, {
    no_proxy: "example.com",
    NO_PROXY: "example.com",
    no_grpc_proxy: "example.com",
  });
  expect(await workspace.run("preview")).toMatchObject({ exitCode: 0 });
  // Only an update connects to the brokers through the provider.
  workspace.declare({ "proxy.orders": { partitions: 2, replicationFactor: 1 } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});
