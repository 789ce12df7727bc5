import fc from "fast-check";

/** Names that JavaScript objects have or treat in their own way. */
const objectNames = ["__proto__", "constructor", "hasOwnProperty", "length", "toString", "valueOf"];

/** Any text: of any UTF-16 code units, lone surrogates among them, and texts with a meaning somewhere. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.array(fc.nat(0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("", " ", "\n", "\0", "\r\n", "null", "true", "0", "-1", "1e999", "[]", "{}", '"', "*"),
  fc.constantFrom("\ud83d", "\u2028", "\u202e", "$&", "%00", "../..", "-----BEGIN", ...objectNames),
  fc.string({ minLength: 1, maxLength: 4 }).map((text) => text.repeat(1_000)),
);

/** Any JSON value, with keys that are names of JavaScript's own, too. */
export const oddJson: fc.Arbitrary<fc.JsonValue> = fc.oneof(
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 8 },
  // JSON.parse sets "__proto__" as a key, which an object literal would not.
  fc
    .tuple(fc.constantFrom(...objectNames), fc.jsonValue({ maxDepth: 1 }))
    .map(([name, value]) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`)),
  fc.constantFrom(10, 101, 500).map((depth) => JSON.parse(nest(depth))),
);

/** Lists in lists, as JSON. */
function nest(depth: number): string {
  return `${"[".repeat(depth)}1${"]".repeat(depth)}`;
}

/** The JSON of any value, whole or damaged. */
export const oddJsonText: fc.Arbitrary<string> = fc.oneof(
  oddJson.map((value) => JSON.stringify(value)),
  damage(fc.json()),
  fc.nat(20_000).map(nest),
);

const fail = () => {
  throw new Error("odd");
};

/** Each makes an object that is no plain data or fails when it is read. fast-check cannot print a revoked proxy. */
const oddObjects: (() => unknown)[] = [
  () => ({ [Symbol("odd")]: 1 }),
  () => ({ toJSON: () => "odd", toString: () => 1 }),
  () => Object.defineProperty({}, "odd", { enumerable: true, get: fail }),
  () => {
    const cycle: Record<string, unknown> = {};
    return Object.assign(cycle, { cycle: [cycle] });
  },
  ...["get", "getPrototypeOf", "ownKeys", "getOwnPropertyDescriptor"].map(
    (trap) => () => new Proxy({ odd: 1 }, { [trap]: fail }),
  ),
];

/** Any JavaScript value, those among them that throw when they are read. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ maxDepth: 2, withBigInt: true, withDate: true, withMap: true, withSet: true }),
  fc.anything({ maxDepth: 2, withNullPrototype: true, withSparseArray: true, withTypedArray: true }),
  oddJson,
  oddText,
  fc.double(),
  fc.constantFrom(undefined, Symbol("odd"), -0, Number.NaN, 2 ** 31, 2 ** 53, 10n ** 30n),
  fc.constantFrom(() => 1, class Odd {}, /odd/, new Error("odd"), Promise.resolve(1), new WeakMap()),
  fc.constantFrom(...oddObjects).map((make) => make()),
);

/** A text from `texts` of which up to three parts are removed, or replaced by any text. */
export function damage(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat(9),
    replacement: fc.oneof(fc.constant(""), oddText),
  });
  return fc.tuple(texts, fc.array(edit, { maxLength: 3 })).map(([text, edits]) =>
    edits.reduce((edited, { at, length, replacement }) => {
      const start = at % (edited.length + 1);
      return edited.slice(0, start) + replacement + edited.slice(start + length);
    }, text),
  );
}

/** A value from `values` of which one part, at any depth, may be missing or replaced by one from `replacements`. */
export function misplace(
  values: fc.Arbitrary<unknown>,
  replacements: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const edit = fc.record({ at: fc.nat(), part: fc.option(replacements.map((replacement) => [replacement])) });
  return fc.tuple(values, fc.option(edit)).map(([value, mistake]) => {
    if (mistake === null) return value;
    const paths = pathsOf(value);
    return replaceAt(value, paths[mistake.at % paths.length] ?? [], mistake.part);
  });
}

type Path = readonly string[];

/** The paths of a value and of all its parts. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

/** @param part null removes the part at the path */
function replaceAt(value: unknown, [key, ...rest]: Path, part: readonly unknown[] | null): unknown {
  if (key === undefined) return part?.[0];
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length === 0 && part === null) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, replaceAt(Reflect.get(value, key), rest, part));
  return copy;
}
