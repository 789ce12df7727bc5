import type { SettingCode } from "../../ops/review/setting-change.ts";
import { describeSetting } from "../../ops/review/setting-wording.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const entry = (code: SettingCode, meaning: string, observed?: string, expected?: string): CodeEntry => ({
  meaning,
  message: describeSetting({
    key: "",
    limit: "maxPartitions",
    risk: "caution",
    code,
    ...(observed !== undefined && { observed }),
    ...(expected !== undefined && { expected }),
  }),
});

const codes = {
  ENDPOINT_ADDED: entry(
    "ENDPOINT_ADDED",
    "Weakened: a new bootstrap server, token endpoint or backend, or another source of credentials.",
    '["broker-1.example.com:9093"]',
    '["broker-1.example.org:9093"]',
  ),
  TLS_DISABLED: entry("TLS_DISABLED", "Weakened: the connection no longer uses TLS.", "true", "false"),
  TLS_VERIFICATION_DISABLED: entry(
    "TLS_VERIFICATION_DISABLED",
    "Weakened: certificates are no longer verified.",
    "false",
    "true",
  ),
  CA_CHANGED: entry(
    "CA_CHANGED",
    "Weakened: another CA is trusted. The values are SHA-256 hashes of the text.",
    undefined,
    "sha256:2b4f0c1d",
  ),
  AUTHENTICATION_WEAKENED: entry(
    "AUTHENTICATION_WEAKENED",
    "Weakened: from the strongest to the weakest, mutual TLS, `scram-sha512`, `oauthbearer` and `aws-iam`, then `scram-sha256`, `plain`, none.",
    "scram-sha512",
    "plain",
  ),
  CONNECTION_CHANGED: entry(
    "CONNECTION_CHANGED",
    "Caution: any other change of the connection.",
    "deployer",
    "admin",
  ),
  SETTINGS_IMPORTED: entry(
    "SETTINGS_IMPORTED",
    "Weakened: the stack's file imports other Pulumi ESC environments.",
  ),
  ENCRYPTION_CHANGED: entry(
    "ENCRYPTION_CHANGED",
    "Weakened: `secretsprovider`, which names the server that gets requests with the cloud's credentials. Caution: `encryptedkey` or `encryptionsalt`.",
  ),
  LIMIT_LOOSENED: entry(
    "LIMIT_LOOSENED",
    "Caution: a limit is higher, lower or shorter than before, or removed. Each change of a `namePattern` counts.",
    "3",
    "3000",
  ),
  LIMIT_TIGHTENED: entry("LIMIT_TIGHTENED", "Safe: the opposite.", "3000", "3"),
  SAFEGUARD_REMOVED: entry(
    "SAFEGUARD_REMOVED",
    "Caution: `protect` or `preflight` is switched off, or `adoptExisting` on, or `promoteAfter` no longer names a stack.",
    "true",
    "false",
  ),
  SAFEGUARD_ADDED: entry("SAFEGUARD_ADDED", "Safe: the opposite.", "false", "true"),
  EXEMPTION_ADDED: entry(
    "EXEMPTION_ADDED",
    "Caution: an override replaces a value of the catalogue, or is changed.",
    undefined,
    "false",
  ),
  EXEMPTION_REMOVED: entry("EXEMPTION_REMOVED", "Caution: the catalogue's value applies again.", "false"),
  TOPIC_EXEMPTED: entry(
    "TOPIC_EXEMPTED",
    "Caution: a topic of the catalogue is exempt from a limit of the stack, or the reason differs.",
    undefined,
    "from the old cluster",
  ),
  TOPIC_EXEMPTION_REMOVED: entry("TOPIC_EXEMPTION_REMOVED", "Safe: the opposite.", "from the old cluster"),
  DEFAULT_CHANGED: entry(
    "DEFAULT_CHANGED",
    "Safe: `defaultPartitions` or `defaults` differs. What that changes is reported for each topic.",
    "3",
    "6",
  ),
  SETTING_CHANGED: entry(
    "SETTING_CHANGED",
    "Caution: a key that the review does not know.",
    undefined,
    "true",
  ),
  STACK_ADDED: entry("STACK_ADDED", "Caution: the commit of `--base` does not contain the stack's file."),
  STACK_REMOVED: entry("STACK_REMOVED", "Caution: only the commit of `--base` contains the stack's file."),
} satisfies Record<SettingCode, CodeEntry>;

/** What a change of the stack's settings means for its protection. */
export const settingsSection: FindingsSection = {
  title: "Settings",
  intro:
    "Reported by `npm run review` in `settings`, each with its `key`, a `risk` and, if the risk is `weakened`, whether it is `allowed`. Exemptions of topics also have `topic` and `limit`.",
  codes,
};
