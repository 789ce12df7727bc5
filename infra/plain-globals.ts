/** The globals that calculate: those of JavaScript without the ones that allocate memory outside the heap, or block. */
const kept = new Set([
  ...["Infinity", "NaN", "undefined", "globalThis", "isFinite", "isNaN", "parseFloat", "parseInt"],
  ...[
    "Array",
    "BigInt",
    "Boolean",
    "Date",
    "Function",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
  ],
  ...["Promise", "Proxy", "Reflect", "RegExp", "Set", "String", "Symbol", "WeakMap", "WeakRef", "WeakSet"],
  ...[
    "AggregateError",
    "Error",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
  ],
  ...["decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent"],
]);

/** Removes all other globals, so that code can neither find out nor change anything outside its module. */
export function removeOtherGlobals(): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (kept.has(name)) continue;
    // Some are loaded when they are first read, even by a redefinition.
    Reflect.deleteProperty(globalThis, name);
    Object.defineProperty(globalThis, name, {
      get: () => {
        throw new ReferenceError(`${name} is not available in a catalogue file, which only declares topics`);
      },
    });
  }
  Object.freeze(globalThis);
}
