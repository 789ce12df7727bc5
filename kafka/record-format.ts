import type { FetchedRecord } from "./fetch.ts";

/** The header of every record that the smoke suite sends, with the run's id. */
export const runHeader = "smoke-run";

/** Whether a record is from a run of the smoke suite, of any stack. */
export function isSmokeRecord({ headers }: Pick<FetchedRecord, "headers">): boolean {
  return headers.some(([name]) => name?.toString() === runHeader);
}

/** What a record's value looks like if it is not JSON: `schemaId` is what a schema registry's serializers write before it. */
export type OtherFormat = "binary" | "empty" | "text" | { readonly schemaId: number };

/** A schema registry's serializers write a byte 0 and the schema's id, which is at least 1, before each value. */
const [magicByte, headBytes] = [0, 5];

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether bytes are UTF-8 that `JSON.parse` accepts. */
export function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(utf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Finds out what a value that is not JSON looks like; undefined for JSON. */
export function otherFormatOf(value: Buffer): OtherFormat | undefined {
  if (value.length === 0) return "empty";
  if (isJson(value)) return undefined;
  const schemaId = value[0] === magicByte && value.length >= headBytes ? value.readUInt32BE(1) : 0;
  if (schemaId > 0) return { schemaId };
  return isText(value) ? "text" : "binary";
}

/** Whether bytes are UTF-8 without control characters, except white space. */
function isText(bytes: Buffer): boolean {
  try {
    return !/[^\P{Cc}\s]/u.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}
