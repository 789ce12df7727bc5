import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Takes no time, unlike an RSA key. */
const ellipticKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/** What `openssl ca` needs; `openssl req` has no option for dates before version 3.4. */
const caConfig = `[ca]
default_ca=test
[test]
database=index.txt
new_certs_dir=.
serial=serial.txt
unique_subject=no
default_md=sha256
policy=names
[names]
commonName=supplied
`;

/** `2026-01-31T09:30:00.000Z` as `20260131093000Z`. */
function toAsn1(date = ""): string {
  return `${date.replace(/\D/g, "").slice(0, 14)}Z`;
}

/** Certificates and private keys in a temporary folder, made by OpenSSL. */
export class Certificates implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "certificates-"));

  /** Issues a CA certificate, by another CA or by itself. */
  issueCa(name: string, issuer?: string): void {
    this.#issue(name, issuer, "basicConstraints=critical,CA:true", ellipticKey);
  }

  /**
   * Issues a certificate for 127.0.0.1.
   * @param subject `/O=Shop/CN=topics`
   */
  issue(name: string, issuer: string, subject = `/CN=${name}`): void {
    // A key of the kind that openssl rsa encrypts.
    this.#issue(name, issuer, "subjectAltName=IP:127.0.0.1", ["-newkey", "rsa:2048"], subject);
  }

  /**
   * Issues a server's certificate with other dates or names.
   * @param days from now, when it becomes valid and when it expires
   * @param names a subjectAltName; by default, the certificate has only a common name
   */
  issueWith(name: string, issuer: string, days: readonly [from: number, to: number], names?: string): void {
    writeFileSync(join(this.folder, "ca.cnf"), caConfig);
    writeFileSync(join(this.folder, "index.txt"), "");
    writeFileSync(join(this.folder, "serial.txt"), "1000");
    writeFileSync(join(this.folder, "names.cnf"), names ? `subjectAltName=${names}` : "");
    const request = ["-nodes", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`];
    this.openssl("req", "-new", ...ellipticKey, ...request);
    const [from, to] = days.map((day) => new Date(Date.now() + day * 86_400_000).toISOString());
    const dates = ["-startdate", toAsn1(from), "-enddate", toAsn1(to)];
    const by = ["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`, "-extfile", "names.cnf"];
    const files = ["-in", `${name}.csr`, "-out", `${name}.pem`];
    this.openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...by, ...dates, ...files);
  }

  #issue(
    name: string,
    issuer: string | undefined,
    extension: string,
    key: readonly string[],
    subject = `/CN=${name}`,
  ): void {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
    const from = issuer ? ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`] : [];
    const own = ["-nodes", "-days", "2", "-subj", subject, "-addext", extension];
    this.openssl("req", "-x509", ...key, ...own, ...files, ...from);
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
