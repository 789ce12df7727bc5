import { toFailedConnections } from "../kafka/cluster-error.ts";
import type { CheckOutcome } from "./check.ts";

/** Collects the failed connections that errors are about, each once. Other errors are about none. */
export function collectConnections(errors: Iterable<unknown>): Pick<CheckOutcome, "connections"> {
  const failed = [...errors]
    .flatMap((error) => toFailedConnections(error))
    .filter(({ code }) => code !== "CONNECTION_FAILED");
  const connections = [...new Map(failed.map((one) => [`${one.code} ${one.server}`, one])).values()];
  return connections.length > 0 ? { connections } : {};
}
