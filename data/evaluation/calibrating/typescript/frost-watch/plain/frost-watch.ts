export interface Job {
  name: string;
  everyMs: number;
  run(signal: AbortSignal): Promise<void>;
}

export type JobLog = { error(message: string, err: unknown): void };

const MIN_MS = 1000;
const MAX_MS = 24 * 60 * 60 * 1000;

// Runs the frost alarms of the orchard at their intervals. A job never overlaps
// itself: the next wait begins when the run before it has ended.
export class FrostWatch {
  private readonly jobs = new Map<string, Job>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopper: AbortController | null = null;

  constructor(private readonly log: JobLog) {}

  add(job: Job): void {
    if (this.jobs.has(job.name)) {
      throw new Error(`job ${job.name} is there already`);
    }
    if (!(job.everyMs >= MIN_MS && job.everyMs <= MAX_MS)) {
      throw new RangeError(`job ${job.name}: interval out of range`);
    }
    this.jobs.set(job.name, job);
    if (this.stopper) {
      this.schedule(job, this.stopper.signal);
    }
  }

  start(): void {
    if (this.stopper !== null) {
      return;
    }
    if (this.running.size > 0) {
      throw new Error("jobs of the last round have not ended yet");
    }
    this.stopper = new AbortController();
    for (const job of this.jobs.values()) {
      this.schedule(job, this.stopper.signal);
    }
  }

  /** Resolves when the jobs that were under way have ended. */
  async stop(): Promise<void> {
    this.stopper?.abort();
    this.stopper = null;
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.timers.clear();
    await Promise.all(this.running);
  }

  private schedule(job: Job, signal: AbortSignal): void {
    const timer = setTimeout(() => {
      const done: Promise<void> = this.execute(job, signal).finally(() => {
        this.running.delete(done);
        if (!signal.aborted) {
          this.schedule(job, signal);
        }
      });
      this.running.add(done);
    }, job.everyMs);
    this.timers.set(job.name, timer);
  }

  private async execute(job: Job, signal: AbortSignal): Promise<void> {
    try {
      await job.run(signal);
    } catch (err) {
      this.log.error(`job ${job.name} failed`, err);
    }
  }
}
