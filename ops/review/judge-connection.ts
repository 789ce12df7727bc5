import { environmentNames, type SettingKey } from "../../kafka/connection-settings.ts";
import { isSame, type Judged, type Lookup, parseSetting } from "./setting-change.ts";

type Value = string | undefined;
/** Judges a change of one setting from the other settings before and after it. */
type Judge = (observed: Value, expected: Value, before: Lookup, after: Lookup) => Judged;

const other: Judged = ["caution", "CONNECTION_CHANGED"];
const changed: Judge = () => other;

/** Judges the changes of each setting of a connection. */
const judges: Readonly<Record<SettingKey | "group", Judge>> = {
  bootstrapServers: (observed, expected) => {
    const [known, now] = [[parseSetting(observed)].flat(), [parseSetting(expected)].flat()];
    return now.every((server) => known.includes(server)) ? other : ["weakened", "ENDPOINT_ADDED"];
  },
  tlsEnabled: (_, expected) => (expected === "true" ? other : ["weakened", "TLS_DISABLED"]),
  skipTlsVerify: (_, expected) => (expected === "false" ? other : ["weakened", "TLS_VERIFICATION_DISABLED"]),
  // Without one, only the public CAs are trusted.
  caCert: (_, expected) => (expected === undefined ? other : ["weakened", "CA_CHANGED"]),
  clientCert: judgeAuthentication,
  clientKey: changed,
  clientKeyPassphrase: changed,
  saslMechanism: judgeAuthentication,
  saslUsername: judgeAuthentication,
  saslPassword: changed,
  // It gets the client secret.
  saslTokenUrl: judgeEndpoint,
  saslOauthScopes: changed,
  saslAwsRegion: changed,
  saslAwsRoleArn: changed,
  saslAwsExternalId: changed,
  saslAwsProfile: changed,
  // Such a file can name a command that returns credentials.
  saslAwsSharedConfigFiles: judgeEndpoint,
  saslAwsAccessKey: changed,
  saslAwsSecretKey: changed,
  saslAwsToken: changed,
  // Its content is sent to the URI.
  saslAwsContainerAuthorizationTokenFile: judgeEndpoint,
  saslAwsContainerCredentialsFullUri: judgeEndpoint,
  saslAwsCredsDebug: changed,
  timeout: changed,
  kafkaVersion: changed,
  caCertFile: changed,
  clientCertFile: changed,
  clientKeyFile: changed,
  group: changed,
};
const byName = new Map(Object.entries(judges));

const defaults: Readonly<Record<string, string>> = {
  tlsEnabled: "true",
  skipTlsVerify: "false",
  timeout: "120",
};

/** The strength of an authentication: with a weaker one, a server or a listener learns more of the password. */
const strengths = new Map([
  ["plain", 1],
  ["scram-sha256", 2],
  ["scram-sha512", 3],
  ["oauthbearer", 3],
  ["aws-iam", 3],
]);
const strengthOfMutualTls = 3;

/**
 * Judges a changed key of `kafka`, or of a namespace whose keys replace those of `kafka`: as it is with the variables of
 * this process and without them, because the deployment may run in another environment.
 * @returns undefined if nothing changes
 */
export function judgeConnection(
  namespace: string,
  name: string,
  before: Lookup,
  after: Lookup,
  environment: NodeJS.ProcessEnv,
): Judged | undefined {
  const judge = byName.get(name);
  if (!judge) return ["caution", "SETTING_CHANGED"];
  const judged = [{}, environment].flatMap((variables): Judged[] => {
    const effective = (read: Lookup) => (key: string) =>
      read(`${namespace}:${key}`) ?? read(`kafka:${key}`) ?? readVariable(variables, key) ?? defaults[key];
    const [old, now] = [effective(before), effective(after)];
    const [observed, expected] = [old(name), now(name)];
    return isSame(observed, expected) ? [] : [judge(observed, expected, old, now)];
  });
  return judged.find(([risk]) => risk === "weakened") ?? judged[0];
}

function readVariable(environment: NodeJS.ProcessEnv, key: string): string | undefined {
  const name = environmentNames[key]?.find((each) => environment[each]);
  return name && environment[name];
}

function judgeEndpoint(_: Value, expected: Value): Judged {
  return expected === undefined ? other : ["weakened", "ENDPOINT_ADDED"];
}

function judgeAuthentication(_: Value, __: Value, before: Lookup, after: Lookup): Judged {
  return strengthOf(after) < strengthOf(before) ? ["weakened", "AUTHENTICATION_WEAKENED"] : other;
}

function strengthOf(read: Lookup): number {
  // A mechanism without a user is refused, unless the user is in the environment of the deployment.
  const isSaslUsed = read("saslMechanism") !== undefined || read("saslUsername") !== undefined;
  const sasl = isSaslUsed ? (strengths.get(read("saslMechanism") ?? "plain") ?? 0) : 0;
  return read("clientCert") === undefined ? sasl : strengthOfMutualTls;
}
