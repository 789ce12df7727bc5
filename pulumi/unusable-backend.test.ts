import { expect, test } from "vitest";
import { adviseOnBackend, isBackendUnusable } from "./unusable-backend.ts";

test.for([
  [
    "s3://states",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, resolve auth scheme: resolve endpoint: endpoint rule error, Invalid region: region was not a valid DNS name.',
    "s3://BUCKET?region=REGION",
  ],
  [
    "s3://states?region=eu-central-1",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
    "AWS_ACCESS_KEY_ID",
  ],
  [
    "gs://states",
    "error: missing google credentials: unable to find gcp credentials: google: could not find default credentials.",
    "GOOGLE_APPLICATION_CREDENTIALS",
  ],
  [
    "azblob://states",
    'error: unable to open bucket "azblob://states": azureblob: Options.AccountName is required',
    "AZURE_STORAGE_ACCOUNT",
  ],
  [
    "postgres://db/states",
    'error: unable to open state database "postgres://db/states": failed to ping PostgreSQL: connection refused',
    "Check the URL",
  ],
] as const)("For %s, the advice fits what the engine said", ([url, said, advice]) => {
  expect(isBackendUnusable(said)).toBe(true);
  expect(adviseOnBackend(url, said)).toContain(advice);
});

test.for(["foo://x", "nonsense", "S4://x"])(
  "%s is no URL of a backend, and those that are are named",
  (url) => {
    const advice = "begins with s3://, gs://, azblob://, file://, postgres:// or https://";
    expect(adviseOnBackend(url, "error: PULUMI_ACCESS_TOKEN must be set")).toContain(advice);
  },
);
