import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolEnvironment } from "../../machine/tool-environment.mjs";

/** The options of OpenSSL for a new key; unlike an RSA key, it takes no time. */
export const ellipticKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] as const;

/** Certificates and private keys in a folder, `NAME.pem` and `NAME.key`, made by OpenSSL. */
export class Certificates {
  readonly folder: string;
  readonly #days: number;

  /** @param days how long the certificates are valid */
  constructor(folder: string, days: number) {
    this.folder = folder;
    this.#days = days;
  }

  /** Issues a CA certificate, by another CA or by itself. */
  issueCa(name: string, issuer?: string): void {
    this.#issue(name, issuer, "basicConstraints=critical,CA:true", ellipticKey);
  }

  /**
   * Issues a certificate for 127.0.0.1 and ::1.
   * @param subject `/O=Shop/CN=topics`
   */
  issue(name: string, issuer: string, subject = `/CN=${name}`): void {
    // A key of the kind that the provider can also read encrypted.
    this.#issue(name, issuer, "subjectAltName=IP:127.0.0.1,IP:::1", ["-newkey", "rsa:2048"], subject);
  }

  #issue(
    name: string,
    issuer: string | undefined,
    extension: string,
    newKey: readonly string[],
    subject = `/CN=${name}`,
  ): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const extensions = `${name}.ext`;
    writeFileSync(join(this.folder, extensions), extension);
    const request = [...newKey, "-nodes", "-subj", subject, "-keyout", `${name}.key`];
    this.openssl("req", "-new", ...request, "-out", `${name}.csr`);
    const by = issuer
      ? ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`, "-CAcreateserial"]
      : ["-signkey", `${name}.key`];
    const signed = ["-extfile", extensions, "-days", String(this.#days), "-out", `${name}.pem`];
    this.openssl("x509", "-req", "-in", `${name}.csr`, ...signed, ...by);
  }

  /**
   * Runs OpenSSL in the folder.
   * @throws Error if it is not installed, or with its message
   */
  openssl(...args: string[]): void {
    try {
      execFileSync("openssl", args, {
        cwd: this.folder,
        env: toolEnvironment(),
        stdio: ["ignore", "ignore", "pipe"],
      });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      throw new Error("openssl was not found on the PATH. Install OpenSSL: it makes the certificates.");
    }
  }

  has(name: string): boolean {
    return existsSync(this.certificate(name));
  }

  /** @returns the path of `NAME.pem` */
  certificate(name: string): string {
    return join(this.folder, `${name}.pem`);
  }

  /** @returns the path of `NAME.key` */
  key(name: string): string {
    return join(this.folder, `${name}.key`);
  }

  /** @returns the PEM text of files of the folder, one after the other */
  read(...files: string[]): string {
    return files.map((file) => readFileSync(join(this.folder, file), "utf8")).join("");
  }
}
