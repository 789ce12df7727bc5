/**
 * What is thrown, in words: anything can be.
 * @param {unknown} thrown
 * @returns {string}
 */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * Whether Node threw something with one of these codes: `ENOENT`, say.
 * @param {unknown} thrown
 * @param {string[]} codes
 */
export function hasCode(thrown, ...codes) {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}
