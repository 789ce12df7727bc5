import { z } from "zod";

const entries = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);
const errors = z.array(z.object({ message: z.string() })).nullish();
const written = z.object({ html_url: z.string(), errors });
const graphql = z.object({ errors });

/**
 * Whether data is an answer of GitHub to a request of these commands, which read lists of comments and issues and write
 * one of them, with what they use of it.
 */
export function isAnswer(method: string, url: string, data: unknown): boolean {
  const schema = url.endsWith("/graphql") ? graphql : method === "GET" ? entries : written;
  return schema.safeParse(data).success;
}
