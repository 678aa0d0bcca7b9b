import type { OwnedAccount } from '#src/supervision/ports';
import { NodeStage } from './node-stage.js';

/** Many accounts of a node in virtual time, with every launch of theirs. */
export class FleetStage extends NodeStage {
  /** Each opening of a session, in order. */
  readonly launches: { readonly accountId: string; readonly at: number }[] = [];
  readonly ids: readonly string[];
  constructor(size: number, launchParallelMax = 20) {
    super({
      launchParallelMax,
      driver: (driver) => ({
        ...driver,
        open: (opening, report) => {
          this.launches.push({ accountId: opening.accountId, at: this.clock.now() });
          return driver.open(opening, report);
        },
      }),
    });
    this.ids = Array.from({ length: size }, (_, at) => `a${at}`);
  }

  /** All are connected, and have been for a while. */
  async connectAll(settings: OwnedAccount['settings'] = {}): Promise<void> {
    for (const id of this.ids) {
      this.adopt(id, settings);
      await this.command(id, 'connect');
    }
    await this.clock.advance(600_000);
    if (this.down().length > 0) throw new Error(`not connected: ${this.down().join()}`);
  }

  /** Those that are not connected. */
  down(): readonly string[] {
    return this.ids.filter((id) => this.state(id) !== 'CONNECTED.online');
  }

  /** Lets time pass until all are connected; answers how long that took. */
  async untilAllConnected(waitMsMax: number, stepMs = 100): Promise<number> {
    const since = this.clock.now();
    while (this.down().length > 0) {
      if (this.clock.now() - since >= waitMsMax) throw new Error(`still down: ${this.down().join()}`);
      await this.clock.advance(stepMs);
    }
    return this.clock.now() - since;
  }

  launchesSince(at: number): number {
    return this.launches.filter((launch) => launch.at >= at).length;
  }
}
