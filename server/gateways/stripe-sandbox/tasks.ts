/**
 * What the sandbox will do by itself later: a wallet's answer that is still to come, a page that expires.
 * Tasks are kept with the objects they belong to, so that a killed sandbox carries on where it was.
 */
export type Task = SettlePayment | ExpireCheckout | RenewSubscription | RetryInvoice;

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

interface RenewSubscription {
  /** One a subscription: `task_<subscription>`. */
  readonly id: string;
  readonly action: 'renew-subscription';
  readonly dueSeconds: number;
  readonly subscriptionId: string;
}

interface RetryInvoice {
  /** One an invoice: `task_<invoice>`. */
  readonly id: string;
  readonly action: 'retry-invoice';
  readonly dueSeconds: number;
  readonly invoiceId: string;
}

export function isDue(task: Task, machineMs: number, sandboxSeconds: number): boolean {
  return task.action === 'settle-payment' ? task.dueMs <= machineMs : task.dueSeconds <= sandboxSeconds;
}

interface TaskQueue {
  due(): Task[];
  run(task: Task): void;
  flush(): Promise<void>;
}

const TICK_MS = 50;
const PAUSE_AFTER_FAILURE_MS = 5_000;

/** Runs due tasks until stopped; one that fails stays, is reported, and is tried again a little later. */
export function startTaskLoop(queue: TaskQueue, onError: (error: unknown) => void): () => void {
  const notBeforeMs = new Map<string, number>();
  const timer = setInterval(() => {
    const due = queue.due().filter(({ id }) => (notBeforeMs.get(id) ?? 0) <= Date.now());
    for (const task of due) {
      try {
        queue.run(task);
        notBeforeMs.delete(task.id);
      } catch (error) {
        notBeforeMs.set(task.id, Date.now() + PAUSE_AFTER_FAILURE_MS);
        onError(error);
      }
    }
    if (due.length > 0) queue.flush().catch(onError);
  }, TICK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
