import { createHash } from "node:crypto";
import type { SettingKey } from "../kafka/connection-settings.ts";
import type { StackKey } from "./stack.ts";

/** A stack's settings by key, such as `kafka:tlsEnabled`, without secrets and certificates. */
export type RecordedSettings = Readonly<Record<string, string>>;

/** Stands for a value that may be a secret. */
export const hiddenValue = "[secret]";

/** How to record a value: as it is, as its fingerprint, or not at all. A key that is missing here may be a misspelt password. */
type Form = "text" | "fingerprint" | "hidden";

const connectionForms: Readonly<Record<SettingKey | "group", Form>> = {
  bootstrapServers: "text",
  tlsEnabled: "text",
  skipTlsVerify: "text",
  caCert: "fingerprint",
  clientCert: "fingerprint",
  clientKey: "hidden",
  clientKeyPassphrase: "hidden",
  saslMechanism: "text",
  saslUsername: "text",
  saslPassword: "hidden",
  saslTokenUrl: "text",
  saslOauthScopes: "text",
  saslAwsRegion: "text",
  saslAwsRoleArn: "text",
  saslAwsExternalId: "hidden",
  saslAwsProfile: "text",
  saslAwsSharedConfigFiles: "text",
  saslAwsAccessKey: "hidden",
  saslAwsSecretKey: "hidden",
  saslAwsToken: "hidden",
  saslAwsContainerAuthorizationTokenFile: "text",
  saslAwsContainerCredentialsFullUri: "text",
  saslAwsCredsDebug: "text",
  timeout: "text",
  kafkaVersion: "text",
  caCertFile: "text",
  clientCertFile: "text",
  clientKeyFile: "text",
  group: "text",
};

const stackForms: Readonly<Record<StackKey, Form>> = {
  namePattern: "text",
  minReplicationFactor: "text",
  maxPartitions: "text",
  maxTotalPartitions: "text",
  requiredFields: "text",
  requiredConfigs: "text",
  forbiddenConfigs: "text",
  minRetention: "text",
  maxRetention: "text",
  limits: "text",
  preflight: "text",
  repair: "text",
  replicationThrottle: "text",
  reviewAs: "text",
  adoptExisting: "text",
  ignore: "text",
  undeclared: "text",
  defaultReplicationFactor: "text",
  defaultPartitions: "text",
  defaults: "text",
  smoke: "text",
  maxReplicationFactor: "text",
  protect: "text",
  promoteAfter: "text",
  teams: "text",
  overrides: "text",
};

const [ofConnection, ofStack] = [connectionForms, stackForms].map((forms) => new Map(Object.entries(forms)));

/**
 * Returns the settings of a stack in the form in which a deployment records them and a review compares them.
 * @param config all keys of the stack's config with their values as text
 * @param isSecret whether a key is encrypted in the stack's config
 */
export function recordSettings(
  project: string,
  config: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean,
): RecordedSettings {
  const record = (key: string, value: string) => {
    const [namespace, name = ""] = key.split(":");
    const form = isSecret(key) ? "hidden" : (namespace === project ? ofStack : ofConnection)?.get(name);
    if (form === "text") return value;
    return form === "fingerprint" ? fingerprintOf(value) : hiddenValue;
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, record(key, value)]));
}

/** Of the whole text: OpenSSL also reads certificates with other labels. The path of a file stays as it is. */
function fingerprintOf(certificate: string): string {
  if (!certificate.includes("-----BEGIN")) return certificate;
  return `sha256:${createHash("sha256").update(certificate.trim()).digest("hex")}`;
}
