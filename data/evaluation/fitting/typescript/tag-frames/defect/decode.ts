/** Frames of the warehouse's radio tags: 12 bytes each, numbers big-endian and unsigned. */

const FRAME_BYTES = 12;
const VERSION = 2;

export interface TagFrame {
  battery: number;
  antenna: number;
  serial: number;
  uptimeSeconds: number;
}

export class FrameError extends Error {}

function unsigned16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function unsigned32(bytes: Uint8Array, at: number): number {
  return (unsigned16(bytes, at) << 16) | unsigned16(bytes, at + 2);
}

export function decodeFrame(bytes: Uint8Array): TagFrame {
  if (bytes.length !== FRAME_BYTES) {
    throw new FrameError(`a frame has ${FRAME_BYTES} bytes, this one ${bytes.length}`);
  }
  if (bytes[0] !== VERSION) {
    throw new FrameError(`version ${bytes[0]} is not known`);
  }
  return {
    battery: bytes[1],
    antenna: unsigned16(bytes, 2),
    serial: unsigned32(bytes, 4),
    uptimeSeconds: unsigned32(bytes, 8),
  };
}

/** Tags seen in a batch, each once, with the frame that has the longest uptime. */
export function latestFrames(frames: Iterable<TagFrame>): Map<number, TagFrame> {
  const latest = new Map<number, TagFrame>();
  for (const frame of frames) {
    const known = latest.get(frame.serial);
    if (known === undefined || frame.uptimeSeconds > known.uptimeSeconds) {
      latest.set(frame.serial, frame);
    }
  }
  return latest;
}
