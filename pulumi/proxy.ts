/** The addresses that the engine, its program and its plugins use among themselves, and that a local cluster uses. */
const thisMachine = "127.0.0.1,localhost,::1";

/**
 * Exempts connections within this machine from the proxies in an environment, and those to brokers. All other connections
 * still use them.
 *
 * Unlike Go's `net/http`, grpc-js, with which the program talks to the engine, does not exempt this machine by default. It
 * reads `no_grpc_proxy`, else `no_proxy`, in lower case only (`build/src/http_proxy.js`). `no_proxy` itself is not changed:
 * some programs accept `*` only if it is the whole value.
 *
 * The provider connects to brokers through `ALL_PROXY`, else `all_proxy` (`golang.org/x/net/proxy`). Nothing else does, so an
 * update would fail where its preview had succeeded.
 * @returns the variables to set
 */
export function bypassProxies({ no_grpc_proxy, no_proxy, NO_PROXY }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const withThisMachine = (hosts: string | undefined) => [hosts, thisMachine].filter(Boolean).join(",");
  return {
    no_grpc_proxy: withThisMachine(no_grpc_proxy || no_proxy),
    NO_PROXY: withThisMachine(NO_PROXY || no_proxy),
    ALL_PROXY: "",
    all_proxy: "",
  };
}
