import { createDataSource } from '#src/persistence/data-source';
import { createWebhookStage } from './webhook-stage.js';

/**
 * A process of its own that delivers events, to be killed: the parts of a runtime that do so, on the database of the
 * address given. Started by startWebhookProcess; each message is a number of milliseconds that pass for it.
 */
const stage = createWebhookStage(await createDataSource(process.argv[2] ?? '').initialize());
process.on('message', (ms) => void stage.pass(Number(ms)));
process.on('disconnect', () => process.exit());
stage.startJobs();
process.send?.('started');
