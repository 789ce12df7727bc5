/**
 * Begins a text that stands for a value that JSON cannot represent. No text in plain data begins with it, since
 * `copyPlainData` refuses lone surrogates.
 */
const mark = "\ud800";

/** Encodes plain data as JSON values, without loss; of functions and symbols, the name remains. */
export function encodePlainData(data: unknown): unknown {
  return mapValues(data, encodeValue);
}

/** Decodes what `encodePlainData` encoded. */
export function decodePlainData(data: unknown): unknown {
  return mapValues(data, (value) =>
    typeof value === "string" && value.startsWith(mark) ? decodeValue(value.slice(mark.length)) : value,
  );
}

function mapValues(data: unknown, convert: (value: unknown) => unknown): unknown {
  if (Array.isArray(data)) return data.map((value) => mapValues(value, convert));
  if (typeof data !== "object" || data === null) return convert(data);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapValues(value, convert)]));
}

function encodeValue(value: unknown): unknown {
  switch (typeof value) {
    case "number":
      if (Object.is(value, -0)) return `${mark}number -0`;
      return Number.isFinite(value) ? value : `${mark}number ${value}`;
    case "bigint":
      return `${mark}bigint ${value}`;
    case "undefined":
      return `${mark}undefined `;
    case "symbol":
      return `${mark}symbol ${value.description ?? ""}`;
    case "function":
      return `${mark}function ${nameOf(value)}`;
    default:
      return value;
  }
}

function decodeValue(text: string): unknown {
  const [, type = "", rest = ""] = /^(\w+) (.*)$/s.exec(text) ?? [];
  if (type === "number") return Number(rest);
  if (type === "bigint") return BigInt(rest);
  if (type === "undefined") return undefined;
  if (type === "symbol") return Symbol(rest);
  if (type === "function") return Object.defineProperty(() => {}, "name", { value: rest });
  throw new TypeError(`unknown type ${type}`);
}

/** A function's name; it may be no text, and a proxy may refuse to tell it. */
function nameOf(value: { readonly name: unknown }): string {
  try {
    return String(value.name);
  } catch {
    return "";
  }
}
