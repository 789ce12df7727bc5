import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Certificates, ellipticKey } from "../dev/cluster/certificates.ts";

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

/** Certificates in a temporary folder, also with other dates and names. */
export class TemporaryCertificates extends Certificates implements Disposable {
  constructor() {
    super(mkdtempSync(join(tmpdir(), "certificates-")), 2);
  }

  /**
   * Issues a server's certificate with other dates or names.
   * @param days from now, when it becomes valid and when it expires
   * @param names a subjectAltName; by default, the certificate has only a common name
   */
  issueWith(name: string, issuer: string, days: readonly [from: number, to: number], names?: string): void {
    const request = ["-nodes", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`];
    this.openssl("req", "-new", ...ellipticKey, ...request);
    this.#sign(name, issuer, days, names ? `subjectAltName=${names}` : "");
  }

  /**
   * Issues another certificate for the subject and the key of a CA, by another CA.
   * @param days from now, when it becomes valid and when it expires
   */
  crossSign(name: string, ca: string, issuer: string, days: readonly [from: number, to: number]): void {
    this.openssl("req", "-new", "-key", `${ca}.key`, "-subj", `/CN=${ca}`, "-out", `${name}.csr`);
    this.#sign(name, issuer, days, "basicConstraints=critical,CA:true");
  }

  #sign(name: string, issuer: string, days: readonly [from: number, to: number], extension: string): void {
    writeFileSync(join(this.folder, "ca.cnf"), caConfig);
    writeFileSync(join(this.folder, "index.txt"), "");
    writeFileSync(join(this.folder, "serial.txt"), "1000");
    writeFileSync(join(this.folder, "extension.cnf"), extension);
    const [from, to] = days.map((day) => new Date(Date.now() + day * 86_400_000).toISOString());
    const dates = ["-startdate", toAsn1(from), "-enddate", toAsn1(to)];
    const by = ["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`, "-extfile", "extension.cnf"];
    const files = ["-in", `${name}.csr`, "-out", `${name}.pem`];
    this.openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...by, ...dates, ...files);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
