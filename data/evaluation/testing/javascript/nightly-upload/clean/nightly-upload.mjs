import { readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';

const PARALLEL = 4;

async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(folder, entry.name))
    .sort();
}

/** Moves the photos of the day to the vault and frees their room on the camera's server. */
export class NightlyUpload {
  constructor(vault, log) {
    this.vault = vault;
    this.log = log;
  }

  async run(folder) {
    const files = await filesBelow(folder);
    for (let first = 0; first < files.length; first += PARALLEL) {
      await this.move(files.slice(first, first + PARALLEL));
    }
    this.log.info({ folder, count: files.length }, 'photos moved');
  }

  async move(files) {
    const results = await Promise.allSettled(files.map((file) => this.upload(file)));
    const failed = results.filter((result) => result.status === 'rejected');
    if (failed.length > 0) {
      throw new AggregateError(failed.map((result) => result.reason), 'photos not uploaded');
    }
    for (const file of files) {
      await unlink(file);
    }
  }

  async upload(file) {
    await this.vault.put(path.basename(file), await readFile(file));
  }
}
