import { isIPv4 } from 'node:net';

const TTL_SECONDS = 300;
const MAX_LABEL = 32;
const RESERVED = new Set(['ns', 'www', 'mail']);

export interface NameRecord {
  label: string;
  address: string;
}

export class RecordRejected extends Error {
  constructor(readonly field: string, reason: string) {
    super(`${field} ${reason}`);
  }
}

/** Reads the JSON body with which a group asks for a name for one of its machines. */
export function readRecord(body: unknown): NameRecord {
  if (typeof body !== 'object' || body === null) {
    throw new RecordRejected('body', 'must be an object');
  }
  const { label, address } = body as Record<string, unknown>;
  if (typeof label !== 'string' || label.length > MAX_LABEL) {
    throw new RecordRejected('label', `must have at most ${MAX_LABEL} characters`);
  }
  if (!/[a-z](-?[a-z0-9])*/.test(label)) {
    throw new RecordRejected('label', 'must be lower-case letters, digits and single hyphens');
  }
  if (RESERVED.has(label)) {
    throw new RecordRejected('label', 'is taken by the lab itself');
  }
  if (typeof address !== 'string' || !isIPv4(address)) {
    throw new RecordRejected('address', 'must be an IPv4 address');
  }
  return { label, address };
}

/** The part of the zone file with the groups' machines, one line for each. */
export function zoneLines(records: readonly NameRecord[]): string {
  return [...records]
    .sort((a, b) => a.label.localeCompare(b.label))
    .map((record) => `${record.label}\t${TTL_SECONDS}\tIN\tA\t${record.address}\n`)
    .join('');
}
