'use strict';

const { exec, execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');

const run = promisify(exec);
const runFile = promisify(execFile);

const TIMEOUT_MILLIS = 30_000;
const EXTENSIONS = new Set(['.mp4', '.mov', '.webm']);

class StillError extends Error {}

/** Shown on the status page. */
async function encoderVersion() {
  const { stdout } = await run('ffmpeg -hide_banner -version', { timeout: TIMEOUT_MILLIS });
  return stdout.split('\n', 1)[0];
}

/** Clips keep the names they were uploaded under. */
function clipPath(folder, clipName) {
  if (clipName !== path.basename(clipName) || !EXTENSIONS.has(path.extname(clipName))) {
    throw new StillError('not the name of a clip');
  }
  return path.resolve(folder, clipName);
}

async function takeStill(folder, clipName, second) {
  if (!Number.isInteger(second) || second < 0) {
    throw new StillError('second must be a whole number from 0');
  }
  const clip = clipPath(folder, clipName);
  const still = `${clip}.${second}.jpg`;
  const options = { timeout: TIMEOUT_MILLIS };
  try {
    const words = ['-y', '-ss', `${second}`, '-i', clip, '-frames:v', '1', still];
    await runFile('ffmpeg', words, options);
  } catch (error) {
    throw new StillError(`no still of ${clipName}`, { cause: error });
  }
  return still;
}

async function durationSeconds(folder, clipName) {
  const clip = clipPath(folder, clipName);
  const words = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', clip];
  const { stdout } = await runFile('ffprobe', words, { timeout: TIMEOUT_MILLIS });
  const seconds = Number.parseFloat(stdout);
  if (!Number.isFinite(seconds)) {
    throw new StillError(`no duration of ${clipName}`);
  }
  return seconds;
}

module.exports = { encoderVersion, takeStill, durationSeconds };
