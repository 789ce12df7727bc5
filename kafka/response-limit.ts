import type { Socket } from "node:net";

/** In bytes. The provider's client refuses larger responses too, and brokers by default larger requests. */
export const largestResponse = 100 * 1024 * 1024;

/** Options of `node:zlib`: a batch of a few KB may decompress to gigabytes. */
export const decompressionLimits = { maxOutputLength: largestResponse };

const lengthBytes = 4;
/** The correlation id. */
const shortestResponse = 4;
/** How much of what a server sends instead of a response is shown, in bytes. */
const shownBytes = 40;

/** A server sends what no Kafka broker sends, or a response that is too large. */
class ResponseInvalidError extends Error {
  override readonly name = "ResponseInvalidError";
  readonly code = "RESPONSE_INVALID";
}

const refused = new WeakMap<Socket, Error>();

/**
 * Closes a connection to a broker if it announces a response that is too large: both clients keep everything that they
 * receive until a response is complete. A server of HTTP, read as a broker, announces 1,213,486,160 bytes.
 */
export function limitResponses(socket: Socket): void {
  const check = checkResponses();
  // A listener could not keep the client from receiving the bytes.
  const emit = socket.emit;
  socket.emit = (event: string | symbol, ...values: unknown[]) => {
    const [chunk] = values;
    const error = event === "data" && Buffer.isBuffer(chunk) ? check(chunk) : undefined;
    if (!error) return Reflect.apply(emit, socket, [event, ...values]);
    refused.set(socket, error);
    socket.destroy(error);
    return true;
  };
}

/** Why `limitResponses` closed a connection; undefined if it did not. */
export function reasonOfClosing(socket: Socket): Error | undefined {
  return refused.get(socket);
}

/** Returns a function that checks successive chunks of what a server sends. */
function checkResponses(): (chunk: Buffer) => Error | undefined {
  let [prefix, missing] = [Buffer.alloc(0), 0];
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const rest = chunk.subarray(at, at + (missing || lengthBytes - prefix.length));
      at += rest.length;
      if (missing > 0) {
        missing -= rest.length;
        continue;
      }
      prefix = Buffer.concat([prefix, rest]);
      if (prefix.length < lengthBytes) return undefined;
      missing = prefix.readUInt32BE();
      if (missing < shortestResponse || missing > largestResponse)
        return refuse(missing, Buffer.concat([prefix, chunk.subarray(at)]));
      prefix = Buffer.alloc(0);
    }
    return undefined;
  };
}

function refuse(length: number, sent: Buffer): Error {
  // The type of a record, and the version of TLS.
  const [type = 0, major, minor = 0] = sent;
  if (type >= 0x14 && type <= 0x17 && major === 3 && minor <= 4) return new Error("Broker requires TLS");
  const words = sent
    .toString("latin1", 0, shownBytes)
    .replace(/[^ -~]+/g, " ")
    .trim();
  return new ResponseInvalidError(
    `it announces a response of ${length} bytes, with the text ${JSON.stringify(words)}`,
  );
}
