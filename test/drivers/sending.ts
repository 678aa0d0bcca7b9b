import { textContent } from '#libs/contracts/content';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';

/** Hands a text over, and answers the id under which it goes. */
export async function sendText(witness: Witness, to: string, messageId: string, text: string): Promise<string> {
  const { providerMessageId } = valueOf(await witness.session.ask('prepare', { messageId, to }));
  valueOf(await witness.session.ask('send', { providerMessageId, to, content: textContent(text), quoted: null }));
  return providerMessageId;
}
