import { environmentNames } from "./connection-settings.ts";

type Given = Readonly<Record<string, string>>;
type IsFromEnvironment = (key: string) => boolean;
/** What is allowed in place of a key's value. */
type Allowed = readonly [key: string, allowed: string];

/** Variables that the provider reads but cannot convert to the list that it needs. */
const listKeys = ["saslOauthScopes", "saslAwsSharedConfigFiles"];

/**
 * Credentials of AWS IAM in the provider's order: it takes the first whose `keys` are all set. The `options` have no
 * effect without them.
 */
const credentials: readonly { readonly keys: readonly string[]; readonly options: readonly string[] }[] = [
  { keys: ["saslAwsContainerAuthorizationTokenFile", "saslAwsContainerCredentialsFullUri"], options: [] },
  { keys: ["saslAwsRoleArn"], options: ["saslAwsExternalId"] },
  { keys: ["saslAwsProfile"], options: ["saslAwsSharedConfigFiles"] },
  { keys: ["saslAwsAccessKey", "saslAwsSecretKey"], options: ["saslAwsToken"] },
];

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
export function findSaslInconsistencies(given: Given, isFromEnvironment: IsFromEnvironment): Allowed[] {
  const mechanism = given.saslMechanism;
  return [
    ...(mechanism === "aws-iam" ? checkIam(given) : checkUser(given)),
    ...(mechanism === "aws-iam" ? checkCredentials(given, isFromEnvironment) : []),
    ...(mechanism === "oauthbearer" && given.saslTokenUrl === undefined ? [tokenUrlMissing] : []),
    ...Object.keys(given).flatMap((key): Allowed[] => {
      if (listKeys.includes(key) && isFromEnvironment(key))
        return [[key, `no value: the provider fails with this variable; unset it, and set kafka:${key}`]];
      const needed = mechanismOf(key);
      if (!given[key] || needed === undefined || needed === mechanism) return [];
      return [
        [
          key,
          `no value unless kafka:saslMechanism is ${needed}; set kafka:saslMechanism, or remove this key`,
        ],
      ];
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

function checkUser({ saslMechanism, saslUsername, saslPassword }: Given): Allowed[] {
  if (saslUsername !== undefined && saslPassword === undefined)
    return [
      [
        "saslPassword",
        "the password of kafka:saslUsername; to connect without SASL, remove kafka:saslUsername",
      ],
    ];
  if (saslUsername === undefined && saslPassword !== undefined)
    return [
      ["saslUsername", "the user of kafka:saslPassword; to connect without SASL, remove kafka:saslPassword"],
    ];
  if (saslMechanism === undefined || saslUsername !== undefined) return [];
  const allowed =
    "no value without kafka:saslUsername and kafka:saslPassword; set both, or remove this key to connect without SASL";
  return [["saslMechanism", allowed]];
}

function checkIam(given: Given): Allowed[] {
  const found: Allowed[] = [];
  if (given.saslAwsRegion === undefined)
    found.push(["saslAwsRegion", "the region of the cluster; the provider does not use AWS_REGION to sign"]);
  if (given.tlsEnabled === "false")
    found.push([
      "tlsEnabled",
      '"true" if kafka:saslMechanism is aws-iam: the brokers accept IAM only over TLS',
    ]);
  for (const key of ["saslUsername", "saslPassword"])
    if (given[key] !== undefined) found.push([key, "no value if kafka:saslMechanism is aws-iam"]);
  return found;
}

function checkCredentials(given: Given, isFromEnvironment: IsFromEnvironment): Allowed[] {
  // An empty value is no credential: it keeps the provider from reading the environment.
  const isSet = (key: string) => Boolean(given[key]);
  const isOwn = (key: string) => isSet(key) && !isFromEnvironment(key);
  const chosen = credentials.find(({ keys }) => keys.every(isSet));
  return credentials.flatMap((each) => {
    const all = [...each.keys, ...each.options];
    const own = all.filter(isOwn);
    const [first] = own;
    // Credentials in the environment may have another purpose: to assume a role, for example.
    if (first === undefined) return [];
    if (each === chosen) {
      if (!each.keys.includes("saslAwsAccessKey")) return [];
      const allowed = (key: string) =>
        `no variable, because the stack sets kafka:${first}: set kafka:${key} too, or to "" if there is none`;
      return all.filter((key) => isSet(key) && !isOwn(key)).map((key): Allowed => [key, allowed(key)]);
    }
    const missing = each.keys.filter((key) => !isSet(key));
    if (missing.length > 0 || !chosen)
      return missing.map(
        (key): Allowed => [key, `a value, which kafka:${first} needs; or remove kafka:${first}`],
      );
    const [preferred = ""] = chosen.keys;
    const allowed = isFromEnvironment(preferred)
      ? `no value with ${environmentNames[preferred]}, which the provider prefers; to use this key, set kafka:${preferred} to ""`
      : `no value with kafka:${preferred}, which the provider prefers; remove one of the two`;
    return own.map((key): Allowed => [key, allowed]);
  });
}
