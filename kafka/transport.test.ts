import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type Server } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tlsOptions } from "./transport.ts";

// A root CA, an intermediate CA that it has issued, and a server's certificate from that one.
let folder: string;
let server: Server;
const read = (name: string) => readFileSync(join(folder, `${name}.pem`), "utf8");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const issue = (name: string, issuer: string, extension: string) => {
    const own = [
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      "-subj",
      `/CN=${name}`,
      "-addext",
      extension,
    ];
    const from = issuer ? ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`] : [];
    const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...own, ...from];
    execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  };
  issue("root", "", "basicConstraints=critical,CA:true");
  issue("intermediate", "root", "basicConstraints=critical,CA:true");
  issue("server", "intermediate", "subjectAltName=IP:127.0.0.1");
  issue("stranger", "", "basicConstraints=critical,CA:true");
  const key = readFileSync(join(folder, "server.key"));
  server = createServer({ key, cert: `${read("server")}${read("intermediate")}` });
  await once(server.listen(0, "127.0.0.1"), "listening");
});

afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

/** Connects and returns the error's code, or "trusted". */
async function tryCa(ca: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    host: "127.0.0.1",
    port,
    ...tlsOptions({ tls: { ca, rejectUnauthorized: true } }),
  });
  try {
    await once(socket, "secureConnect");
    return "trusted";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  } finally {
    socket.destroy();
  }
}

test("A server is trusted by its root, by its intermediate CA alone, and by either among others", async () => {
  const [root, intermediate, stranger] = ["root", "intermediate", "stranger"].map(read) as [
    string,
    string,
    string,
  ];
  const crlf = root.replaceAll("\n", "\r\n");
  for (const ca of [root, intermediate, intermediate + root, stranger + root, stranger + intermediate, crlf])
    expect(await tryCa(ca)).toBe("trusted");
});

test("A server is not trusted by another CA", async () => {
  expect(await tryCa(read("stranger"))).toMatch(/^(UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT_IN_CHAIN)/);
});
