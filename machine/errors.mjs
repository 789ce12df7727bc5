/**
 * Returns the message of a thrown value, which may be anything.
 * @param {unknown} thrown
 * @returns {string}
 */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * Whether a thrown value is an error of Node with one of these codes, such as `ENOENT`.
 * @param {unknown} thrown
 * @param {string[]} codes
 */
export function hasCode(thrown, ...codes) {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}
