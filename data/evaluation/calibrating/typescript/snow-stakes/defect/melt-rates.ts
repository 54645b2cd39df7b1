import { readFile } from "node:fs/promises";

export interface Reading {
  stake: string;
  at: Date;
  depthCm: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

function parseReading(line: string, lineNo: number): Reading {
  const [stake, at, depth, ...rest] = line.split(";").map((cell) => cell.trim());
  if (!stake || !at || !depth || rest.length > 0) {
    throw new Error(`line ${lineNo}: expected stake;time;depth`);
  }
  const reading = { stake, at: new Date(at), depthCm: Number(depth) };
  if (Number.isNaN(reading.at.getTime()) || !Number.isFinite(reading.depthCm) || reading.depthCm < 0) {
    throw new Error(`line ${lineNo}: time or depth cannot be read`);
  }
  return reading;
}

/** Observers send their slips when they get round to it, so a file is in no particular order. */
export async function loadReadings(file: string): Promise<Reading[]> {
  const text = await readFile(file, "utf8");
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line, lineNo: index + 1 }))
    .filter(({ line }) => line.trim() !== "" && !line.startsWith("#"))
    .map(({ line, lineNo }) => parseReading(line, lineNo));
}

function byStake(readings: readonly Reading[]): Map<string, Reading[]> {
  const groups = new Map<string, Reading[]>();
  for (const reading of readings) {
    const group = groups.get(reading.stake);
    if (group) {
      group.push(reading);
    } else {
      groups.set(reading.stake, [reading]);
    }
  }
  return groups;
}

/** Centimetres of snow lost a day between the first and the last reading, by stake. */
export function meltRates(readings: readonly Reading[]): Map<string, number> {
  const rates = new Map<string, number>();
  for (const [stake, series] of byStake(readings)) {
    series.toSorted((a, b) => a.at.getTime() - b.at.getTime());
    const first = series[0];
    const last = series[series.length - 1];
    const days = (last.at.getTime() - first.at.getTime()) / DAY_MS;
    if (days !== 0) {
      rates.set(stake, (first.depthCm - last.depthCm) / days);
    }
  }
  return rates;
}
