import type { Settings } from "./connection-settings.ts";

/** Where the credentials of an IAM identity come from. */
export type IamCredentials =
  | { readonly from: "container"; readonly tokenFile: string; readonly uri: string }
  | { readonly from: "role"; readonly arn: string; readonly externalId?: string }
  | { readonly from: "profile"; readonly profile: string; readonly configFile?: string }
  | {
      readonly from: "keys";
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    }
  /** The environment, the default profile, or the machine. */
  | { readonly from: "default chain" };

/** Settings that are credentials together. */
type CredentialSource = {
  /** All of them must be set. */
  readonly keys: readonly string[];
  /** They have no effect without the `keys`. */
  readonly options: readonly string[];
  /** @returns undefined if one of the `keys` is not set */
  readonly read: (settings: Settings) => IamCredentials | undefined;
};

/** In the provider's order: it takes the first source whose `keys` are all set. */
export const credentialSources: readonly CredentialSource[] = [
  {
    keys: ["saslAwsContainerAuthorizationTokenFile", "saslAwsContainerCredentialsFullUri"],
    options: [],
    read: ({ saslAwsContainerAuthorizationTokenFile: tokenFile, saslAwsContainerCredentialsFullUri: uri }) =>
      tokenFile && uri ? { from: "container", tokenFile, uri } : undefined,
  },
  {
    keys: ["saslAwsRoleArn"],
    options: ["saslAwsExternalId"],
    read: ({ saslAwsRoleArn: arn, saslAwsExternalId: externalId }) =>
      arn ? { from: "role", arn, ...(externalId && { externalId }) } : undefined,
  },
  {
    keys: ["saslAwsProfile"],
    options: ["saslAwsSharedConfigFiles"],
    read: ({ saslAwsProfile: profile, saslAwsSharedConfigFiles: [configFile] = [] }) =>
      profile ? { from: "profile", profile, ...(configFile && { configFile }) } : undefined,
  },
  {
    keys: ["saslAwsAccessKey", "saslAwsSecretKey"],
    options: ["saslAwsToken"],
    read: ({
      saslAwsAccessKey: accessKeyId,
      saslAwsSecretKey: secretAccessKey,
      saslAwsToken: sessionToken,
    }) =>
      accessKeyId && secretAccessKey
        ? { from: "keys", accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
        : undefined,
  },
];

/** Chooses among the credentials as the provider does. */
export function credentialsOf(settings: Settings): IamCredentials {
  for (const { read } of credentialSources) {
    const credentials = read(settings);
    if (credentials) return credentials;
  }
  return { from: "default chain" };
}
