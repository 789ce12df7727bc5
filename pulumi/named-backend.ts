import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../machine/paths.ts";

/** The project's file. */
export const projectFile = join(root, "Pulumi.yaml");

/** A backend that all commands use. */
export type NamedBackend = {
  readonly url: string;
  /** The variable or the file that names it. */
  readonly place: string;
};

/** Returns the URL in the environment or else in `Pulumi.yaml`, with the place, in the engine's order of precedence. */
export function readNamedBackend(): NamedBackend | undefined {
  const { PULUMI_BACKEND_URL: set } = process.env;
  if (set) return { url: set, place: "PULUMI_BACKEND_URL" };
  const url = readProjectBackend(readFileSync(projectFile, "utf8"));
  return url === undefined ? undefined : { url, place: "Pulumi.yaml" };
}

/** Returns the URL of the backend in the text of `Pulumi.yaml`; undefined if it has none. */
export function readProjectBackend(text: string): string | undefined {
  return /^backend:\n +url: "?([^"\s]+)"?$/m.exec(text)?.[1];
}

/** Returns a URL, or a text that contains one, with *** for its password. */
export function showUrl(url: string): string {
  return url.replace(/(:\/\/[^\s:/?#@]*:)[^/?#\n]*@/g, "$1***@");
}
