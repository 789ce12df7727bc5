import { Agent } from "node:https";
import { type AccessToken, TokenError } from "./access-token.ts";
import { errorsIn } from "./error-chain.ts";
import type { IamSasl } from "./sasl.ts";

/** The name of a role's sessions in CloudTrail, as the provider sets it. */
const sessionName = "terraform-kafka-provider";

/**
 * Signs an access token for the brokers of Amazon MSK.
 * @throws TokenError if there are no credentials
 */
export async function signIamToken(sasl: IamSasl, timeoutMs: number): Promise<AccessToken> {
  // Imported only where it is needed: it takes 0.4 s to load.
  const { generateAuthTokenFromCredentialsProvider } = await import("aws-msk-iam-sasl-signer-js");
  const { expiration, ...identity } = await readCredentials(sasl, timeoutMs);
  const { token, expiryTime } = await generateAuthTokenFromCredentialsProvider({
    region: sasl.region,
    // Without their expiration: the signer would write a validity with a fraction of a second into the URL.
    awsCredentialsProvider: async () => identity,
  });
  const expiresAt = Math.min(expiryTime, expiration?.getTime() ?? Number.POSITIVE_INFINITY);
  return { value: token, lifetimeMs: expiresAt - Date.now() };
}

async function readCredentials(sasl: IamSasl, timeoutMs: number) {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer in time")), timeoutMs);
  try {
    const read = await credentialsProvider(sasl, timeoutMs);
    return await Promise.race([read(), late]);
  } catch (error) {
    // Node's errors about invalid input have a code.
    if ((error instanceof TypeError || error instanceof ReferenceError) && !("code" in error)) throw error;
    throw new TokenError("AWS_CREDENTIALS_MISSING", [...errorsIn(error)].at(-1)?.message ?? String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Finds credentials as Go's SDK does for the provider. */
async function credentialsProvider({ region, credentials: wanted }: IamSasl, timeoutMs: number) {
  const aws = await import("@aws-sdk/credential-providers");
  const clientConfig = {
    region,
    requestHandler: {
      httpsAgent: new Agent({ proxyEnv: process.env }),
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
    },
  };
  // The chain of the SDK for JavaScript alone prefers a profile to the keys and the web identity of the environment.
  const chain = aws.createCredentialChain(
    aws.fromEnv(),
    aws.fromTokenFile({ clientConfig }),
    aws.fromNodeProviderChain({ clientConfig }),
  );
  switch (wanted.from) {
    case "keys":
      return async () => ({ ...wanted, expiration: undefined });
    case "profile":
      return aws.fromIni({
        clientConfig,
        profile: wanted.profile,
        ...(wanted.configFile && { configFilepath: wanted.configFile }),
      });
    case "role":
      return aws.fromTemporaryCredentials({
        clientConfig,
        masterCredentials: chain,
        params: { RoleArn: wanted.arn, RoleSessionName: sessionName, ExternalId: wanted.externalId },
      });
    case "container":
      return aws.fromHttp({
        awsContainerCredentialsFullUri: wanted.uri,
        awsContainerAuthorizationTokenFile: wanted.tokenFile,
        // Otherwise these two variables would be preferred.
        awsContainerCredentialsRelativeUri: "",
        awsContainerAuthorizationToken: "",
      });
    case "default chain":
      return chain;
  }
}
