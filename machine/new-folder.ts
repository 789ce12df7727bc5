import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Creates a folder that may exist, with those that contain it. The recursive mode of Node's own function never ends in
 * `/proc`, where creating a folder fails as if its parent were missing.
 * @returns the outermost folder that was created; undefined if the folder exists
 * @throws the system's error; then no folder was created
 */
export function createFolder(path: string): string | undefined {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  const outermost = missing.at(-1);
  let isBegun = false;
  try {
    for (const folder of missing.toReversed()) {
      mkdirSync(folder);
      isBegun = true;
    }
  } catch (error) {
    if (outermost !== undefined && isBegun) rmSync(outermost, { recursive: true });
    throw error;
  }
  return outermost;
}
