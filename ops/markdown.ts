import { renderBlock } from "../machine/markdown.ts";

/** Renders a section with messages, including their line breaks; nothing if there are no messages. */
export function renderMessages(title: string, messages: readonly string[]): string[] {
  return messages.length === 0 ? [] : ["", `### ${title}`, "", renderBlock(messages)];
}
