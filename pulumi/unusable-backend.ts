/** The schemes of the backends that the engine knows. */
const schemes = ["s3", "gs", "azblob", "file", "postgres", "https"];

/** The engine's messages for a backend that it cannot open. */
const unusable = /\.pulumi\/meta\.yaml|unable to open (bucket|state database)|missing google credentials/;

/** Where each cloud's credentials come from. */
const credentials: Readonly<Record<string, string>> = {
  s3: "AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  gs: "GOOGLE_APPLICATION_CREDENTIALS",
  azblob: "AZURE_STORAGE_ACCOUNT, and AZURE_STORAGE_KEY or a login with az",
};

/** Whether the engine ended because it could not open the backend. */
export function isBackendUnusable(said: string): boolean {
  return unusable.test(said);
}

/** Whether the engine knows backends with such a URL; it takes any other for that of a server to log in to. */
export function isBackendUrl(url: string): boolean {
  return schemes.includes(schemeOf(url)) || schemeOf(url) === "http";
}

/**
 * Says what to do if a backend cannot be used.
 * @param said the engine's message
 */
export function adviseOnBackend(url: string, said: string): string {
  const scheme = schemeOf(url);
  if (!isBackendUrl(url))
    return `Use a URL that begins with ${schemes.slice(0, -1).join("://, ")}:// or ${schemes.at(-1)}://`;
  if (/\bregion\b/i.test(said))
    return "Add the region of the bucket to the URL, s3://BUCKET?region=REGION, or set AWS_REGION.";
  if (scheme in credentials && /credentials|AccountName|AccessDenied|Forbidden|StatusCode: 40[13]/.test(said))
    return `Set the credentials for the backend: ${credentials[scheme]}.`;
  return "Check the URL, and that this machine can reach the backend.";
}

function schemeOf(url: string): string {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? "";
}
