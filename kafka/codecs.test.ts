import { gzipSync, zstdCompressSync } from "node:zlib";
import kafkajs from "kafkajs";
import { expect, test } from "vitest";
import { registerCodecs } from "./codecs.ts";
import { largestResponse } from "./response-limit.ts";

const { CompressionCodecs, CompressionTypes } = kafkajs;
registerCodecs();

test.for([
  [CompressionTypes.GZIP, gzipSync],
  [CompressionTypes.ZSTD, zstdCompressSync],
] as const)(
  "A small batch that decompresses to a large one is refused: codec %d",
  async ([type, compress]) => {
    const codec = CompressionCodecs[type]();
    expect(await codec.decompress(compress(Buffer.from("a")))).toEqual(Buffer.from("a"));
    const bomb = compress(Buffer.alloc(largestResponse + 1));
    expect(bomb.length).toBeLessThan(2 ** 20);
    await expect(codec.decompress(bomb)).rejects.toThrow("larger than");
  },
);

test("A producer can still compress with gzip, which kafkajs has itself", async () => {
  const codec = CompressionCodecs[CompressionTypes.GZIP]();
  const compressed = await codec.compress({ buffer: Buffer.from("a") });
  expect(await codec.decompress(compressed)).toEqual(Buffer.from("a"));
});
