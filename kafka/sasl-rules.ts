import { credentialSources } from "./iam-credentials.ts";
import { isFromEnvironment, nameKey, nameSetting, type SettingNames } from "./setting-names.ts";

type Given = Readonly<Record<string, string>>;
/** What is allowed in place of a key's value. */
type Allowed = readonly [key: string, allowed: string];

/** Variables that the provider reads but cannot convert to the list that it needs. */
const listKeys = ["saslOauthScopes", "saslAwsSharedConfigFiles"];

/**
 * Whether an environment variable applies to a mechanism. The environment applies to all stacks, so a variable for another
 * mechanism is ignored, unless the provider fails with the variable whatever the mechanism is.
 */
export function isReadFor(mechanism: string | undefined, key: string): boolean {
  return listKeys.includes(key) || isForMechanism(mechanism, key);
}

/** Whether a key has an effect with a mechanism. */
export function isForMechanism(mechanism: string | undefined, key: string): boolean {
  if (key === "saslUsername" || key === "saslPassword") return mechanism !== "aws-iam";
  const needed = mechanismOf(key);
  return needed === undefined || needed === mechanism;
}

/**
 * Finds SASL settings that the provider ignores silently, and settings with which it crashes. Without a user and a password,
 * it does not use SASL, whatever the mechanism is, except for aws-iam. A user without a mechanism is valid: the provider and
 * the clients use PLAIN.
 */
export function findSaslInconsistencies(given: Given, names: SettingNames): Allowed[] {
  const mechanism = given.saslMechanism;
  const mechanismKey = nameSetting(names, "saslMechanism");
  return [
    ...(mechanism === "aws-iam" ? checkIam(given, names) : checkUser(given, names)),
    ...(mechanism === "aws-iam" ? checkCredentials(given, names) : []),
    ...(mechanism === "oauthbearer" && given.saslTokenUrl === undefined ? [tokenUrlMissing] : []),
    ...Object.keys(given).flatMap((key): Allowed[] => {
      if (listKeys.includes(key) && isFromEnvironment(names, key))
        return [
          [key, `no value: the provider fails with this variable; unset it, and set ${nameKey(names, key)}`],
        ];
      const needed = mechanismOf(key);
      if (!given[key] || needed === undefined || needed === mechanism) return [];
      return [[key, `no value unless ${mechanismKey} is ${needed}; set ${mechanismKey}, or remove this key`]];
    }),
  ];
}

const tokenUrlMissing: Allowed = [
  "saslTokenUrl",
  "the URL of the token endpoint; without it, the provider crashes",
];

/** The only mechanism that a key is for. */
function mechanismOf(key: string): "aws-iam" | "oauthbearer" | undefined {
  if (key.startsWith("saslAws")) return "aws-iam";
  return key === "saslTokenUrl" || key === "saslOauthScopes" ? "oauthbearer" : undefined;
}

function checkUser({ saslMechanism, saslUsername, saslPassword }: Given, names: SettingNames): Allowed[] {
  const [user, password] = ["saslUsername", "saslPassword"].map((key) => nameSetting(names, key));
  if (saslUsername !== undefined && saslPassword === undefined)
    return [["saslPassword", `the password of ${user}; to connect without SASL, remove ${user}`]];
  if (saslUsername === undefined && saslPassword !== undefined)
    return [["saslUsername", `the user of ${password}; to connect without SASL, remove ${password}`]];
  if (saslMechanism === undefined || saslUsername !== undefined) return [];
  const allowed = `no value without ${user} and ${password}; set both, or remove this key to connect without SASL`;
  return [["saslMechanism", allowed]];
}

function checkIam(given: Given, names: SettingNames): Allowed[] {
  const found: Allowed[] = [];
  const isIam = `if ${nameSetting(names, "saslMechanism")} is aws-iam`;
  if (given.saslAwsRegion === undefined)
    found.push(["saslAwsRegion", "the region of the cluster; the provider does not use AWS_REGION to sign"]);
  if (given.tlsEnabled === "false")
    found.push(["tlsEnabled", `"true" ${isIam}: the brokers accept IAM only over TLS`]);
  for (const key of ["saslUsername", "saslPassword"])
    if (given[key] !== undefined) found.push([key, `no value ${isIam}`]);
  return found;
}

function checkCredentials(given: Given, names: SettingNames): Allowed[] {
  // An empty value is no credential: it keeps the provider from reading the environment.
  const isSet = (key: string) => Boolean(given[key]);
  const isOwn = (key: string) => isSet(key) && !isFromEnvironment(names, key);
  const chosen = credentialSources.find(({ keys }) => keys.every(isSet));
  return credentialSources.flatMap((each) => {
    const all = [...each.keys, ...each.options];
    const own = all.filter(isOwn);
    // Credentials in the environment may have another purpose: to assume a role, for example.
    if (own[0] === undefined) return [];
    const first = nameSetting(names, own[0]);
    if (each === chosen) {
      if (!each.keys.includes("saslAwsAccessKey")) return [];
      const allowed = (key: string) =>
        `no variable, because the stack sets ${first}: set ${nameKey(names, key)} too, or to "" if there is none`;
      return all.filter((key) => isSet(key) && !isOwn(key)).map((key): Allowed => [key, allowed(key)]);
    }
    const missing = each.keys.filter((key) => !isSet(key));
    if (missing.length > 0 || !chosen)
      return missing.map((key): Allowed => [key, `a value, which ${first} needs; or remove ${first}`]);
    const [preferred = ""] = chosen.keys;
    const allowed = `no value with ${nameSetting(names, preferred)}, which the provider prefers; ${
      isFromEnvironment(names, preferred)
        ? `to use this key, set ${nameKey(names, preferred)} to ""`
        : "remove one of the two"
    }`;
    return own.map((key): Allowed => [key, allowed]);
  });
}
