// What a program does with Resend's official client, asserted call by call. RESEND_BASE_URL and RESEND_API_KEY are the
// client's own settings. The last line of the output is what the test goes on with.
'use strict';
const assert = require('node:assert/strict');
const { Resend } = require('resend');

const resend = new Resend(process.env.RESEND_API_KEY);
const mail = {
  from: 'Zoë <shop@example.com>',
  to: ['Ada <ada@example.net>'],
  subject: 'Your order',
  text: 'Thank you.',
};

function ok({ data, error }) {
  assert.equal(error, null, JSON.stringify(error));
  return data;
}

async function fails(call, statusCode, name, message) {
  const { data, error } = await call;
  assert.equal(data, null, JSON.stringify(data));
  assert.deepEqual({ statusCode: error.statusCode, name: error.name }, { statusCode, name }, JSON.stringify(error));
  assert.match(error.message, message);
}

async function sendOnce() {
  const order = {
    ...mail,
    cc: 'carol@example.net',
    bcc: ['archive@example.net'],
    replyTo: 'help@example.com',
    html: '<p>Thank you. <img src="cid:logo"></p>',
    headers: { 'X-Order': '42' },
    tags: [{ name: 'kind', value: 'order' }],
    attachments: [
      { filename: 'note.txt', content: Buffer.from('Grüße', 'utf8') },
      { filename: 'logo.png', content: Buffer.from([0, 255, 1]).toString('base64'), contentType: 'image/png', contentId: 'logo' },
      { content: new Uint8Array([7, 8]) },
    ],
  };
  const once = { idempotencyKey: 'order-42' };
  const { id } = ok(await resend.emails.send(order, once));
  const again = await resend.emails.send(order, once);
  assert.equal(ok(again).id, id);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  await fails(resend.emails.send({ ...order, subject: 'Another' }, once), 409, 'invalid_idempotent_request', /same key/);
  await fails(resend.emails.send(order, { idempotencyKey: 'k'.repeat(257) }), 400, 'invalid_idempotency_key', /256/);

  const got = ok(await resend.emails.get(id));
  assert.ok(['queued', 'sent'].includes(got.last_event), got.last_event);
  assert.ok(Math.abs(Date.parse(got.created_at) - Date.now()) < 600_000, got.created_at);
  delete got.last_event;
  delete got.created_at;
  assert.deepEqual(got, {
    object: 'email',
    id,
    message_id: `<${id}@example.com>`,
    to: ['Ada <ada@example.net>'],
    from: 'Zoë <shop@example.com>',
    subject: 'Your order',
    html: order.html,
    text: 'Thank you.',
    bcc: ['archive@example.net'],
    cc: ['carol@example.net'],
    reply_to: ['help@example.com'],
    scheduled_at: null,
    tags: order.tags,
  });
  return id;
}

async function schedule() {
  const { id } = ok(await resend.emails.send({ ...mail, scheduledAt: 'in 1 hour' }));
  const first = ok(await resend.emails.get(id));
  assert.equal(first.last_event, 'scheduled');
  assert.ok(Math.abs(Date.parse(first.scheduled_at) - Date.now() - 3_600_000) < 600_000, first.scheduled_at);

  const later = new Date(Date.now() + 7_200_000).toISOString();
  assert.deepEqual(ok(await resend.emails.update({ id, scheduledAt: later })), { object: 'email', id });
  assert.equal(Date.parse(ok(await resend.emails.get(id)).scheduled_at), Date.parse(later));
  await fails(resend.emails.update({ id, scheduledAt: 'tomorrow at 9am' }), 422, 'validation_error', /^The `scheduled_at` field takes /);
  await fails(resend.emails.update({ id }), 422, 'missing_required_field', /^Missing `scheduled_at` field\.$/);

  assert.deepEqual(ok(await resend.emails.cancel(id)), { object: 'email', id });
  assert.equal(ok(await resend.emails.get(id)).last_event, 'canceled');
  await fails(resend.emails.update({ id, scheduledAt: later }), 422, 'validation_error', /canceled/);
}

async function batch() {
  const wrong = { ...mail, to: 'nobody' };
  const { data } = ok(await resend.batch.send([{ ...mail, subject: 'One' }, { ...mail, subject: 'Two' }]));
  assert.equal(data.length, 2);
  await fails(resend.batch.send([mail, wrong]), 422, 'validation_error', /^Email 1: The `to` field /);

  const permissive = ok(await resend.batch.send([{ ...mail, subject: 'Three' }, wrong], { batchValidation: 'permissive' }));
  assert.equal(permissive.data.length, 1);
  assert.deepEqual(permissive.errors.map((error) => error.index), [1]);
  assert.match(permissive.errors[0].message, /^The `to` field /);
  await fails(resend.batch.send(Array(101).fill(mail)), 422, 'validation_error', /at most 100/);
  return [...data, ...permissive.data].map((email) => email.id);
}

// What clients in other languages send: bytes as numbers, a Buffer as JSON, and fields that nobody knows.
async function otherClients() {
  const { id } = ok(await resend.post('/emails', {
    ...mail,
    subject: 'Bytes',
    unknown: { a: [1] },
    attachments: [
      { filename: 'list.bin', content: [0, 128, 255] },
      { filename: 'buffer.bin', content: JSON.parse(JSON.stringify(Buffer.from([1, 2, 3]))), path: null },
    ],
  }));
  return id;
}

async function template() {
  return ok(await resend.emails.send({ from: mail.from, to: mail.to, template: { id: 'welcome', variables: { name: 'Ada' } } })).id;
}

async function errors() {
  const file = { filename: 'a.pdf', path: 'https://example.com/a.pdf' };
  await fails(resend.emails.send({ ...mail, to: undefined }), 422, 'missing_required_field', /^Missing `to` field\.$/);
  await fails(resend.emails.send({ ...mail, from: 'shop' }), 422, 'invalid_from_address', /^The `from` field /);
  await fails(resend.emails.send({ ...mail, attachments: [file] }), 422, 'invalid_attachment', /^The `attachments\[0\]\.path` field is not supported here/);
  await fails(resend.emails.send({ ...mail, text: undefined, template: { id: 't' } }), 422, 'validation_error', /^The `template/);
  await fails(resend.emails.send({ ...mail, from: 'a@example.org' }), 401, 'restricted_api_key', /example\.org/);
  await fails(resend.emails.get('01a207c4-6712-7000-9c40-f48fcae410f2'), 404, 'not_found', /^Email not found$/);
  await fails(resend.emails.cancel('nothing'), 404, 'not_found', /^Email not found$/);
  await fails(new Resend(`${process.env.RESEND_API_KEY.slice(0, -1)}_`).emails.send(mail), 403, 'invalid_api_key', /^API key is invalid\.$/);
  await fails(new Resend('re_123').emails.send(mail), 403, 'invalid_api_key', /^API key is invalid\.$/);
}

async function main() {
  const once = await sendOnce();
  await schedule();
  const several = await batch();
  const bytes = await otherClients();
  const welcome = await template();
  await errors();
  console.log(JSON.stringify({ once, several, bytes, welcome }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
