// What the engine runs. By the bare CLI it may be run with a Node that knows no TypeScript, which npm's scripts bring
// along: then one line has to say so, in place of a module loader's stack trace.
import * as pulumi from "@pulumi/pulumi";

if (!process.features.typescript) {
  throw new pulumi.RunError(
    `Node ${process.versions.node} cannot run this program: it takes Node 22.18 or later. Use npm run preview and ` +
      "npm run up, which bring their own, or put another Node first on the PATH.",
  );
}

export const { topics, bootstrapServers } = await import("./index.ts");
