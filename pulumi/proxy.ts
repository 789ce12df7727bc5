/** The addresses at which the engine, its program and its plugins reach each other, and a local cluster listens. */
const thisMachine = "127.0.0.1,localhost,::1";

/**
 * Exempts connections within this machine from the proxies in an environment. All other connections still use them.
 * Neither of these exempts this machine by itself, as Go's `net/http` does:
 * - grpc-js, which the program talks to the engine with, reads `no_grpc_proxy`, else `no_proxy`, in lower case only
 *   (`build/src/http_proxy.js`);
 * - the provider reads `NO_PROXY`, else `no_proxy`, before it connects to a broker through `ALL_PROXY`
 *   (`golang.org/x/net/proxy`).
 *
 * `no_proxy` itself is left alone: some programs accept `*` only if it is the whole value.
 * @returns the variables to set
 */
export function bypassProxies({ no_grpc_proxy, no_proxy, NO_PROXY }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const withThisMachine = (hosts: string | undefined) => [hosts, thisMachine].filter(Boolean).join(",");
  return {
    no_grpc_proxy: withThisMachine(no_grpc_proxy || no_proxy),
    NO_PROXY: withThisMachine(NO_PROXY || no_proxy),
  };
}
