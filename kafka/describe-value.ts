const durations = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
] as const;

const sizes = [
  [1024 ** 3, "GiB"],
  [1024 ** 2, "MiB"],
  [1024, "KiB"],
] as const;

const noLimits = ["-1", "9223372036854775807"];

/** In characters. A list of throttled replicas has any length, and a table with a long value takes minutes to render. */
const longestValue = 100;

/**
 * Describes a config's value: `7 days`, `16 MiB`, `forever`. A value without a unit stays as it is, on one line and cut if
 * it is long, and so does one that JavaScript cannot represent as a number without loss.
 * @param key such as `retention.ms`, whose suffix is the unit
 * @param value in the broker's canonical form
 */
export function describeValue(key: string, value: string): string {
  const isTime = key.endsWith(".ms");
  if (!isTime && !key.endsWith(".bytes")) return shorten(value);
  if (noLimits.includes(value)) return isTime ? "forever" : "unlimited";
  const number = Number(value);
  if (!Number.isSafeInteger(number) || String(number) !== value) return shorten(value);
  if (isTime) return describeDuration(number);
  const [unit, name] = sizes.find(([size]) => number >= size && number % size === 0) ?? [1, "bytes"];
  return `${number / unit} ${name}`;
}

function shorten(value: string): string {
  const line = value.replace(/\s+/g, " ");
  return line.length > longestValue ? `${line.slice(0, longestValue).toWellFormed()}...` : line;
}

/** `7 days`, `90 minutes`, `1500 ms`. */
export function describeDuration(ms: number): string {
  const [unit, name] = durations.find(([length]) => ms >= length && ms % length === 0) ?? [];
  if (!unit) return `${ms} ms`;
  return `${ms / unit} ${name}${ms === unit ? "" : "s"}`;
}

/** `60.2 MB`, `812 bytes`: rounded, unlike the values of configs, and with the units of `replicationThrottle`. */
export function describeSize(bytes: number): string {
  const [unit, name] = decimalSizes.find(([size]) => bytes >= size) ?? [];
  return unit ? `${(bytes / unit).toFixed(1)} ${name}` : countOf(bytes, "byte");
}

const decimalSizes = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
] as const;

/** `50 MB/s`. */
export function describeRate(bytesPerSecond: number): string {
  return `${describeSize(bytesPerSecond).replace(".0 ", " ")}/s`;
}

/** `36 seconds`, `10 minutes`, `5 hours`: rounded up, for a time that is an estimate. */
export function describeEstimate(ms: number): string {
  const [length, name] = durations.find(([length]) => ms > 2 * length) ?? [1000, "second"];
  return countOf(Math.ceil(ms / length), name);
}

/** `1,204,332 records`, `1 record`. */
export function countOf(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** `Broker 3 is down` for `broker 3 is down`, at the beginning of a sentence. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
