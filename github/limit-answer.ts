/** In bytes. A page of 100 comments can have 100 times 65,536 characters. */
const largestAnswer = 64 * 1024 * 1024;

/** Of objects and lists in each other. GitHub nests ten, and Octokit parses JSON in quadratic time. */
const mostLevels = 100;

/** Octokit reads longer integers as BigInt, which it cannot write into the message of an error. GitHub sends none. */
const mostDigits = 15;

/**
 * Reads an answer to the end. JSON that Octokit could not handle counts as `[[]]`, which answers no request.
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
  const body = bytes === 0 ? null : isManageable(read) ? read : "[[]]";
  return Object.defineProperty(new Response(body, { status, headers }), "url", { value: url });
}

/** Whether JSON is not nested too deeply, and has no integers that are too long. */
function isManageable(json: Buffer): boolean {
  let [level, digits, isText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const char = String.fromCharCode(json[at] ?? 0);
    digits = !isText && char >= "0" && char <= "9" ? digits + 1 : 0;
    if (char === "\\") at++;
    else if (char === '"') isText = !isText;
    else if (isText) continue;
    else if (char === "[" || char === "{") level++;
    else if (char === "]" || char === "}") level--;
    if (level > mostLevels || digits > mostDigits) return false;
  }
  return true;
}
