import { findSaslInconsistencies } from "./sasl-rules.ts";
import { nameSetting, type SettingNames } from "./setting-names.ts";

/**
 * Finds settings that have no effect because of another one, and settings with which the provider crashes. Without TLS, the
 * provider connects in plaintext and ignores all certificates.
 * @returns by key, what is allowed in its place
 */
export function findInconsistencies(
  given: Readonly<Record<string, string>>,
  names: SettingNames,
): Map<string, string> {
  const name = (key: string) => nameSetting(names, key);
  const { tlsEnabled, clientCert, clientKey, clientKeyPassphrase } = given;
  const allowed = new Map(findSaslInconsistencies(given, names));
  if (clientCert !== undefined && clientKey === undefined)
    allowed.set(
      "clientKey",
      `the private key of ${name("clientCert")}; to connect without a client certificate, remove ${name("clientCert")}`,
    );
  if (clientCert === undefined && clientKey !== undefined)
    allowed.set(
      "clientCert",
      `the certificate of ${name("clientKey")}; to connect without a client certificate, remove ${name("clientKey")}`,
    );
  if (clientKeyPassphrase !== undefined && clientKey === undefined)
    allowed.set("clientKeyPassphrase", `no value without ${name("clientCert")} and ${name("clientKey")}`);
  if (tlsEnabled !== "false") return allowed;
  // The environment applies to all stacks and the keys of kafka: to all connections, and a single one may disable TLS.
  for (const key of ["caCert", "clientCert", "clientKey", "clientKeyPassphrase", "skipTlsVerify"]) {
    if (given[key] === undefined || given[key] === "false" || names.elsewhere[key] !== undefined) continue;
    allowed.set(key, `no value while ${name("tlsEnabled")} is "false"; enable TLS, or remove this key`);
  }
  return allowed;
}
