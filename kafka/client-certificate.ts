import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { kafkaNames, nameSetting, type SettingNames } from "./setting-names.ts";

/** The certificate that identifies a client in mutual TLS. */
export type ClientCertificate = {
  /** PEM text, the client's own certificate first. */
  readonly cert: string;
  /** PEM text. */
  readonly key: string;
  /** Decrypts the key. */
  readonly passphrase?: string;
};

/** PEM's own encryption (RFC 1421), the only one that the provider decrypts. */
const encryptedPem = /^Proc-Type: 4,ENCRYPTED/m;

/**
 * Checks whether the provider and the clients can use a client certificate with its key.
 * @returns by key, what is allowed in its place
 */
export function checkClientCertificate(
  { cert, key, passphrase }: ClientCertificate,
  names: SettingNames = kafkaNames,
): Map<string, string> {
  const [certName, keyName] = ["clientCert", "clientKey"].map((setting) => nameSetting(names, setting));
  let certificate: X509Certificate;
  try {
    // Reads the other certificates of the chain too.
    createSecureContext({ cert });
    certificate = new X509Certificate(cert);
  } catch {
    return new Map([["clientCert", "a certificate in PEM format"]]);
  }
  if (key.includes("BEGIN ENCRYPTED PRIVATE KEY")) {
    const allowed =
      "a key that is not encrypted, or encrypted with openssl rsa -aes256 -traditional: the provider cannot decrypt PKCS #8";
    return new Map([["clientKey", allowed]]);
  }
  const isEncrypted = encryptedPem.test(key);
  if (isEncrypted && passphrase === undefined)
    return new Map([["clientKeyPassphrase", `the passphrase of ${keyName}, which is encrypted`]]);
  if (!isEncrypted && passphrase !== undefined)
    return new Map([["clientKeyPassphrase", `no value: ${keyName} is not encrypted`]]);
  try {
    const privateKey = createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
    if (certificate.checkPrivateKey(privateKey)) return new Map();
    return new Map([["clientKey", `the private key of the first certificate in ${certName}`]]);
  } catch {
    return isEncrypted
      ? new Map([["clientKeyPassphrase", `the passphrase that decrypts ${keyName}`]])
      : new Map([["clientKey", "a private key in PEM format"]]);
  }
}

/**
 * Returns the subject of a certificate as brokers name the principal, unless they have `ssl.principal.mapping.rules`:
 * `CN=topics,O=Shop` (RFC 2253).
 */
export function subjectOf(cert: string): string {
  // Node has no subject for a certificate with an empty one, which only has alternative names.
  const { subject = "" } = new X509Certificate(cert);
  return toRfc2253(subject);
}

/** Converts a name in Node's form, in which each line has an attribute, the last one of RFC 2253 first. */
export function toRfc2253(name: string): string {
  return name.split("\n").reverse().join(",");
}
