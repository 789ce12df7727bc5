import { once } from "node:events";
import type { Server, Socket } from "node:net";

/** The servers of a test, each on a free port of this machine, until the test ends. */
export class LocalServers implements Disposable {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** Starts a server, and returns its address, `host:port`. */
  async listen(server: Server): Promise<string> {
    this.#servers.push(server.on("connection", (socket) => this.#sockets.add(socket)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    return `127.0.0.1:${address.port}`;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
  }
}
