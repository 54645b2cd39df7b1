import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedNote {
  noteId: string;
  keyId: string;
  body: Buffer;
}

/** A short name for a key, kept beside each note so that old notes find their key. */
export function keyIdOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

export function newKey(): Buffer {
  return randomBytes(32);
}

/** Seals and opens the text of notes; a note is sealed again after every edit. */
export class NoteCipher {
  private readonly keyId: string;

  constructor(private readonly key: Buffer) {
    this.keyId = keyIdOf(key);
  }

  seal(noteId: string, text: string): SealedNote {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(noteId, 'utf8'));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return {
      noteId,
      keyId: this.keyId,
      body: Buffer.concat([nonce, cipher.getAuthTag(), sealed]),
    };
  }

  open(note: SealedNote): string {
    const nonce = note.body.subarray(0, NONCE_BYTES);
    const tag = note.body.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const sealed = note.body.subarray(NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(note.noteId, 'utf8'));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  }
}
