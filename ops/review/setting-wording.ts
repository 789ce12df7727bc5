import { countOf } from "../../kafka/describe-value.ts";
import type { SettingChange, SettingCode } from "./setting-change.ts";

/** In characters, of a key or a value; a value may be a list. */
const longest = 100;
/** More keys would make the sentence unreadable; the table has all of them. */
const mostKeys = 10;

const meanings: Readonly<Record<Exclude<SettingCode, `TOPIC_${string}`>, string>> = {
  ENDPOINT_ADDED: "a server gets records or credentials that did not get them before",
  TLS_DISABLED: "passwords and records are sent in clear text",
  TLS_VERIFICATION_DISABLED: "another server could pose as a broker, and read the password and the records",
  CA_CHANGED: "another CA can issue certificates of brokers",
  AUTHENTICATION_WEAKENED: "the authentication is weaker",
  CONNECTION_CHANGED: "the connection to the cluster changes",
  SETTINGS_IMPORTED: "settings come from Pulumi ESC, where the review does not see them",
  ENCRYPTION_CHANGED: "the stack's secrets are encrypted in another way, or by another server",
  LIMIT_LOOSENED: "topics are allowed that were refused",
  LIMIT_TIGHTENED: "topics are refused that were allowed",
  SAFEGUARD_REMOVED: "the stack's topics are less protected",
  SAFEGUARD_ADDED: "the stack's topics are better protected",
  EXEMPTION_ADDED: "an exemption from the catalogue",
  EXEMPTION_REMOVED: "an exemption from the catalogue that is removed",
  DEFAULT_CHANGED: "topics that do not set a value get another one",
  SETTING_CHANGED: "a setting that the review does not recognize",
  STACK_ADDED: "a new stack: its settings cannot be compared",
  STACK_REMOVED: "the stack no longer has a file with its settings",
};

/** Describes the change of a setting and its effect, without its key or its topic. */
export function describeSetting({ code, limit, expected, observed }: SettingChange): string {
  if (code === "TOPIC_EXEMPTED") {
    const before = observed === undefined ? "" : `${describe(observed)} → `;
    return `exempt from ${limit}: ${before}${describe(expected)}`;
  }
  if (code === "TOPIC_EXEMPTION_REMOVED") return `no longer exempt from ${limit}`;
  const hasValues = expected !== undefined || observed !== undefined;
  return hasValues ? `${describe(observed)} → ${describe(expected)}: ${meanings[code]}` : meanings[code];
}

function describe(value: string | undefined): string {
  if (value === undefined) return "not set";
  if (value === "") return "empty";
  return cut(value);
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

/** Describes the changed settings as a whole in one or two sentences, with what to do; empty if none needs caution. */
export function describeSettings(settings: readonly SettingChange[]): string {
  const weakened = settings.filter(({ risk }) => risk === "weakened");
  const open = weakened.filter(({ allowed }) => !allowed).map(({ key }) => key);
  const caution = settings.filter(({ risk }) => risk === "caution");
  if (weakened.length > 0) {
    const shown = weakened.slice(0, mostKeys).map(({ key }) => cut(key));
    const more = weakened.length - shown.length;
    const keys = shown.join(", ") + (more > 0 ? ` and ${countOf(more, "other")}` : "");
    const isShort = open.length <= mostKeys && open.every((key) => cut(key) === key);
    const list = isShort ? open.join() : "'*' for all of them, or followed by their names";
    const action = open.length > 0 ? ` To allow it: --allow-weakened ${list}` : "";
    const verb = weakened.length === 1 ? "weakens" : "weaken";
    return `${keys} ${verb} the protection of the connection.${action}`;
  }
  const exemptions = caution.filter(({ topic }) => topic !== undefined).length;
  const others = caution.length - exemptions;
  const verb = (count: number) => (count === 1 ? "needs" : "need");
  return [
    ...(others > 0 ? [`${countOf(others, "changed setting")} ${verb(others)} caution.`] : []),
    ...(exemptions > 0
      ? [`${countOf(exemptions, "exemption")} of topics from limits ${verb(exemptions)} caution.`]
      : []),
  ].join(" ");
}
