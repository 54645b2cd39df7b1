// Requests through llama.cpp: takes and prints the JSON that engines.py describes. Sequences are slots that run in one
// batch; each takes the next request as soon as it is free. Prompts of several slots and tokens of others share a step.
import { readFileSync } from "node:fs";
import { getLlama } from "node-llama-cpp";

const options = JSON.parse(process.argv[2]);
const llama = await getLlama({ gpu: false, build: "never", maxThreads: options.threads, logLevel: "error" });
const model = await llama.loadModel({ modelPath: options.model });

const createContext = (sequences, contextSize) =>
  model.createContext({ sequences, contextSize, batchSize: 512, threads: options.threads, flashAttention: true });
const seconds = (begin) => (performance.now() - begin) / 1000;
const made = (count, seed) => Array.from({ length: count }, (_, i) => 100 + ((i * 7919 + seed * 104729) % 30000));
const tokensOf = (sequence, prompt) => sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true });

async function take(tokens, count) {
  for (let i = 0; i < count; i++) {
    if ((await tokens.next()).done) {
      throw new Error(`an answer of ${count} tokens ended after ${i}`);
    }
  }
}

async function answer(sequence, request) {
  await sequence.clearHistory();
  const tokens = tokensOf(sequence, request.prompt);
  await take(tokens, request.new_tokens);
  await tokens.return();
}

async function workload() {
  const requests = readFileSync(options.requests, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const longest = Math.max(...requests.map((request) => request.prompt.length + request.new_tokens)) + 8;
  const context = await createContext(options.at_once, longest);
  const slots = Array.from({ length: options.at_once }, () => context.getSequence());
  await answer(slots[0], { prompt: requests[0].prompt.toReversed(), new_tokens: 4 });
  let rows = 0;
  const begin = performance.now();
  await Promise.all(slots.map(async (sequence) => {
    while (requests.length > 0 && seconds(begin) < options.seconds) {
      await answer(sequence, requests.shift());
      rows++;
    }
  }));
  return { seconds: seconds(begin), rows };
}

async function prefill(prompt) {
  const context = await createContext(1, prompt + 8);
  const sequence = context.getSequence();
  let best = 0;
  for (let i = 0; i < 2; i++) {
    await sequence.clearHistory();
    const begin = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(made(prompt, i));
    best = Math.max(best, prompt / seconds(begin));
  }
  await context.dispose();
  return best;
}

// Until the first sequence is done: some run ahead of others, and the last ones would run in small steps.
async function decode(size, { context: length, steps }) {
  const context = await createContext(size, length + steps + 16);
  const answers = Array.from({ length: size }, (_, i) => tokensOf(context.getSequence(), made(length, i)));
  await Promise.all(answers.map((tokens) => take(tokens, 2)));
  let count = 0;
  let speed;
  const begin = performance.now();
  await Promise.all(answers.map(async (tokens) => {
    for (let i = 0; i < steps && speed === undefined; i++, count++) {
      await take(tokens, 1);
    }
    speed ??= count / seconds(begin);
  }));
  await Promise.all(answers.map((tokens) => tokens.return()));
  await context.dispose();
  return speed;
}

async function raw(wanted) {
  const speeds = {};
  for (const size of wanted.decode) {
    speeds[size] = await decode(size, wanted);
  }
  return { prefill: await prefill(wanted.prompt), decode: speeds };
}

console.log(JSON.stringify(options.raw ? await raw(options.raw) : await workload()));
process.exit(0);
