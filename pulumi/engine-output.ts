import type { z } from "zod";

/**
 * Parses JSON that the engine printed.
 * @param what the output, as the error names it
 * @throws Error without the output, which may contain secrets
 */
export function parseOutput<T extends z.ZodType>(schema: T, text: string, what: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `${what} cannot be read: the engine printed it in another format. Run the command again.`,
    );
  }
}
