import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Certificates and private keys in a temporary folder, made by OpenSSL. */
export class Certificates implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "certificates-"));

  /** Issues a CA certificate, by another CA or by itself. */
  issueCa(name: string, issuer?: string): void {
    this.#issue(name, issuer, "basicConstraints=critical,CA:true");
  }

  /**
   * Issues a certificate for 127.0.0.1.
   * @param subject `/O=Shop/CN=topics`
   */
  issue(name: string, issuer: string, subject = `/CN=${name}`): void {
    this.#issue(name, issuer, "subjectAltName=IP:127.0.0.1", subject);
  }

  #issue(name: string, issuer: string | undefined, extension: string, subject = `/CN=${name}`): void {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
    const from = issuer ? ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`] : [];
    const own = ["-nodes", "-days", "2", "-subj", subject, "-addext", extension];
    this.openssl("req", "-x509", "-newkey", "rsa:2048", ...own, ...files, ...from);
  }

  /** Runs OpenSSL in the folder. */
  openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: "ignore" });
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
  read(...names: string[]): string {
    return names.map((name) => readFileSync(join(this.folder, name), "utf8")).join("");
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
