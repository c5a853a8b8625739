/**
 * What the sandbox will do by itself later: a wallet's answer that is still to come, a page that expires.
 * Tasks are kept with the objects they belong to, so that a killed sandbox carries on where it was.
 */
export type Task = SettlePayment | ExpireCheckout;

interface SettlePayment {
  readonly id: string;
  readonly action: 'settle-payment';
  /** By the machine's clock, in milliseconds: a wallet answers soon, whatever time the story has. */
  readonly dueMs: number;
  readonly paymentIntentId: string;
  readonly succeeds: boolean;
}

interface ExpireCheckout {
  readonly id: string;
  readonly action: 'expire-checkout';
  /** By the sandbox's clock, in seconds. */
  readonly dueSeconds: number;
  readonly checkoutSessionId: string;
}

export function isDue(task: Task, machineMs: number, sandboxSeconds: number): boolean {
  return task.action === 'settle-payment' ? task.dueMs <= machineMs : task.dueSeconds <= sandboxSeconds;
}

export interface TaskQueue {
  due(): Task[];
  run(task: Task): void;
  flush(): Promise<void>;
}

const TICK_MS = 50;

/** Runs due tasks one after the other until stopped; a task that fails stays and is tried again. */
export function startTaskLoop(queue: TaskQueue, onError: (error: unknown) => void): () => void {
  const timer = setInterval(() => {
    try {
      const due = queue.due();
      for (const task of due) queue.run(task);
      if (due.length > 0) queue.flush().catch(onError);
    } catch (error) {
      onError(error);
    }
  }, TICK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
