// The program that the engine runs. The npm scripts bring a Node that runs TypeScript; the bare CLI may find an older
// one, and then one line must say so, instead of the module loader's stack trace.
// The catalogue's process works while this one loads the SDK.
if (process.features.typescript) await import("./evaluation.ts");
const pulumi = await import("@pulumi/pulumi");

if (!process.features.typescript) {
  throw new pulumi.RunError(
    `Node ${process.versions.node} cannot run this program, which needs Node 22.18 or later. Use npm run preview and ` +
      "npm run up, which bring their own Node, or put a later Node first on the PATH.",
  );
}

export const { topics, bootstrapServers, settings } = await import("./index.ts");
