/** Renders a section with the unchanged messages, including their line breaks; nothing if there are no messages. */
export function renderMessages(title: string, messages: readonly string[]): string[] {
  if (messages.length === 0) return [];
  const runs = messages.join("\n").match(/`+/g) ?? [];
  // No message closes it.
  const fence = "`".repeat(runs.reduce((longest, { length }) => Math.max(longest, length + 1), 4));
  return ["", `### ${title}`, "", `${fence}text`, ...messages, fence];
}
