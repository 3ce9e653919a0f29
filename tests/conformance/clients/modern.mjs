// The TypeScript client of both eras, @modelcontextprotocol/client.
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { target, walk } from './steps.mjs';

const options = {
  auto: { versionNegotiation: { mode: 'auto' } },
  pinned: { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  old: { supportedProtocolVersions: ['2024-11-05'] },
}[target.mode];
const transports = {
  stdio: () => new StdioClientTransport({ ...target.server, stderr: 'ignore' }),
  http: () => new StreamableHTTPClientTransport(new URL(target.url)),
  sse: () => new SSEClientTransport(new URL(target.url)),
};
const client = new Client({ name: 'conformance', version: '1' }, options);
await client.connect(transports[target.transport]());
await walk(client.getNegotiatedProtocolVersion(), {
  call: (name, args, how) => client.callTool({ name, arguments: args }, how),
  read: (uri) => client.readResource({ uri }),
  templates: async () => (await client.listResourceTemplates()).resourceTemplates,
  prompt: (name, args) => client.getPrompt({ name, arguments: args }),
});
await client.close();
process.exit(0);
