import { findSaslInconsistencies } from "./sasl-rules.ts";

/**
 * Finds settings without effect because of another one, and settings with which the provider crashes. Without TLS it
 * connects in plaintext, whatever it should trust.
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
      "the private key of kafka:clientCert; to connect without a client certificate, remove that",
    );
  if (clientCert === undefined && clientKey !== undefined)
    allowed.set("clientCert", "the certificate of kafka:clientKey; to connect without one, remove that");
  if (clientKeyPassphrase !== undefined && clientKey === undefined)
    allowed.set("clientKeyPassphrase", "no value without kafka:clientCert and kafka:clientKey");
  if (tlsEnabled !== "false") return allowed;
  // The environment is for all stacks, and a stack may switch TLS off for itself.
  for (const key of ["caCert", "clientCert", "clientKey", "clientKeyPassphrase", "skipTlsVerify"]) {
    if (given[key] === undefined || given[key] === "false" || isFromEnvironment(key)) continue;
    allowed.set(key, 'no value while kafka:tlsEnabled is "false"; enable TLS, or remove it');
  }
  return allowed;
}
