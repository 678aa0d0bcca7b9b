import type { Provider } from '#libs/contracts/account';

const whatsappChat = (phone: string): string => `${phone.slice(1)}@c.us`;

const chatOfPhone: Readonly<Record<Provider, (phone: string) => string>> = {
  whatsapp: whatsappChat,
  simulated: whatsappChat,
  telegram: (phone) => phone,
};

/** The provider's id of a conversation, from an E.164 phone or from such an id itself. */
export function chatIdOf(provider: Provider, to: string): string {
  return to.startsWith('+') ? chatOfPhone[provider](to) : to;
}
