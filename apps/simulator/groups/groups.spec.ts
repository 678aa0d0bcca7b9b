import { expect, it } from 'vitest';
import { createGroups } from './groups.js';

const [bob, carol, dave] = ['491700000002', '491700000003', '491700000004'];
const group = () => {
  const groups = createGroups(() => new Date(5_000));
  const news = groups.create({ by: bob, subject: 'Friends', description: '', members: [bob, carol, carol] })!;
  return { groups, news, id: news.group.id };
};
const numbersOf = (view: { readonly members: readonly { readonly number: string }[] } | undefined) =>
  view?.members.map(({ number }) => number);

it('is made by its owner, with each member once', () => {
  const { groups, news, id } = group();
  expect(news).toMatchObject({ notice: { subtype: 'create', people: [carol] }, audience: [bob, carol] });
  expect(news.group).toMatchObject({ owner: bob, createdAt: 5, members: [{ role: 'superadmin' }, { role: 'member' }] });
  expect(groups.create({ by: dave, subject: 'x', description: '', members: [], id })).toBeUndefined();
  expect(groups.ofNumber(carol)).toEqual([news.group]);
});

it('is changed by admins, renamed by anybody in it, and by nobody else', () => {
  const { groups, id } = group();
  expect(groups.change(id, { change: 'add', by: carol, people: [dave] })).toEqual({ ok: false, why: 'not_an_admin' });
  expect(groups.change(id, { change: 'subject', by: dave, text: 'x' })).toEqual({ ok: false, why: 'not_a_member' });
  expect(groups.change('1@g.us', { change: 'leave', by: bob })).toEqual({ ok: false, why: 'group_unknown' });
  expect(groups.change(id, { change: 'subject', by: carol, text: 'Better' })).toMatchObject({ ok: true });
  expect(groups.change(id, { change: 'promote', by: bob, people: [carol] })).toMatchObject({ ok: true });
  expect(groups.change(id, { change: 'promote', by: bob, people: [carol] })).toEqual({
    ok: false,
    why: 'nobody_changed',
  });
  expect(groups.change(id, { change: 'add', by: carol, people: [dave] })).toMatchObject({ ok: true });
  expect(groups.get(id)).toMatchObject({ subject: 'Better', members: [{}, { role: 'admin' }, { role: 'member' }] });
});

it('tells those who have gone, too', () => {
  const { groups, id } = group();
  expect(groups.change(id, { change: 'remove', by: bob, people: [carol] })).toMatchObject({
    news: { notice: { subtype: 'remove', people: [carol] }, audience: [bob, carol] },
  });
  expect(numbersOf(groups.get(id))).toEqual([bob]);
});
