/** Renders a section with the unchanged messages, including their line breaks; nothing if there are no messages. */
export function renderMessages(title: string, messages: readonly string[]): string[] {
  // A fence of four backticks, which no message closes.
  return messages.length > 0 ? ["", `### ${title}`, "", "````text", ...messages, "````"] : [];
}
