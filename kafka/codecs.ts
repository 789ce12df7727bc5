import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";
import { compressFrame, decompressFrame } from "lz4-napi";
import { compress as compressSnappy, uncompress as uncompressSnappy } from "snappy";

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** What kafkajs hands to a codec: the records before they are compressed. */
type Encoder = { readonly buffer: Buffer };

/**
 * Teaches kafkajs the codecs it lacks. A broker compresses anew whatever a producer sends when the topic's
 * `compression.type` names another codec, so a consumer meets all of them.
 */
export function registerCodecs(): void {
  const codecs = {
    [CompressionTypes.Snappy]: {
      compress: (data: Buffer) => compressSnappy(data),
      decompress: decompressSnappy,
    },
    [CompressionTypes.LZ4]: { compress: compressFrame, decompress: decompressFrame },
    [CompressionTypes.ZSTD]: { compress: promisify(zstdCompress), decompress: promisify(zstdDecompress) },
  };
  for (const [type, { compress, decompress }] of Object.entries(codecs)) {
    CompressionCodecs[Number(type) as keyof typeof codecs] = () => ({
      compress: async (encoder: Encoder) => compress(encoder.buffer),
      decompress,
    });
  }
}

/** Java's snappy writes a stream: this header, two version numbers, then blocks that each tell their length. */
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
  return Buffer.from(await uncompressSnappy(block));
}
