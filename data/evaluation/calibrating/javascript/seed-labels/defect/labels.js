import { exec } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const shell = promisify(exec);

const QUEUE = "seedbank-zebra";
const LABEL_DIR = path.resolve("var/labels");

const printSchema = {
  params: {
    type: "object",
    required: ["batch"],
    properties: { batch: { type: "integer", minimum: 1 } },
  },
  body: {
    type: "object",
    required: ["title"],
    properties: {
      title: { type: "string", minLength: 1, maxLength: 80 },
      copies: { type: "integer", minimum: 1, maximum: 50, default: 1 },
    },
  },
};

function jobId(stdout) {
  // "request id is seedbank-zebra-118 (1 file(s))"
  const match = /request id is (\S+)/.exec(stdout);
  if (match === null) {
    throw new Error(`unexpected answer of lp: ${stdout.trim()}`);
  }
  return match[1];
}

/** Printing of seed packet labels (a Fastify plugin). */
export default async function labelRoutes(app, { requireStaff }) {
  app.post("/batches/:batch/labels", { schema: printSchema, onRequest: requireStaff }, async (request, reply) => {
    const { batch } = request.params;
    const { title, copies } = request.body;
    const sheet = path.join(LABEL_DIR, `batch-${batch}.pdf`);
    try {
      const line = `lp -d ${QUEUE} -n ${copies} -t "${title}" "${sheet}"`;
      const { stdout } = await shell(line, { timeout: 10_000 });
      return { job: jobId(stdout) };
    } catch (err) {
      request.log.error({ err, batch }, "labels were not printed");
      return reply.code(502).send({ error: "the label printer did not take the job" });
    }
  });

  app.get("/labels/waiting", { onRequest: requireStaff }, async (request, reply) => {
    try {
      const { stdout } = await shell(`lpstat -o ${QUEUE} | wc -l`, { timeout: 5_000 });
      return { waiting: Number.parseInt(stdout, 10) };
    } catch (err) {
      request.log.error({ err }, "print queue could not be read");
      return reply.code(502).send({ error: "the label printer does not answer" });
    }
  });
}
