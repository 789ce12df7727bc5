import { z } from "zod";
import { type Connection, readConnection } from "../kafka/connection.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { askPulumi } from "./ask-pulumi.ts";

const configValues = z.record(z.string(), z.object({ value: z.string().optional() }));

/**
 * All keys of a stack's config with their values as text, decrypted.
 * @throws Error with the engine's words when there is no such stack
 */
export async function readStackConfig(stack: string): Promise<Record<string, string>> {
  const config = configValues.parse(
    JSON.parse(await askPulumi(stack, ["config", "--json", "--show-secrets"])),
  );
  const values = Object.entries(config).flatMap(([key, { value }]) =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(values);
}

/**
 * How to reach the cluster of a stack, from its config.
 * @throws RefusedError when the config is wrong, Error with the engine's words when there is no such stack
 */
export async function readStackConnection(stack: string): Promise<Connection> {
  const read = readConnection(await readStackConfig(stack), `Pulumi.${stack}.yaml`);
  if ("problems" in read) throw new RefusedError(read.problems);
  return read.connection;
}
