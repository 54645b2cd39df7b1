import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { WardenTokens } from "../auth/warden-tokens.js";
import type { InspectionNote, YardStore } from "./yard-store.js";

interface YardParams {
  yardId: number;
}

interface YardOptions {
  yards: YardStore;
  tokens: WardenTokens;
}

const params = {
  type: "object",
  required: ["yardId"],
  properties: { yardId: { type: "integer", minimum: 1 } },
};

const noteBody = {
  type: "object",
  required: ["hive", "finding"],
  additionalProperties: false,
  properties: {
    hive: { type: "integer", minimum: 1 },
    finding: { type: "string", minLength: 1, maxLength: 1000 },
  },
};

/** Apiary inspections of the association; wardens look after all yards. */
export async function yardRoutes(app: FastifyInstance, { yards, tokens }: YardOptions): Promise<void> {
  const requireWarden = async (request: FastifyRequest, reply: FastifyReply) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    const warden = scheme === "Bearer" && token ? await tokens.findWarden(token) : null;
    if (warden === null) {
      return reply.code(401).send({ error: "sign in as a warden" });
    }
  };

  // totals for the association's public home page
  app.get("/yards/totals", async () => yards.totals());

  app.get<{ Params: YardParams }>(
    "/yards/:yardId/notes",
    { schema: { params }, preHandler: requireWarden },
    async (request) => yards.notesOf(request.params.yardId),
  );

  app.post<{ Params: YardParams; Body: InspectionNote }>(
    "/yards/:yardId/notes",
    { schema: { params, body: noteBody }, preHandler: requireWarden },
    async (request, reply) => {
      const id = await yards.addNote(request.params.yardId, request.body);
      return id === null ? reply.code(404).send({ error: "no such yard" }) : reply.code(201).send({ id });
    },
  );

  app.put<{ Params: YardParams }>(
    "/yards/:yardId/quarantine",
    { schema: { params } },
    async (request, reply) => {
      const found = await yards.closeForQuarantine(request.params.yardId);
      return found ? reply.code(204).send() : reply.code(404).send({ error: "no such yard" });
    },
  );
}
