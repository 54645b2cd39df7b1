import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,4}$/;

/** From the release manifest, whose signature was checked when it was loaded. */
export interface ManifestEntry {
  version: string;
  digestHex: string;
}

export class ImageRejected extends Error {}

function digestOf(image: Buffer): Buffer {
  return createHash('sha256').update(image).digest();
}

/** The entity tag with which devices ask whether the image changed since their last visit. */
export function entityTag(image: Buffer): string {
  return `"${createHash('md5').update(image).digest('base64url')}"`;
}

/** Keeps the images that devices download; images come from mirrors run by volunteers. */
export class ImageDepot {
  constructor(private readonly folder: string) {}

  async install(entry: ManifestEntry, image: Buffer): Promise<void> {
    const expected = Buffer.from(entry.digestHex, 'hex');
    const actual = digestOf(image);
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
      throw new ImageRejected(`image ${entry.version} is not the one in the manifest`);
    }
    const target = this.file(entry.version);
    await writeFile(`${target}.part`, image);
    await rename(`${target}.part`, target);
  }

  async read(version: string): Promise<Buffer> {
    return readFile(this.file(version));
  }

  private file(version: string): string {
    if (!VERSION.test(version)) {
      throw new ImageRejected('not a version');
    }
    return path.join(this.folder, `${version}.img`);
  }
}
