/** A section with messages as they were said, with their lines; none without messages. */
export function renderMessages(title: string, messages: readonly string[]): string[] {
  // A fence that no message closes.
  return messages.length > 0 ? ["", `### ${title}`, "", "````text", ...messages, "````"] : [];
}
