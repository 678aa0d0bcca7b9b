import { describe } from 'vitest';
import { chatContract } from './contract/chats.contract.js';
import { endContract } from './contract/end.contract.js';
import type { DriverHarness } from './contract/harness.contract.js';
import { inboxContract } from './contract/inbox.contract.js';
import { kindContract } from './contract/kinds.contract.js';
import { loginContract } from './contract/login.contract.js';
import { pairingContract } from './contract/pairing.contract.js';
import { setPlay } from './contract/play.contract.js';
import { textContract } from './contract/texts.contract.js';

/** The suite every driver passes: what an account may rely on, whichever network it is on. */
export function driverContract(name: string, start: () => Promise<DriverHarness>): void {
  describe(`the driver contract: ${name}`, () => {
    const play = setPlay(start);
    pairingContract(play);
    loginContract(play);
    textContract(play);
    kindContract(play);
    inboxContract(play);
    chatContract(play);
    endContract(play);
  });
}
