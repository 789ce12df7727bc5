/** The globals that only calculate. Missing are all of Node, and those of JavaScript with memory outside the heap. */
const kept = new Set(
  `
    Infinity NaN undefined globalThis isFinite isNaN parseFloat parseInt Array BigInt Boolean Date
    Function Iterator JSON Map Math Number Object Promise Proxy Reflect RegExp Set String Symbol WeakMap
    WeakRef WeakSet Error EvalError RangeError ReferenceError SyntaxError TypeError URIError
    AggregateError decodeURI decodeURIComponent encodeURI encodeURIComponent
  `
    .trim()
    .split(/\s+/),
);

/** What Node removes the types from a large module with. */
const ofNode = new Set(
  "DataView FinalizationRegistry TextDecoder TextEncoder Uint8Array WebAssembly".split(" "),
);

/**
 * Removes all other globals and makes the kept ones read-only, so that code can neither reach Node nor change what other
 * code uses.
 * @returns a function that calls another one with the globals that Node itself needs
 */
export function restrictGlobals(): <Result>(call: () => Result) => Result {
  let isNode = false;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (kept.has(name)) continue;
    // Node loads some when they are first read, even by a redefinition.
    const value: unknown = ofNode.has(name) ? Reflect.get(globalThis, name) : undefined;
    Reflect.deleteProperty(globalThis, name);
    Object.defineProperty(globalThis, name, {
      get: () => {
        if (isNode && value) return value;
        throw new ReferenceError(`${name} is not available in a catalogue file, which only declares topics`);
      },
    });
  }
  // Those after the first are the prototypes of what syntax makes, and of iterators.
  const reachable = new Set<unknown>([
    globalThis,
    function* () {},
    async () => {},
    async function* () {},
    [].values(),
    "".matchAll(/./g),
    ""[Symbol.iterator](),
    new Map().keys(),
    new Set().keys(),
    Iterator.from({ next: () => ({ done: true, value: 0 }) }),
    [].values().map(Number),
  ]);
  // The loop also visits what it adds.
  for (const value of reachable) {
    if (!isObject(value)) continue;
    reachable.add(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const { value: own, get, set } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
      reachable.add(own).add(get).add(set);
    }
    Object.freeze(value);
  }
  return (call) => {
    isNode = true;
    try {
      return call();
    } finally {
      isNode = false;
    }
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
