import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSimulatorControl, type SimulatorControl } from './control-client.js';
import { startSimulator, type Simulator } from '../simulator.js';

let folder: string;
let simulator: Simulator;
let control: SimulatorControl;
let base: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'control-'));
  simulator = await startSimulator({ dataDir: folder });
  base = `http://127.0.0.1:${simulator.controlPort}`;
  control = connectSimulatorControl(base);
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const call = (method: string, path: string, body?: string): Promise<Response> => fetch(base + path, { method, body });

describe('the control API', () => {
  it.each([
    ['POST', '/scan', '{', 400, 'bad_json'],
    ['POST', '/scan', '{"qr":"x","number":"no number"}', 422, 'bad_input'],
    ['POST', '/scan', '{"qr":"x","number":"491700000001","more":1}', 422, 'bad_input'],
    ['POST', '/scan', '{"qr":"x","number":"491700000001"}', 404, 'qr_not_shown'],
    ['POST', '/enter-code', '{"code":"ABCDEFGH","number":"491700000001"}', 404, 'code_unknown'],
    ['POST', '/pages/p9/rotate-qr', '', 404, 'page_unknown'],
    ['POST', '/messages', '[]', 422, 'bad_input'],
    ['POST', '/messages/none/ack', '{"ack":2}', 404, 'message_unknown'],
    ['POST', '/messages/none/ack', '{"ack":7}', 422, 'bad_input'],
    ['POST', '/messages/%E0%A4%A/ack', '{"ack":2}', 400, 'bad_path'],
    ['POST', '/messages', `"${'x'.repeat(17_100_000)}"`, 413, 'too_large'],
    ['POST', '/messages', '{"from":"491700000001","to":"1@g.us","text":"x"}', 422, 'bad_input'],
    ['POST', '/messages', '{"from":"491700000001","to":"120363001@g.us","text":"x"}', 404, 'group_unknown'],
    ['POST', '/messages', '{"from":"491700000001","to":"491700000002","quoted":"none"}', 404, 'message_unknown'],
    ['POST', '/messages', '{"from":"491700000001","to":"491700000002","media":{},"poll":{}}', 422, 'bad_input'],
    ['POST', '/messages/none/react', '{"emoji":"x"}', 404, 'message_unknown'],
    ['POST', '/groups', '{"by":"491700000001"}', 422, 'bad_input'],
    ['POST', '/groups/120363001@g.us/change', '{"change":"leave","by":"491700000001"}', 404, 'group_unknown'],
    ['PUT', '/phones/491700000001/contacts/me', '{"name":"x"}', 422, 'bad_input'],
    ['POST', '/logout', '{}', 422, 'bad_input'],
    ['POST', '/logout', '{"device":"none"}', 404, 'device_unknown'],
    ['POST', '/faults', '{"name":"earthquake"}', 422, 'bad_input'],
    ['POST', '/faults', '{"name":"slow","stage":"send"}', 422, 'bad_input'],
    ['POST', '/faults', '{"name":"network_cut","mode":"loud"}', 422, 'bad_input'],
    ['POST', '/faults', '{"name":"bad_chat","chat":"nobody"}', 422, 'bad_input'],
    ['POST', '/pages/p9/do', '{"deed":"reload"}', 404, 'page_unknown'],
    ['POST', '/pages/p9/do', '{"deed":"dance"}', 422, 'bad_input'],
    ['POST', '/do', '{"deed":"reload"}', 422, 'bad_input'],
    ['POST', '/do', '{"deed":"reload","number":"491700000001","device":"d1"}', 422, 'bad_input'],
    ['POST', '/do', '{"deed":"reload","number":"491700000001"}', 409, 'nothing_open'],
    ['POST', '/do', '{"deed":"hang","ms":600001,"number":"491700000001"}', 422, 'bad_input'],
    ['POST', '/do', '{"deed":"work","taskMs":5000,"number":"491700000001"}', 422, 'bad_input'],
    ['POST', '/do', '{"deed":"grow","mb":2001,"number":"491700000001"}', 422, 'bad_input'],
    ['DELETE', '/faults/f99', undefined, 404, 'fault_unknown'],
    ['GET', '/journal?after=soon', undefined, 422, 'bad_input'],
    ['GET', '/phones/nobody', undefined, 422, 'bad_input'],
    ['GET', '//', undefined, 404, 'not_found'],
    ['DELETE', '/journal', undefined, 405, 'method_not_allowed'],
  ])('%s %s %.40s is refused with %i %s', async (method, path, body, status, code) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code, detail: expect.any(String) as string });
  });

  it('keeps what phones receive, and forgets it all on reset', async () => {
    await control.setPhone('+491700000001', { pushname: 'Alice', readsAtOnce: true });
    expect(await control.sendIn({ from: '491700000002', to: '491700000001', text: 'hi', id: 'A1' })).toMatchObject({
      id: 'A1',
      ack: 1,
    });
    expect(await control.phone('491700000001')).toMatchObject({ pushname: 'Alice', inbox: [{ text: 'hi' }] });
    await control.setFault({ name: 'http_500', times: 1 });
    await control.reset();
    expect((await control.phone('491700000001')).inbox).toEqual([]);
    expect(await control.faults()).toEqual([]);
    expect(await control.journal()).toEqual([]);
  });

  it('tells a browser how to find it', () => {
    expect(simulator.chromiumArgs).toEqual([
      `--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:${simulator.webPort}`,
      expect.stringMatching(/^--ignore-certificate-errors-spki-list=[\w+/]{43}=$/),
    ]);
  });
});
