import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkOut, findTeamFiles, writeNewFile, writeNewFiles } from "./out-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-out-"));
  mkdirSync(join(folder, "infra", "topics"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

test.for([
  ["infra/topics/adopted.ts", ".."],
  ["infra/topics/payments/eu/a b#.ts", "../../.."],
  ["./infra/topics/..orders.ts", ".."],
] as const)("%s imports from %s", ([out, infra]) => {
  const place = out.replace("./infra", "infra");
  expect(checkOut(out, folder)).toEqual({ path: join(folder, out), place, infra });
  expect(checkOut(join(folder, out), folder)).toMatchObject({ place, infra });
});

test.for([
  "",
  "adopted.ts",
  "infra/adopted.ts",
  "infra/topics",
  "infra/topics/../adopted.ts",
  "infra/topics/payments/",
  "infra/topics/payments",
  "infra/topics/payments.yaml",
  "infra/topics/payments.TS",
  "infra/topics/payments.d.ts",
  "infra/topics/.ts",
  "infra/topics/node_modules/payments.ts",
  "infra/topics/link/payments.ts",
  "/infra/topics/payments.ts",
])("A file that the program would not read is refused: '%s'", (out) => {
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync("../../elsewhere", join(folder, "infra", "topics", "link"));
  expect(() => checkOut(out, folder)).toThrow(/^--out: given .*, allowed: a \.ts file under infra\/topics\//);
});

test("An existing file is refused", () => {
  writeFileSync(join(folder, "infra", "topics", "a.ts"), "");
  expect(() => checkOut("infra/topics/a.ts", folder)).toThrow("infra/topics/a.ts already exists.");
});

test("A team's file never is one that exists", () => {
  const find = () => {
    const [file] = findTeamFiles(["payments"], folder);
    return file ?? expect.unreachable("there is a file for each team");
  };
  expect(find()).toMatchObject({ place: "infra/topics/payments/adopted.ts", infra: "../.." });
  for (const place of ["infra/topics/payments/adopted.ts", "infra/topics/payments/adopted-2.ts"]) {
    const file = find();
    expect(file.place).toBe(place);
    writeNewFile(file.path, "");
  }
  expect(find().place).toBe("infra/topics/payments/adopted-3.ts");
  // Git does not keep an empty directory.
  rmSync(join(folder, "infra", "topics"), { recursive: true });
  expect(find().place).toBe("infra/topics/payments/adopted.ts");
});

test("Teams whose directories are the same on some disks, or that are named like a file, are refused together", () => {
  mkdirSync(join(folder, "infra", "topics", "Search"));
  writeFileSync(join(folder, "infra", "topics", "orders.ts"), "");
  const refuse = (...teams: string[]) => expect(() => findTeamFiles(teams, folder));
  refuse("Payments", "payments", "search", "orders.ts", "users").toThrow(
    /^3 problems, nothing was changed:\n.*'orders.ts', refused: it exists and is not a directory.*\n.*'payments', refused: it differs from Payments only in upper and lower case.*\n.*'search', refused: it differs from Search only/,
  );
  refuse("Orders.ts").toThrow("it differs from orders.ts only in upper and lower case");
  expect(findTeamFiles(["Search", "users"], folder).map(({ place }) => place)).toEqual([
    "infra/topics/Search/adopted.ts",
    "infra/topics/users/adopted.ts",
  ]);
});

test("If one of several files cannot be written, none is left", () => {
  const files = findTeamFiles(["a", "b"], folder);
  const sources = files.map((file) => [file, ""] as const);
  // A file where the second one needs a directory.
  writeFileSync(join(folder, "infra", "topics", "b"), "");
  expect(() => writeNewFiles(sources)).toThrow("EEXIST");
  expect(readdirSync(join(folder, "infra", "topics"))).toEqual(["b"]);
  rmSync(join(folder, "infra", "topics", "b"));
  writeNewFiles(sources);
  expect(readdirSync(join(folder, "infra", "topics")).sort()).toEqual(["a", "b"]);
});

test("A file is written with the directories above it, and never overwrites another", () => {
  const path = join(folder, "payments", "eu", "a.ts");
  writeNewFile(path, "one");
  expect(() => writeNewFile(path, "two")).toThrow("EEXIST");
  expect(readFileSync(path, "utf8")).toBe("one");
});

test("If the write fails, no new directory is left behind", () => {
  mkdirSync(join(folder, "there"));
  const tooLong = join(folder, "there", "payments", "eu", `${"a".repeat(300)}.ts`);
  expect(() => writeNewFile(tooLong, "one")).toThrow("ENAMETOOLONG");
  expect(readdirSync(join(folder, "there"))).toEqual([]);
});

test("An incomplete file is not left behind", () => {
  const [module, path] = [new URL("out-file.ts", import.meta.url).href, join(folder, "payments", "a.ts")];
  const program = `import { writeNewFile } from ${JSON.stringify(module)};
    writeNewFile(${JSON.stringify(path)}, "text ".repeat(100_000));`;
  // The limit stops the write in the middle, as a full disk does.
  const limited = spawnSync("bash", [
    "-c",
    'ulimit -f 64; exec node --input-type=module --eval "$0"',
    program,
  ]);
  expect(limited.stderr.toString()).toContain("EFBIG");
  expect(existsSync(join(folder, "payments"))).toBe(false);
});
