import { Inject, Injectable } from '@nestjs/common';
import { CAPABILITIES, type CapabilitiesView } from '#libs/contracts/capabilities';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { ACCOUNT_STORE, type AccountStore, DRIVER_CAPABILITIES, type DriverCapabilities } from './stores.js';

@Injectable()
export class CapabilitiesQueries {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(DRIVER_CAPABILITIES) private readonly capabilities: DriverCapabilities,
  ) {}

  async ofAccount(accountId: string): Promise<Outcome<CapabilitiesView>> {
    const account = await this.accounts.find(accountId);
    if (account === null) return refused('account_not_found');
    const { provider } = account;
    const can = this.capabilities.get(provider);
    if (!can) return refused('provider_unavailable');
    return accepted({
      provider,
      can: CAPABILITIES.filter((capability) => can.has(capability)),
      cannot: CAPABILITIES.filter((capability) => !can.has(capability)),
    });
  }
}
