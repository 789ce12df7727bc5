import { rmSync } from "node:fs";
import { ChecksumError, downloadPinned } from "./download.ts";
import { makeFolder, type Part } from "./parts.ts";
import { hashFolder, isVerified, recordMade } from "./verified-folder.ts";

/** This platform, as Node and Pulumi name it: `linux-x64`, `darwin-arm64`. */
export const thisPlatform = `${process.platform}-${process.arch}`;

/** What `checksums.json` pins of a version of a program. */
export type Pins = {
  readonly version: string;
  /** The SHA-256 of the official archive, for each platform. */
  readonly archives: Readonly<Record<string, string>>;
  /** The hash of the folder that the archive makes. */
  readonly extracted: Readonly<Record<string, string>>;
  /** The hash of the folder that a build makes. */
  readonly built: Readonly<Record<string, string>>;
};

/** A program that is downloaded, or built from source. */
export type Program = {
  readonly title: string;
  readonly folder: string;
  readonly version: string;
  readonly pins: Pins;
  /** The URL of the official archive. */
  readonly archive: (platform: string) => string;
  /** Extracts the archive into the folder. */
  readonly extract: (archive: string, folder: string) => Promise<void>;
  /**
   * Builds the program into the folder, from sources that `go.sum` pins.
   * @returns whether it was built with the pinned toolchain, so that the folder has the pinned hash
   */
  readonly build: (folder: string, platform: string, report: (progress: string) => void) => Promise<boolean>;
};

/**
 * A program as a part to install. The archive is used only if its hash is pinned. Otherwise, or if it cannot be downloaded,
 * the program is built from source.
 */
export function makePart(program: Program, platform = thisPlatform): Part {
  const { title, folder, version, pins } = program;
  const current = pins.version === version ? pins : undefined;
  const sha256 = current?.archives[platform];
  return {
    title,
    folder,
    ready: () => isVerified(folder, [current?.extracted[platform], current?.built[platform]]),
    make: async (report) => {
      await makeFolder(folder, async (unfinished) => {
        let reason = `no archive is pinned for ${platform}`;
        if (sha256) {
          report("downloading");
          const refusal = await fetchArchive(program, { platform, sha256, folder: unfinished });
          if (!refusal) return;
          reason = `download failed (${refusal})`;
        }
        const tell = (progress: string) => report(`${reason}, building ${progress}`);
        const isReproducible = await program.build(unfinished, platform, tell);
        if (isReproducible) await checkBuild(title, unfinished, current?.built[platform]);
      });
      await recordMade(folder);
    },
  };
}

/**
 * Downloads and extracts an archive.
 * @returns why it could not be downloaded, undefined if it could
 * @throws ChecksumError if it is not the pinned one
 */
async function fetchArchive(
  program: Program,
  { platform, sha256, folder }: { platform: string; sha256: string; folder: string },
): Promise<string | undefined> {
  const archive = `${folder}.tar.gz`;
  try {
    await downloadPinned(program.archive(platform), archive, {
      sha256,
      pins: "machine/toolchain/checksums.json",
    });
  } catch (error) {
    if (error instanceof ChecksumError || !(error instanceof Error)) throw error;
    return error.message;
  }
  await program.extract(archive, folder);
  rmSync(archive);
  return undefined;
}

/** Go compares what it downloads with `go.sum`, but not what its caches contain since then. */
async function checkBuild(title: string, folder: string, pinned: string | undefined): Promise<void> {
  const built = await hashFolder(folder);
  if (!pinned || built === pinned) return;
  throw new ChecksumError(
    `${title}: built with the hash ${built}, allowed: ${pinned}, as pinned in machine/toolchain/checksums.json. It was not ` +
      `run or installed. Remove Go's caches (go clean -cache -modcache), and use the Go of go.dev, then try again.`,
  );
}
