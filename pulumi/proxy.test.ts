import { expect, test } from "vitest";
import { bypassProxies } from "./proxy.ts";

const thisMachine = "127.0.0.1,localhost,::1";

test.each([
  ["nothing", {}, { no_grpc_proxy: thisMachine, NO_PROXY: thisMachine }],
  ["empty lists", { no_proxy: "", NO_PROXY: "" }, { no_grpc_proxy: thisMachine, NO_PROXY: thisMachine }],
  [
    "no_proxy",
    { no_proxy: ".corp, 10.0.0.0/8" },
    { no_grpc_proxy: `.corp, 10.0.0.0/8,${thisMachine}`, NO_PROXY: `.corp, 10.0.0.0/8,${thisMachine}` },
  ],
  [
    "NO_PROXY, which grpc-js does not read",
    { NO_PROXY: "*" },
    { no_grpc_proxy: thisMachine, NO_PROXY: `*,${thisMachine}` },
  ],
  [
    "all three",
    { no_grpc_proxy: "a", no_proxy: "b", NO_PROXY: "c" },
    { no_grpc_proxy: `a,${thisMachine}`, NO_PROXY: `c,${thisMachine}` },
  ],
])(
  "This machine is added to the user's proxy exceptions, and the provider gets no proxy to brokers: %s",
  (_, env, expected) => {
    expect(bypassProxies(env)).toEqual({ ...expected, ALL_PROXY: "", all_proxy: "" });
  },
);
