import { promisify } from "node:util";
import { unzip, zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";
import { decompressFrame } from "lz4-napi";
import { uncompress } from "snappy";
import { decompressionLimits } from "./response-limit.ts";

const { CompressionCodecs, CompressionTypes } = kafkajs;

/**
 * Registers the codecs that kafkajs lacks, for decompression only, and limits the one that it has. If the topic's
 * `compression.type` names another codec, the broker recompresses what a producer sends, so a consumer must read all of
 * them. A producer can compress with gzip only.
 */
export function registerCodecs(): void {
  const gzip = CompressionCodecs[CompressionTypes.GZIP]();
  CompressionCodecs[CompressionTypes.Snappy] = () => ({ decompress: decompressSnappy });
  CompressionCodecs[CompressionTypes.LZ4] = () => ({ decompress: decompressFrame });
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    ...gzip,
    decompress: (data: Buffer) => promisify(unzip)(data, decompressionLimits),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    decompress: (data: Buffer) => promisify(zstdDecompress)(data, decompressionLimits),
  });
}

/** Java's snappy writes a stream: this header, two version numbers, then blocks that each start with their length. */
const snappyStreamHeader = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const snappyStreamHeaderBytes = 16;

async function decompressSnappy(data: Buffer): Promise<Buffer> {
  if (!data.subarray(0, snappyStreamHeader.length).equals(snappyStreamHeader)) return uncompressBlock(data);
  const blocks: Promise<Buffer>[] = [];
  for (let at = snappyStreamHeaderBytes; at < data.length; ) {
    const end = at + 4 + data.readUInt32BE(at);
    blocks.push(uncompressBlock(data.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(await Promise.all(blocks));
}

async function uncompressBlock(block: Buffer): Promise<Buffer> {
  return Buffer.from(await uncompress(block));
}
