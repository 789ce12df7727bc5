import { findSaslInconsistencies } from "./sasl-rules.ts";

/**
 * Finds settings that have no effect because of another one, and settings with which the provider crashes. Without TLS, the
 * provider connects in plaintext and ignores all certificates.
 * @param isFromEnvironment whether the value of a key comes from the environment
 * @returns by key, what is allowed in its place
 */
export function findInconsistencies(
  given: Readonly<Record<string, string>>,
  isFromEnvironment: (key: string) => boolean,
): Map<string, string> {
  const { tlsEnabled, clientCert, clientKey, clientKeyPassphrase } = given;
  const allowed = new Map(findSaslInconsistencies(given, isFromEnvironment));
  if (clientCert !== undefined && clientKey === undefined)
    allowed.set(
      "clientKey",
      "the private key of kafka:clientCert; to connect without a client certificate, remove kafka:clientCert",
    );
  if (clientCert === undefined && clientKey !== undefined)
    allowed.set(
      "clientCert",
      "the certificate of kafka:clientKey; to connect without a client certificate, remove kafka:clientKey",
    );
  if (clientKeyPassphrase !== undefined && clientKey === undefined)
    allowed.set("clientKeyPassphrase", "no value without kafka:clientCert and kafka:clientKey");
  if (tlsEnabled !== "false") return allowed;
  // The environment applies to all stacks, and a single stack may disable TLS.
  for (const key of ["caCert", "clientCert", "clientKey", "clientKeyPassphrase", "skipTlsVerify"]) {
    if (given[key] === undefined || given[key] === "false" || isFromEnvironment(key)) continue;
    allowed.set(key, 'no value while kafka:tlsEnabled is "false"; enable TLS, or remove this key');
  }
  return allowed;
}
