import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

/** Runs a task while the environment names a proxy, and returns what the proxy was asked for. */
export async function withProxy(
  names: readonly string[],
  noProxy: string,
  task: () => Promise<void>,
): Promise<string[]> {
  const asked: string[] = [];
  const proxy = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.end('{"access_token":"from the proxy"}');
  });
  proxy.on("connect", ({ method, url }: IncomingMessage, socket) => {
    asked.push(`${method} ${url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"])
    vi.stubEnv(name, names.includes(name) ? `http://127.0.0.1:${port}` : undefined);
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, noProxy);
  try {
    await task();
  } finally {
    vi.unstubAllEnvs();
    proxy.close();
  }
  return asked;
}
