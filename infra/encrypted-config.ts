import { z } from "zod";
import { json } from "./stack-values.ts";

const allowed = "a list of keys";
const keys = json(z.array(z.string(allowed), allowed), allowed);

/** Whether the stack's file encrypts the value of a key, as the engine tells its program. */
export function isConfigEncrypted(key: string): boolean {
  return keys.safeParse(process.env.PULUMI_CONFIG_SECRET_KEYS).data?.includes(key) ?? false;
}
