import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { localFolder } from "../paths.ts";
import { makePart, type Pins, type Program } from "./pinned-program.ts";
import { runTool } from "./run-tool.ts";
import { hashFolder } from "./verified-folder.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let parent: string;
let archive: Buffer;
let server: Server;
let requests: string[];
/** What the server answers; another status than 200 without the archive. */
let answer: { status: number; body: Buffer };
beforeEach(async () => {
  // A proxy that the environment names is for other machines.
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  parent = mkdtempSync(join(tmpdir(), "kafka-topics-pinned-"));
  writeFileSync(join(parent, "tool"), "from the archive");
  archive = execFileSync("tar", ["-cz", "-C", parent, "tool"]);
  rmSync(join(parent, "tool"));
  requests = [];
  answer = { status: 200, body: archive };
  server = createServer(({ url = "" }, response) => {
    requests.push(url);
    response.writeHead(answer.status).end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  server.closeAllConnections();
  const records = globSync(join(localFolder, "verified", `*${basename(parent)}-*`));
  for (const path of [parent, ...records]) rmSync(path, { recursive: true });
});

const hash = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** A program of this version whose archive is on the server. */
function describe(pinned: Partial<Pins>, isReproducible = true): Program {
  // The records contain the folder's name.
  const folder = join(parent, basename(parent));
  return {
    title: "tool 1.0.0",
    folder,
    version: "1.0.0",
    pins: { version: "1.0.0", archives: {}, extracted: {}, built: {}, ...pinned },
    archive: (platform) =>
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool-${platform}.tar.gz`,
    extract: async (file, unfinished) => {
      await runTool("tar", ["-xzf", file, "-C", unfinished]);
    },
    build: async (unfinished) => {
      writeFileSync(join(unfinished, "tool"), "built");
      return isReproducible;
    },
  };
}

const platform = "linux-x64";

async function make(pinned: Partial<Pins>) {
  const program = describe(pinned);
  const part = makePart(program, platform);
  expect(await part.ready()).toBe(false);
  await part.make(() => {});
  expect(await part.ready()).toBe(true);
  expect(readdirSync(parent)).toEqual([basename(parent)]);
  return readFileSync(join(program.folder, "tool"), "utf8");
}

test("An archive with the pinned hash is installed", async () => {
  expect(await make({ archives: { [platform]: hash(archive) } })).toBe("from the archive");
  expect(requests).toEqual(["/tool-linux-x64.tar.gz"]);
});

test("An archive that was tampered with is refused, and nothing is installed or built", async () => {
  const program = describe({ archives: { [platform]: hash(archive) } });
  answer.body = Buffer.concat([archive, Buffer.from("\n")]);
  await expect(makePart(program, platform).make(() => {})).rejects.toThrow(
    `tool-linux-x64.tar.gz: given SHA-256 ${hash(answer.body)}, allowed: ${hash(archive)}, as pinned in ` +
      "machine/toolchain/checksums.json. Nothing of it was run or installed.",
  );
  expect(existsSync(program.folder)).toBe(false);
  expect(readdirSync(parent)).toEqual([]);
});

test.each([
  ["for this platform", { archives: { "darwin-arm64": "0".repeat(64) } }],
  ["for this version", { version: "0.9.0", archives: { [platform]: "0".repeat(64) } }],
])(
  "Without a pinned hash %s, the archive is not even requested, but the program built",
  async (_, pinned) => {
    expect(await make(pinned)).toBe("built");
    expect(requests).toEqual([]);
  },
);

test("If the archive cannot be downloaded, the program is built", async () => {
  answer = { status: 503, body: Buffer.from("busy") };
  expect(await make({ archives: { [platform]: hash(archive) } })).toBe("built");
});

test("A build with the pinned toolchain that has another hash is refused, with another toolchain it is installed", async () => {
  const built = { [platform]: "0".repeat(64) };
  const attempt = makePart(describe({ built }), platform).make(() => {});
  await expect(attempt).rejects.toThrow(/^tool 1\.0\.0: built with the hash [0-9a-f]{64}, allowed: 0{64}/);
  expect(readdirSync(parent)).toEqual([]);
  const part = makePart(describe({ built }, false), platform);
  await part.make(() => {});
  expect(await part.ready()).toBe(true);
});

test("A program in a shared folder is verified by its pinned hash, that of another version is not", async () => {
  const program = describe({});
  const part = makePart(program, platform);
  await part.make(() => {});
  for (const record of globSync(join(localFolder, "verified", `${basename(parent)}-*`))) rmSync(record);
  expect(await part.ready()).toBe(false);
  const built = { [platform]: (await hashFolder(program.folder)) ?? "" };
  expect(await makePart(describe({ built }), platform).ready()).toBe(true);
  expect(await makePart(describe({ extracted: built }), platform).ready()).toBe(true);
  expect(await makePart(describe({ built, version: "0.9.0" }), platform).ready()).toBe(false);
});
