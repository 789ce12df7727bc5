// Loaded before every command. Many places write to the standard streams, libraries among them, so the streams mask what
// is written: text, not bytes, which may be data such as an exported state (machine/toolchain/run-tool.ts).
import { hideSecrets, maskSecrets, secretsOf } from "./secrets.ts";

hideSecrets(secretsOf(process.env));
for (const stream of [process.stdout, process.stderr]) {
  stream.write = new Proxy(stream.write, {
    apply: (write, self, [chunk, ...rest]) =>
      Reflect.apply(write, self, [typeof chunk === "string" ? maskSecrets(chunk) : chunk, ...rest]),
  });
}
