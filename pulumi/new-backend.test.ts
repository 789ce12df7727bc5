import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../machine/paths.ts";
import { readProjectBackend, showUrl } from "./named-backend.ts";
import { addBackend } from "./new-backend.ts";

const project = readFileSync(join(root, "Pulumi.yaml"), "utf8");

test("The backend is added below the project's name, and nothing else changes", () => {
  const url = "s3://states?region=eu-central-1&endpoint=minio.example.com:9000";
  expect(readProjectBackend(project)).toBeUndefined();
  const added = addBackend(project, url);
  expect(added).toContain(`name: kafka-topics\nbackend:\n  url: "${url}"\n\ndescription:`);
  expect(added.replace(`backend:\n  url: "${url}"\n`, "")).toBe(project);
  expect(readProjectBackend(added)).toBe(url);
  expect(readProjectBackend(added.replaceAll('"', ""))).toBe(url);
});

test("A project that has a backend, or no line with a name, is not changed", () => {
  const add = (text: string) => () => addBackend(text, "s3://states");
  expect(add(project.replace("\ndescription", "backend: { url: s3://other }\ndescription"))).toThrow(
    'Add it as:\nbackend:\n  url: "s3://states"',
  );
  expect(add("runtime: nodejs\n")).toThrow("Pulumi.yaml: the backend cannot be added.");
});

test.for([
  ["postgres://ada:secret@db.example.com:5432/states", "postgres://ada:***@db.example.com:5432/states"],
  ["postgres://:p@s s@db", "postgres://:***@db"],
  ["opening postgres://ada:secret@db: refused", "opening postgres://ada:***@db: refused"],
  ["https://ada@db.example.com:8443/a@b", "https://ada@db.example.com:8443/a@b"],
  [
    "s3://states?region=eu-central-1&endpoint=minio:9000",
    "s3://states?region=eu-central-1&endpoint=minio:9000",
  ],
] as const)("Of the URL in %s, the password is not shown", ([text, shown]) => {
  expect(showUrl(text)).toBe(shown);
});
