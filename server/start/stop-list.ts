/** What has been started, to be stopped in the order in which one needs the other, however far the start has come. */

/** First to last: nothing new comes in, jobs end, then what both need goes. */
const ORDER = [
  'http',
  'worker',
  'client build',
  'database connection',
  'mail',
  'payments',
  'database server',
  'data directory',
] as const;

type Stage = (typeof ORDER)[number];

export class StopList {
  readonly #stops: { readonly stage: Stage; readonly stop: () => Promise<void> | void }[] = [];
  #stopping: Promise<void> | null = null;

  add(stage: Stage, stop: () => Promise<void> | void): void {
    this.#stops.push({ stage, stop });
  }

  get isStopping(): boolean {
    return this.#stopping !== null;
  }

  /** Stops everything, once; one that fails does not keep the others running. */
  stopAll(onFailure: (error: unknown) => void): Promise<void> {
    this.#stopping ??= this.#stopInOrder(onFailure);
    return this.#stopping;
  }

  async #stopInOrder(onFailure: (error: unknown) => void): Promise<void> {
    for (const stage of ORDER) {
      for (const { stop } of this.#stops.filter((started) => started.stage === stage)) {
        try {
          await stop();
        } catch (error) {
          onFailure(error);
        }
      }
    }
  }
}
