const MAX_WEIGHT_KG = 30_000;
const MAX_PIECES = 500;
const HANDLING_CENTS = 450;
const MINIMUM_CENTS = 2_500;

export interface QuoteRequest {
  weightKg: number;
  pieces: number;
  insured: boolean;
}

export class RequestError extends Error {
  constructor(readonly field: string, reason: string) {
    super(`${field} ${reason}`);
  }
}

/** Reads the JSON body of POST /quotes, which customers' shops call. */
export function readQuoteRequest(body: unknown): QuoteRequest {
  if (typeof body !== 'object' || body === null) {
    throw new RequestError('body', 'must be an object');
  }
  const { weightKg, pieces, insured } = body as Record<string, unknown>;
  if (typeof weightKg !== 'number' || !(weightKg > 0) || weightKg > MAX_WEIGHT_KG) {
    throw new RequestError('weightKg', `must be above 0 and at most ${MAX_WEIGHT_KG}`);
  }
  const whole = typeof pieces === 'number' && Number.isInteger(pieces);
  if (!whole || pieces < 1 || pieces > MAX_PIECES) {
    throw new RequestError('pieces', `must be a whole number from 1 to ${MAX_PIECES}`);
  }
  return { weightKg, pieces, insured: insured === true };
}

/** The price in cents; handling is charged for each piece. */
export function priceCents(request: QuoteRequest, centsPerKg: number): number {
  const freight = Math.max(MINIMUM_CENTS, Math.round(request.weightKg * centsPerKg));
  const handling = request.pieces * HANDLING_CENTS;
  const insurance = request.insured ? Math.round(freight * 0.02) : 0;
  return freight + handling + insurance;
}
