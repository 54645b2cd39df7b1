import type { FastifyInstance, preHandlerAsyncHookHandler } from "fastify";
import type { ChartArchive } from "./chart-archive.js";

interface ImportBody {
  chart: string;
  source: string;
  mirror?: string;
}

interface ImportOptions {
  archive: ChartArchive;
  requireNavigator: preHandlerAsyncHookHandler;
}

const PUBLISHERS: ReadonlySet<string> = new Set(["charts.hydro-office.example", "mirror.pilots.example"]);
const MAX_BYTES = 20 * 1024 * 1024;

const body = {
  type: "object",
  required: ["chart", "source"],
  properties: {
    chart: { type: "string", pattern: "^[A-Z]{2}[0-9]{3,6}$" },
    source: { type: "string", format: "uri", maxLength: 500 },
    mirror: { type: "string", format: "uri", maxLength: 500 },
  },
};

class RefusedSource extends Error {}

function ofPublisher(raw: string): URL {
  const url = URL.canParse(raw) ? new URL(raw) : null;
  if (url === null || url.protocol !== "https:" || !PUBLISHERS.has(url.host)) {
    throw new RefusedSource("charts come from the publishers we know, over https");
  }
  return url;
}

async function readCapped(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new Error(`chart is larger than ${MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function limits(): RequestInit {
  return { redirect: "error", signal: AbortSignal.timeout(15_000) };
}

export async function importRoutes(app: FastifyInstance, { archive, requireNavigator }: ImportOptions): Promise<void> {
  app.post<{ Body: ImportBody }>("/charts", { schema: { body }, preHandler: requireNavigator }, async (request, reply) => {
    const { chart, source, mirror } = request.body;
    try {
      let response = await fetch(ofPublisher(source), limits());
      if (!response.ok && mirror !== undefined) {
        await response.body?.cancel();
        response = await fetch(ofPublisher(mirror), limits());
      }
      if (!response.ok) {
        await response.body?.cancel();
        return reply.code(502).send({ error: "the chart is not to be had at present" });
      }
      await archive.save(chart, await readCapped(response));
      return reply.code(201).send({ chart });
    } catch (err) {
      if (err instanceof RefusedSource) {
        return reply.code(400).send({ error: err.message });
      }
      request.log.error({ err, chart }, "chart import failed");
      return reply.code(502).send({ error: "the chart could not be imported" });
    }
  });
}
