// What every TypeScript client has to manage; the Python clients' steps are the same.
// One line of JSON on stdout says what was negotiated and what went wrong.

export const target = JSON.parse(process.env.CONFORMANCE_TARGET);
const failed = {};

async function check(name, step) {
  try {
    await step();
  } catch (error) {
    failed[name] = String(error?.message ?? error).slice(0, 300);
  }
}

function must(holds, message) {
  if (!holds) throw new Error(message);
}

const textOf = (result) => result.content[0].text;

/**
 * @param version what was negotiated
 * @param client with call(name, args, {onprogress, signal}), read, prompt and templates
 */
export async function walk(version, client) {
  let account;
  let other;
  await check('version', async () => {
    must(version === target.version, `${version}, not ${target.version}`);
  });
  await check('structured result', async () => {
    const result = await client.call('listAccounts', {});
    const said = JSON.parse(textOf(result));
    const [first, ...others] = said.data.map((row) => row.account_id);
    account = first;
    // One that no other client has just refreshed: a call would find that done, and answer.
    other = others[target.turn % others.length];
    if (target.version >= '2025-06-18') {
      must(result.structuredContent?.data[0].account_id === account, 'text and structure differ');
    }
  });
  await check('progress', async () => {
    let heard = 0;
    const args = { account_ids: [account], wait_seconds: 10, max_age_hours: 0 };
    const result = await client.call('refreshAccountAnalyticsAndWait', args, {
      onprogress: () => (heard += 1),
    });
    must(!result.isError, textOf(result));
    must(heard > 0, 'no progress arrived');
  });
  await check('tool error', async () => {
    const result = await client.call('getAccountAnalytics', { account_id: 'no-such-account' });
    must(result.isError === true, 'not marked as an error');
    must(JSON.parse(textOf(result)).error.code === 'NOT_FOUND_ACCOUNT', textOf(result));
  });
  await check('unknown tool', async () => {
    const error = await client.call('noSuchTool', {}).then(() => null, (refused) => refused);
    must(error?.code === -32602, `code ${error?.code}`);
  });
  await check('template', async () => {
    const uris = (await client.templates()).map((template) => template.uriTemplate);
    must(uris.includes('tokportal://accounts/{account_id}/analytics'), 'not among the templates');
    const read = await client.read(`tokportal://accounts/${account}/analytics`);
    must(JSON.parse(read.contents[0].text).data.account_id === account, 'another account');
  });
  await check('prompt', async () => {
    const got = await client.prompt('account_health_report', { account });
    must(got.messages[0].content.text.includes(account), 'the argument is not in the prompt');
  });
  await check('cancellation', async () => {
    const args = { account_ids: [other], wait_seconds: 30, max_age_hours: 0 };
    const stopping = new AbortController();
    const options = { signal: stopping.signal, onprogress: () => stopping.abort('enough') };
    const error = await client
      .call('refreshAccountAnalyticsAndWait', args, options)
      .then(() => null, (stopped) => stopped);
    must(error, 'the call answered all the same');
  });
  await check('a call after it', async () => {
    const result = await client.call('listAccounts', {});
    must(!result.isError, textOf(result));
  });
  process.stdout.write(`${JSON.stringify({ version, failed })}\n`);
}
