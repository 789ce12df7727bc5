/** In bytes. A page of 100 comments can have 100 times 65,536 characters. */
const largestAnswer = 64 * 1024 * 1024;

/** Of objects and lists in each other. GitHub nests ten, and Octokit parses JSON in quadratic time. */
const mostLevels = 100;

/**
 * Reads an answer to the end. JSON that is nested too deeply counts as `[[]]`, which answers no request.
 * @throws Error if it is too large
 */
export async function limitAnswer(answer: Response): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > largestAnswer) throw new Error(`the answer has more than ${largestAnswer} bytes`);
    chunks.push(chunk);
  }
  const read = Buffer.concat(chunks);
  const { status, headers, url } = answer;
  // A status without a body allows not even an empty one.
  const body = bytes === 0 ? null : levelsOf(read) > mostLevels ? "[[]]" : read;
  return Object.defineProperty(new Response(body, { status, headers }), "url", { value: url });
}

/** Counts how deeply JSON is nested. */
function levelsOf(json: Buffer): number {
  let [level, deepest, isText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const char = String.fromCharCode(json[at] ?? 0);
    if (char === "\\") at++;
    else if (char === '"') isText = !isText;
    else if (isText) continue;
    else if (char === "[" || char === "{") deepest = Math.max(deepest, ++level);
    else if (char === "]" || char === "}") level--;
  }
  return deepest;
}
