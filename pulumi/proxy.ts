/** The addresses that the engine, its program and its plugins use among themselves, and that a local cluster uses. */
const thisMachine = "127.0.0.1,localhost,::1";

/**
 * Exempts connections within this machine from the proxies in an environment. All other connections still use them.
 * Unlike Go's `net/http`, these two do not exempt this machine by default:
 * - grpc-js, with which the program talks to the engine, reads `no_grpc_proxy`, else `no_proxy`, in lower case only
 *   (`build/src/http_proxy.js`);
 * - the provider reads `NO_PROXY`, else `no_proxy`, before it connects to a broker through `ALL_PROXY`
 *   (`golang.org/x/net/proxy`).
 *
 * `no_proxy` itself is not changed: some programs accept `*` only if it is the whole value.
 * @returns the variables to set
 */
export function bypassProxies({ no_grpc_proxy, no_proxy, NO_PROXY }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const withThisMachine = (hosts: string | undefined) => [hosts, thisMachine].filter(Boolean).join(",");
  return {
    no_grpc_proxy: withThisMachine(no_grpc_proxy || no_proxy),
    NO_PROXY: withThisMachine(NO_PROXY || no_proxy),
  };
}
