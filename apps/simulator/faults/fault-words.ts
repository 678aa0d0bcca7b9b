import { z } from 'zod';
import { id, phoneNumber, socketStates } from '../control/control-words.js';

/** A fault slower than ten minutes is one that never answers: there is a fault for that. */
export const SLOW_MS_MAX = 600_000;

/** Where a fault strikes: nobody named means everybody. `times`: how often it strikes before it wears off. */
const aim = {
  number: phoneNumber.optional(),
  device: id.optional(),
  times: z.number().int().min(1).max(1_000_000).optional(),
};
export const slowStages = ['page', 'socket', 'login', 'pair', 'sync', 'send', 'upload', 'download'] as const;

/** What may go wrong, from the first packet to the last message. README.md says of each what happens. */
export const faultOrder = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('never_answers'), ...aim }),
  z.strictObject({ name: z.literal('connection_reset'), ...aim }),
  z.strictObject({ name: z.literal('http_500'), ...aim }),
  z.strictObject({ name: z.literal('never_boots'), ...aim }),
  z.strictObject({
    name: z.literal('slow'),
    stage: z.enum(slowStages),
    ms: z.number().int().min(1).max(SLOW_MS_MAX),
    ...aim,
  }),
  z.strictObject({ name: z.literal('socket_down'), ...aim }),
  z.strictObject({ name: z.literal('network_cut'), mode: z.enum(['reset', 'silent']).default('reset'), ...aim }),
  z.strictObject({ name: z.literal('pairing_stalls'), ...aim }),
  z.strictObject({ name: z.literal('expired'), ...aim }),
  z.strictObject({ name: z.literal('revoked'), ...aim }),
  z.strictObject({ name: z.literal('logout_navigates'), ...aim }),
  z.strictObject({ name: z.literal('has_synced'), when: z.enum(['early', 'twice', 'never']), ...aim }),
  z.strictObject({ name: z.literal('state'), state: z.enum(socketStates), ...aim }),
  z.strictObject({ name: z.literal('refuse_sends'), ...aim }),
  z.strictObject({ name: z.literal('unanswered_sends'), taken: z.boolean().default(true), ...aim }),
  z.strictObject({
    name: z.literal('upload_fails'),
    how: z.enum(['refused', 'broken', 'silent']).default('refused'),
    ...aim,
  }),
  z.strictObject({
    name: z.literal('download_fails'),
    how: z.enum(['gone', 'reuploading', 'broken', 'silent']).default('gone'),
    ...aim,
  }),
  z.strictObject({ name: z.literal('preview_fails'), how: z.enum(['nothing', 'silent']).default('nothing'), ...aim }),
  z.strictObject({ name: z.literal('bad_chat'), chat: phoneNumber.optional(), ...aim }),
  z.strictObject({ name: z.literal('history_silent'), chat: phoneNumber.optional(), ...aim }),
]);

/** As a caller writes it, defaults left out. */
export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;
export type FaultName = Fault['name'];
export type SlowStage = (typeof slowStages)[number];
export type FaultView = Fault & { readonly id: string; readonly struck: number };
