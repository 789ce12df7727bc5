import { createHash } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { get as getPlain, type IncomingMessage, Agent as PlainAgent } from "node:http";
import { get as getTls, Agent as TlsAgent } from "node:https";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { getCACertificates } from "node:tls";

/** The largest archive, Pulumi's, has about 150 MB. */
const mostBytes = 1e9;
const silenceMs = 30_000;
const mostRedirects = 5;
/** A server may be busy for a moment, or close a connection. */
const tries = 3;

/** A downloaded file is not the pinned one. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/** The connections of a download of several files, through the proxy that the environment names, if any. */
export type Agents = { readonly plain: PlainAgent; readonly tls: TlsAgent };

/** Opens connections that a download of several files shares. */
export function openAgents(): Agents {
  const options = { proxyEnv: process.env, keepAlive: true, maxSockets: 8 };
  // Like Go and curl, trusts the system's CAs too: a company's proxy may have its own.
  const ca = [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
  return { plain: new PlainAgent(options), tls: new TlsAgent({ ...options, ca }) };
}

/**
 * Downloads a file.
 * @returns its SHA-256
 * @throws Error if the server does not send it
 */
export async function download(url: string, file: string, agents: Agents = openAgents()): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const hash = createHash("sha256");
      let bytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _, done) {
          bytes += chunk.length;
          hash.update(chunk);
          done(bytes > mostBytes ? new Error(`more than ${mostBytes} bytes`) : null, chunk);
        },
      });
      await pipeline(await open(new URL(url), agents, mostRedirects), measure, createWriteStream(file));
      return hash.digest("hex");
    } catch (error) {
      rmSync(file, { force: true });
      if (attempt === tries) throw new Error(`${url}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/**
 * Downloads a file, and keeps it only if it has this SHA-256.
 * @param pins the file that pins it, for the message
 * @throws ChecksumError if it has another one, Error if the server does not send it
 */
export async function downloadPinned(
  url: string,
  file: string,
  { sha256, pins, agents }: { readonly sha256: string; readonly pins: string; readonly agents?: Agents },
): Promise<void> {
  const found = await download(url, file, agents);
  if (found === sha256) return;
  rmSync(file);
  throw new ChecksumError(
    `${url}: given SHA-256 ${found}, allowed: ${sha256}, as pinned in ${pins}. Nothing of it was run or installed. ` +
      `Find out who changed the download, the server or a proxy.`,
  );
}

async function open(url: URL, agents: Agents, redirects: number): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request =
    url.protocol === "https:"
      ? getTls(url, { agent: agents.tls, timeout: silenceMs })
      : getPlain(url, { agent: agents.plain, timeout: silenceMs });
  request.on("response", resolve).on("error", reject);
  request.on("timeout", () => request.destroy(new Error(`no data for ${silenceMs / 1000} s`)));
  const response = await promise;
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) return response;
  response.resume();
  if (statusCode >= 300 && statusCode < 400 && headers.location && redirects > 0)
    return open(new URL(headers.location, url), agents, redirects - 1);
  throw new Error(`HTTP status ${statusCode}`);
}
