/**
 * Settings without effect because of another one. The provider ignores them silently: without a user and a password it
 * leaves SASL out, whatever the mechanism is, and without TLS it connects in plaintext, whatever it should trust. A user
 * without a mechanism is no such case: the provider and the clients take PLAIN.
 * @param isFromEnvironment whether the value of a key comes from the environment
 * @returns by key, what is allowed in its place
 */
export function findInconsistencies(
  given: Readonly<Record<string, string>>,
  isFromEnvironment: (key: string) => boolean,
): Map<string, string> {
  const { saslMechanism, saslUsername, saslPassword, tlsEnabled } = given;
  const { clientCert, clientKey, clientKeyPassphrase } = given;
  const allowed = new Map<string, string>();
  if (saslUsername !== undefined && saslPassword === undefined)
    allowed.set("saslPassword", "the password of kafka:saslUsername; to connect without SASL, remove that");
  if (saslUsername === undefined && saslPassword !== undefined)
    allowed.set("saslUsername", "the user of kafka:saslPassword; to connect without SASL, remove that");
  if (saslMechanism !== undefined && saslUsername === undefined && saslPassword === undefined)
    allowed.set(
      "saslMechanism",
      "no value without kafka:saslUsername and kafka:saslPassword; set both, or remove it to connect without SASL",
    );
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
