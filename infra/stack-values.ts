import { z } from "zod";
import { isGlob } from "../kafka/topic-selection.ts";
import { copyPlainData } from "./plain-data.ts";
import { days, hours, minutes } from "./topic-config.ts";

// The engine passes every value of a stack's config as text: numbers and lists as JSON.

/** A schema for a value that is passed as JSON text. */
export const json = <T extends z.ZodType>(schema: T, allowed: string) =>
  z
    .string(allowed)
    .transform((text, ctx) => {
      let parsed: unknown;
      try {
        parsed = JSON.parse(text);
      } catch {
        ctx.issues.push({ code: "custom", message: allowed, input: text });
        return z.NEVER;
      }
      const read = copyPlainData(() => parsed);
      if ("copy" in read) return read.copy;
      const { path, given, allowed: message = allowed } = read.fault;
      ctx.issues.push({ code: "custom", message, path: [...path], input: given });
      return z.NEVER;
    })
    .pipe(schema);

/** A schema for a positive number, and one for its JSON text. */
const wholeNumber = (to: number) => {
  const allowed = `a whole number from 1 to ${to}`;
  const value = z.int(allowed).min(1, allowed).max(to, allowed);
  return { value, text: json(value, allowed) };
};
/** The replica count of a partition. */
export const replicas = wholeNumber(32767);
/** The partition count of one topic or of all topics. */
export const partitionCount = wholeNumber(2147483647);

const globs = "a topic name, in which * stands for any characters and ? for one";
/** A glob of topic names. */
export const glob = z.string(globs).refine(isGlob, globs);

const units = new Map([
  ["minute", minutes],
  ["hour", hours],
  ["day", days],
]);
const durations = 'whole minutes, hours or days, for example "7 days", or "none"';
/** Converts `7 days` to ms and `none` to undefined. */
export const duration = z.string(durations).transform((text, ctx) => {
  if (text === "none") return undefined;
  const [, number, unit = ""] = /^([1-9]\d{0,8}) (minute|hour|day)s?$/.exec(text) ?? [];
  const toMs = units.get(unit);
  if (toMs) return toMs(Number(number));
  ctx.issues.push({ code: "custom", message: durations, input: text });
  return z.NEVER;
});

const byteUnits = new Map([
  ["kB", 1_000],
  ["MB", 1_000_000],
  ["GB", 1_000_000_000],
]);
const byteRates = 'whole kB/s, MB/s or GB/s, for example "50 MB/s"';
/** Converts `50 MB/s` to bytes per second. */
export const byteRate = z.string(byteRates).transform((text, ctx) => {
  const [, number, unit = ""] = /^([1-9]\d{0,5}) (kB|MB|GB)\/s$/.exec(text) ?? [];
  const bytes = byteUnits.get(unit);
  if (bytes) return Number(number) * bytes;
  ctx.issues.push({ code: "custom", message: byteRates, input: text });
  return z.NEVER;
});
