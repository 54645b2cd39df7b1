// Requests through llama.cpp: GGUF REQUESTS THREADS SEQUENCES; prints {"seconds": ...}. Sequences are slots that run in
// one batch; each takes the next request as soon as it is free.
import { readFileSync } from "node:fs";
import { getLlama } from "node-llama-cpp";

const [file, requestsFile, threads, sequences] = process.argv.slice(2);
const requests = readFileSync(requestsFile, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const longest = Math.max(...requests.map((request) => request.prompt.length + request.new_tokens)) + 8;

const llama = await getLlama({ gpu: false, build: "never", maxThreads: Number(threads), logLevel: "error" });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({
  sequences: Number(sequences),
  contextSize: longest,
  batchSize: 512,
  threads: Number(threads),
});

async function answer(sequence, request) {
  await sequence.clearHistory();
  let made = 0;
  const tokens = sequence.evaluate(request.prompt, { temperature: 0, yieldEogToken: true });
  for await (const _ of tokens) {
    if (++made >= request.new_tokens) {
      break;
    }
  }
  if (made < request.new_tokens) {
    throw new Error(`an answer of ${request.new_tokens} tokens ended after ${made}`);
  }
}

async function slot(sequence, queue) {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    await answer(sequence, next);
  }
}

const slots = Array.from({ length: Number(sequences) }, () => context.getSequence());
await answer(slots[0], { prompt: requests[0].prompt.toReversed(), new_tokens: 4 });
const begin = performance.now();
const queue = [...requests];
await Promise.all(slots.map((sequence) => slot(sequence, queue)));
const seconds = (performance.now() - begin) / 1000;
console.log(JSON.stringify({ seconds, rows: requests.length }));
process.exit(0);
