import { longestText, renderBlock } from "../machine/markdown.ts";

/** So that any other part of a comment, which has at most 65,536 bytes, has room. */
const mostMessageBytes = 48_000;

/**
 * Renders a section with messages, including their line breaks; nothing if there are no messages.
 * @param mostBytes of the section, for which long messages are cut, and the last ones are only counted
 */
export function renderMessages(
  title: string,
  messages: readonly string[],
  mostBytes = mostMessageBytes,
): string[] {
  if (messages.length === 0) return [];
  // An escape of one character has up to six bytes, so at least the first message has room.
  const mostCharacters = Math.min(Math.floor(mostBytes / 8), longestText);
  let room = mostBytes;
  const listed = messages.filter((message) => {
    room -= Buffer.byteLength(renderBlock([message], mostCharacters));
    return room >= 0;
  });
  const more = messages.length - listed.length;
  return [
    "",
    `### ${title}`,
    "",
    renderBlock(listed, mostCharacters),
    ...(more > 0 ? ["", `and ${more} more.`] : []),
  ];
}
